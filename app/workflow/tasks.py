"""Tasks (任务列表, article 107): opened and closed by the door, listed by duty and by person."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from flask_babel import lazy_gettext as _
from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased

from app.calendar.deadlines import due
from app.engine.catalogue import catalogue
from app.engine.chain import Kind, Maker
from app.engine.document import Document
from app.engine.fields import StepSpec
from app.engine.positions import headed
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.errors import Denied
from app.workflow.models import Decision, SignOff, Task
from app.workflow.permissions import duty, sign
from app.workflow.rights import Person, field_user, people, team_of


def open_tasks(session: Session, case: Case, step: StepSpec, at: datetime) -> datetime | None:
    """The tasks of a step: for the people it names, else for the holders of its duty; returns when it is due.

    Raises Denied where the step is by name and nobody is named.
    """
    until = due(session, step.deadline, at, case.read) if step.deadline else None
    task = partial(Task, document_id=case.document.id, step=step.name, opened_at=at, due_at=until)
    for one in tasks_of(case, step, task):
        session.add(one)
    return until


def tasks_of(case: Case, step: StepSpec, task: Callable[..., Task]) -> Iterable[Task]:
    """The tasks that a step gives rise to."""
    held = duty(case.spec, step)
    if step.relation is Maker.MAKER or step.kind is Kind.AUTHORISE:
        return [task(user_id=case.document.maker_id)]
    if step.kind is Kind.COUNTERSIGN:
        seats = case.free_seats(step)
        if not seats:
            raise Denied(_("没有人可以办理“%(step)s”", step=step.label))
        return [
            task(seat=seat.key, user_id=seat.user_id, duty=None if seat.user_id else f"{held}.{seat.key}")
            for seat in seats
        ]
    if step.person:
        user_id = field_user(case, step)
        if user_id is None:
            label = case.spec.field(step.person).label
            raise Denied(_("%(field)s没有系统用户，无法办理“%(step)s”", field=label, step=step.label))
        return [task(user_id=user_id)]
    if step.team:
        named = [one.user_id for one in team_of(case, step)]
        if len(named) == 1:
            return [task(user_id=named[0])]
    if step.relation is Maker.DEPARTMENT_HEAD:
        return [task(duty=f"{held}.{headed(case.document.department_code)}")]
    return [task(duty=held)]


def open_copies(session: Session, case: Case, steps: Iterable[StepSpec], at: datetime) -> None:
    """Copies to read (抄送), which nothing waits for."""
    for step in steps:
        session.add(Task(document_id=case.document.id, step=step.name, duty=duty(case.spec, step), opened_at=at, reading=True))


def close_tasks(session: Session, document_id: int, at: datetime, by_id: int | None, seat: str | None = None) -> None:
    """Closes what waits for a signature, or only one countersignature; `by_id` is who did it, None where it lapsed."""
    waiting = [Task.document_id == document_id, Task.done_at.is_(None), Task.reading.is_(False)]
    if seat is not None:
        waiting.append(Task.seat == seat)
    closed = update(Task).where(*waiting).values(done_at=at, done_by_id=by_id)
    session.execute(closed, execution_options={"synchronize_session": False})  # else it looks at every row in memory


def duties(who: Person, *, judging: bool | None = None) -> list[str]:
    """The duties that a person's permissions give; of steps that judge, or of the others, where that is asked for."""
    return [
        held
        for spec in catalogue.forms for step in spec.chain
        if judging in (None, step.judges) for held in duties_at(who, spec, step)
    ]


def duties_at(who: Person, spec: FormSpec, step: StepSpec) -> list[str]:
    """The duties that a person has at one step, as its tasks name them."""
    held = duty(spec, step)
    if not step.waits:
        return [held] if who.positions.intersection(step.positions) else []
    if step.relation is Maker.MAKER or step.kind is Kind.AUTHORISE or not who.may(sign(step), spec.resource):
        return []
    if step.kind is Kind.COUNTERSIGN:
        return [f"{held}.{position.code}" for position in step.positions if position in who.positions]
    return [f"{held}.{who.department_code}" if step.relation is Maker.DEPARTMENT_HEAD else held]


def mine(actor: Actor, *, claimed: bool = False) -> ColumnElement[bool]:
    """The condition that a task is open and the actor's to do, directly or for somebody whose delegate the actor is.

    By name; or by duty, on a document that no hand of the actor's has made nor, where the step judges, signed, and
    that no colleague has claimed (`claimed`: claimed or not).
    """
    own = people(actor)
    hands = list(actor.hands)
    judging = {held for who in own for held in duties(who, judging=True)}
    others = {held for who in own for held in duties(who, judging=False)}
    signed = exists().where(
        SignOff.document_id == Task.document_id, SignOff.decision == Decision.APPROVE, SignOff.voided.is_(False),
        or_(SignOff.user_id.in_(hands), SignOff.for_user_id.in_(hands)),
    )
    free = true() if claimed else or_(Task.claimed_by_id.is_(None), Task.claimed_by_id.in_(hands))
    by_duty = or_(Task.duty.in_(others), and_(Task.duty.in_(judging), ~signed)) if judging or others else false()
    users = [one.user_id for one in own]
    named = Task.user_id.in_(users)
    other = aliased(Task)  # found by its indexes first: SQLite would else read every task that ever was
    open_ones = select(other.id).where(other.done_at.is_(None))
    by_index = union_all(open_ones.where(other.user_id.in_(users)), open_ones.where(other.duty.in_(judging | others)))
    return and_(Task.id.in_(by_index), or_(named, and_(by_duty, Document.maker_id.not_in(hands), free)))


def waiting(actor: Actor) -> Select[Task, Document]:
    """Open tasks of the actor with their documents, the most urgent first."""
    return (
        select(Task, Document)
        .join(Document, Document.id == Task.document_id)
        .where(Task.done_at.is_(None), mine(actor))
        .order_by(Task.due_at.is_(None), Task.due_at, Task.opened_at, Task.id)
    )


def done(actor: Actor) -> Select[Task, Document]:
    """Tasks that the actor has done, the latest first."""
    return (
        select(Task, Document)
        .join(Document, Document.id == Task.document_id)
        .where(Task.done_by_id == actor.user_id)
        .order_by(Task.done_at.desc(), Task.id.desc())
    )


def count_waiting(session: Session, actor: Actor, most: int = 1000) -> int:
    """How many tasks wait for the actor, counted no further than `most`."""
    return sum(session.execute(select(*waiting_counts(actor, most))).one())


def waiting_counts(actor: Actor, most: int) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """How many tasks wait to be done, and how many copies to be read, each counted no further than `most`; as parts of a statement."""
    own = mine(actor)

    def counted(reading: bool) -> ScalarSelect[int]:
        rows = select(Task.id).join(Document, Document.id == Task.document_id)
        rows = rows.where(Task.done_at.is_(None), Task.reading.is_(reading), own).limit(most)
        return select(func.count()).select_from(rows.subquery()).scalar_subquery()

    return counted(False), counted(True)
