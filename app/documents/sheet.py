"""How fields stand on the sheet of a form: two pairs a row, long ones over both, the two ends of a range in one."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.codecs import BoolCodec, ChoiceCodec, ChoiceSetCodec, Widget
from app.engine.fields import FieldSpec
from app.engine.text import Text

HALF = 34
"""Widest row of choices, in Chinese characters, that stands in half a sheet (on two lines)."""

MOST_TICKS = 150
"""Widest row of choices, in Chinese characters, that is printed with all its boxes (on three lines)."""


@dataclass(frozen=True)
class Place:
    """A labelled place with one field, or with the two ends of a range; `full` over the whole sheet."""

    label: Text
    fields: tuple[FieldSpec, ...]
    full: bool


def rows_of(fields: Iterable[FieldSpec]) -> list[tuple[Place, ...]]:
    """Fields in their places, row by row: two of them, or one over the whole sheet."""
    rows: list[tuple[Place, ...]] = []
    waiting: Place | None = None
    for place in joined(list(fields)):
        if place.full:
            if waiting:
                rows.append((alone(waiting),))
            rows.append((place,))
            waiting = None
        elif waiting:
            rows.append((waiting, place))
            waiting = None
        else:
            waiting = place
    return [*rows, (alone(waiting),)] if waiting else rows


def alone(place: Place) -> Place:
    """A place without a neighbour takes the whole row."""
    return Place(place.label, place.fields, True)


def joined(fields: list[FieldSpec]) -> list[Place]:
    """Places, with `period_from` and `period_to` in one."""
    found: list[Place] = []
    while fields:
        one = fields.pop(0)
        if fields and (label := range_label(one, fields[0])):
            found.append(Place(label, (one, fields.pop(0)), False))
        else:
            found.append(Place(one.label, (one,), is_long(one)))
    return found


def range_label(one: FieldSpec, other: FieldSpec) -> str | None:
    """所属期间 for the fields 所属期间起 and 所属期间止; None where the two are no range."""
    if not one.name.endswith("_from") or other.name != f"{one.name.removesuffix('_from')}_to":
        return None
    if one.codec.widget not in (Widget.DATE, Widget.MONTH) or one.writable is not other.writable:
        return None
    first, second = str(one.label), str(other.label)
    same = next((at for at, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
    return first[:same].strip() or None


def is_long(one: FieldSpec) -> bool:
    """Whether a field needs the whole width."""
    return one.full or one.codec.widget is Widget.AREA or is_digest(one) or HALF < ticks_width(one) <= MOST_TICKS


def is_digest(one: FieldSpec) -> bool:
    """Whether a field holds a SHA-256: 64 characters in one word."""
    return one.codec.max_length == 64 and "0-9a-f" in (getattr(one.codec, "pattern", None) or "")


def ticked(one: FieldSpec) -> bool:
    """Whether a field is printed as boxes to tick: a choice among few, or yes and no."""
    return 0 < ticks_width(one) <= MOST_TICKS


def ticks_width(one: FieldSpec) -> int:
    """The width of all choices with their boxes in Chinese characters; 0 for a field that is no choice."""
    codec = one.codec
    if isinstance(codec, BoolCodec):
        return 6
    if isinstance(codec, ChoiceCodec | ChoiceSetCodec):
        return sum(len(str(member.title)) + 2 for member in codec.choice)
    return 0
