"""What is wrong with the first bad entry of the record: changed, missing, inserted, out of order, cut off."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from app.audit.chain import digest

FURTHER = 100
"""Entries are looked for so many places behind the known end."""

Row = Mapping[str, Any]


class Wrong(Enum):
    """A kind of fault; the value is how the command says it."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    REORDERED = "reordered"
    CUT_OFF = "cut off, with all that followed"
    HEAD = "not as audit_head has it"
    NOTES = "not as written (line of audit_heads.log)"


@dataclass(frozen=True)
class Fault:
    """The first entry, or line, that is not as it was written."""

    number: int
    wrong: Wrong

    def __str__(self) -> str:
        return f"entry {self.number}: {self.wrong.value}"


def diagnose(key: bytes, number: int, previous: str, row: Row, following: Row | None, most: int) -> Fault:
    """What is wrong where entry `number` should be and `row` is; `most` is the last number that is known to exist."""
    if row["id"] < number:
        return Fault(row["id"], Wrong.INSERTED)
    if row["id"] > number:
        return Fault(number, Wrong.MISSING)
    own = place_of(key, row, number, most)
    after = place_of(key, following, number, most) if following else None
    if own is None:
        added = after == number or number > most > 0
        return Fault(number, Wrong.INSERTED if added else Wrong.CHANGED)
    if own == number:  # a sound entry, but of another chain
        return Fault(number, Wrong.INSERTED)
    gap = own == number + 1 and after in (None, own + 1)
    return Fault(number, Wrong.MISSING if gap else Wrong.REORDERED)


def place_of(key: bytes, row: Row, near: int, most: int) -> int | None:
    """The number that the entry was written under, or None where it was never written so."""
    tried = dict(row)
    number: int
    for number in (near, near + 1, *range(1, max(most, near) + FURTHER)):
        tried["id"] = number
        if digest(key, str(row["previous"]), tried) == row["digest"]:
            return number
    return None
