"""修改记录: who has changed a document when, field by field, for everybody who may read it."""

from flask import Response, request
from sqlalchemy import select

from app.audit.models import AuditAction, AuditEntry
from app.audit.wording import told
from app.database import db
from app.screens import keyset, paths
from app.screens.exposing import ID, page, the_actor
from app.screens.keyset import Order
from app.screens.screen import Screen
from app.workflow.cases import open_case

SIZE = 50
OLDEST = (Order(AuditEntry.id),)  # type: ignore[arg-type]
CHANGES = (
    AuditAction.CREATE, AuditAction.IMPORT, AuditAction.CHANGE, AuditAction.ATTACH, AuditAction.DECIDE, AuditAction.DELEGATE,
    AuditAction.HAND_OVER, AuditAction.CLAIM,
)
"""Who has only looked at it or printed it is the inspectors' to know."""


class HistoryPages(Screen):
    """/history."""

    @page(f"/history/{ID}")
    def history(self, pk: int) -> Response:
        """The changes of a document from the first on; sensitive values are masked in the record itself."""
        session, spec, args = db.session(), self.spec, request.args
        document = open_case(session, the_actor(), spec, pk).document
        statement = select(AuditEntry).where(AuditEntry.document_id == pk, AuditEntry.action.in_(CHANGES))
        found = keyset.page(session, statement, OLDEST, lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE)
        return self.answer(
            "audit/history.html", document=document, entries=[told(row[0]) for row in found.rows],
            previous=found.previous and paths.url(spec, "history", pk=pk, before=found.previous),
            next=found.next and paths.url(spec, "history", pk=pk, after=found.next),
        )
