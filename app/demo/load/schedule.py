"""When each delivery of the year comes: mostly in time, some late, a few not at all, a few damaged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.areas.collection.sight.cycles import due, periods
from app.calendar.days import Calendar
from app.demo.documents.hours import working
from app.demo.load.kinds import Kind, Span
from app.demo.load.population import Market

CLOSES = time(17)
LATE, LOST, MISTAKEN = 0.12, 0.03, 0.05
"""Shares of deliveries that come late, never, and in another encoding than agreed."""


@dataclass(frozen=True)
class Delivery:
    """报送 of one period. `at`: when it is received; `mistaken`: the file is in another encoding than agreed."""

    kind: Kind
    span: Span
    previous: Span | None
    due: datetime
    at: datetime
    mistaken: bool

    @property
    def name(self) -> str:
        """The file's name: GX02_20260301_20260331.txt."""
        return f"{self.kind.code}_{self.span.start:%Y%m%d}_{self.span.end:%Y%m%d}.{self.kind.suffix}"


def begin(today: date, months: int) -> date:
    """The first day of the month so many months ago."""
    number = today.year * 12 + today.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def deliveries(kind: Kind, market: Market, first: date, until: datetime, calendar: Calendar) -> Iterator[Delivery]:
    """The deliveries of a provider that are received by then, in order of their periods."""
    previous: Span | None = None
    for period in periods(kind.cycle, first, until.date()):
        span = Span(period.start, period.end, first=previous is None)
        chance = market.chance(kind.key, span.start, "delivery")
        deadline = due(period, kind.day, CLOSES, calendar)
        lost, late = chance.random() < LOST, chance.random() < LATE
        days = chance.randrange(2, 12) if late else -chance.randrange(0, 2)
        moment = working(datetime.combine(deadline.date() + timedelta(days=days), time(9 + chance.randrange(6), chance.randrange(60))))
        if not late and moment > deadline:
            moment = deadline - timedelta(hours=1)
        textual = kind.format.value not in ("xlsx", "xml")
        if moment <= until and (span.first or not lost):
            yield Delivery(kind, span, previous, deadline, moment, textual and not span.first and chance.random() < MISTAKEN)
            previous = span
