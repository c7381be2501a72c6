"""Tables of lines as flowables of reportlab: a thousand rows a second, heads repeated on every page, long text broken.

xhtml2pdf makes a paragraph of every cell, which takes some forty times as long; the rest of the sheet is its work.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from reportlab.platypus import LongTable

from app.documents.opinions import Entry
from app.documents.paper import Table
from app.printing.columns import PADDING, claims, headed, shared, wrapped
from app.printing.fonts import TEXT, width
from app.printing.layout import HAIR, INK, LABEL, PAD, RULE, SHADE, SIZE, SIZES, SMALL, leading

MOST_LINES = 30
"""Lines of text in a row of a table; longer text goes on in further rows, so that none is higher than a page."""

HEADS = 2
"""Rows above the lines: caption and heads."""

Row = list[list[str]]
"""A row's cells, each in lines of text."""


@dataclass
class Ruled:
    """A table to be drawn: rows of broken text, widths in points, and the columns that are set right or in the middle."""

    caption: str
    heads: Row
    widths: list[float]
    size: float
    right: frozenset[int] = frozenset()
    centred: frozenset[int] = frozenset({0})
    rows: list[Row] = field(default_factory=list)
    totals: Row = field(default_factory=list)


def lines(table: Table, room: float) -> Ruled:
    """A form's lines, numbered, on a sheet of that width."""
    first = number_width(table)
    size = next((size for size in SIZES if needs(table, size) <= room - first), SMALL)
    widths = [first, *shared(claims(table, size), room - first)]
    found = Ruled(
        table.caption,
        headed((_("序号"), *(one.label for one in table.columns)), widths, size),
        widths,
        size,
        right=frozenset(at for at, one in enumerate(table.columns, 1) if one.right),
    )
    for number, row in enumerate(table.rows, 1):
        found.rows.append(wrapped((str(number), *row), widths, size))
    if table.totals:
        found.totals = wrapped((_("合计"), *table.totals), widths, size)
    return found


def number_width(table: Table) -> float:
    """The width of the column with the lines' numbers."""
    return max(width(str(len(table.rows)), SIZE), 2 * SIZE) + 2 * PADDING + 1


def needs(table: Table, size: float) -> float:
    """What a table's columns need together."""
    return sum(one.needs for one in claims(table, size))


def trail(entries: Sequence[Entry], room: float) -> Ruled:
    """The trail (签批记录) as a table."""
    widths = [room * share for share in (0.05, 0.18, 0.12, 0.2, 0.29, 0.16)]
    heads = (_("序号"), _("步骤"), _("办理"), _("姓名与岗位"), _("意见"), _("时间"))
    found = Ruled(_("签批记录"), headed(heads, widths, SMALL), widths, SMALL, centred=frozenset({0, 1, 2, 5}))
    for number, one in enumerate(entries, 1):
        decision = _("%(decision)s（已失效）", decision=one.decision) if one.void else one.decision
        texts = (str(number), one.step, decision, f"{one.name}  {one.position}", one.opinion, f"{one.at:%Y-%m-%d %H:%M}")
        found.rows.append(wrapped(texts, widths, SMALL))
    return found


def flowable(table: Ruled) -> LongTable:
    """The table as reportlab draws it. The caption stands once, the heads on every page."""
    blank: Row = [[] for _width in table.widths]
    body = [part for row in table.rows for part in divided(row)] or [[[_("以下空白")], *blank[1:]]]
    goes_on = [False] * HEADS + [at < last for row in table.rows or [blank] for at, last in parts_of(row)]
    rows = [[[table.caption], *blank[1:]], table.heads, *body]
    if table.totals:
        rows.append(table.totals)
        goes_on.append(False)
    step = leading(table.size)
    return LongTable(
        [["\n".join(cell) for cell in row] for row in rows],
        colWidths=table.widths,
        rowHeights=[max(1, *map(len, row)) * step + 2 * PAD for row in rows],
        repeatRows=(1,),
        style=[*styles(table, len(rows)), *rules(goes_on)],
    )


def divided(row: Row) -> Iterator[Row]:
    """A row in parts that each fit a page; only the first carries the number."""
    for at, _last in parts_of(row):
        yield [cell[at * MOST_LINES : (at + 1) * MOST_LINES] for cell in row]


def parts_of(row: Row) -> list[tuple[int, int]]:
    """The numbers of a row's parts, each with that of the last one."""
    last = (max(1, *map(len, row)) - 1) // MOST_LINES
    return [(at, last) for at in range(last + 1)]


def styles(table: Ruled, count: int) -> Iterator[tuple[Any, ...]]:
    """Type, alignment and shading."""
    step, whole = leading(table.size), ((0, 0), (-1, -1))
    yield "FONT", *whole, TEXT, table.size, step
    yield "TEXTCOLOR", *whole, INK
    yield "VALIGN", *whole, "MIDDLE"
    yield "LEFTPADDING", *whole, PADDING
    yield "RIGHTPADDING", *whole, PADDING
    yield "TOPPADDING", *whole, PAD
    yield "BOTTOMPADDING", *whole, PAD
    for at in table.right:
        yield "ALIGN", (at, HEADS), (at, -1), "RIGHT"
    for at in table.centred:
        yield "ALIGN", (at, HEADS), (at, -1), "CENTER"
    yield "SPAN", (0, 0), (-1, 0)
    yield "ALIGN", (0, 0), (-1, 1), "CENTER"
    yield "BACKGROUND", (0, 0), (-1, 1), SHADE
    yield "TEXTCOLOR", (0, 1), (-1, 1), LABEL
    if not table.rows:
        yield "SPAN", (0, HEADS), (-1, HEADS)
        yield "TEXTCOLOR", (0, HEADS), (-1, HEADS), LABEL
    yield "NOSPLIT", (0, 0), (0, min(HEADS, count - 1))  # caption and heads never stand alone at the foot of a page
    yield "NOSPLIT", (0, max(HEADS, count - 2)), (0, count - 1)  # nor the last row at the top of one
    if table.totals:
        yield "BACKGROUND", (0, -1), (-1, -1), SHADE


def rules(goes_on: Sequence[bool]) -> Iterator[tuple[Any, ...]]:
    """The rules: between all rows, but none where a row goes on in the next one. `goes_on` says so of each row."""
    start = 0
    for row in range(len(goes_on)):
        if goes_on[row] and (row == 0 or not goes_on[row - 1]):
            if row > start:
                yield "GRID", (0, start), (-1, row - 1), RULE, HAIR
            start = row
        elif not goes_on[row] and row and goes_on[row - 1]:
            yield "BOX", (0, start), (-1, row), RULE, HAIR
            yield "LINEAFTER", (0, start), (-1, row), RULE, HAIR
            start = row + 1
    if start < len(goes_on):
        yield "GRID", (0, start), (-1, len(goes_on) - 1), RULE, HAIR
    yield "LINEABOVE", (0, 1), (-1, 1), RULE, HAIR  # where the heads stand at the top of a page
    yield "LINEBELOW", (0, "splitlast"), (-1, "splitlast"), RULE, HAIR
