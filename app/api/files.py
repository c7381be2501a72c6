"""Attachments over REST: list, add, download, take off."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app, request, send_file
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from app.api.basis import basis, tag
from app.api.calling import caller
from app.api.decisions import Decisions
from app.api.errors import Refusal
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import nothing, reply
from app.api.resource import ID, making, operation
from app.api.schemas import BESIDE_FILE
from app.api.taking import taken
from app.database import db, transaction
from app.documents import attachments
from app.documents.models import Attachment
from app.workflow.cases import open_case
from app.workflow.door import Shown
from app.workflow.errors import Missing

FILE = "<int:file_id>"
PART = "file"
"""The part of a multipart body that holds the file."""


class Files(Decisions):
    """Attachments of a form's documents."""

    @operation(f"/{ID}/attachments")
    def get_attachments(self, pk: int) -> Response:
        """The attachments in the order they came."""
        document = open_case(db.session(), caller(), self.spec, pk).document
        rows = [self._json(one) for one in attachments.of(db.session(), pk)]
        return reply({"rows": rows}, 200, tag(document))

    @making(f"/{ID}/attachments", methods=("POST",))
    def post_attachment(self, pk: int) -> Response:
        """Keeps one more file with a document that is with its maker."""
        file = file_sent()
        shown = basis(taken(self.spec, BESIDE_FILE, texts_sent()))
        with unlinked_on_failure() as kept:
            return changing(lambda session: self._attached(session, pk, shown, file, kept))

    def _attached(self, session: Session, pk: int, shown: Shown, file: FileStorage, kept: list[str]) -> Response:
        file.stream.seek(0)
        name = file.filename or ""
        added = attachments.add(session, caller(), self.spec, pk, shown, folder(), name, file.stream)  # type: ignore[arg-type]
        kept.append(added.stored)
        found = self._json(added)
        headers = {**tag(added.document), "Location": found["links"]["self"]}
        return reply(found, 201, headers)

    @operation(f"/{ID}/attachments/{FILE}")
    def get_attachment(self, pk: int, file_id: int) -> Response:
        """The file itself, always as a download, its Chinese name kept by RFC 6266."""
        with transaction(db.session()) as session:
            document = open_case(session, caller(), self.spec, pk).document
            found = attachments.find(session, pk, file_id)
            path = folder() / found.stored
            if not path.is_file():
                raise Missing
            attachments.taken(session, caller(), self.spec, document, found)
        answer = send_file(path, found.media_type, as_attachment=True, download_name=found.name, etag=found.sha256, max_age=0)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    @making(f"/{ID}/attachments/{FILE}", methods=("DELETE",))
    def delete_attachment(self, pk: int, file_id: int) -> Response:
        """Takes a file off a document that is with its maker."""
        shown = basis({})
        gone: list[str] = []
        answer = changing(lambda session: self._detached(session, pk, shown, file_id, gone))
        for stored in gone:
            (folder() / stored).unlink(missing_ok=True)
        return answer

    def _detached(self, session: Session, pk: int, shown: Shown, file_id: int, gone: list[str]) -> Response:
        gone[:] = [attachments.remove(session, caller(), self.spec, pk, shown, file_id)]
        return nothing(tag(open_case(session, caller(), self.spec, pk).document))

    def _json(self, one: Attachment) -> Json:
        return {
            "id": one.id,
            "name": one.name,
            "size": one.size,
            "media_type": one.media_type,
            "sha256": one.sha256,
            "added_by_name": one.added_by_name,
            "added_at": f"{one.added_at:%Y-%m-%d %H:%M:%S}",
            "links": {"self": f"{self.route_base}/{one.document_id}/attachments/{one.id}"},
        }


def folder() -> Path:
    """Where attachments are kept."""
    path: Path = current_app.config["DATA_DIR"] / "attachments"
    return path


def file_sent() -> FileStorage:
    """The one file of the body; raises Refusal."""
    if request.mimetype != "multipart/form-data":
        raise Refusal(415, _("附件应以 multipart/form-data 上传"))
    files = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    if len(files) != 1 or files[0][0] != PART:
        raise Refusal(422, _("一次上传一个附件，放在 %(part)s 中", part=PART))
    return files[0][1]


def texts_sent() -> dict[str, str]:
    """The other parts of the body; a browser may send its CSRF token among them."""
    parts = request.form.to_dict()
    parts.pop(current_app.config["WTF_CSRF_FIELD_NAME"], None)
    return parts


@contextmanager
def unlinked_on_failure() -> Iterator[list[str]]:
    """Takes stored files away again where their transaction fails, even at its commit."""
    kept: list[str] = []
    try:
        yield kept
    except BaseException:
        for stored in kept:
            (folder() / stored).unlink(missing_ok=True)
        raise
