"""The task list (任务列表, article 107): what waits for me, what I have done, all of it; and my own documents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _
from flask_login import login_required
from sqlalchemy import and_, func, literal, or_, select
from werkzeug.exceptions import BadRequest

from app.database import db
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.screens import keyset, navigation
from app.screens.keyset import Order, Page, Statement
from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import mine

SIZE = 20
FAR = datetime(9999, 12, 31)


@dataclass(frozen=True)
class TaskView:
    """One of the lists: its statement, its order, and a row's key in it."""

    name: str
    title: Text
    statement: Statement
    orders: tuple[Order, ...]

    def key(self, row: Any) -> list[Any]:
        """The row's values in the columns of `orders`, which the statement selects last."""
        return list(row[-len(self.orders):])


def views(actor: Actor) -> list[TaskView]:
    """The lists of a person: 待处理, 已处理, 全部, 我的单据."""
    due = func.coalesce(Task.due_at, literal(FAR))
    tasks = select(Task, Document).join(Document, Document.id == Task.document_id)
    urgent = (Order(due), Order(Task.opened_at), Order(Task.id))  # type: ignore[arg-type]
    latest = (Order(Task.done_at, True), Order(Task.id, True))  # type: ignore[arg-type]
    newest = (Order(Task.id, True),)  # type: ignore[arg-type]
    made = (Order(Document.id, True),)  # type: ignore[arg-type]
    open_and_mine = and_(Task.done_at.is_(None), mine(actor))
    done_by_me = Task.done_by_id == actor.user_id
    return [
        TaskView("todo", _("待处理"), keyed(tasks.where(open_and_mine), urgent), urgent),
        TaskView("done", _("已处理"), keyed(tasks.where(done_by_me), latest), latest),
        TaskView("all", _("全部"), keyed(tasks.where(or_(open_and_mine, done_by_me)), newest), newest),
        TaskView("made", _("我的单据"), keyed(select(Document).where(Document.maker_id == actor.user_id), made), made),
    ]


def keyed(statement: Statement, orders: tuple[Order, ...]) -> Statement:
    """The statement with the columns of its order selected at the end."""
    return statement.add_columns(*(order.column for order in orders))


class Tasks(BaseView):
    """/tasks/"""

    route_base = "/tasks"
    default_view = "index"

    @expose("/")
    @login_required
    def index(self) -> str:
        """One of the lists, of one form or of all."""
        actor = current_actor()
        assert actor is not None
        lists = views(actor)
        view = next((one for one in lists if one.name == request.args.get("view", "todo")), None)
        if view is None:
            raise BadRequest
        found = page_of(view)
        return str(self.render_template(
            "tasks.html", title=_("任务"), view=view, views=lists, page=found, forms=forms_of(actor),
            states=list(State), previous=turned(before=found.previous), next=turned(after=found.next),
        ))


def page_of(view: TaskView) -> Page:
    """The page that the request asks for: `form`, `state`, `after`, `before`."""
    statement, args = view.statement, request.args
    if args.get("form"):
        statement = statement.where(Document.form_code == args["form"])
    if args.get("state"):
        if args["state"] not in [state.value for state in State]:
            raise BadRequest
        statement = statement.where(Document.state == args["state"])
    return keyset.page(db.session(), statement, view.orders, view.key, args.get("after"), args.get("before"), SIZE)


def forms_of(actor: Actor) -> list[FormSpec]:
    """The forms that tasks and documents of the person can be of."""
    return [spec for spec in catalogue.forms if navigation.makes(actor, spec) or navigation.signs(actor, spec)]


def turned(after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    if not (after or before):
        return None
    values: dict[str, Any] = {name: request.args.get(name) or None for name in ("view", "form", "state")}
    return url_for("Tasks.index", **values, after=after, before=before)
