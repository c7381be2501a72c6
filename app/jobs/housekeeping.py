"""Work that nobody asks for: what was left behind is put away."""

import logging
from datetime import timedelta
from pathlib import Path

from celery import shared_task
from flask import current_app
from sqlalchemy import delete, select

from app.clock import now
from app.database import db, transaction
from app.documents.models import ApiRequest, Attachment, RequestKey, SavedTyping

log = logging.getLogger(__name__)

TYPING_KEPT = timedelta(days=30)
KEYS_KEPT = timedelta(days=7)
ORPHAN_AGE = timedelta(days=1)


@shared_task(ignore_result=True)
def tidy() -> None:
    """Forgets typing older than 30 days and one-time keys older than 7, and removes attachment files that no document has for a day."""
    with transaction(db.session()) as session:
        session.execute(delete(SavedTyping).where(SavedTyping.saved_at < now() - TYPING_KEPT))
        for keys in (RequestKey, ApiRequest):
            session.execute(delete(keys).where(keys.at < now() - KEYS_KEPT))
        known = set(session.scalars(select(Attachment.stored)))
    removed = stray(current_app.config["DATA_DIR"] / "attachments", known)
    for path in removed:
        path.unlink(missing_ok=True)
    log.info("tidied %d files", len(removed))


def stray(folder: Path, known: set[str]) -> list[Path]:
    """Files older than a day that no attachment names: left by a crash between file and commit."""
    before = (now() - ORPHAN_AGE).timestamp()
    return [path for path in folder.iterdir() if path.name not in known and path.stat().st_mtime < before]
