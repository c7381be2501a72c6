"""Attachments (附件) on the document page: added, taken off, and sent to those who may read the document."""

from typing import Any

from flask import Response, flash, redirect, request, send_file

from app.database import db, transaction
from app.documents import attachments
from app.documents.values import Invalid
from app.engine.spec import FormSpec
from app.screens import paths, saving
from app.screens.document_pages import DocumentPages, shown_in
from app.screens.exposing import ID, page, the_actor
from app.screens.saving import Kept, files_sent
from app.screens.translating import gettext as _
from app.workflow.cases import open_case
from app.workflow.errors import Missing, Stale

FILE = "<int(max=2147483647):aid>"


class AttachmentPages(DocumentPages):
    """/<id>/attachments."""

    @page(f"/{ID}/attachments", "POST")
    def attach(self, pk: int) -> Any:
        """Adds files to a document that is with its maker."""
        actor, spec, files = the_actor(), self.spec, files_sent(request.files)
        try:
            with Kept() as kept, transaction(db.session()) as session:
                case = attachments.changeable(session, actor, spec, pk, shown_in(request.form))
                saving.attach(session, actor, spec, case.document, files, kept)
        except Invalid as invalid:
            return self._show(pk, 422, faults=invalid.faults)
        except Stale as stale:
            return self._show(pk, 409, problem=str(stale.message))
        flash(_("已添加 %(count)s 个附件", count=len(files)), "success")
        return redirect(paths.url(spec, "show", pk=pk))

    @page(f"/{ID}/attachments/{FILE}")
    def attachment(self, pk: int, aid: int) -> Response:
        """Sends a file: never shown as a page, its Chinese name kept by RFC 6266."""
        spec: FormSpec = self.spec
        with transaction(db.session()) as session:
            document = open_case(session, the_actor(), spec, pk).document
            found = attachments.find(session, pk, aid)
            path = saving.folder() / found.stored
            if not path.is_file():
                raise Missing
            attachments.taken(session, the_actor(), spec, document, found)
        response = send_file(path, mimetype=found.media_type, as_attachment=True, download_name=found.name,
                             etag=found.sha256, max_age=0)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    @page(f"/{ID}/attachments/{FILE}/delete", "POST")
    def detach(self, pk: int, aid: int) -> Any:
        """Takes a file off a document that is with its maker."""
        actor, spec = the_actor(), self.spec
        try:
            with transaction(db.session()) as session:
                stored = attachments.remove(session, actor, spec, pk, shown_in(request.form), aid)
        except Stale as stale:
            return self._show(pk, 409, problem=str(stale.message))
        (saving.folder() / stored).unlink(missing_ok=True)
        flash(_("附件已删除"), "success")
        return redirect(paths.url(spec, "show", pk=pk))
