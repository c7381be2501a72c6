"""Month end (月末): the draft of form 5 is made by itself on the last working day (article 16.2.3.3)."""

import logging
from datetime import date, timedelta

from celery import shared_task
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.public_collection_list import PublicCollectionList
from app.areas.collection.public.operations import month_end, month_of
from app.areas.collection.public.totals import after, first_day
from app.areas.organisation.operations import load_actor
from app.calendar.days import calendar
from app.clock import today
from app.database import db, transaction
from app.engine.positions import Position
from app.security.models import User

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def report() -> None:
    """Makes the month's report where it is time."""
    number = run(db.session(), today())
    if number:
        log.info("%s was made at month end", number)


def run(session: Session, day: date) -> str | None:
    """The number of the report made that day; None where it is not the month's last working day, or nothing is to be made."""
    month = month_of(day)
    if not last_working_day(session, day):
        session.rollback()
        return None
    with transaction(session):
        makers = session.scalars(select(User).where(User.active, User.id.in_(select(PublicCollectionList.maker_id))).order_by(User.id))
        actors = [one for one in (load_actor(session, user) for user in makers) if Position.COLLECTOR in one.positions]
        document = month_end(session, actors, month)
        return document.number if document else None


def last_working_day(session: Session, day: date) -> bool:
    """Whether no working day is left in the month after this one, which is one itself."""
    known, end = calendar(session), first_day(after(month_of(day)))
    rest = (day + timedelta(days=at) for at in range(1, (end - day).days))
    return known.working(day) and not any(known.working(one) for one in rest)
