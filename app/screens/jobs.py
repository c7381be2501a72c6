"""Jobs (作业): long work with its progress, found again after leaving the page, and cancelled by whoever started it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.database import db, transaction
from app.engine.document import Document
from app.engine.text import Text
from app.jobs import operations, sight
from app.jobs.kinds import ROWS, Unit, kind_of, kinds
from app.jobs.models import Job, JobState
from app.jobs.permissions import RESOURCE
from app.jobs.sight import Asked
from app.screens import keyset, paths
from app.screens.exposing import ID, data, page, the_actor
from app.screens.keyset import Order
from app.screens.translating import gettext
from app.workflow.actor import Actor

SIZE = 30
LOOKED_AT = 20
"""Jobs of a document, from the latest, that its page looks at."""
NEWEST = (Order(Job.id, True),)  # type: ignore[arg-type]
TONES = {
    JobState.QUEUED: "default", JobState.RUNNING: "info", JobState.DONE: "success", JobState.FAILED: "danger",
    JobState.CANCELLED: "warning",
}


@dataclass(frozen=True)
class Row:
    """A job as people see it."""

    job: Job
    document: Document | None
    mine: bool
    url: str | None
    """The page of its document, for those who may read it."""

    @property
    def tone(self) -> str:
        """The colour of its state."""
        return TONES[self.job.state]

    @property
    def kind(self) -> Text:
        """Its kind in words."""
        return kind_title(self.job.kind)

    @property
    def unit(self) -> Text:
        """What its progress counts."""
        return unit_of(self.job.kind).title

    def speed(self, number: str) -> str:
        """So many of it a second, in words."""
        return str(unit_of(self.job.kind).speed) % {"number": number}

    @property
    def cancellable(self) -> bool:
        """Whether this person may ask for it to stop."""
        return self.mine and self.job.state.open and not self.job.cancel_asked

    @property
    def renewable(self) -> bool:
        """Whether this person may have it run again."""
        over = self.job.state in (JobState.FAILED, JobState.CANCELLED)
        return self.mine and over and renews(self.job.kind)

    @property
    def left(self) -> Text:
        """The time left in words, or nothing."""
        return seconds_left(self.job.left)

    @property
    def took(self) -> Text:
        """How long it took, or has taken so far."""
        return duration(self.job.seconds) if self.job.started_at else "—"

    @property
    def results(self) -> list[tuple[Text, str]]:
        """What came out, as far as its kind has words for it."""
        return results_of(self.job)


class Jobs(BaseView):
    """/jobs/"""

    route_base = "/jobs"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list", "show": "list", "progress": "list", "cancel": "list", "again": "list"}

    @page("/")
    def index(self) -> str:
        """One's own jobs, or all, the newest first."""
        actor, args = the_actor(), request.args
        asked = asked_by(actor)
        found = keyset.page(
            db.session(), sight.jobs(actor, asked), NEWEST, lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE
        )
        return str(self.render_template(
            "jobs/list.html", title=_("作业"), rows=[row_of(actor, *one) for one in found.rows], asked=asked,
            states=list(JobState), kinds=kinds(), inspects=sight.inspects(actor),
            previous=turned(asked, before=found.previous), next=turned(asked, after=found.next),
        ))

    @page(f"/{ID}")
    def show(self, pk: int) -> str:
        """A job with its progress and what came out."""
        actor = the_actor()
        row = row_of(actor, *sight.find(db.session(), actor, pk))
        return str(self.render_template("jobs/job.html", title=row.job.title, it=row))

    @data(f"/{ID}/progress")
    def progress(self, pk: int) -> Response:
        """How far a job is, for the page's script."""
        job, _document = sight.find(db.session(), the_actor(), pk)
        return jsonify(
            state=job.state.value, title=str(job.state.title), running=job.state.open, done=job.done, total=job.total,
            rate=round(job.rate) if job.rate else None, left=job.left,
        )

    @page(f"/{ID}/cancel", "POST")
    def cancel(self, pk: int) -> Response:
        """Asks for one's own job to stop."""
        with transaction(db.session()) as session:
            job = operations.cancel(session, the_actor(), pk)
            ended = not job.state.open
        flash(gettext("作业已取消") if ended else gettext("已要求取消，作业在当前一批处理完后停止"), "success")
        return redirect(back_to(pk))

    @page(f"/{ID}/again", "POST")
    def again(self, pk: int) -> Response:
        """Queues one's own failed or cancelled job anew."""
        with transaction(db.session()) as session:
            key = operations.again(session, the_actor(), pk).id
        flash(gettext("已重新提交，作业即将运行"), "success")
        return redirect(back_to(key))


def back_to(pk: int) -> str:
    """Where a decision on a job leads: back to the document whose page it was made on, else to the job's."""
    row = row_of(the_actor(), *sight.find(db.session(), the_actor(), pk))
    return row.url if row.url and request.form.get("back") == "document" else url_for("Jobs.show", pk=pk)


def of_document(session: Session, actor: Actor, document: Document) -> list[Row]:
    """The jobs of a document that somebody had done: the latest of each kind that is not over, or did not succeed."""
    own = select(Job).where(Job.document_id == document.id, Job.user_id.is_not(None)).order_by(Job.id.desc()).limit(LOOKED_AT)
    latest: dict[str, Job] = {}
    for job in session.scalars(own):
        latest.setdefault(job.kind, job)
    newest = max(latest.values(), key=lambda one: one.id, default=None)
    return [row_of(actor, one, document) for one in latest.values() if one.state.open or one is newest]


def asked_by(actor: Actor) -> Asked:
    """What the address asks for; raises BadRequest for what there is not."""
    args = request.args
    state, view = args.get("state"), args.get("view", "own")
    if view not in ("own", "all") or (state and state not in [one.value for one in JobState]):
        raise BadRequest
    return Asked(view == "all" and sight.inspects(actor), JobState.of(state) if state else None, args.get("kind") or None)


def turned(asked: Asked, after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    if not (after or before):
        return None
    values: dict[str, Any] = {"view": "all" if asked.all else None, "kind": asked.kind, "after": after, "before": before}
    return url_for("Jobs.index", state=asked.state.value if asked.state else None, **values)


def row_of(actor: Actor, job: Job, document: Document | None) -> Row:
    """A job as that person sees it."""
    url = paths.document_url(document) if document is not None and sight.reads(actor, document) else None
    mine = job.user_id == actor.user_id or (document is not None and document.maker_id == actor.user_id)
    return Row(job, document, mine, url)


def renews(kind: str) -> bool:
    """Whether jobs of the kind can be run again."""
    try:
        return kind_of(kind).renew is not None
    except KeyError:
        return False


def kind_title(kind: str) -> Text:
    """A kind in words; its name where the application no longer knows it."""
    try:
        return kind_of(kind).title
    except KeyError:
        return kind


def unit_of(kind: str) -> Unit:
    """What the progress of a kind counts."""
    try:
        return kind_of(kind).unit
    except KeyError:
        return ROWS


def results_of(job: Job) -> list[tuple[Text, str]]:
    """The labelled parts of a result, numbers with separators."""
    try:
        labels = kind_of(job.kind).results
    except KeyError:
        return []
    found = [(label, job.result[key]) for key, label in labels.items() if job.result.get(key) is not None]
    return [(label, f"{value:,}" if isinstance(value, int) else str(value)) for label, value in found]


def seconds_left(seconds: int | None) -> Text:
    """剩余约 25 秒, 剩余约 3 分钟."""
    if seconds is None:
        return ""
    if seconds < 60:
        return _("剩余约 %(number)s 秒", number=seconds)
    return _("剩余约 %(number)s 分钟", number=-(-seconds // 60))


def duration(seconds: float) -> Text:
    """不到 1 秒, 25 秒, 3 分 5 秒, 2 小时 10 分."""
    whole = round(seconds)
    if not whole:
        return _("不到 1 秒")
    if whole < 60:
        return _("%(number)s 秒", number=whole)
    if whole < 3600:
        return _("%(minutes)s 分 %(seconds)s 秒", minutes=whole // 60, seconds=whole % 60)
    return _("%(hours)s 小时 %(minutes)s 分", hours=whole // 3600, minutes=whole % 3600 // 60)
