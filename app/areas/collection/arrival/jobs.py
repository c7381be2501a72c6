"""Looking into the drop folders in the background."""

import logging

from celery import shared_task
from flask import current_app

from app.areas.collection.arrival.scanning import scan
from app.database import db

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def watch() -> None:
    """Registers what has arrived since."""
    data, drop = current_app.config["DATA_DIR"], current_app.config["DROP_DIR"]
    if found := scan(db.session(), drop, data / "arrivals"):
        log.info("%s files have arrived", len(found))
