"""Working days (工作日): the register 工作日历 decides, and weekdays where it says nothing (articles 110, 113, 116)."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.engine.catalogue import catalogue

log = logging.getLogger(__name__)

REGISTER = "calendar_days"
DAY = timedelta(days=1)
AHEAD_FROM = 10
"""The month from which the next year's days are expected to be known."""


class Calendar:
    """工作日历 as loaded: the days that differ from their weekday."""

    def __init__(self, days: Mapping[date, bool]) -> None:
        self.days = days
        self.years = frozenset(day.year for day in days)
        self.warned: set[int] = set()

    def working(self, day: date) -> bool:
        """Whether people work on a day; weekdays are taken, with a warning, in a year without rows."""
        self.warn(day.year)
        known = self.days.get(day)
        return day.weekday() < 5 if known is None else known

    def warn(self, year: int) -> None:
        """Logs, once, that a year was counted by weekdays alone."""
        if year not in self.years and year not in self.warned:
            self.warned.add(year)
            log.warning("The calendar has no days of %s: its working days are counted as Monday to Friday.", year)

    def on_or_after(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        while not self.working(day):
            day += DAY
        return day

    def add(self, start: date, number: int) -> date:
        """The so many-th working day after a day, which is not counted itself."""
        for _time in range(number):
            start = self.on_or_after(start + DAY)
        return start

    def between(self, first: date, last: date) -> int:
        """Working days after `first` up to and with `last`; negative where `last` comes first."""
        if last < first:
            return -self.between(last, first)
        for year in range(first.year, last.year + 1):
            self.warn(year)
        differing = (working - (day.weekday() < 5) for day, working in self.days.items() if first < day <= last)
        return weekdays_until(last) - weekdays_until(first) + sum(differing)


def weekdays_until(day: date) -> int:
    """Days from Monday to Friday since the first of all Mondays, up to and with a day."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def calendar(session: Session) -> Calendar:
    """The calendar, read once in a transaction."""
    kept: tuple[Any, Calendar] | None = session.info.get(REGISTER)
    if kept and kept[0] is session.get_transaction() is not None:
        return kept[1]
    model: Any = catalogue.register(REGISTER).model
    loaded = Calendar(dict(session.execute(select(model.day, model.working)).all()))
    session.info[REGISTER] = (session.get_transaction(), loaded)
    return loaded


def working(session: Session, day: date) -> bool:
    """Whether people work on a day: a row of the register wins, else Monday to Friday."""
    return calendar(session).working(day)


def add_working_days(session: Session, start: date, number: int) -> date:
    """The so many-th working day after a day (起算日不计): the day itself is not counted."""
    return calendar(session).add(start, number)


def working_days_between(session: Session, first: date, last: date) -> int:
    """Working days after `first` up to and with `last`; negative where `last` comes first."""
    return calendar(session).between(first, last)


def years_missing(session: Session) -> list[int]:
    """Years that should be in the calendar by today and are not: this one, and from October on the next one."""
    day = today()
    wanted = (day.year, day.year + 1) if day.month >= AHEAD_FROM else (day.year,)
    return [year for year in wanted if year not in calendar(session).years]
