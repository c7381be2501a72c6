"""公开渠道采集: the day's workbook in, the month's report and handover out (article 16.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, request, send_file
from flask_appbuilder import BaseView
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.public_collection_handover import PublicCollectionHandover
from app.areas.collection.forms.public_collection_report import PublicCollectionReport
from app.areas.collection.public import operations, permissions
from app.areas.collection.public.totals import lists_of
from app.areas.collection.public.workbook import LAYOUT, MOST_TOLD, examine
from app.clock import today
from app.database import db, transaction
from app.documents.attachments import MOST_BYTES
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.intake.writing import write_rows
from app.screens import faults, paths
from app.screens.exposing import page, the_actor
from app.screens.translating import gettext as _
from app.workflow.errors import Denied, Missing

MONTHS = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Month:
    """A month: how many lists it has, its report and handover where there are any."""

    month: str
    lists: int
    records: int
    report: Document | None
    handover: Document | None


class PublicChannels(BaseView):
    """/public-channels/"""

    route_base = "/public-channels"
    default_view = "index"
    class_permission_name = permissions.RESOURCE
    method_permission_name = {"index": "list", "template": "list", "collect": "make", "report": "make", "hand_over": "make"}

    @page("/")
    def index(self) -> Response:
        """The latest months."""
        return self._page()

    @page("/template.xlsx")
    def template(self) -> Response:
        """The uniform workbook, empty."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "template"
            write_rows(path, LAYOUT, [])
            content = BytesIO(path.read_bytes())
        return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{_('公开渠道采集信息')}.xlsx")

    @page("/collect", "POST")
    def collect(self) -> Any:
        """The day's workbook becomes the draft of form 4, or is refused by row."""
        file = request.files.get("file")
        if file is None or not (file.filename or "").lower().endswith(operations.WORKBOOK):
            return self._page(422, [Fault(("file",), _("工作簿"), _("请选择统一格式的 .xlsx 工作簿"))])
        content = file.stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            return self._page(422, [Fault(("file",), _("工作簿"), _("每个附件不超过 %(most)s MB", most=MOST_BYTES // 1024 // 1024))])
        session, name = db.session(), file.filename or ""
        with TemporaryDirectory(dir=current_app.config["DATA_DIR"]) as folder:
            path = Path(folder) / "workbook.xlsx"
            path.write_bytes(content)
            try:
                found = examine(session, path, today())
            except Invalid as invalid:
                return self._page(422, invalid.faults)
        if found.faults:
            return self._page(422, found.faults)
        attachments = current_app.config["DATA_DIR"] / "attachments"
        actor = the_actor()
        return self._made(
            "public_collection_list", lambda session: operations.list_of_the_day(session, actor, found, name, content, attachments)
        )

    @page("/report", "POST")
    def report(self) -> Any:
        """The draft of a month's form 5."""
        month = request.form.get("month", "")
        if month not in months():
            raise Missing
        return self._made("public_collection_report", lambda session: operations.report_of(session, the_actor(), month))

    @page("/hand-over", "POST")
    def hand_over(self) -> Any:
        """The draft of a month's S1, with its files."""
        session = db.session()
        report = report_of(session, request.form.get("month", ""))
        if report is None:
            raise Missing
        folder = current_app.config["DATA_DIR"] / "attachments"
        return self._made("public_collection_handover", lambda session: operations.handover_of(session, the_actor(), report, folder))

    def _made(self, slug: str, make: Callable[[Session], Document]) -> Any:
        """On to the draft, or back with the reason."""
        try:
            with transaction(db.session()) as session:
                key = make(session).id
        except Invalid as invalid:
            return self._page(422, invalid.faults)
        except Denied as denied:
            return self._page(422, [Fault((), _("公开渠道采集"), denied.reason)])
        flash(_("草稿已生成，请核对后提交"), "success")
        return redirect(paths.url(catalogue.form(slug), "edit", pk=key))

    def _page(self, status: int = 200, found: Sequence[Fault] = ()) -> Response:
        session = db.session()
        lines = faults.summary(found[:MOST_TOLD]).lines
        summary = faults.Summary(_("没有登记：有 %(count)s 处不符合要求", count=len(found)), lines) if found else None
        return make_response(self.render_template(
            "collection/public.html", title=_("公开渠道采集"), summary=summary, months=[month_row(session, one) for one in months()],
            may_make=the_actor().may(permissions.MAKE, permissions.RESOURCE), fields=LAYOUT.fields,
            report_url=lambda one: paths.url(catalogue.form("public_collection_report"), "show", pk=one.id),
            handover_url=lambda one: paths.url(catalogue.form("public_collection_handover"), "show", pk=one.id),
            lists_url=paths.url(catalogue.form("public_collection_list")),
        ), status)


def months() -> list[str]:
    """The latest twelve, the latest first."""
    this = today().replace(day=1)
    found = [this]
    while len(found) < MONTHS:
        last = found[-1]
        found.append(last.replace(year=last.year - (last.month == 1), month=(last.month - 2) % 12 + 1))
    return [operations.month_of(one) for one in found]


def month_row(session: Session, month: str) -> Month:
    """What a month has."""
    lists, report = lists_of(session, month), report_of(session, month)
    handover = session.scalars(
        select(PublicCollectionHandover).where(PublicCollectionHandover.month == month, PublicCollectionHandover.state != State.TERMINATED)
        .order_by(PublicCollectionHandover.id.desc())
    ).first()
    return Month(month, len(lists), sum(one.record_count or 0 for one in lists), report, handover)


def report_of(session: Session, month: str) -> PublicCollectionReport | None:
    """The month's report, the latest where one corrects another."""
    standing = (PublicCollectionReport.month == month, PublicCollectionReport.state != State.TERMINATED)
    return session.scalars(select(PublicCollectionReport).where(*standing).order_by(PublicCollectionReport.id.desc())).first()
