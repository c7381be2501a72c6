"""Claiming a task (认领): of several who could do it, one takes it on, and the others leave it alone until it is released.

A colleague can take it over; that, too, is recorded. And copies to read (抄送) are ticked off.
"""

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing
from app.workflow.models import Task
from app.workflow.tasks import mine


def claim(session: Session, actor: Actor, task_id: int, *, over: bool = False) -> Task:
    """Takes a task on; `over` from the colleague who has it. Raises Missing, Denied."""
    task = open_task_of(session, actor, task_id)
    if task.user_id is not None:
        raise Denied(_("本任务已指定由一人办理，无须认领"))
    if task.claimed_by_id not in (None, actor.user_id) and not over:
        raise Denied(_("%(name)s已认领本任务", name=task.claimed_by_name))
    if task.claimed_by_id != actor.user_id:
        before = task.claimed_by_name
        with writing(session):
            task.claimed_by_id, task.claimed_by_name, task.claimed_at = actor.user_id, actor.name, now()
        noted(session, actor, task, {"claimed": True, **({"from": before} if before else {})})
    return task


def release(session: Session, actor: Actor, task_id: int) -> Task:
    """Gives a claimed task back to all who could do it; raises Missing, Denied."""
    task = open_task_of(session, actor, task_id)
    if task.claimed_by_id != actor.user_id:
        raise Denied(_("您没有认领本任务"))
    with writing(session):
        task.claimed_by_id = task.claimed_by_name = task.claimed_at = None
    noted(session, actor, task, {"claimed": False})
    return task


def read_copy(session: Session, actor: Actor, task_id: int) -> Task:
    """Notes that the actor has read a copy (抄送); raises Missing."""
    task = open_task_of(session, actor, task_id)
    if not task.reading:
        raise Missing
    with writing(session):
        task.done_at, task.done_by_id = now(), actor.user_id
    noted(session, actor, task, {}, AuditAction.READ)
    return task


def open_task_of(session: Session, actor: Actor, task_id: int) -> Task:
    """An open task that the actor could do, whoever has claimed it, its row locked; raises Missing."""
    task = session.scalar(
        select(Task).join(Document, Document.id == Task.document_id)
        .where(Task.id == task_id, Task.done_at.is_(None), mine(actor, claimed=True)).with_for_update(of=Task)
    )
    if task is None:
        raise Missing
    return task


def noted(
    session: Session, actor: Actor, task: Task, detail: dict[str, object], action: AuditAction = AuditAction.CLAIM
) -> None:
    """The entry in the record."""
    spec = catalogue.form(task.document.form_code)
    record(session, actor, action, spec.resource, task.document.number, document=task.document,
           detail={"step": task.step, **detail})


