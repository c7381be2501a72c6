"""Reminders and escalation (催办): who may do a task hears before it is due, their head when it is overdue.

Nothing here decides on a document: no approval comes by waiting.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from app.calendar.days import add_working_days
from app.calendar.deadlines import remaining
from app.calendar.heads import above
from app.documents.guard import writing
from app.documents.parameters import parameter_number
from app.engine.catalogue import catalogue
from app.engine.text import Text
from app.notices.operations import notify
from app.security.models import User
from app.workflow.holders import Holders
from app.workflow.models import Task

BEFORE = "remind_before_days"
CHUNK = 100
"""Tasks taken up in one transaction."""


def remind(session: Session, at: datetime) -> int:
    """Reminds of tasks that are due soon, each once; returns how many there were, at most a chunk."""
    until = datetime.combine(add_working_days(session, at.date(), int(parameter_number(session, BEFORE))), at.time())
    tasks = waiting(session, Task.due_at >= at, Task.due_at < until, Task.reminded_at.is_(None))
    holders = Holders(session)
    with writing(session):
        for task in tasks:
            task.reminded_at = at
            words = _("%(task)s将于 %(due)s 到期", task=title(task), due=f"{task.due_at:%Y-%m-%d %H:%M}")
            notify(session, holders.of(task), words, left(session, task, at), document=task.document)
    return len(tasks)


def escalate(session: Session, at: datetime) -> int:
    """Tells of overdue tasks, each once: who may do them, and their heads; returns how many there were, at most a chunk."""
    tasks = waiting(session, Task.due_at < at, Task.escalated_at.is_(None))
    holders = Holders(session)
    with writing(session):
        for task in tasks:
            task.escalated_at = at
            words = _("%(task)s已逾期，期限为 %(due)s", task=title(task), due=f"{task.due_at:%Y-%m-%d %H:%M}")
            notify(session, holders.of(task) | above(holders, task), words, left(session, task, at), document=task.document)
    return len(tasks)


def escalate_orphans(session: Session, at: datetime) -> int:
    """Tells the heads of tasks that wait for a disabled account, each once, whatever their deadline."""
    disabled = select(User.id).where(User.active.is_not(True))
    tasks = waiting(
        session, or_(Task.user_id.in_(disabled), Task.claimed_by_id.in_(disabled)), Task.escalated_at.is_(None)
    )
    holders = Holders(session)
    with writing(session):
        for task in tasks:
            task.escalated_at = at
            words = _("%(task)s等待已停用的账号办理，请安排他人", task=title(task))
            notify(session, above(holders, task), words, document=task.document)
    return len(tasks)


def waiting(session: Session, *conditions: ColumnElement[bool]) -> list[Task]:
    """A chunk of open tasks with their documents, locked: two runs never take up the same."""
    statement = (
        select(Task).where(Task.done_at.is_(None), Task.reading.is_(False), *conditions)
        .options(joinedload(Task.document, innerjoin=True)).order_by(Task.id).limit(CHUNK)
        .with_for_update(skip_locked=True, of=Task)
    )
    return list(session.scalars(statement))


def title(task: Task) -> Text:
    """A task in words: 《数据导入文件登记表》FJ06-2026-000012 的“导入预处理”."""
    spec = catalogue.form(task.document.form_code)
    return _("《%(form)s》%(number)s 的“%(step)s”", form=spec.title, number=task.document.number,
             step=spec.step(task.step).label)


def left(session: Session, task: Task, at: datetime) -> Text:
    """How long there is, and that waiting decides nothing."""
    assert task.due_at is not None
    return _("%(left)s。请及时办理；逾期不视为同意。", left=remaining(session, task.due_at, at))
