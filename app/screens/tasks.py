"""The task list (任务列表, article 107): what waits for me, what I have to read, have done, all of it; and my documents."""

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _
from flask_login import login_required
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from app.clock import now
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.screens import keyset, navigation, paths
from app.screens.bulk import BulkPages
from app.screens.claims import claim_of
from app.screens.exposing import ID, the_actor
from app.screens.frame import task_counts
from app.screens.keyset import Page
from app.screens.task_views import WHOSE, TaskView, came_to, views
from app.workflow import claiming
from app.workflow.actor import Actor
from app.workflow.models import Task

SIZE = 20
FILTERS = ("view", "form", "state", "whose")


class Tasks(BulkPages, BaseView):
    """/tasks/"""

    route_base = "/tasks"
    default_view = "index"

    @expose("/")
    @login_required
    def index(self) -> str:
        """One of the lists, of one form or of all."""
        actor = the_actor()
        lists = views(actor)
        view = next((one for one in lists if one.name == request.args.get("view", "todo")), None)
        if view is None:
            raise BadRequest
        found = page_of(actor, view)
        todo, copies = task_counts()
        return str(self.render_template(
            "tasks.html", title=_("任务"), view=view, views=lists, page=found, forms=forms_of(actor), states=list(State),
            whose=WHOSE, counts={"todo": todo, "read": copies}, claim_of=lambda task: claim_of(actor, task), now=now(),
            previous=turned(before=found.previous), next=turned(after=found.next),
        ))

    @expose(f"/claim/{ID}", ("POST",))
    @login_required
    def claim(self, pk: int) -> Any:
        """认领."""
        return done(pk, claiming.claim)

    @expose(f"/take/{ID}", ("POST",))
    @login_required
    def take(self, pk: int) -> Any:
        """接手: claims what a colleague has claimed."""
        return done(pk, lambda session, actor, task: claiming.claim(session, actor, task, over=True))

    @expose(f"/release/{ID}", ("POST",))
    @login_required
    def release(self, pk: int) -> Any:
        """释放."""
        return done(pk, claiming.release)

    @expose(f"/read/{ID}", ("POST",))
    @login_required
    def read(self, pk: int) -> Any:
        """已阅: a copy has been read."""
        return done(pk, claiming.read_copy)


def done(pk: int, act: Callable[[Session, Actor, int], Task]) -> Any:
    """Does something about a task, and goes back to where the button was."""
    actor = the_actor()
    with transaction(db.session()) as session:
        document: Document = act(session, actor, pk).document
        address = paths.document_url(document)
        reading = request.form.get("view") == "read"
    if request.form.get("back") == "document":
        return redirect(address)
    return redirect(url_for("Tasks.index", view="read" if reading else None))


def page_of(actor: Actor, view: TaskView) -> Page:
    """The page that the request asks for: `form`, `state`, `whose`, `after`, `before`."""
    statement, args = view.statement, request.args
    if args.get("form"):
        statement = statement.where(Document.form_code == args["form"])
    if args.get("state"):
        if args["state"] not in [state.value for state in State]:
            raise BadRequest
        statement = statement.where(Document.state == args["state"])
    if args.get("whose") and view.name != "made":
        if args["whose"] not in WHOSE:
            raise BadRequest
        statement = statement.where(came_to(actor, args["whose"]))
    return keyset.page(db.session(), statement, view.orders, view.key, args.get("after"), args.get("before"), SIZE)


def forms_of(actor: Actor) -> list[FormSpec]:
    """The forms that tasks and documents of the person can be of."""
    return [spec for spec in catalogue.forms if navigation.makes(actor, spec) or navigation.signs(actor, spec)]


def turned(after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    if not (after or before):
        return None
    values: dict[str, Any] = {name: request.args.get(name) or None for name in FILTERS}
    return url_for("Tasks.index", **values, after=after, before=before)
