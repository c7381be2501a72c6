"""The workbench (工作台): the first page, with what waits for the person and what the person has under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask_appbuilder import IndexView, expose
from flask_babel import lazy_gettext as _
from flask_login import login_required
from sqlalchemy import ColumnElement, Row, ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.database import db
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.notices.lists import latest_unread
from app.screens import holders, navigation
from app.screens.frame import MOST_TASKS, notice_count, task_count
from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import mine, waiting

SHOWN = 10
SHOWN_NOTICES = 5
WITH_ME = (State.RETURNED, State.WITHDRAWN, State.DRAFT)


@dataclass(frozen=True)
class Figures:
    """The figures on top, each counted no further than MOST_TASKS."""

    waiting: int
    late: int
    soon: int
    pending: int
    returned: int
    drafts: int
    done_this_month: int
    done_today: int


class Workbench(IndexView):
    """/"""

    @expose("/")
    @login_required
    def index(self) -> str:
        """The person's first page."""
        self.update_redirect()
        actor = current_actor()
        assert actor is not None
        session = db.session()
        under_way = my_documents(session, actor)
        return str(self.render_template(
            "workbench.html", title=_("工作台"), figures=figures(session, actor), most=MOST_TASKS,
            tasks=list(session.execute(waiting(actor).limit(SHOWN))), documents=under_way,
            holders=holders.of_documents(session, under_way), makes=makes(actor),
            notices=latest_unread(session, actor, SHOWN_NOTICES) if notice_count() else (),
        ))


def makes(actor: Actor) -> list[FormSpec]:
    """The forms that the person fills in."""
    return [spec for spec in catalogue.forms if navigation.makes(actor, spec)]


def my_documents(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """The person's documents that are not finished: first those sent back, then the latest."""
    columns = (Document.id, Document.number, Document.form_code, Document.summary, Document.state, Document.step,
               Document.due_at, Document.updated_at)
    open_states = [State.RETURNED, State.WITHDRAWN, State.PENDING, State.DRAFT]
    found: list[Row[Any]] = []
    for states in ([State.RETURNED], open_states[1:]):
        statement = (
            select(*columns).where(Document.maker_id == actor.user_id, Document.state.in_(states))
            .order_by(Document.id.desc()).limit(SHOWN - len(found))
        )
        found += session.execute(statement)
        if len(found) >= SHOWN:
            break
    return found


def figures(session: Session, actor: Actor) -> Figures:
    """All figures in one statement; the waiting tasks are counted for the frame already."""
    at = now()
    today = at.replace(hour=0, minute=0, second=0)
    tasks = (Task.done_at.is_(None), mine(actor))
    done = Task.done_by_id == actor.user_id
    row = session.execute(select(
        capped_tasks(*tasks, Task.due_at < at),
        capped_tasks(*tasks, Task.due_at >= at, Task.due_at < today + timedelta(days=2)),
        capped_documents(actor, State.PENDING),
        capped_documents(actor, State.RETURNED),
        capped_documents(actor, State.DRAFT, State.WITHDRAWN),
        capped_tasks(done, Task.done_at >= today.replace(day=1)),
        capped_tasks(done, Task.done_at >= today),
    )).one()
    return Figures(task_count(), *row)


def capped_tasks(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many tasks meet the conditions."""
    rows = select(Task.id).join(Document, Document.id == Task.document_id).where(*conditions).limit(MOST_TASKS)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def capped_documents(actor: Actor, *states: State) -> ScalarSelect[int]:
    """How many documents of the actor are in these states."""
    rows = select(Document.id).where(Document.maker_id == actor.user_id, Document.state.in_(states)).limit(MOST_TASKS)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()
