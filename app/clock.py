"""The company's clock: moments are wall-clock time in Asia/Shanghai, kept without zone."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment in Shanghai, to the second."""
    return datetime.now(SHANGHAI).replace(microsecond=0, tzinfo=None)


def today() -> date:
    """This day in Shanghai."""
    return now().date()
