"""Imports as people see them: the panel beside form 6 and form 3, the list of faults, error files, form 3 with one click."""

from typing import Any

from flask import Response, flash, redirect, request, send_file, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.base_store import sight
from app.areas.collection.base_store.batches import latest
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFile, BatchState
from app.areas.collection.base_store.returning import draft_notice, notices_of
from app.areas.collection.forms.import_file_register import ImportFileRegister
from app.areas.collection.sight import permissions
from app.areas.collection.sight.wording import field_title, field_titles, rule_title
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.screens import keyset, paths
from app.screens.exposing import ID, page, the_actor
from app.screens.keyset import Order
from app.screens.panels import Values, panel
from app.screens.translating import gettext
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.options import readable
from app.workflow.permissions import MAKE

SIZE = 50
IN_ORDER = (Order(BaseFault.id),)  # type: ignore[arg-type]
FILE = "<int(max=2147483647):fid>"
TONES = {
    BatchState.PREPARING: "info", BatchState.PREPARED: "info", BatchState.IMPORTING: "info", BatchState.IMPORTED: "success",
    BatchState.FAILED: "danger", BatchState.CANCELLED: "warning",
}


class ImportFaults(BaseView):
    """/import-batches/: what hangs on a batch."""

    route_base = "/import-batches"
    class_permission_name = "FJ06 数据导入文件登记表"
    method_permission_name = {"faults": "read", "error_file": "read", "notice": "read"}

    @page(f"/{ID}/faults")
    def faults(self, pk: int) -> str:
        """What was wrong, row by row; of one file where the address says so."""
        session, actor, args = db.session(), the_actor(), request.args
        batch, document = sight.find(session, actor, pk)
        file_id = sight.file_of(batch, int(args["file"])).id if args.get("file", "").isdecimal() else None
        found = keyset.page(
            session, sight.faults(pk, file_id), IN_ORDER, lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE
        )
        titles = field_titles(session, [batch.structure_id])
        turned: dict[str, Any] = {"pk": pk, "file": file_id}
        return str(self.render_template(
            "collection/faults.html", title=_("差错明细"), batch=batch, document=document, rows=[row[0] for row in found.rows],
            names=sight.names(batch.files), file_id=file_id, register_url=paths.document_url(document), rule_title=rule_title,
            field_title=lambda name: field_title(titles, name),
            previous=url_for("ImportFaults.faults", before=found.previous, **turned) if found.previous else None,
            next=url_for("ImportFaults.faults", after=found.next, **turned) if found.next else None,
        ))

    @page(f"/{ID}/files/{FILE}/errors")
    def error_file(self, pk: int, fid: int) -> Response:
        """The error file, always as a download, its Chinese name kept by RFC 6266."""
        with transaction(db.session()) as session:
            found = sight.take_error_file(session, the_actor(), pk, fid)
        return download(found)

    @page(f"/{ID}/notice", "POST")
    def notice(self, pk: int) -> Any:
        """Form 3 from the batch's rejected records."""
        actor = the_actor()
        with transaction(db.session()) as session:
            batch, document = sight.find(session, actor, pk)
            if not may_return(session, actor, document, batch):
                raise Denied(_("没有可返还的拒收记录，或已有返还通知书，或您的岗位不填制通知书"))
            assert isinstance(document, ImportFileRegister)
            made = draft_notice(session, actor, document, batch)
            assert made is not None
            url = paths.document_url(made)
        flash(gettext("已拟好返还通知书，请核对后提交"), "success")
        return redirect(url)


def download(found: sight.ErrorFile) -> Response:
    """A file that no browser shows as a page."""
    answer = send_file(found.path, as_attachment=True, download_name=found.name, mimetype="application/octet-stream", max_age=0)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def may_return(session: Session, actor: Actor, document: Document, batch: BaseBatch) -> bool:
    """Whether the person may make form 3 from the batch now."""
    settled = batch.state in (BatchState.PREPARED, BatchState.IMPORTED) and batch.rejected > 0
    makes = actor.may(MAKE, catalogue.form("error_file_return_notice").resource)
    return settled and makes and not notices_of(session, document.id)


@panel(sight.FORM, "collection/import_panel.html")
def import_panel(session: Session, actor: Actor, document: Document) -> Values | None:
    """Beside form 6: the batch with its files, what was returned, and what was delivered again."""
    batch = latest(session, document.id)
    if batch is None:
        return None
    seen = [one for one in notices_of(session, document.id) if readable(actor, catalogue.form(one.form_code), one)]
    return {
        "batch": batch, "tone": TONES[batch.state], "files": [file_values(session, one) for one in batch.files],
        "notices": [notice_values(actor, one) for one in seen],
        "may_return": may_return(session, actor, document, batch),
        "whole": actor.may(permissions.LIST, permissions.RESOURCE),
    }


def file_values(session: Session, file: BaseFile) -> Values:
    """One file, with the one that it is the same as."""
    same = session.get(BaseFile, file.same_as_id) if file.same_as_id else None
    return {"file": file, "same": same, "batch": same.batch if same else None}


def notice_values(actor: Actor, notice: Any) -> Values:
    """A form 3 and its resubmission."""
    again = notice.resubmission
    url = paths.document_url(again) if again and readable(actor, catalogue.form(again.form_code), again) else None
    return {"notice": notice, "url": paths.document_url(notice), "again": again, "again_url": url}


@panel("error_file_return_notice", "collection/notice_panel.html")
def notice_panel(session: Session, actor: Actor, document: Any) -> Values | None:
    """Beside form 3: the import that it comes from, and the delivery that answers it."""
    source = document.source
    batch = latest(session, source.id) if isinstance(source, ImportFileRegister) else None
    if batch is None and document.resubmission is None:
        return None
    reads = batch is not None and readable(actor, sight.spec(), source)
    return {
        "batch": batch, "source": source, "source_url": paths.document_url(source) if reads else None,
        "files": [one for one in batch.files if one.error_file] if batch and reads else [],
        **notice_values(actor, document),
    }
