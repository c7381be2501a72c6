"""Breaks text into lines as Chinese is set: anywhere but before a closing mark or after an opening one; words whole."""

import re
from collections.abc import Iterator

from app.printing.fonts import width

_OPENING = "（《「『【〔〈“‘"
_CLOSING = "，。、；：！？）》」』】〕〉”’…—·％℃"

_UNIT = re.compile(rf" *[{_OPENING}]*(?:[!-~]+|[^{_OPENING}])[{_CLOSING}]*| *[{_OPENING}]+")
"""What is not broken: a word of Latin letters and digits, or a Chinese character, with the marks that belong to it."""

_PART = re.compile(r"[^-_./?&=,;:@]+[-_./?&=,;:@]*|[-_./?&=,;:@]+")
"""What is not broken either of a word too long for its column."""


def broken(text: str, room: float, size: float) -> list[str]:
    """The lines of a text in a column that is `room` points wide; at least one."""
    return [line for paragraph in text.split("\n") for line in broken_paragraph(paragraph, room, size)]


def broken_paragraph(text: str, room: float, size: float) -> Iterator[str]:
    """The lines of a text without line breaks of its own."""
    if width(text, size) <= room:
        yield text
        return
    line, used = "", 0.0
    for unit in units(text, room, size):
        wide = width(unit, size)
        if line and used + wide > room:
            yield line
            unit = unit.lstrip(" ")
            line, used = "", 0.0
            wide = width(unit, size)
        line, used = line + unit, used + wide
    yield line


def balanced(text: str, room: float, size: float) -> list[str]:
    """The lines of a short text, about equally long: a column's head in two and two characters, not in three and one."""
    lines = broken(text, room, size)
    if len(lines) == 1:
        return lines
    even = broken(text, max(width(text, size) / len(lines) + size / 2, size), size)
    return even if len(even) == len(lines) else lines


def units(text: str, room: float, size: float) -> Iterator[str]:
    """The unbreakable parts of a text. A word wider than the column (a file name, an address) falls into its parts."""
    for unit in _UNIT.findall(text):
        if width(unit, size) <= room:
            yield unit
            continue
        for part in _PART.findall(unit):
            if width(part, size) <= room:
                yield part
            else:
                yield from part
