"""企业信用信息: what the credit database holds of an enterprise as of any day, and where each fact came from (articles 19, 100.2).

Each reading is recorded (security 25).
"""

from datetime import date
from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.base_store.models import BaseFile
from app.areas.collection.base_store.reading import original_row
from app.areas.collection.credit import origin, reading
from app.areas.collection.credit.models import CreditFact
from app.areas.collection.credit.permissions import CREDIT
from app.areas.collection.credit.reading import Asked, Told
from app.areas.collection.credit.wording import Words, plainly
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import today
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.text import Text
from app.intake.chunks import Unreadable
from app.screens import paths
from app.screens.connections import Connection, connection
from app.screens.exposing import ID, page, the_actor
from app.workflow.errors import Denied, Missing

FILE = "<int(max=2147483647):file_id>"
ROW = "<int(max=2147483647):number>"


class Credit(BaseView):
    """/collection/credit/"""

    route_base = "/collection/credit"
    default_view = "show"
    class_permission_name = CREDIT
    method_permission_name = {"show": "read", "fact": "read", "row": "read"}

    @page(f"/{ID}")
    def show(self, pk: int) -> str:
        """An enterprise's facts by kind of data, as of the days asked for."""
        asked = Asked(known=day("known"), valid=day("valid"), superseded="superseded" in request.args)
        before = request.args.get("before", type=int)
        with transaction(db.session()) as session:
            enterprise = enterprise_of(session, pk)
            note(session, enterprise, known=asked.known, valid=asked.valid)
        found = reading.facts_of(session, pk, asked, before)
        return str(self.render_template(
            "collection/enterprise.html", title=_("企业信用信息"), enterprise=enterprise, asked=asked, today=today(),
            sections=by_subject(found.facts), words=Words(session, found.facts), count=len(found.facts), before=before,
            register_url=paths.url(catalogue.register("target_enterprises"), "show", pk=pk),
            next=turned(pk, asked, found.before) if found.before else None, first=turned(pk, asked),
        ))

    @page(f"/facts/{ID}")
    def fact(self, pk: int) -> str:
        """A fact: its whole way from the provider's file, its corrections, and the indicator's other values."""
        with transaction(db.session()) as session:
            told = reading.told(session, pk)
            if told is None:
                raise Missing
            note(session, told.fact.enterprise, indicator=told.fact.indicator.code)
        told = reading.told(session, pk)
        assert told is not None
        others = reading.facts_of(session, told.fact.enterprise_id, Asked(indicator_id=told.fact.indicator_id, superseded=True))
        return str(self.render_template(
            "collection/fact.html", title=told.fact.indicator.name, one=told, words=Words(session, [told, *others.facts]),
            others=others.facts, way=origin.way(session, told), versions=origin.versions(session, told),
            linked=linked, value=value,
        ))

    @page(f"/rows/{FILE}/{ROW}")
    def row(self, file_id: int, number: int) -> str:
        """A row of an original file, as it stands there."""
        with transaction(db.session()) as session:
            file = session.get(BaseFile, file_id)
            if file is None:
                raise Missing
            record(session, the_actor(), AuditAction.READ, CREDIT, file.batch.number, detail={"file": file.name, "row": number})
        try:
            found = original_row(session, file, number)
        except Unreadable as error:
            raise Denied(_("原始文件不能读取：%(reason)s", reason=error.reason)) from None
        if found is None:
            raise Missing
        return str(self.render_template(
            "collection/row.html", title=_("原始记录"), file=file, row=found, source=linked(session.get(Document, file.source_id)),
        ))


def day(name: str) -> date | None:
    """A day of the address; None where there is none, or nothing that is one."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def turned(pk: int, asked: Asked, before: int | None = None) -> str:
    """The URL of a page of an enterprise's facts."""
    superseded = 1 if asked.superseded else None
    return url_for("Credit.show", pk=pk, known=asked.known, valid=asked.valid, superseded=superseded, before=before)


def enterprise_of(session: Session, pk: int) -> TargetEnterprise:
    """The enterprise; raises Missing."""
    found = session.get(TargetEnterprise, pk)
    if found is None:
        raise Missing
    return found


def note(session: Session, enterprise: TargetEnterprise, **detail: Any) -> None:
    """Records who reads what about whom."""
    told = {name: str(value) for name, value in detail.items() if value is not None}
    record(session, the_actor(), AuditAction.READ, CREDIT, enterprise.code, detail={"title": enterprise.name, **told})


def by_subject(facts: Any) -> dict[str, list[Told]]:
    """Facts by kind of data (数据类别), each kind by date, the latest first."""
    found: dict[str, list[Told]] = {}
    for one in sorted(facts, key=lambda one: (one.fact.valid_from or date.min, one.fact.record_id), reverse=True):
        found.setdefault(one.structure.subject, []).append(one)
    return dict(sorted(found.items()))


def value(fact: CreditFact) -> Text:
    """A fact's value in words, codes as they are."""
    return plainly(fact.indicator.type, fact.value, fact.indicator.unit)


def linked(document: Document | None) -> Connection | None:
    """A document as this person may see it."""
    return connection(the_actor(), document) if document is not None else None
