"""The lists of the task page (任务列表, article 107), and whose tasks they show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, func, literal, or_, select

from app.engine.document import Document
from app.engine.text import Text
from app.screens.keyset import Order, Statement
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import duties, mine

FAR = datetime(9999, 12, 31)
WHOSE: dict[str, Text] = {"named": _("由我办理"), "duty": _("本岗位"), "delegate": _("受托")}
"""How a task came to the person: named or claimed, by the own duty, or as somebody's delegate."""


@dataclass(frozen=True)
class TaskView:
    """One of the lists: its statement, its order, and a row's key in it. `waiting`: its tasks are still to be done."""

    name: str
    title: Text
    statement: Statement
    orders: tuple[Order, ...]
    waiting: bool = False

    def key(self, row: Any) -> list[Any]:
        """The row's values in the columns of `orders`, which the statement selects last."""
        return list(row[-len(self.orders):])


def views(actor: Actor) -> list[TaskView]:
    """The lists of a person: 待处理, 待阅, 已处理, 全部, 我的单据."""
    due = func.coalesce(Task.due_at, literal(FAR))
    tasks = select(Task, Document).join(Document, Document.id == Task.document_id)
    urgent = (Order(due), Order(Task.opened_at), Order(Task.id))  # type: ignore[arg-type]
    latest = (Order(Task.done_at, True), Order(Task.id, True))  # type: ignore[arg-type]
    newest = (Order(Task.id, True),)  # type: ignore[arg-type]
    made = (Order(Document.id, True),)  # type: ignore[arg-type]
    open_and_mine = and_(Task.done_at.is_(None), mine(actor))
    claimed_too = and_(Task.done_at.is_(None), mine(actor, claimed=True), Task.reading.is_(False))
    copies = and_(open_and_mine, Task.reading)
    done_by_me = Task.done_by_id == actor.user_id
    return [
        TaskView("todo", _("待处理"), keyed(tasks.where(claimed_too), urgent), urgent, True),
        TaskView("read", _("待阅"), keyed(tasks.where(copies), newest), newest, True),
        TaskView("done", _("已处理"), keyed(tasks.where(done_by_me), latest), latest),
        TaskView("all", _("全部"), keyed(tasks.where(or_(open_and_mine, done_by_me)), newest), newest),
        TaskView("made", _("我的单据"), keyed(select(Document).where(Document.maker_id == actor.user_id), made), made),
    ]


def keyed(statement: Statement, orders: tuple[Order, ...]) -> Statement:
    """The statement with the columns of its order selected at the end."""
    return statement.add_columns(*(order.column for order in orders))


def came_to(actor: Actor, how: str) -> ColumnElement[bool]:
    """The condition that a task came to the actor in one of the ways of WHOSE."""
    own = duties(actor)
    if how == "named":
        return or_(Task.user_id == actor.user_id, Task.claimed_by_id == actor.user_id)
    if how == "duty":
        return Task.duty.in_(own)
    others = {held for who in actor.principals for held in duties(who)} - set(own)
    return or_(Task.user_id.in_([who.user_id for who in actor.principals]), Task.duty.in_(others))
