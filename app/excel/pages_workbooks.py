"""Addresses of workbooks: template, list and single document."""

import secrets
from io import BytesIO

from flask import abort, request
from flask_appbuilder import BaseView
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.database import db, transaction
from app.documents.listing import BadSelection, read_selection
from app.documents.resolver import DatabaseResolver
from app.engine.spec import AnySpec
from app.engine.text import msgid
from app.excel.document import document_book
from app.excel.export import export
from app.excel.jobs import folder
from app.excel.pages import form_of, page, register_of, send, the_actor
from app.excel.template import template
from app.workflow.errors import Denied
from app.workflow.permissions import EXPORT, IMPORT, MAKE, READ


class Workbooks(BaseView):
    """Workbooks of every form and register."""

    route_base = ""

    @page("/forms/<slug>/template.xlsx")
    def form_template(self, slug: str) -> Response:
        return sent_template(form_of(slug))

    @page("/registers/<slug>/template.xlsx")
    def register_template(self, slug: str) -> Response:
        return sent_template(register_of(slug))

    @page("/forms/<slug>/export.xlsx")
    def form_export(self, slug: str) -> Response:
        return sent_export(form_of(slug))

    @page("/registers/<slug>/export.xlsx")
    def register_export(self, slug: str) -> Response:
        return sent_export(register_of(slug))

    @page("/forms/<slug>/<int(max=2147483647):pk>/export.xlsx")
    def document_export(self, slug: str, pk: int) -> Response:
        spec, actor = form_of(slug), the_actor()
        if not actor.may(EXPORT, spec.resource):
            raise Denied(gettext("您的岗位不能导出"))
        number, content = document_book(db.session(), actor, spec, pk)
        with transaction(db.session()) as session:
            document = session.get_one(spec.model, pk)
            record(session, actor, AuditAction.EXPORT, spec.resource, document=document, detail={"format": "xlsx"})
        return send(BytesIO(content), f"{msgid(spec.title)}_{number}")


def sent_template(spec: AnySpec) -> Response:
    """The template, for those who read or bring in such workbooks."""
    if not any(the_actor().may(one, spec.resource) for one in (READ, MAKE, IMPORT)):
        raise Denied(gettext("您的岗位不能使用这个模板"))
    return send(BytesIO(template(spec)), f"{msgid(spec.title)}_模板")


def sent_export(spec: AnySpec) -> Response:
    """The list that the address selects. The file is gone once it is sent."""
    session, actor = db.session(), the_actor()
    selection, faults = read_selection(spec, request.args, DatabaseResolver(session, actor))
    if faults:
        abort(400)
    target = folder() / f"export-{secrets.token_hex(16)}"
    try:
        rows = export(session, actor, spec, selection, target)
        with transaction(session):
            record(session, actor, AuditAction.EXPORT, spec.resource, detail={"format": "xlsx", "rows": rows, "query": asked()})
        stream = target.open("rb")
    except BadSelection:
        abort(400)
    finally:
        target.unlink(missing_ok=True)
    answer = send(stream, f"{msgid(spec.title)}_{now():%Y%m%d_%H%M}")
    answer.call_on_close(stream.close)
    return answer


def asked() -> str:
    """What the address selects, as it was asked for."""
    return request.query_string.decode("utf-8", "replace")[:500]
