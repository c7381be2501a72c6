"""One-time keys (防重复提交): a page that was sent twice makes one document, and both answers name it.

A key is the page's own together with what was typed: who goes back and types something else makes another document.
"""

import hashlib
import json
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.models import RequestKey
from app.engine.document import Document
from app.workflow.actor import Actor


def key_of(page: str, values: Any) -> str:
    """The key of a page and what was typed into it."""
    text = json.dumps([page, values], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def made_before(session: Session, actor: Actor, key: str) -> int | None:
    """The id of the document that this key has made already, if it is still there."""
    same = (RequestKey.user_id == actor.user_id, RequestKey.key == key)
    found = session.scalar(select(RequestKey.document_id).where(*same))
    if found is not None and session.get(Document, found) is None:
        session.execute(delete(RequestKey).where(*same))
        return None
    return found


def remember(session: Session, actor: Actor, key: str, document_id: int) -> None:
    """Notes what a key has made; raises IntegrityError where the same key made something in the same moment."""
    session.add(RequestKey(user_id=actor.user_id, key=key, document_id=document_id, at=now()))
    session.flush()
