"""Verifying the record: every entry in its place, unchanged, and none cut off at the end; bounded memory at any size."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, column, select, table

from app.audit import heads
from app.audit.chain import COLUMNS, GENESIS, digest
from app.audit.exporting import lines
from app.audit.faults import Fault, Wrong, diagnose
from app.audit.models import AuditEntry

AT_ONCE = 2_000
NAMES = (*COLUMNS, "previous", "digest")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """How many entries are in order from the first on, and the first that is not."""

    count: int
    fault: Fault | None = None


def verify(connection: Connection, key: bytes, folder: Path) -> Result:
    """Checks the record of a database against itself, and against what was noted outside it."""
    known = heads_of(key, folder)
    if isinstance(known, Fault):
        return Result(0, known)
    return check(key, stored(connection), known)


def stored(connection: Connection) -> Iterator[Row]:
    """The rows as they lie in the database, in order of their numbers."""
    raw = table(AuditEntry.__tablename__, *(column(name) for name in NAMES))
    reading = connection.execution_options(stream_results=True, yield_per=AT_ONCE)
    rows: Any = reading.execute(select(raw).order_by(raw.c.id)).mappings()
    return iter(rows)


def heads_of(key: bytes, folder: Path) -> dict[int, str] | Fault:
    """Digests by number as they were noted outside the database; a Fault where these notes were changed."""
    found: dict[int, str] = {}
    for at, line in enumerate(lines(key, folder), 1):
        if line is None or found.setdefault(line.number, line.digest) != line.digest:
            return Fault(at, Wrong.NOTES)
    number, value = heads.head(folder)
    if number and found.setdefault(number, value) != value:
        return Fault(number, Wrong.HEAD)
    return found


def check(key: bytes, rows: Iterable[Row], known: Mapping[int, str]) -> Result:
    """Follows the chain from the first entry to the last; `known` are digests noted elsewhere."""
    count, previous, most = 0, GENESIS, max(known, default=0)
    waiting = iter(rows)
    for row in waiting:
        number = count + 1
        good = row["id"] == number and row["previous"] == previous and digest(key, previous, row) == row["digest"]
        if not good:
            return Result(count, diagnose(key, number, previous, row, next(waiting, None), most))
        if known.get(number, row["digest"]) != row["digest"]:
            return Result(count, Fault(number, Wrong.CHANGED))
        count, previous = number, row["digest"]
    return Result(count, Fault(count + 1, Wrong.CUT_OFF) if most > count else None)


