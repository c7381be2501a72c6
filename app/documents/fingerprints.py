"""Fingerprints of listed files: a line that names an attached file carries that file's SHA-256, computed by the system."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import Attachment
from app.engine.spec import FormSpec

NAME, SHA256 = "name", "sha256"


def fingerprint(session: Session, spec: FormSpec, document: Any) -> None:
    """Fills `sha256` of every line whose `name` is that of an attachment of the document, and empties the others."""
    tables = [line for line in spec.lines if {NAME, SHA256} <= {one.name for one in line.fields}]
    tables = [line for line in tables if line.field(SHA256).computed]
    if not tables:
        return
    statement = select(Attachment.name, Attachment.sha256).where(Attachment.document_id == document.id)
    known = {row.name: row.sha256 for row in session.execute(statement)}
    for line in tables:
        for row in getattr(document, line.name):
            row.sha256 = known.get(row.name)
