"""The company's clock: moments are wall-clock time in Asia/Shanghai, kept without zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_set: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """This moment in Shanghai, to the second."""
    moment = _set.get() or datetime.now(SHANGHAI)
    return moment.replace(microsecond=0, tzinfo=None)


def today() -> date:
    """This day in Shanghai."""
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stops the clock at a moment, for this thread or task alone: demo data and tests live through their year so."""
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
