"""Addresses of evidence, for inspectors: /forms/<slug>/evidence/<id> and /audit/export.xlsx."""

import secrets
from pathlib import Path

from flask import Response as Streamed
from flask import abort, current_app, request, send_file
from flask_appbuilder import BaseView, expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from werkzeug.http import dump_options_header
from werkzeug.urls import iri_to_uri
from werkzeug.wrappers import Response

from app.audit import searching
from app.audit.models import AuditAction, AuditEntry
from app.audit.permissions import RESOURCE
from app.audit.recording import record
from app.clock import now
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.engine.spec import FormSpec
from app.engine.text import msgid
from app.evidence.book import write
from app.evidence.packing import pack
from app.evidence.zipping import zipped
from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.cases import open_case

AT_ONCE = 1_000


class Evidence(BaseView):
    """What is taken out for an inspection, each time recorded."""

    route_base = ""
    class_permission_name = RESOURCE
    method_permission_name = {"document": "export", "log": "export"}

    @expose("/forms/<slug>/evidence/<int(max=2147483647):pk>")
    @has_access
    def document(self, slug: str, pk: int) -> Response:
        """A document with everything that belongs to it, as a ZIP that is sent while it is made."""
        spec, actor, session = form_of(slug), the_actor(), db.session()
        with transaction(session):
            case = open_case(session, actor, spec, pk)
            record(session, actor, AuditAction.EXPORT, spec.resource, document=case.document, detail={"format": "evidence"})
        case = open_case(session, actor, spec, pk)
        members = pack(session, actor, spec, case, data() / "attachments")
        name = f"{msgid(spec.title)}_{case.document.number}_证据包.zip"
        session.rollback()
        return sent(Streamed(zipped(members), mimetype="application/zip"), name)

    @expose("/audit/export.xlsx")
    @has_access
    def log(self) -> Response:
        """The entries that are looked for, as a workbook."""
        session, actor = db.session(), the_actor()
        try:
            statement = searching.entries(session, searching.query_of(request.args)).order_by(AuditEntry.id.desc())
        except searching.BadQuery:
            abort(400)
        target = data() / "uploads" / f"export-{secrets.token_hex(16)}"
        try:
            rows = write(target, session.scalars(statement.execution_options(yield_per=AT_ONCE)))
            with transaction(session):
                query = request.query_string.decode("utf-8", "replace")[:500]
                record(session, actor, AuditAction.EXPORT, RESOURCE, detail={"format": "xlsx", "rows": rows, "query": query})
            stream = target.open("rb")
        finally:
            target.unlink(missing_ok=True)
        name = f"{gettext('审计日志')}_{now():%Y%m%d_%H%M}.xlsx"
        answer = send_file(stream, as_attachment=True, download_name=name, max_age=0)
        answer.call_on_close(stream.close)
        return sent(answer, name)


def sent(answer: Response, name: str) -> Response:
    """A download under its Chinese name, kept nowhere on the way."""
    plain = name.encode("ascii", "ignore").decode()
    options = {"filename": plain, "filename*": f"UTF-8''{iri_to_uri(name)}"}
    answer.headers["Content-Disposition"] = dump_options_header("attachment", options)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def form_of(slug: str) -> FormSpec:
    """The form of that slug, or 404."""
    return next((one for one in catalogue.forms if one.slug == slug), None) or abort(404)


def the_actor() -> Actor:
    """The person of this request."""
    return current_actor() or abort(401)


def data() -> Path:
    """Where files are kept."""
    return Path(current_app.config["DATA_DIR"])
