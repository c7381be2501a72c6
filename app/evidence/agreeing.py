"""Documents against the record (单据核对): each is still what its last act has left, and none has come or gone unseen."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.entries import SEAL, SEALING
from app.audit.models import AuditAction, AuditEntry
from app.documents.digest import intact
from app.engine.catalogue import Catalogue
from app.engine.document import Document
from app.engine.spec import FormSpec

AT_ONCE = 200


class Wrong(Enum):
    """How a document disagrees; the value is how the command says it."""

    CONTENT = "its content is not that of its digest"
    DIGEST = "its digest is not the one that its last entry has"
    UNKNOWN = "no entry tells of it"
    GONE = "it is gone, and no entry tells of that"


@dataclass(frozen=True)
class Disagreement:
    """A document that is not as the record has it."""

    number: str
    wrong: Wrong

    def __str__(self) -> str:
        return f"{self.number}: {self.wrong.value}"


def disagreements(session: Session, catalogue: Catalogue) -> Iterator[Disagreement]:
    """Every document that disagrees, form by form; memory stays bounded."""
    for spec in catalogue.forms:
        last = 0
        while some := list(session.scalars(select(spec.model).where(spec.model.id > last).order_by(spec.model.id).limit(AT_ONCE))):
            for document in some:
                last = document.id
                if wrong := disagreement(session, spec, document):
                    yield Disagreement(document.number, wrong)
            session.expunge_all()
    yield from (Disagreement(number, Wrong.GONE) for number in gone(session))


def disagreement(session: Session, spec: FormSpec, document: Any) -> Wrong | None:
    """How a document disagrees with its digest and with its last entry, or None.

    Entries that were written before documents were sealed say nothing about digests.
    """
    if not intact(session, spec, document):
        return Wrong.CONTENT
    told = (AuditEntry.document_id == document.id, AuditEntry.record == document.number, AuditEntry.action.in_(SEALING))
    detail = session.scalar(select(AuditEntry.detail).where(*told).order_by(AuditEntry.id.desc()).limit(1))
    if detail is None:
        return Wrong.UNKNOWN
    return Wrong.DIGEST if json.loads(detail).get(SEAL, document.digest) != document.digest else None


def gone(session: Session) -> Iterator[str]:
    """Numbers of documents that were made and never deleted, and yet are not there."""
    made = (AuditEntry.document_id.is_not(None), AuditEntry.action.in_((AuditAction.CREATE, AuditAction.IMPORT)))
    there = select(Document.number)
    deleted = select(AuditEntry.record).where(AuditEntry.action == AuditAction.DELETE, AuditEntry.record.is_not(None))
    statement = select(AuditEntry.record).where(*made, AuditEntry.record.not_in(there), AuditEntry.record.not_in(deleted))
    yield from (str(one) for one in session.scalars(statement.order_by(AuditEntry.id)))
