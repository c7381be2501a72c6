"""Tries a layout on a sample: what would be read, and every fault of the first rows that have one."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.intake.checking import Checker
from app.intake.chunks import Row, RowFault, Unreadable
from app.intake.duplicates import Duplicates
from app.intake.layout import Layout
from app.intake.reading import read

MOST_FAULTS, MOST_ROWS = 500, 5
"""Faults and good rows that are kept to be shown."""


@dataclass
class Tried:
    """What came of a sample. `counts`: faults by field (None: the whole row) and rule; `refused`: why the file cannot be read."""

    total: int = 0
    good: int = 0
    faults: list[RowFault] = field(default_factory=list)
    counts: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    rows: list[tuple[int, Row]] = field(default_factory=list)
    refused: Unreadable | None = None

    @property
    def bad(self) -> int:
        """Rows with a fault."""
        return self.total - self.good

    @property
    def number(self) -> int:
        """How many faults there are in all."""
        return sum(self.counts.values())


def try_out(path: Path, layout: Layout, folder: Path) -> Tried:
    """Reads and checks a sample; `folder`: where keys may be kept meanwhile."""
    tried = Tried()
    with Duplicates(folder) as duplicates:
        checker = Checker(layout, duplicates)
        try:
            for chunk in read(path, layout):
                checked = checker.check(chunk)
                tried.total += len(checked.good) + len(checked.bad)
                tried.good += len(checked.good)
                tried.counts.update((one.field, one.rule) for one in checked.faults)
                tried.faults += checked.faults[: MOST_FAULTS - len(tried.faults)]
                tried.rows += checked.good[: MOST_ROWS - len(tried.rows)]
        except Unreadable as refused:
            tried.refused = refused
    return tried
