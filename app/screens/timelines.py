"""The chain as a timeline (流程): what was done, where the document is now and with whom, and what comes next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.opinions import signed_by
from app.engine.chain import Kind, Maker
from app.engine.document import State
from app.engine.fields import StepSpec
from app.screens.translating import gettext as _
from app.workflow.case import Case
from app.workflow.holders import eligible
from app.workflow.models import Decision, SignOff, Task
from app.workflow.people import people_of
from app.workflow.seats import Seat

SHOWN = 6
"""Names of people who may act are listed up to so many."""


@dataclass(frozen=True)
class Station:
    """One entry of the timeline; `tone` is done, back, now or next."""

    tone: str
    title: str
    who: str = ""
    opinion: str = ""
    note: str = ""
    at: datetime | None = None
    due: datetime | None = None


@dataclass(frozen=True)
class Timeline:
    """All entries, and how far the document is: step `number` of `total`."""

    stations: tuple[Station, ...]
    number: int
    total: int


def timeline(session: Session, case: Case) -> Timeline:
    """The timeline of a document."""
    document, current = case.document, case.current
    sent = copies(session, case)
    stations = sorted([*(past(case, one) for one in case.trail), *sent.values()], key=lambda one: one.at or document.created_at)
    if document.state is State.DRAFT:
        stations.append(Station("now", _("填制"), document.maker_name, note=_("尚未提交")))
    elif document.state.with_maker:
        stations.append(Station("now", _("改正后重新提交"), document.maker_name))
    if current:
        stations += present(session, case, current)
    steps = case.steps
    coming = following(case, current)
    stations += [Station("next", str(step.label), positions(case, step), note=differs(case, step)) for step in coming]
    later = case.copies(current.name if current else None, None)
    stations += [
        Station("next", str(step.label), positions(case, step), note=_("抄送，不影响流程"))
        for step in later if step.name not in sent and document.state not in (State.DONE, State.TERMINATED)
    ]
    if document.state is State.DONE:
        stations.append(Station("done", _("办结"), at=document.finished_at))
    return Timeline(tuple(stations), len(steps) - len(coming) + 1, len(steps) + 1)


def present(session: Session, case: Case, current: StepSpec) -> list[Station]:
    """Where the document waits: one entry, or one for each countersignature still wanting."""
    due, note = case.document.due_at, hint(current)
    free = case.free_seats(current)
    if free:
        return [
            Station("now", seat_words(case, current, one), _("%(who)s尚未会签", who=one.name), note="" if at else note, due=due)
            for at, one in enumerate(free)
        ]
    claimed = next((task.claimed_by_name for task in case.waiting_for(current) if task.claimed_by_name), None)
    if claimed:
        note = _("；").join(filter(None, [_("已由%(name)s认领", name=claimed), note]))
    return [Station("now", str(current.label), who(session, case, current), due=due, note=note)]


def seat_words(case: Case, step: StepSpec, seat: Seat) -> str:
    """A seat of a countersigned step: 两部门会签 · 综合部负责人; the step alone where there is but one."""
    return f"{step.label} · {seat.name}" if len(case.seats(step)) > 1 else str(step.label)


def copies(session: Session, case: Case) -> dict[str, Station]:
    """The copies that were sent to be read (抄送), by their steps: who has read them, and when."""
    sent = session.scalars(select(Task).where(Task.document_id == case.document.id, Task.reading).order_by(Task.id)).all()
    readers = {task.done_by_id for task in sent if task.done_by_id}
    names = {one.user_id: one.name for one in people_of(session, *readers)} if readers else {}
    labels = {step.name: step for step in case.spec.chain}
    found = {}
    for task in sent:
        if (step := labels.get(task.step)) is None:
            continue
        note = _("尚未阅")
        if task.done_at is not None:
            note = _("%(name)s于 %(at)s 已阅", name=names.get(task.done_by_id or 0, ""), at=f"{task.done_at:%m-%d %H:%M}")
        found[step.name] = Station("done", str(step.label), positions(case, step), note=note, at=task.opened_at)
    return found


def past(case: Case, signed: SignOff) -> Station:
    """A decision that was made."""
    name = signed_by(signed)
    who = f"{name} · {signed.position}" if signed.position else name
    back = (Decision.RETURN, Decision.WITHDRAW, Decision.TERMINATE)
    note = _("退回后失效，须重新办理") if signed.voided else ""
    tone = "back" if signed.decision in back else "done"
    return Station(tone, decided(case, signed), who, signed.opinion or "", note, signed.at)


def decided(case: Case, signed: SignOff) -> str:
    """A decision in words: 提交, 签收, 签收：退回."""
    step = next((step for step in case.spec.chain if step.name == signed.step), None)
    if step and signed.decision is Decision.APPROVE:
        seat = next((one for one in case.seats(step) if one.key == signed.seat), None)
        return seat_words(case, step, seat) if seat else str(step.label)
    if step and signed.decision is Decision.RETURN:
        return _("%(step)s：退回", step=step.label)
    return str(signed.decision.title)


def following(case: Case, current: StepSpec | None) -> list[StepSpec]:
    """The steps still to come, after the present one."""
    if case.document.state in (State.DONE, State.TERMINATED):
        return []
    steps = case.steps
    names = [step.name for step in steps]
    return steps[names.index(current.name) + 1 :] if current and current.name in names else steps


def positions(case: Case, step: StepSpec) -> str:
    """Who does a step, by position or by the name on the document; of countersignatures those still wanting."""
    if step.kind is Kind.COUNTERSIGN and (seats := case.free_seats(step) or case.seats(step)):
        return _("、").join(str(one.name) for one in seats)
    if step.person and (named := case.read(step.person)) is not None:
        return str(named)
    if step.relation is Maker.DEPARTMENT_HEAD:
        return _("制表部门负责人")
    if step.relation is Maker.MAKER:
        return case.document.maker_name
    if not step.waits:
        return _("、").join(str(position.title) for position in step.positions)
    return _("、").join(str(position.title) for position in case.spec.signers(step))


def who(session: Session, case: Case, step: StepSpec) -> str:
    """The people who may do the present step, by name where they are few."""
    part = positions(case, step)
    if not step.positions:
        return part
    users = eligible(session, case)
    if not users:
        return _("%(positions)s（没有他人可以办理）", positions=part)
    names = [one.name for one in people_of(session, *users)] if len(users) <= SHOWN else []
    return _("%(positions)s：%(names)s", positions=part, names=_("、").join(names)) if names else part


def differs(case: Case, step: StepSpec) -> str:
    """Who may not do a step, because of another part in the document."""
    labels = {each.name: each.label for each in case.steps}
    labels |= {one.name: one.label for one in case.spec.fields if one.target and one.read(case.document) is not None}
    others = _("、").join(str(labels[name]) for name in step.differs if name in labels)
    return _("不能是“%(others)s”的办理人", others=others) if others else ""


def hint(step: StepSpec) -> str:
    """What to look at in a step."""
    return str(step.hint or "")
