"""Tasks (任务列表, article 107): opened and closed by the door, listed by duty and by person."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.chain import Maker
from app.engine.document import Document
from app.engine.fields import StepSpec
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.models import Task
from app.workflow.options import Case
from app.workflow.permissions import duty, sign


def open_task(session: Session, case: Case, step: StepSpec, at: datetime) -> None:
    """A task for the one person named by the step, else for the holders of its duty; raises Denied."""
    task = Task(document_id=case.document.id, step=step.name, opened_at=at, due_at=case.document.due_at)
    if step.relation is Maker.MAKER:
        task.user_id = case.document.maker_id
    elif step.person:
        named = case.read(step.person)
        if named is None or named.user_id is None:
            label = case.spec.field(step.person).label
            raise Denied(_("%(field)s没有系统用户，无法办理“%(step)s”", field=label, step=step.label))
        task.user_id = named.user_id
    else:
        task.duty = duty(case.spec, step)
    session.add(task)


def close_tasks(session: Session, document_id: int, at: datetime, by_id: int | None) -> None:
    """Closes what is open on a document; `by_id` is who did it, None where it lapsed."""
    statement = update(Task).where(Task.document_id == document_id, Task.done_at.is_(None))
    session.execute(statement.values(done_at=at, done_by_id=by_id))


def duties(actor: Actor) -> list[str]:
    """The duties that the actor's permissions give."""
    return [
        duty(spec, step)
        for spec in catalogue.forms
        for step in spec.chain
        if step.waits and step.relation is not Maker.MAKER and actor.may(sign(step), spec.resource)
    ]


def mine(actor: Actor) -> ColumnElement[bool]:
    """The condition that a task is the actor's to do: by name, or by duty on a document of somebody else's."""
    held = duties(actor)
    by_duty = and_(Task.duty.in_(held), Document.maker_id != actor.user_id) if held else false()
    return or_(Task.user_id == actor.user_id, by_duty)


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
    rows = waiting(actor).with_only_columns(Task.id).order_by(None).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0
