"""What stands in the cells of a sheet, broken into lines that fit: for the templates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.documents.opinions import Box
from app.documents.paper import Tick
from app.printing.breaking import balanced
from app.printing.breaking import broken as broken_text
from app.printing.columns import PADDING
from app.printing.fonts import width
from app.printing.layout import BOXES, SIZE, strips

LONG = 90
"""Characters of an opinion that gets a box of the sheet's whole width."""

LEAST_LINES = 2
"""Lines that an opinion box leaves to write on."""

BLANK = "\u00a0"
"""A blank that HTML keeps."""


def broken(text: str, room: float, size: float = SIZE) -> Markup:
    """A text in lines that fit a cell of that width."""
    return Markup("<br/>").join(broken_text(text, room - 2 * PADDING, size))


def label(text: str, room: float, size: float = SIZE) -> Markup:
    """A label in lines of about the same length."""
    return Markup("<br/>").join(balanced(text, room - 2 * PADDING, size))


def parts(texts: Sequence[str], room: float, size: float = SIZE) -> list[Markup]:
    """A text in parts that pages can break between: one, unless it is long; an empty one where there is no text."""
    lines = [line for text in texts for line in broken_text(text, room - 2 * PADDING, size)] or [""]
    return [Markup("<br/>").join(part) for part in strips(lines)]


def tick_lines(ticks: Sequence[Tick], room: float, size: float = SIZE) -> list[tuple[Tick, ...]]:
    """The boxes of a choice by lines that fit; a title stays with its box."""
    lines: list[tuple[Tick, ...]] = [()]
    used = 0.0
    for tick in ticks:
        wide = width(tick.title, size) + 2 * size
        if lines[-1] and used + wide > room - 2 * PADDING:
            lines.append(())
            used = 0.0
        lines[-1] = (*lines[-1], tick)
        used += wide
    return lines


@dataclass(frozen=True)
class OpinionBox:
    """An opinion box with its texts in lines, a long opinion in parts; `wide` points wide."""

    wide: float
    title: Markup
    opinion: tuple[Markup, ...]
    signature: Markup
    signed: bool


def box_rows(boxes: Sequence[Box], room: float) -> list[list[OpinionBox]]:
    """The opinion boxes in rows of equal ones; one with a long opinion has a row to itself."""
    return [[laid_out(box, room / len(row), height_of(row, room / len(row))) for box in row] for row in rows_of(boxes)]


def rows_of(boxes: Sequence[Box]) -> Iterator[Sequence[Box]]:
    """The boxes by rows: as few rows as may be, and as even."""
    short: list[Box] = []
    for box in boxes:
        if len(box.opinion) > LONG:
            yield from even(short)
            yield [box]
            short = []
        else:
            short.append(box)
    yield from even(short)


def even(boxes: Sequence[Box]) -> Iterator[Sequence[Box]]:
    """Seven boxes as four and three, five as three and two."""
    rest = list(boxes)
    for left in range(-(-len(rest) // BOXES), 0, -1):
        count = -(-len(rest) // left)
        yield rest[:count]
        rest = rest[count:]


def height_of(row: Sequence[Box], room: float) -> int:
    """The lines that the longest opinion of a row takes."""
    return max(LEAST_LINES, *(len(broken_text(box.opinion, room - 4 * PADDING, SIZE)) for box in row))


def laid_out(box: Box, room: float, height: int) -> OpinionBox:
    """A box in lines, its opinion as high as that of its neighbours."""
    inner = room - 2 * PADDING
    title = box.label if not box.who or box.who in box.label else f"{box.label}（{box.who}）"
    opinion = broken_text(box.opinion, inner - 2 * PADDING, SIZE)
    opinion += [""] * (height - len(opinion))
    if box.at is None:
        lines = [_("签字：") + BLANK * 22, _("年　　月　　日")]
    else:
        lines = [*broken_text(box.signer, inner, SIZE), f"{box.at:%Y-%m-%d %H:%M}"]
    return OpinionBox(
        room,
        label(title, room),
        tuple(Markup("<br/>").join(line or BLANK for line in part) for part in strips(opinion)),
        Markup("<br/>").join(escape(line.replace("　", BLANK * 4)) for line in lines),
        box.at is not None,
    )


__all__ = ["OpinionBox", "box_rows", "broken", "label", "parts", "tick_lines"]
