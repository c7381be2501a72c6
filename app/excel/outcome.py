"""What a check of a workbook found: counts, and faults up to a bound."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from app.excel.faults import CellFault
from app.excel.limits import FAULTS_KEPT

Progress = Callable[[int], None]
"""Told how many rows of the main sheet are done."""


@dataclass
class Outcome:
    """Counts of rows and faults; the first `FAULTS_KEPT` faults themselves."""

    total: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    faults: int = 0
    warnings: int = 0
    first_row: int = 0
    last_row: int = 0
    first_number: str | None = None
    last_number: str | None = None
    kept: list[CellFault] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether everything may be written."""
        return self.faults == 0

    def add(self, faults: Iterable[CellFault]) -> None:
        """Counts faults and keeps them while there is room."""
        for one in faults:
            if one.warning:
                self.warnings += 1
            else:
                self.faults += 1
            if len(self.kept) < FAULTS_KEPT:
                self.kept.append(one)

    def rows(self, numbers: Iterable[int]) -> None:
        """Counts rows of the main sheet."""
        for number in numbers:
            self.total += 1
            self.first_row = self.first_row or number
            self.last_row = number

    def numbered(self, numbers: list[str]) -> None:
        """Notes the numbers that new documents got."""
        if numbers:
            self.first_number = self.first_number or numbers[0]
            self.last_number = numbers[-1]

    def in_order(self) -> list[CellFault]:
        """The faults kept, as they stand in the workbook: the file's first, then sheet by sheet, row by row."""
        sheets = {name: at for at, name in enumerate(dict.fromkeys(one.sheet for one in self.kept))}
        return sorted(self.kept, key=lambda one: (bool(one.row), sheets[one.sheet], one.row, one.column))
