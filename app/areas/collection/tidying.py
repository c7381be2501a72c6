"""Files of chapter 3 that no row names any more are put away: left by a crash between file and commit, or replaced."""

import logging
from pathlib import Path
from shutil import rmtree

from celery import shared_task
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.arrival.models import Arrival
from app.areas.collection.base_store.models import BaseBatch, BatchState
from app.areas.collection.base_store.preparing import OF_RUNS
from app.areas.collection.forms.media_safe_record import MediaSafeRecord
from app.areas.collection.originals import OriginalFile
from app.database import db
from app.jobs.housekeeping import stray

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def tidy() -> None:
    """Removes what has belonged to nothing for a day."""
    removed = run(db.session(), current_app.config["DATA_DIR"])
    if removed:
        log.info("%s files that nothing names were removed", removed)


def run(session: Session, data: Path) -> int:
    """How many files and folders were removed."""
    kept = {
        "originals": set(session.scalars(select(OriginalFile.stored))),
        "arrivals": {"incoming", *session.scalars(select(Arrival.stored))},
        "arrivals/incoming": set(),
        "discs": {f"{one}.zip" for one in session.scalars(select(MediaSafeRecord.sha256)) if one},
        "extracting": set(),
    }
    preparing = set(session.scalars(select(BaseBatch.number).where(BaseBatch.state == BatchState.PREPARING)))
    session.rollback()
    found = [path for name, known in kept.items() if (data / name).is_dir() for path in stray(data / name, known)]
    found += of_runs(data / "batches", preparing)
    for path in found:
        if path.is_dir():
            rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def of_runs(batches: Path, preparing: set[str]) -> list[Path]:
    """What runs of preprocessing have left in the folders of batches that are preprocessed no more."""
    folders = [one for one in batches.iterdir() if one.name not in preparing] if batches.is_dir() else []
    return [path for folder in folders for path in stray(folder, set()) if any(map(path.match, OF_RUNS))]
