"""Looking after deliveries in the background."""

import logging

from celery import shared_task
from sqlalchemy.orm import Session

from app.areas.collection.sight import reminding
from app.clock import now
from app.database import db, transaction

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def remind() -> None:
    """Tells of the periods that have become overdue."""
    log.info("told of %s overdue periods", run(db.session()))


def run(session: Session) -> int:
    """How many periods have become overdue since the last time."""
    with transaction(session):
        return reminding.remind(session, now())
