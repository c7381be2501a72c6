"""Imports in the background: tasks take an id, the batch's row is the truth, and a lost run is taken up again."""

import logging
from datetime import timedelta
from pathlib import Path

from celery import shared_task
from flask import current_app
from flask_babel import force_locale
from kombu.exceptions import KombuError
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import now
from app.database import db, transaction
from app.excel import beats, running
from app.excel.limits import AT_ONCE, SILENT, UPLOADS_KEPT
from app.excel.models import ImportBatch, ImportState
from app.intake.xlsx.package import BadPackage, open_package

log = logging.getLogger(__name__)

SMALL = 256 * 1024
"""A file up to this size is looked at while the person waits."""


def folder() -> Path:
    """Where uploads are kept."""
    return Path(current_app.config["DATA_DIR"]) / "uploads"


@shared_task(ignore_result=True)
def check(batch_id: int) -> None:
    """The dry run of a batch."""
    with force_locale("zh"):
        running.run_check(db.session(), folder(), batch_id)


@shared_task(ignore_result=True)
def write(batch_id: int) -> None:
    """The writing of a confirmed batch."""
    with force_locale("zh"):
        running.run_import(db.session(), folder(), batch_id)


@shared_task(ignore_result=True)
def resume() -> None:
    """Takes up runs whose worker was killed or whose message was lost, and puts old uploads away."""
    for batch_id, state in silent(db.session(), folder()):
        log.warning("import %s is taken up again", batch_id)
        send(write if state is ImportState.IMPORTING else check, batch_id)
    put_away(db.session(), folder())


def start_check(batch: ImportBatch) -> None:
    """Checks a small file at once, leaves a larger one to the worker."""
    if batch.size <= SMALL and rows_within(folder() / batch.stored) <= AT_ONCE:
        running.run_check(db.session(), folder(), batch.id)
    else:
        send(check, batch.id)


def rows_within(path: Path) -> int:
    """How many rows all sheets of a file hold at most; 0 where it cannot be read, which the check will say."""
    try:
        package = open_package(path)
        parts = [name for name in package.parts if name.startswith("xl/worksheets/sheet")]
        return sum(piece.count(b"row ") for name in parts for piece in package.stream(name))
    except BadPackage:
        return 0


def start_import(batch: ImportBatch) -> None:
    """Writes a small batch at once, leaves a larger one to the worker."""
    if batch.total <= AT_ONCE:
        running.run_import(db.session(), folder(), batch.id)
    else:
        send(write, batch.id)


def send(task: object, batch_id: int) -> None:
    """Queues a task; where the queue is away, the next `resume` does."""
    try:
        task.delay(batch_id)  # type: ignore[attr-defined]
    except (KombuError, SQLAlchemyError, OSError):
        log.exception("import %s could not be queued", batch_id)


def silent(session: Session, uploads: Path, quiet: timedelta = SILENT) -> list[tuple[int, ImportState]]:
    """Runs that nobody is at, marked so that they are not found again at once."""
    found = []
    with transaction(session):
        states = [one for one in ImportState if one.running]
        for batch in session.scalars(select(ImportBatch).where(ImportBatch.state.in_(states)).with_for_update()):
            beat = beats.last_beat(uploads / batch.stored)
            signs = [one for one in (batch.received_at, batch.heartbeat_at, batch.started_at, beat) if one is not None]
            if now() - max(signs) >= quiet:
                found.append((batch.id, batch.state))
    return found


def put_away(session: Session, uploads: Path) -> None:
    """Gives up batches that nobody came back for, and removes the files of finished ones."""
    before = now() - UPLOADS_KEPT
    with transaction(session):
        old = select(ImportBatch).where(ImportBatch.state == ImportState.CHECKED, ImportBatch.received_at < before)
        for batch in session.scalars(old.with_for_update()):
            batch.state, batch.finished_at = ImportState.CANCELLED, now()
        kept = set(session.scalars(select(ImportBatch.stored).where(ImportBatch.state.in_([
            one for one in ImportState if one.open
        ]))))
    aged = (now() - timedelta(days=1)).timestamp()
    for path in uploads.iterdir():
        if path.is_file() and path.stem not in kept and path.stat().st_mtime < aged:
            path.unlink(missing_ok=True)
