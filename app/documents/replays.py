"""Answers kept for requests that are sent again (防重复提交): by the sender's own key, in the transaction of the change.

The row is written before the work: of two equal requests at one moment the second waits for the first one's commit,
and is answered with what that gave. What fails leaves nothing behind, so that a corrected request may try again.
"""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.models import ApiRequest


class Reused(Exception):
    """The key was used for another request before."""


def kept(session: Session, user_id: int, key: str, request: str) -> ApiRequest | None:
    """What was answered under a key before; `request` is the hash of what is asked. Raises Reused."""
    same = (ApiRequest.user_id == user_id, ApiRequest.key == key)
    found = session.scalar(select(ApiRequest).where(*same))
    if found is not None and found.request != request:
        raise Reused
    return found


def reserve(session: Session, user_id: int, key: str, request: str) -> ApiRequest:
    """Takes a key; raises IntegrityError where another took it in the same moment."""
    row = ApiRequest(user_id=user_id, key=key, request=request, status=0, headers={}, body="", at=now())
    session.add(row)
    session.flush()
    return row


def answered(row: ApiRequest, status: int, headers: dict[str, Any], body: str = "") -> None:
    """Keeps the answer, to be committed together with what it tells of."""
    row.status, row.headers, row.body = status, headers, body
