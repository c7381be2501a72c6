"""The content of a delivery: the rows of its period, some of the last period corrected, and the faults that such files have."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from app.demo.load.files import file_of
from app.demo.load.kinds import Kind, Row, Span
from app.demo.load.population import Market
from app.demo.load.schedule import Delivery
from app.demo.load.spoiling import Spoiler
from app.intake.terms import FieldType

CORRECTED = 0.01
"""Share of the last period's rows that are delivered again with another value."""


@dataclass(frozen=True)
class Content:
    """A file as delivered, how many rows it has, and how many of what was done to them."""

    data: bytes
    rows: int
    corrections: int
    faults: Counter[str]


def content(market: Market, delivery: Delivery, *, mistaken: bool | None = None) -> Content:
    """The file of a delivery; `mistaken` False gives the one that is sent in place of a file in the wrong encoding."""
    kind = delivery.kind
    again = list(corrections(market, kind, delivery.previous)) if delivery.previous else []
    keys = {key_of(kind, row) for row in again}
    fresh = [row for row in rows_of(market, kind, delivery.span) if key_of(kind, row) not in keys]
    spoiler = Spoiler(kind, market, market.chance(kind.key, delivery.span.start, "faults"))
    rows = spoiler.spoil([*fresh, *again])
    wrong = delivery.mistaken if mistaken is None else mistaken
    return Content(file_of(kind, rows, mistaken=wrong), len(rows), len(again), spoiler.done)


def rows_of(market: Market, kind: Kind, span: Span) -> list[Row]:
    """The sound rows of a period."""
    return list(kind.rows(market, span, market.chance(kind.key, span.start)))


def corrections(market: Market, kind: Kind, span: Span) -> list[Row]:
    """Rows of a period delivered before, with another value in the column that is corrected."""
    rows, chance = rows_of(market, kind, span), market.chance(kind.key, span.start, "corrections")
    place = kind.place(kind.corrected)
    chosen = chance.sample(rows, round(len(rows) * CORRECTED))
    return [[*row[:place], corrected(kind, place, row[place], chance), *row[place + 1 :]] for row in chosen]


def corrected(kind: Kind, place: int, value: str, chance: Random) -> str:
    """Another value than before."""
    column = kind.columns[place]
    if column.type is FieldType.INTEGER:
        return str(int(value) + 1)
    if column.type in (FieldType.AMOUNT, FieldType.DECIMAL):
        return f"{float(value or 0) + chance.randrange(1, 10):.{column.places}f}"
    return next(one for one in "ABCM" if one != value) if len(value) == 1 else f"{value}（更正）"


def key_of(kind: Kind, row: Row) -> tuple[str, ...]:
    """What names the record."""
    return tuple(value for column, value in zip(kind.columns, row, strict=True) if column.key)
