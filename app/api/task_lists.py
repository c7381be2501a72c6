"""What a list of tasks is asked by: view, form, overdue, and the page behind a key."""

from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager

from app.api.lists import size_asked
from app.api.resource import LARGEST
from app.clock import now
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import mine

VIEWS = ("todo", "read", "done")
ARGUMENTS = frozenset({"view", "form", "overdue", "after", "size", "_l_"})


@dataclass(frozen=True)
class Asked:
    """A list of tasks, and how many rows of it."""

    statement: Select[Task, Document]
    size: int


def asked(actor: Actor) -> Asked:
    """What the request's arguments ask for; raises Invalid with each that cannot be taken."""
    args, size = request.args, size_asked()
    view, form, overdue, after = (args.get(name) for name in ("view", "form", "overdue", "after"))
    prefix = None if form is None else next((one.prefix for one in catalogue.forms if form in (one.prefix, one.slug)), "")
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in args if name not in ARGUMENTS]
    wrong += [] if view in (None, *VIEWS) else [Fault(("view",), "view", _("应为 %(views)s", views="、".join(VIEWS)), view)]
    wrong += [Fault(("form",), "form", _("没有这种单据"), form)] if prefix == "" else []
    wrong += [] if overdue in (None, "true", "false") else [Fault(("overdue",), "overdue", _("应为 true 或 false"), overdue)]
    wrong += [] if after is None or is_key(after) else [Fault(("after",), "after", _("不是这个列表给出的"), after)]
    if wrong:
        raise Invalid(wrong)
    statement = tasks_of(actor, view or VIEWS[0], int(after) if after else None)
    if prefix:
        statement = statement.where(Document.form_code == prefix)
    if overdue is not None:
        statement = statement.where(late() if overdue == "true" else ~late())
    return Asked(statement, size)


def is_key(text: str) -> bool:
    """Whether a text can be a task's key."""
    return text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= LARGEST


def late() -> ColumnElement[bool]:
    """The condition that a task is, or was done, past its deadline."""
    from_due = Task.due_at.is_not(None) & (Task.due_at < now())
    return from_due & (Task.done_at.is_(None) | (Task.done_at > Task.due_at))


def tasks_of(actor: Actor, view: str, after: int | None) -> Select[Task, Document]:
    """The tasks of a view: open ones the earliest first, done ones the latest first."""
    statement = select(Task, Document).join(Task.document).options(contains_eager(Task.document))
    if view == "done":
        statement = statement.where(Task.done_by_id == actor.user_id).order_by(Task.id.desc())
        return statement if after is None else statement.where(Task.id < after)
    statement = statement.where(Task.done_at.is_(None), Task.reading.is_(view == "read"), mine(actor)).order_by(Task.id)
    return statement if after is None else statement.where(Task.id > after)
