"""The one door: every decision on a document passes here, whichever channel it comes from.

In the caller's transaction: lock the row, compare version and digest with what the person was shown, ask whether the
person may, move, write the sign-off and the record, close and open tasks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.guard import writing
from app.documents.values import Fault, Invalid, check_rules
from app.engine.document import Document, State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.engine.text import clean
from app.workflow import effects
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.comparing import Shown, compare
from app.workflow.completing import complete, reseal
from app.workflow.effects import Happening
from app.workflow.errors import Denied, Unproven
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action, option
from app.workflow.proof import Proof
from app.workflow.rights import Right, right_to_sign
from app.workflow.tasks import close_tasks, open_copies, open_tasks
from app.workflow.telling import tell
from app.workflow.trail import record

TO_MAKER = "maker"
"""`back_to` for the maker; else the name of an earlier step."""

SIGN_PASSWORD = "sign_password"
"""The parameter that asks for the password again at each signature."""


@dataclass(frozen=True)
class Decided:
    """What a person brings to a decision, beside the person: opinion, target of a return, raw values, proof."""

    opinion: str | None
    back_to: str
    filled: Mapping[str, Any]
    proof: Proof | None


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
    proof: Proof | None = None,
) -> Document:
    """Submits, withdraws, approves, authorises, returns or terminates a document, within the caller's transaction.

    `opinion` is required when returning or terminating; `filled` are raw values of the fields that the step completes,
    lines as {"files": {line id: {column: raw}}}; `proof` is of the actor, or on the spot of the authoriser.
    Raises Missing, Denied, Unproven, Stale, Invalid.
    """
    case = open_case(session, actor, spec, document_id, lock=True)
    compare(session, case, shown)
    answer = option(actor, case, action)
    if answer.reason is not None:
        raise Denied(answer.reason)
    decided = Decided(clean(opinion or "") or None, back_to or TO_MAKER, filled or {}, proof)
    ask_for_proof(actor, case, action, proof)
    with writing(session):
        match action:
            case Action.SUBMIT:
                submit(session, actor, case)
            case Action.WITHDRAW:
                withdraw(session, actor, case)
            case Action.APPROVE:
                approve(session, actor, case, decided)
            case Action.AUTHORISE:
                authorise(session, actor, case, decided)
            case Action.RETURN:
                send_back(session, actor, case, decided)
            case Action.TERMINATE:
                terminate(session, actor, case, decided)
            case _:
                raise Denied(_("“%(action)s”不是签批动作", action=action))
    return case.document


def ask_for_proof(actor: Actor, case: Case, action: Action, proof: Proof | None) -> None:
    """Refuses a signature without the signer's password where a parameter asks for it; raises Unproven."""
    signing = action in (Action.APPROVE, Action.RETURN)
    if signing and case.switched_on(SIGN_PASSWORD) and (proof is None or proof.actor.user_id != actor.user_id):
        raise Unproven(_("签批须再次输入您的密码"))


def submit(session: Session, actor: Actor, case: Case) -> None:
    """The maker hands the document in: it must keep all its rules."""
    document = case.document
    if faults := check_rules(case.spec, document, submitting=True):
        raise Invalid(faults)
    again = document.state is not State.DRAFT
    document.round += 1
    document.submitted_at = now()
    if effects.run(case.spec.handed_in, Happening(session, actor, case, None, None)):
        reseal(session, case)
    record(session, actor, case, Decision.RESUBMIT if again else Decision.SUBMIT)
    advance(session, actor, case, None)


def withdraw(session: Session, actor: Actor, case: Case) -> None:
    """The maker takes the document back before anybody has acted."""
    record(session, actor, case, Decision.WITHDRAW)
    close_tasks(session, case.document.id, now(), None)
    settle(case.document, State.WITHDRAWN)


def approve(session: Session, actor: Actor, case: Case, decided: Decided) -> None:
    """A signer approves, completing the step's fields where it has any."""
    step = case.current
    assert step is not None
    right = right_to_sign(actor, case, step)
    complete(session, actor, case, step, decided.filled)
    sign(session, actor, case, step, right, decided.opinion)


def authorise(session: Session, operator: Actor, case: Case, decided: Decided) -> None:
    """现场授权: another person signs in the operator's session, having proved identity there (article 19)."""
    step, proof = case.current, decided.proof
    assert step is not None
    if proof is None:
        raise Unproven(_("现场授权须由授权人当面输入用户名和密码"))
    if proof.actor.hands & operator.hands:
        raise Denied(_("授权人不能是操作人本人或其受托人"))
    right = right_to_sign(proof.actor, case, step)
    if right.reason is not None:
        raise Denied(right.reason)
    complete(session, proof.actor, case, step, decided.filled)
    sign(session, proof.actor, case, step, right, decided.opinion, operator)


def sign(
    session: Session, actor: Actor, case: Case, step: StepSpec, right: Right, opinion: str | None,
    operator: Actor | None = None,
) -> None:
    """Writes a signature down and goes on, once everybody who countersigns has."""
    seat = right.seat.key if right.seat else None
    signed = record(
        session, actor, case, Decision.APPROVE, opinion, principal=right.principal, seat=seat, operator=operator
    )
    if seat is not None and case.free_seats(step):
        close_tasks(session, case.document.id, signed.at, actor.user_id, seat)
    else:
        advance(session, actor, case, step, signed)


def send_back(session: Session, actor: Actor, case: Case, decided: Decided) -> None:
    """A signer returns the document, with a written opinion, to the maker or an earlier step; later signatures void."""
    document, back_to, step = case.document, decided.back_to, case.current
    assert step is not None
    targets = {one.name: one for one in case.return_targets}
    if decided.opinion is None:
        raise Invalid([Fault(("opinion",), _("意见"), _("退回时必填"))])
    if back_to != TO_MAKER and back_to not in targets:
        raise Invalid([Fault(("back_to",), _("退回给"), _("不能退回到这一步"), back_to)])
    right = right_to_sign(actor, case, step)
    signed = record(session, actor, case, Decision.RETURN, decided.opinion, back_to, principal=right.principal)
    if not step.resumes:
        void(case, back_to)
    if effects.run(step.effects, Happening(session, actor, case, step, signed), returned=True):
        reseal(session, case)
    close_tasks(session, document.id, signed.at, actor.user_id)
    if back_to == TO_MAKER:
        settle(document, State.RETURNED)
        tell(session, actor, case, signed)
    else:
        move_to(session, case, targets[back_to])


def void(case: Case, back_to: str) -> None:
    """The signatures from a step on no longer stand."""
    names = [step.name for step in case.spec.chain]
    first = 0 if back_to == TO_MAKER else names.index(back_to)
    for signed in case.approvals:
        if names.index(str(signed.step)) >= first:
            signed.voided = True


def terminate(session: Session, actor: Actor, case: Case, decided: Decided) -> None:
    """The maker gives up a document that came back (终止): number and trail stay, nothing more can be done with it."""
    if decided.opinion is None:
        raise Invalid([Fault(("opinion",), _("意见"), _("终止时必填"))])
    signed = record(session, actor, case, Decision.TERMINATE, decided.opinion)
    settle(case.document, State.TERMINATED)
    tell(session, actor, case, signed)


def advance(
    session: Session, actor: Actor, case: Case, step: StepSpec | None, signed: SignOff | None = None
) -> None:
    """Moves past a step (None: past the submission), with its effects, to the next that applies or to the end."""
    document, at = case.document, now()
    close_tasks(session, document.id, at, actor.user_id)
    caused = step is not None and effects.run(step.effects, Happening(session, actor, case, step, signed))
    after = step.name if step else None
    following = case.after(after)
    open_copies(session, case, case.copies(after, following), at)
    if following is None:
        caused |= effects.run(case.spec.effects, Happening(session, actor, case, None, signed))
        settle(document, State.DONE)
        document.finished_at = at
        if signed is not None:
            tell(session, actor, case, signed)
    else:
        move_to(session, case, following)
    if caused:
        reseal(session, case)


def move_to(session: Session, case: Case, step: StepSpec) -> None:
    """Lets the document wait at a step."""
    settle(case.document, State.PENDING, step.name)
    case.document.due_at = open_tasks(session, case, step, now())


def settle(document: Document, state: State, step: str | None = None) -> None:
    """Sets where the document stands."""
    document.state = state
    document.step = step
    document.due_at = None
    document.updated_at = now()


__all__ = ["TO_MAKER", "Shown", "act", "compare"]
