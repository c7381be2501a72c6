"""Jobs over REST (作业): listed, read, and one's own cancelled."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, table, values
from app.api.arguments import in_path, once, query
from app.api.calling import caller
from app.api.lists import MOST_ROWS, USUAL_ROWS, size_asked
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import reply
from app.api.resource import ID, LARGEST, Resource, operation
from app.database import db
from app.documents.values import Fault, Invalid
from app.engine.document import Document
from app.jobs import operations, sight
from app.jobs.models import Job, JobState
from app.jobs.permissions import LIST, RESOURCE
from app.jobs.sight import Asked

ARGUMENTS = frozenset({"view", "state", "kind", "after", "size", "_l_"})
VIEWS = ("own", "all")


class JobApi(Resource):
    """作业."""

    resource_name = "jobs"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/", permission=LIST)
    def get_list(self) -> Response:
        """One's own jobs, the latest first; `view=all` everybody's, for those who see them."""
        wanted, after, size = asked()
        statement = sight.jobs(caller(), wanted)
        if after is not None:
            statement = statement.where(Job.id < after)
        found = db.session().execute(statement.order_by(Job.id.desc()).limit(size + 1)).all()
        rows = [job_json(job, document) for job, document in found[:size]]
        return reply({"rows": rows, "next": str(rows[-1]["id"]) if len(found) > size else None})

    @operation(f"/{ID}", permission=LIST)
    def get(self, pk: int) -> Response:
        """A job with its progress."""
        return reply(job_json(*sight.find(db.session(), caller(), pk)))

    @operation(f"/{ID}/cancel", methods=("POST",), permission=LIST)
    def post_cancel(self, pk: int) -> Response:
        """Asks for one's own job to stop."""
        return changing(lambda session: cancelled(session, pk))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of jobs."""
        number = {"type": "number"}
        one = named(
            id=WHOLE, kind=TEXT, title=TEXT, state=values(JobState), user_name=TEXT, document_id=WHOLE | {"nullable": True},
            document=MAYBE, total=WHOLE, done=WHOLE, rate=number, left=WHOLE | {"nullable": True}, seconds=number,
            queued_at=TEXT, started_at=MAYBE, finished_at=MAYBE, cancel_asked=YES_NO, result={"type": "object"}, problem=MAYBE,
        )
        arguments = [
            query("view", gettext("own 自己的作业，all 全部作业"), {"type": "string", "enum": list(VIEWS), "default": VIEWS[0]}),
            query("state", gettext("状态"), values(JobState)),
            query("kind", gettext("类别"), TEXT),
            query("after", gettext("上一次回答中的 next：其后的一页"), TEXT),
            query("size", gettext("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        ]
        content = json_content(one)
        listed = json_content(table(one, next=MAYBE))
        yield "/", {"get": described(gettext("作业；rate 为每秒行数，left 为剩余秒数"), "200", listed, arguments, None, ["422"])}
        yield "/{pk}", {"get": described(gettext("一项作业"), "200", content, [in_path("pk")], None, ["404"])}
        yield "/{pk}/cancel", {
            "post": described(gettext("取消自己的作业"), "200", content, [in_path("pk"), once()], None, ("400", "404", "422"))
        }


def cancelled(session: Session, pk: int) -> Response:
    """The job, told to stop."""
    operations.cancel(session, caller(), pk)
    session.flush()
    return reply(job_json(*sight.find(session, caller(), pk)))


def job_json(job: Job, document: Document | None) -> Json:
    """One job."""
    def moment(at: datetime | None) -> str | None:
        return at.isoformat(timespec="seconds") if at else None

    return {
        "id": job.id, "kind": job.kind, "title": job.title, "state": job.state.value, "user_name": job.user_name,
        "document_id": job.document_id, "document": document.number if document else None, "total": job.total,
        "done": job.done, "rate": round(job.rate, 1), "left": job.left, "seconds": round(job.seconds, 1),
        "queued_at": moment(job.queued_at), "started_at": moment(job.started_at), "finished_at": moment(job.finished_at),
        "cancel_asked": job.cancel_asked, "result": job.result, "problem": job.problem,
    }


def asked() -> tuple[Asked, int | None, int]:
    """What the request's arguments ask for; raises Invalid with each that cannot be taken."""
    view, state, after = request.args.get("view", "own"), request.args.get("state"), request.args.get("after")
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in request.args if name not in ARGUMENTS]
    if view not in VIEWS or (view == "all" and not sight.inspects(caller())):
        wrong.append(Fault(("view",), "view", _("应为 own；可以查看全部作业的人也可以是 all"), view))
    if state is not None and state not in [one.value for one in JobState]:
        wrong.append(Fault(("state",), "state", _("没有这个状态"), state))
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 11 and int(after) <= LARGEST):
        wrong.append(Fault(("after",), "after", _("不是这个列表给出的"), after))
    if wrong:
        raise Invalid(wrong)
    chosen = Asked(view == "all", JobState.of(state) if state else None, request.args.get("kind"))
    return chosen, int(after) if after else None, size_asked()
