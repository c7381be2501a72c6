"""The one door: every decision on a document passes here, whichever channel it comes from.

In the caller's transaction: lock the row, compare version and digest with what the person was shown, ask whether the
person may, move, write the sign-off, close and open tasks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.digest import digest_of
from app.documents.guard import writing
from app.documents.resolver import DatabaseResolver
from app.documents.sealing import seal
from app.documents.values import Fault, Invalid, check_rules, fill, line_label, needed, read_fields
from app.engine.document import Document, State
from app.engine.fields import FieldSpec, StepSpec
from app.engine.spec import FormSpec
from app.engine.text import clean
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.errors import Denied, Stale
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action, Case, option
from app.workflow.tasks import close_tasks, open_task

TO_MAKER = "maker"
"""`back_to` for the maker; else the name of an earlier step."""


@dataclass(frozen=True)
class Shown:
    """What the person was shown: the version and digest on the page or in the API's answer."""

    version: int
    digest: str


def act(
    session: Session,
    actor: Actor,
    spec: FormSpec,
    document_id: int,
    action: Action,
    shown: Shown,
    *,
    opinion: str | None = None,
    back_to: str | None = None,
    filled: Mapping[str, Any] | None = None,
) -> Document:
    """Submits, withdraws, approves or returns a document, within the caller's transaction.

    `opinion` is required when returning; `filled` are raw values of the fields that the step completes, lines as
    {"files": {line id: {column: raw}}}. Raises Missing, Denied, Stale, Invalid.
    """
    case = open_case(session, actor, spec, document_id, lock=True)
    compare(session, case, shown)
    answer = option(actor, case, action)
    if answer.reason is not None:
        raise Denied(answer.reason)
    opinion = clean(opinion or "") or None
    with writing(session):
        match action:
            case Action.SUBMIT:
                submit(session, actor, case)
            case Action.WITHDRAW:
                withdraw(session, actor, case)
            case Action.APPROVE:
                approve(session, actor, case, opinion, filled or {})
            case Action.RETURN:
                send_back(session, actor, case, opinion, back_to or TO_MAKER)
            case _:
                raise Denied(_("“%(action)s”不是签批动作", action=action))
    return case.document


def compare(session: Session, case: Case, shown: Shown) -> None:
    """Refuses a decision on something else than what is there now; raises Stale."""
    document = case.document
    if shown.version != document.version:
        raise Stale(
            _(
                "单据已被他人更新（您看到的是第 %(shown)s 版，现为第 %(now)s 版），请刷新后再办理",
                shown=shown.version,
                now=document.version,
            )
        )
    if shown.digest != document.digest or document.digest != digest_of(session, case.spec, document):
        raise Stale(_("单据内容与您看到的不一致，请刷新后核对"))


def submit(session: Session, actor: Actor, case: Case) -> None:
    """The maker hands the document in: it must keep all its rules."""
    document = case.document
    if faults := check_rules(case.spec, document, submitting=True):
        raise Invalid(faults)
    again = document.state is not State.DRAFT
    document.round += 1
    document.submitted_at = now()
    record(session, actor, case, Decision.RESUBMIT if again else Decision.SUBMIT, None)
    advance(session, actor, case, None)


def withdraw(session: Session, actor: Actor, case: Case) -> None:
    """The maker takes the document back before anybody has acted."""
    record(session, actor, case, Decision.WITHDRAW, None)
    close_tasks(session, case.document.id, now(), None)
    settle(case.document, State.WITHDRAWN, None)


def approve(session: Session, actor: Actor, case: Case, opinion: str | None, filled: Mapping[str, Any]) -> None:
    """A signer approves, completing the step's fields where it has any."""
    step = case.current
    assert step is not None
    complete(session, actor, case, step, filled)
    record(session, actor, case, Decision.APPROVE, opinion)
    advance(session, actor, case, step.name)


def send_back(session: Session, actor: Actor, case: Case, opinion: str | None, back_to: str) -> None:
    """A signer returns the document, with a written opinion, to the maker or an earlier step; later signatures void."""
    if opinion is None:
        raise Invalid([Fault(("opinion",), _("意见"), _("退回时必填"))])
    targets = {step.name: step for step in case.return_targets}
    if back_to != TO_MAKER and back_to not in targets:
        raise Invalid([Fault(("back_to",), _("退回给"), _("不能退回到这一步"), back_to)])
    names = [step.name for step in case.spec.chain]
    void_from = 0 if back_to == TO_MAKER else names.index(back_to)
    record(session, actor, case, Decision.RETURN, opinion, back_to)
    for signed in case.standing.values():
        if signed.step and names.index(signed.step) >= void_from:
            signed.voided = True
    close_tasks(session, case.document.id, now(), actor.user_id)
    if back_to == TO_MAKER:
        settle(case.document, State.RETURNED, None)
    else:
        settle(case.document, State.PENDING, back_to)
        open_task(session, case, targets[back_to], now())


def complete(session: Session, actor: Actor, case: Case, step: StepSpec, filled: Mapping[str, Any]) -> None:
    """Puts the raw values of the step's fields, and only those, into the document; raises Invalid."""
    foreign = set(filled) - set(step.fills) - {name for name, _column in step.line_fills}
    if foreign:
        raise Invalid([Fault((name,), name, _("本步骤不填写此项")) for name in sorted(foreign)])
    if not step.fills_fields:
        return
    faults: list[Fault] = []
    resolver = DatabaseResolver(session, actor)
    document, spec = case.document, case.spec
    fields = [spec.field(name) for name in step.fills]
    values = read_fields(fields, filled, resolver, faults)
    with session.no_autoflush:
        fill(session, document, fields, values)
        faults += unfilled(fields, document, step.optional)
        for line in spec.lines:
            columns = [line.field(column) for name, column in step.line_fills if name == line.name]
            given = filled.get(line.name) or {}
            for number, row in enumerate(getattr(document, line.name) if columns else ()):
                raw = given.get(str(row.id)) or {}
                path, prefix = (line.name, str(row.id)), line_label(line, number)
                fill(session, row, columns, read_fields(columns, raw, resolver, faults, path, prefix))
                may_stay_empty = tuple(one.removeprefix(f"{line.name}.") for one in step.optional)
                faults += unfilled(columns, row, may_stay_empty, path, prefix)
        own = {*step.fills, *(name for name, _column in step.line_fills)}
        faults = faults or [fault for fault in check_rules(spec, document) if fault.path[0] in own]
    if faults:
        raise Invalid(faults)
    case._applies.clear()
    session.flush()
    seal(session, spec, document)


def unfilled(
    fields: Sequence[FieldSpec], row: Any, optional: tuple[str, ...], path: tuple[str | int, ...] = (), prefix: str = ""
) -> list[Fault]:
    """Fields that the step's signer has to complete and has left empty."""
    plain = [one for one in fields if not one.required_when and one.name not in optional and one.read(row) is None]
    faults = [Fault((*path, one.name), f"{prefix}{one.label}", _("必填")) for one in plain]
    return [*faults, *needed([one for one in fields if one.name not in optional], row, path, prefix)]


def advance(session: Session, actor: Actor, case: Case, after: str | None) -> None:
    """Moves to the next step that applies, or to the end of the chain."""
    at = now()
    close_tasks(session, case.document.id, at, actor.user_id)
    following = case.after(after)
    if following is None:
        settle(case.document, State.DONE, None)
        case.document.finished_at = at
    else:
        settle(case.document, State.PENDING, following.name)
        open_task(session, case, following, at)


def settle(document: Document, state: State, step: str | None) -> None:
    """Sets where the document stands."""
    document.state = state
    document.step = step
    document.updated_at = now()


def record(
    session: Session, actor: Actor, case: Case, decision: Decision, opinion: str | None, back_to: str | None = None
) -> None:
    """Adds to the trail, with the version and digest that the person decided on."""
    document = case.document
    session.add(
        SignOff(
            document_id=document.id,
            sequence=len(case.trail) + 1,
            round=document.round,
            step=document.step,
            decision=decision,
            back_to=back_to,
            user_id=actor.user_id,
            user_name=actor.name,
            position=actor.position_titles,
            opinion=opinion,
            at=now(),
            version=document.version,
            digest=document.digest,
        )
    )
