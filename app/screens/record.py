"""The record (审计日志): searched by those who inspect, newest first; nobody can change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from app.audit import searching, wording
from app.audit.models import AuditAction, AuditEntry
from app.audit.permissions import RESOURCE
from app.audit.wording import Told, told
from app.database import db
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.screens import keyset, paths
from app.screens.exposing import page, the_actor
from app.screens.keyset import Order

SIZE = 50
NEWEST = (Order(AuditEntry.id, True),)  # type: ignore[arg-type]
FILTERS = ("since", "until", "person", "action", "resource", "number")


@dataclass(frozen=True)
class Row:
    """An entry in words, with the address of what it is about."""

    told: Told
    url: str | None


class Record(BaseView):
    """/audit/"""

    route_base = "/audit"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list"}

    @page("/")
    def index(self) -> str:
        """The entries that are looked for."""
        session = db.session()
        try:
            statement = searching.entries(session, searching.query_of(request.args))
        except searching.BadQuery:
            raise BadRequest from None
        args = request.args
        found = keyset.page(session, statement, NEWEST, lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE)
        return str(self.render_template(
            "audit/list.html", title=_("审计日志"), page=found, rows=rows(session, [row[0] for row in found.rows]),
            actions=list(AuditAction), resources=resources(), asked={name: args.get(name) for name in FILTERS if args.get(name)},
            exports=the_actor().may("can_export", RESOURCE),
            previous=turned(before=found.previous), next=turned(after=found.next),
        ))


def rows(session: Session, entries: Iterable[AuditEntry]) -> list[Row]:
    """Entries in words; documents that are still there with their addresses, found in one query."""
    entries = list(entries)
    keys = {one.document_id for one in entries if one.document_id}
    found = session.execute(select(Document.id, Document.form_code).where(Document.id.in_(keys)))
    forms: dict[int, str] = dict(found.all()) if keys else {}
    return [Row(told(one), address(one, forms)) for one in entries]


def address(entry: AuditEntry, forms: dict[int, str]) -> str | None:
    """The page of the entry's document."""
    code = forms.get(entry.document_id or 0)
    return paths.url(catalogue.form(code), "show", pk=entry.document_id) if code else None


def resources() -> list[tuple[str, str]]:
    """What can be looked for: forms, registers, accounts and roles."""
    return [(one, wording.title_of(one)) for one in (*(spec.resource for spec in catalogue), *wording.RESOURCES)]


def turned(after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    if not (after or before):
        return None
    values: dict[str, Any] = {name: request.args.get(name) or None for name in FILTERS}
    return url_for("Record.index", **values, after=after, before=before)
