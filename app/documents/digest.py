"""Digest (摘要): a fingerprint of everything a signer reads, so that a signature binds to what was shown."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import Attachment
from app.engine.document import Document
from app.engine.spec import FormSpec

Keys = Mapping[str, str]
"""Fields by name, as the text that they are keyed by."""


def intact(session: Session, spec: FormSpec, document: Any) -> bool:
    """Whether a document's content is what its digest was taken over; earlier digests covered empty fields, too."""
    return document.digest in (digest_of(session, spec, document), digest_of(session, spec, document, whole=True))


def digest_of(session: Session, spec: FormSpec, document: Any, *, whole: bool = False) -> str:
    """The digest of a document as it stands in the database; `whole`: as it was taken once, over empty fields, too."""
    hashes = session.scalars(
        select(Attachment.sha256).where(Attachment.document_id == document.id).order_by(Attachment.sha256)
    )
    fields = {one.name: one.key(document) for one in spec.fields}
    lines = {
        line.name: [{one.name: one.key(row) for one in line.fields} for row in getattr(document, line.name)]
        for line in spec.lines
    }
    amends = None
    if document.amends_id is not None:
        amends = session.scalar(select(Document.number).where(Document.id == document.amends_id))
    return digest_over(document.number, fields, lines, list(hashes), amends, whole=whole)


def digest_over(
    number: str, fields: Keys, lines: Mapping[str, Sequence[Keys]], attachments: Sequence[str] = (), amends: str | None = None,
    *, whole: bool = False,
) -> str:
    """SHA-256, in hexadecimal, over number, fields, lines, the attachments' hashes, and what the document corrects.

    What is empty is left out: a field that a later release adds leaves the digests of documents made before as they are.
    """
    if not whole:
        fields = filled(fields)
        lines = {name: [filled(row) for row in rows] for name, rows in lines.items() if rows}
    content: dict[str, Any] = {"number": number, "fields": fields, "lines": lines, "attachments": list(attachments)}
    if amends is not None:
        content["amends"] = amends
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def filled(keys: Keys) -> Keys:
    """The fields that are not empty."""
    return {name: key for name, key in keys.items() if key}
