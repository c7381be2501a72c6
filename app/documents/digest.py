"""Digest (摘要): a fingerprint of everything a signer reads, so that a signature binds to what was shown."""

import hashlib
import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.models import Attachment
from app.engine.spec import FormSpec


def digest_of(session: Session, spec: FormSpec, document: Any) -> str:
    """SHA-256, in hexadecimal, over number, fields, lines and the attachments' hashes."""
    hashes = session.scalars(
        select(Attachment.sha256).where(Attachment.document_id == document.id).order_by(Attachment.sha256)
    )
    content = {
        "number": document.number,
        "fields": {one.name: one.key(document) for one in spec.fields},
        "lines": {
            line.name: [{one.name: one.key(row) for one in line.fields} for row in getattr(document, line.name)]
            for line in spec.lines
        },
        "attachments": list(hashes),
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
