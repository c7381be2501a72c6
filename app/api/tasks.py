"""One's own tasks over REST (任务列表, article 107): listed, claimed, released, and copies ticked off as read."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, table
from app.api.arguments import in_path, once, query
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.lists import MOST_ROWS, USUAL_ROWS
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import TAKING
from app.api.taking import plainly
from app.api.task_lists import VIEWS, asked
from app.database import db
from app.engine.catalogue import catalogue
from app.workflow import claiming
from app.workflow.models import Task

WORDS = "任务"


class TaskApi(Resource):
    """任务."""

    resource_name = "tasks"
    openapi_spec_tag = WORDS

    @operation("/", permission=None)
    def get_list(self) -> Response:
        """One's own tasks: to do, to read, or done."""
        wanted = asked(caller())
        found = db.session().execute(wanted.statement.limit(wanted.size + 1)).all()
        rows = [task_json(task) for task, _document in found[: wanted.size]]
        return reply({"rows": rows, "next": str(rows[-1]["id"]) if len(found) > wanted.size else None})

    @operation(f"/{ID}/claim", methods=("POST",), permission=None)
    def post_claim(self, pk: int) -> Response:
        """Takes a task on; with `over` from the colleague who has it."""
        over = plainly(TAKING, json_object()).get("over", False)
        return changing(lambda session: answered(session, claiming.claim(session, caller(), pk, over=over)))

    @operation(f"/{ID}/release", methods=("POST",), permission=None)
    def post_release(self, pk: int) -> Response:
        """Gives a claimed task back."""
        return changing(lambda session: answered(session, claiming.release(session, caller(), pk)))

    @operation(f"/{ID}/read", methods=("POST",), permission=None)
    def post_read(self, pk: int) -> Response:
        """Ticks a copy off as read."""
        return changing(lambda session: answered(session, claiming.read_copy(session, caller(), pk)))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of tasks."""
        one = named(
            id=WHOLE, number=TEXT, form=TEXT, form_title=TEXT, summary=MAYBE, step=TEXT, step_title=TEXT, seat=MAYBE,
            reading=YES_NO, opened_at=TEXT, due_at=MAYBE, done_at=MAYBE, claimed_by_name=MAYBE, claimed_at=MAYBE,
            links={"type": "object"},
        )
        arguments = [
            query("view", _("todo 待办，read 待阅，done 已办"), {"type": "string", "enum": list(VIEWS), "default": VIEWS[0]}),
            query("form", _("只列这种单据：表号或地址中的名称"), TEXT),
            query("overdue", _("true 只列已超期"), YES_NO),
            query("after", _("上一次回答中的 next：其后的一页"), TEXT),
            query("size", _("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        ]
        content, key, failing = json_content(one), [in_path("pk"), once()], ("400", "404", "422")
        yield "/", {"get": described(_("本人的任务"), "200", json_content(table(one, next=MAYBE)), arguments, None, ["422"])}
        body = json_content(named(over=YES_NO | {"description": _("接手同事已认领的任务")}))
        yield "/{pk}/claim", {"post": described(_("认领"), "200", content, key, body, (*failing, "413", "415"))}
        yield "/{pk}/release", {"post": described(_("释放"), "200", content, key, None, failing)}
        yield "/{pk}/read", {"post": described(_("已阅"), "200", content, key, None, failing)}


def answered(session: Session, task: Task) -> Response:
    """The task as it is now."""
    session.flush()
    return reply(task_json(task))


def task_json(task: Task) -> Json:
    """One task with its document's number and address."""
    spec, document = catalogue.form(task.document.form_code), task.document
    moments = {name: getattr(task, name) for name in ("opened_at", "due_at", "done_at", "claimed_at")}
    return {
        "id": task.id, "number": document.number, "form": spec.prefix, "form_title": str(spec.title),
        "summary": document.summary, "step": task.step, "step_title": str(spec.step(task.step).label),
        "seat": task.seat, "reading": task.reading, "claimed_by_name": task.claimed_by_name,
        **{name: None if at is None else f"{at:%Y-%m-%d %H:%M:%S}" for name, at in moments.items()},
        "links": {"document": f"/api/v1/forms/{spec.slug}/{document.id}"},
    }
