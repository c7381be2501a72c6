"""What reading and checking hand on: rows in chunks, and what is wrong with a row."""

from dataclasses import dataclass, field

from app.engine.text import Text

Row = list[str]
"""The values of a source row as text, in the layout's order."""

AT_ONCE = 5_000
"""Rows of a chunk: memory does not grow with the file."""


@dataclass(frozen=True)
class RowFault:
    """One fault (差错): of a row as its file counts them, from 1; `field` is the source name, None for the whole row.

    `rule`: which rule was broken, one of `app.intake.rules`; `reason` says it to people.
    """

    row: int
    field: str | None
    value: str
    rule: str
    reason: Text


@dataclass
class Chunk:
    """Rows as read. `numbers` run beside `rows`; rows that could not be split into fields are in `broken` alone.

    `raw`: the source text of each broken row, as the error file gives it back.
    """

    numbers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    broken: list[RowFault] = field(default_factory=list)
    raw: dict[int, str] = field(default_factory=dict)


@dataclass
class Checked:
    """A chunk after checking: `good` are (number, standard values) of rows without fault, `bad` the source rows with one.

    `keys`: the 16-byte digests of the good rows' keys, in their order. `bad` is in the order of the rows.
    """

    good: list[tuple[int, Row]] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    bad: list[tuple[int, Row | str]] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


class Unreadable(Exception):
    """The file as a whole cannot be read by its layout (wrong encoding, no such format, too large a field): why, and where."""

    def __init__(self, reason: Text, row: int | None = None) -> None:
        super().__init__(str(reason))
        self.reason, self.row = reason, row
