"""Measures and colours of printed paper; the templates get them too, so that both halves of a sheet agree."""

from dataclasses import dataclass
from typing import TypeVar

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm

T = TypeVar("T")

SIZE = 9.0
"""Type of fields and lines, in points."""
SMALL = 7.5
"""Type of the trail and of the foot, and of tables that are crowded in any larger one."""
SIZES = (SIZE, 8.0, SMALL)
PAD = 2.6
"""Points above and below a cell's text."""

RULE = 0.5
"""Thickness of the rules, in points."""
INK, LABEL, HAIR, SHADE = (HexColor(one) for one in ("#1f2329", "#49525f", "#5f6875", "#f4f6f8"))

WHOLE = 20
"""Lines of text up to which a row is not divided between pages."""
STRIP = 5
"""Lines of text in each part of a longer one."""

SIDE = 18 * mm
TOP = 16 * mm
BOTTOM = 24 * mm
LABEL_SHARE = 0.15
"""The part of the sheet's width that a label takes; a pair of label and value takes half of it."""
BOXES = 4
"""Most opinion boxes in a row."""


@dataclass(frozen=True)
class Page:
    """A page's size and what is left of it between the margins, in points."""

    width: float
    height: float

    @property
    def room(self) -> float:
        """The width of the sheet."""
        return self.width - 2.0 * float(SIDE)

    @property
    def depth(self) -> float:
        """The height of the sheet."""
        return self.height - float(TOP + BOTTOM)


UPRIGHT = Page(*A4)
ACROSS = Page(*landscape(A4))


def leading(size: float) -> float:
    """The distance of lines of that type."""
    return size * 1.45


def strips(lines: list[T]) -> list[list[T]]:
    """The lines of a text as one part, or a long text's in parts that pages can break between."""
    if len(lines) <= WHOLE:
        return [lines]
    return [lines[start : start + STRIP] for start in range(0, len(lines), STRIP)]
