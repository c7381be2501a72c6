"""Background work of the record."""

import logging
from pathlib import Path

from celery import shared_task
from flask import current_app

from app.audit import exporting
from app.database import db

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def export_head() -> None:
    """Notes where the record stands."""
    line = exporting.export(db.session(), current_app.config["AUDIT_KEY"].encode(), Path(current_app.config["DATA_DIR"]))
    log.info("record stands at %s", line.number if line else 0)
