"""Widths of a table's columns: each what its content wants where there is room, else a fair share of what there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.documents.paper import Table
from app.printing.breaking import balanced, broken
from app.printing.fonts import width

MOST_LINES = 2.4
"""Lines that the usual text of a column may take before its column wants more than its share."""

PADDING = 3.5
"""Points left and right of a cell's text."""

MOST = 180.0
"""What a column of long text wants at most, in points."""

LONGEST = 150.0
"""A word longer than this, in points, may be broken."""


@dataclass(frozen=True)
class Claim:
    """What a column wants, so that nothing wraps; what it needs to look well; at least, so that no word is cut."""

    wants: float
    needs: float
    least: float


def claims(table: Table, size: float) -> list[Claim]:
    """The claims of a table's columns in points, padding included."""
    found = []
    for at, column in enumerate(table.columns):
        texts = [row[at] for row in table.rows]
        if table.totals:
            texts.append(table.totals[at])
        found.append(claim(column.label, texts, column.right, size))
    return found


def claim(label: str, texts: Sequence[str], right: bool, size: float) -> Claim:
    """The claim of one column; numbers are never broken, heads of up to four characters only where it must be."""
    lines = {line for text in texts for line in text.split("\n")}
    longest = max((width(line, size) for line in lines), default=0.0)
    word = longest if right else min(widest(lines, size), LONGEST)
    text = min(longest, MOST)
    head = max(width(line, size) for line in broken(label, 4.1 * size, size))
    return Claim(
        wants=max(text, word, min(width(label, size), MOST)) + 2 * PADDING,
        needs=max(word, min(text / MOST_LINES, LONGEST), head) + 2 * PADDING,
        least=max(word, 2.1 * size) + 2 * PADDING,
    )


def widest(lines: Iterable[str], size: float) -> float:
    """The widest word that must not be broken: of Latin letters and digits."""
    words = {word for line in lines for word in line.split(" ") if word.isascii()}
    return max((width(word, size) for word in words), default=0.0)


def shared(wanted: Sequence[Claim], room: float) -> list[float]:
    """The columns' widths, `room` in sum: in proportion to their wants, or as far above their needs as there is room."""
    wants = [one.wants for one in wanted]
    if sum(wants) <= room:
        return [one * room / sum(wants) for one in wants]
    needs, least = [one.needs for one in wanted], [one.least for one in wanted]
    for low, high in ((needs, wants), (least, needs)):
        if sum(low) <= room:
            return between(low, high, room)
    return [one * room / sum(least) for one in least]


def between(low: Sequence[float], high: Sequence[float], room: float) -> list[float]:
    """Widths between two sums of claims, the same part of the way up in every column."""
    part = (room - sum(low)) / (sum(high) - sum(low))
    return [below + (above - below) * part for below, above in zip(low, high, strict=True)]


def wrapped(texts: Sequence[str], widths: Sequence[float], size: float) -> list[list[str]]:
    """The texts of a row in lines."""
    return [broken(text, room - 2 * PADDING, size) for text, room in zip(texts, widths, strict=True)]


def headed(texts: Sequence[str], widths: Sequence[float], size: float) -> list[list[str]]:
    """The columns' heads in lines."""
    return [balanced(text, room - 2 * PADDING, size) for text, room in zip(texts, widths, strict=True)]
