"""The company's clock: moments are wall-clock time in Asia/Shanghai, kept without zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | timedelta | None] = ContextVar("clock_set_to", default=None)
"""The moment at which the clock stands still, or how far from the real time it goes."""


def now() -> datetime:
    """This moment in Shanghai, to the second."""
    found = _set.get()
    moment = found if isinstance(found, datetime) else datetime.now(SHANGHAI) + (found or timedelta())
    return moment.replace(microsecond=0, tzinfo=None)


def today() -> date:
    """This day in Shanghai."""
    return now().date()


@contextmanager
def at(moment: datetime, *, going: bool = False) -> Iterator[None]:
    """Stops the clock at a moment, for this thread or task alone: demo data and tests live through their year so.

    `going`: it goes on from there, so that what takes time is seen to take it.
    """
    token = _set.set(moment - datetime.now(SHANGHAI).replace(tzinfo=None) if going else moment)
    try:
        yield
    finally:
        _set.reset(token)
