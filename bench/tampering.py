"""Tampers with the record's rows in memory in one random way, and says which entry should be named."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from app.audit.chain import COLUMNS, GENESIS, digest
from app.audit.faults import Wrong

Row = dict[str, Any]
Found = tuple[list[Row], int, Wrong | None]
"""The rows, the number of the first bad one, and what is wrong with it (None: any)."""


def tampered(chance: Random, key: bytes, rows: Sequence[Row]) -> Found:
    """The rows, tampered with; the given ones stay as they are."""
    return chance.choice(WAYS)(chance, [dict(row) for row in rows])


def change(chance: Random, rows: list[Row]) -> Found:
    """Another value in any column of any row, its number too."""
    at = chance.randrange(len(rows))
    name = chance.choice([*COLUMNS, "previous", "digest"])
    value = rows[at][name]
    if name == "id":
        rows[at]["id"] = len(rows) + chance.randrange(1, 50)
        return in_order(rows), at + 1, Wrong.MISSING
    rows[at][name] = value + 1 if isinstance(value, int) else f"{value}{chance.choice(' x0')}"
    return rows, at + 1, Wrong.CHANGED


def delete(chance: Random, rows: list[Row]) -> Found:
    """A row gone."""
    at = chance.randrange(len(rows))
    del rows[at]
    return rows, at + 1, Wrong.CUT_OFF if at == len(rows) else Wrong.MISSING


def close_gap(chance: Random, rows: list[Row]) -> Found:
    """A row gone and those after it moved up."""
    at = chance.randrange(len(rows) - 1)
    del rows[at]
    for number, row in enumerate(rows, 1):
        row["id"] = number
    return rows, at + 1, Wrong.MISSING


def insert(chance: Random, rows: list[Row]) -> Found:
    """A row put in, by somebody who knows how it is done but not the key."""
    at = chance.randrange(len(rows) + 1)
    made = {**rows[chance.randrange(len(rows))], "id": at + 1, "previous": rows[at - 1]["digest"] if at else GENESIS}
    made["digest"] = digest(b"another key", made["previous"], made)
    rows.insert(at, made)
    for number, row in enumerate(rows, 1):
        row["id"] = number
    return rows, at + 1, Wrong.INSERTED


def repeat(chance: Random, rows: list[Row]) -> Found:
    """An earlier row again at the end."""
    rows.append({**rows[chance.randrange(len(rows))], "id": len(rows) + 1})
    return rows, len(rows), None


def reorder(chance: Random, rows: list[Row]) -> Found:
    """Two rows in each other's place."""
    one, other = sorted(chance.sample(range(len(rows)), 2))
    rows[one], rows[other] = {**rows[other], "id": one + 1}, {**rows[one], "id": other + 1}
    return rows, one + 1, None if other == one + 2 else Wrong.REORDERED


def cut(chance: Random, rows: list[Row]) -> Found:
    """The end gone."""
    left = chance.randrange(len(rows))
    return rows[:left], left + 1, Wrong.CUT_OFF


def rewrite(chance: Random, rows: list[Row]) -> Found:
    """A row changed and the whole chain after it computed anew, with a key of one's own."""
    at = chance.randrange(len(rows))
    rows[at]["detail"] += " "
    previous = rows[at]["previous"]
    for row in rows[at:]:
        row["previous"] = previous
        row["digest"] = previous = digest(b"another key", previous, row)
    return rows, at + 1, Wrong.CHANGED


def in_order(rows: list[Row]) -> list[Row]:
    """The rows as a database gives them: by number."""
    return sorted(rows, key=lambda row: row["id"])


WAYS: tuple[Callable[[Random, list[Row]], Found], ...] = (
    change, change, change, delete, close_gap, insert, repeat, reorder, cut, rewrite,
)
