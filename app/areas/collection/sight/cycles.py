"""更新周期: the periods that a provider reports on, and the day by which each report is due (article 14)."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.areas.organisation.registers import UpdateCycle
from app.calendar.days import Calendar

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
MONTHS = {UpdateCycle.MONTH: 1, UpdateCycle.QUARTER: 3, UpdateCycle.YEAR: 12}
DAY_END = time(23, 59, 59)


@dataclass(frozen=True)
class Period:
    """所属期间: both days included."""

    start: date
    end: date


def period_of(cycle: UpdateCycle, day: date) -> Period:
    """The period in which a day lies; weeks begin on Monday."""
    if cycle is UpdateCycle.DAY:
        return Period(day, day)
    if cycle is UpdateCycle.WEEK:
        start = day - timedelta(days=day.weekday())
        return Period(start, start + WEEK - DAY)
    length = MONTHS[cycle]
    first = (day.month - 1) // length * length + 1
    last = first + length - 1
    return Period(date(day.year, first, 1), date(day.year, last, monthrange(day.year, last)[1]))


def periods(cycle: UpdateCycle, first: date, last: date) -> Iterator[Period]:
    """The periods that begin on the first day or later and end before the last one, in order."""
    found = period_of(cycle, first)
    if found.start < first:
        found = period_of(cycle, found.end + DAY)
    while found.end < last:
        yield found
        found = period_of(cycle, found.end + DAY)


def due(period: Period, number: int, at: time | None, calendar: Calendar) -> datetime:
    """When a period's report is due: the so many-th day after it, on a day off the next working day, by the agreed time."""
    return datetime.combine(calendar.on_or_after(period.end + timedelta(days=number)), at or DAY_END)
