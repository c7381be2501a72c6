"""Deadlines of steps (期限): when a step is due, and how long that is from now, in words."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.calendar.days import calendar
from app.calendar.hours import Hours, hours
from app.engine.chain import Unit
from app.engine.fields import DeadlineSpec
from app.engine.text import Text

LAST = time(23, 59, 59)
"""A calendar day ends at midnight, not when the office closes."""
SOON = timedelta(hours=3)
"""From then on hours are counted."""


def due(session: Session, deadline: DeadlineSpec, opened_at: datetime, read: Callable[[str], Any]) -> datetime | None:
    """When a step is due that opened then; None where the field that it counts from is empty."""
    start = read(deadline.since) if deadline.since else opened_at
    if start is None:
        return None
    if not isinstance(start, datetime):
        start = datetime.combine(start, time())
    if deadline.unit is Unit.DAYS:
        return datetime.combine(start.date() + timedelta(days=deadline.number), LAST)
    return counted(hours(session), deadline, start)


def counted(own: Hours, deadline: DeadlineSpec, start: datetime) -> datetime:
    """The end of so many working days, business hours, or ends of working days."""
    if deadline.unit is Unit.BUSINESS_HOURS:
        return own.after(start, timedelta(hours=deadline.number))
    if deadline.unit is Unit.DAY_END:
        return own.close_of(own.days.add(own.open_day(start), deadline.number - 1))
    return own.close_of(own.days.on_or_after(own.days.add(start.date(), deadline.number)))


def remaining(session: Session, due_at: datetime, now: datetime) -> Text:
    """The time left, or overdue, in words: 剩余 3 个工作日, 今天 17:30 到期, 已逾期 2 个工作日."""
    if due_at < now:
        return overdue(session, due_at, now)
    if due_at.date() > now.date():
        return days_left(session, now.date(), due_at.date())
    left = due_at - now
    if left >= SOON:
        return _("今天 %(time)s 到期", time=f"{due_at:%H:%M}")
    if (minutes := int(left.total_seconds()) // 60) < 60:
        return _("剩余 %(number)s 分钟", number=minutes)
    return _("剩余 %(number)s 小时", number=minutes // 60)


def days_left(session: Session, today: date, day: date) -> Text:
    """Working days left, or days where no working day comes before."""
    if number := calendar(session).between(today, day):
        return _("剩余 %(number)s 个工作日", number=number)
    return _("剩余 %(number)s 天", number=(day - today).days)


def overdue(session: Session, due_at: datetime, now: datetime) -> Text:
    """Working days since it was due; hours or minutes on the same day, days where all were free."""
    if number := calendar(session).between(due_at.date(), now.date()):
        return _("已逾期 %(number)s 个工作日", number=number)
    if number := (now.date() - due_at.date()).days:
        return _("已逾期 %(number)s 天", number=number)
    if number := int((now - due_at).total_seconds()) // 3600:
        return _("已逾期 %(number)s 小时", number=number)
    return _("已逾期 %(number)s 分钟", number=int((now - due_at).total_seconds()) // 60)
