"""Looking after deadlines in the background."""

import logging
from collections.abc import Callable
from datetime import datetime

from celery import shared_task
from sqlalchemy.orm import Session

from app.calendar import reminding
from app.clock import now
from app.database import db, transaction

log = logging.getLogger(__name__)

CHUNKS = 50
"""So many chunks of each kind at most in one run; the next run takes up the rest."""


@shared_task(ignore_result=True)
def remind() -> None:
    """Sends the reminders and escalations that are due."""
    log.info("reminded of %s tasks, escalated %s, %s of disabled accounts", *run(db.session()))


def run(session: Session) -> tuple[int, ...]:
    """How many tasks were reminded of, escalated, and found to wait for disabled accounts."""
    return tuple(
        in_chunks(session, act) for act in (reminding.remind, reminding.escalate, reminding.escalate_orphans)
    )


def in_chunks(session: Session, act: Callable[[Session, datetime], int]) -> int:
    """Repeats an operation, each time in a transaction of its own, until a chunk is not full."""
    done = 0
    for _time in range(CHUNKS):
        with transaction(session):
            found = act(session, now())
        done += found
        if found < reminding.CHUNK:
            break
    return done
