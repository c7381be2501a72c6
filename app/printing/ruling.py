"""A table of lines as a flowable of reportlab: a thousand rows a second, heads on every page, long text over pages.

xhtml2pdf makes a paragraph of every cell, which takes some thirty times as long; the rest of the sheet is its work.
reportlab's own tables copy what is left of them at every page, which takes ever longer with their number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from reportlab.platypus import Flowable, Table

from app.printing.columns import PADDING
from app.printing.fonts import TEXT
from app.printing.layout import HAIR, INK, LABEL, PAD, RULE, SHADE, SIZE, STRIP, leading, strips
from app.printing.lines import Row, Ruled

LEAST = 2
"""Rows that stand together at the end of a table, the totals among them."""


class RuledTable(Flowable):
    """The rows `start` to `end` of a table, with its heads above them and, above the first ones, its caption."""

    def __init__(self, table: Ruled, rows: Sequence["Strip"], start: int = 0) -> None:
        super().__init__()
        self.table = table
        self.rows = rows
        self.start = start
        self.end = len(rows)
        self.heads = heads(table, captioned=start == 0)

    def until(self, end: int) -> "RuledTable":
        """The same rows, but not those from `end` on."""
        part = RuledTable(self.table, self.rows, self.start)
        part.end = end
        return part

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Its size."""
        drawn = [*self.heads, *self.rows[self.start : self.end]]
        return sum(self.table.widths), sum(one.height for one in drawn)

    def split(self, _width: float, room: float) -> list[Flowable]:
        """What fits the page and the rest; nothing where not a row fits."""
        left = room - sum(one.height for one in self.heads)
        at = self.start
        while at < self.end and self.rows[at].height <= left:
            left -= self.rows[at].height
            at += 1
        if at < self.end and at - self.start > LEAST:
            at = min(at, self.end - LEAST)
        if at == self.start:
            return []
        return [self.until(at), RuledTable(self.table, self.rows, at)]

    def draw(self) -> None:
        """Draws it by reportlab's table."""
        drawn = [*self.heads, *self.rows[self.start : self.end]]
        table = Table(
            [one.texts for one in drawn],
            colWidths=self.table.widths,
            rowHeights=[one.height for one in drawn],
            style=[*styles(self.table, drawn), *rules(drawn)],
        )
        table.wrapOn(self.canv, *self.wrap())
        table.drawOn(self.canv, 0, 0)


@dataclass(frozen=True)
class Strip:
    """What is drawn as a row: a head, totals, a line, or part of a line that is too long for a page."""

    texts: list[str]
    height: float
    kind: str = "line"
    goes_on: bool = False
    """The next one belongs to the same line."""
    goes_off: bool = False
    """The one before belongs to the same line."""


def strip(row: Row, size: float, kind: str = "line", *, goes_on: bool = False, goes_off: bool = False) -> Strip:
    """A strip as high as its longest cell; inside a line without a gap."""
    height = max(1, *map(len, row)) * leading(size) + PAD * (2 - goes_on - goes_off)
    return Strip(["\n".join(cell) for cell in row], height, kind, goes_on, goes_off)


def flowable(table: Ruled) -> RuledTable:
    """The table as a flowable."""
    found = [one for row in table.rows for one in divided(row, table.size)]
    if not found:
        found = [strip(whole(table, _("以下空白")), table.size, "blank")]
    if table.totals:
        found.append(strip(table.totals, table.size, "totals"))
    return RuledTable(table, found)


def divided(row: Row, size: float) -> Iterator[Strip]:
    """A line in strips; only the first carries the number."""
    longest = max(row, key=len)
    count = len(strips(longest))
    for at in range(count):
        part = row if count == 1 else [cell[at * STRIP : (at + 1) * STRIP] for cell in row]
        yield strip(part, size, goes_on=at < count - 1, goes_off=at > 0)


def heads(table: Ruled, *, captioned: bool) -> list[Strip]:
    """Caption and heads of the columns."""
    columns = strip(table.heads, table.size, "heads")
    return [strip(whole(table, table.caption), SIZE, "caption"), columns] if captioned else [columns]


def whole(table: Ruled, text: str) -> Row:
    """A row of one text."""
    return [[text], *([] for _width in table.widths[1:])]


def styles(table: Ruled, drawn: Sequence[Strip]) -> Iterator[tuple[Any, ...]]:
    """Type, alignment and shading."""
    everything = (0, 0), (-1, -1)
    yield "FONT", *everything, TEXT, table.size, leading(table.size)
    yield "TEXTCOLOR", *everything, INK
    yield "VALIGN", *everything, "MIDDLE"
    for side in ("LEFT", "RIGHT"):
        yield f"{side}PADDING", *everything, PADDING
    for side in ("TOP", "BOTTOM"):
        yield f"{side}PADDING", *everything, PAD
    for at in table.right:
        yield "ALIGN", (at, 0), (at, -1), "RIGHT"
    for at in table.centred:
        yield "ALIGN", (at, 0), (at, -1), "CENTER"
    for at, one in enumerate(drawn):
        row = (0, at), (-1, at)
        if one.kind in ("caption", "blank"):
            yield "SPAN", *row
        if one.kind == "caption":
            yield "FONT", *row, TEXT, SIZE, leading(SIZE)
        if one.goes_on or one.goes_off:
            yield "VALIGN", *row, "TOP"
        if one.goes_off:
            yield "TOPPADDING", *row, 0
        if one.kind in ("caption", "heads", "totals"):
            yield "BACKGROUND", *row, SHADE
        if one.kind in ("caption", "heads", "blank"):
            yield "ALIGN", *row, "CENTER"
        if one.kind in ("heads", "blank"):
            yield "TEXTCOLOR", *row, LABEL


def rules(drawn: Sequence[Strip]) -> Iterator[tuple[Any, ...]]:
    """The rules: round every cell, but none between the parts of a line."""
    yield "BOX", (0, 0), (-1, -1), RULE, HAIR
    yield "LINEAFTER", (0, 0), (-1, -1), RULE, HAIR
    for at, one in enumerate(drawn):
        if not one.goes_on:
            yield "LINEBELOW", (0, at), (-1, at), RULE, HAIR
