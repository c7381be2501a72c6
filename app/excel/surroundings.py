"""The rows around a fault, as they stand in the workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from app.excel.faults import BadWorkbook, shown
from app.excel.layout import Layout
from app.excel.models import ImportFault
from app.excel.reader import Sheet, read_workbook

MOST_COLUMNS = 40


@dataclass(frozen=True)
class Extract:
    """A stretch of a sheet: letters, headers, rows with their numbers, and which cells are bad (row, column)."""

    sheet: str
    letters: tuple[str, ...]
    header_row: int
    headers: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    bad: frozenset[tuple[int, str]]
    warned: frozenset[tuple[int, str]]

    @property
    def first(self) -> int:
        """The number of the first row."""
        return self.rows[0][0]

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.rows[-1][0]


def extract(upload: Path, layout: Layout, faults: Sequence[ImportFault]) -> Extract | None:
    """The surroundings of the first fault that has a row; None where there is none, or the file cannot be read."""
    first = next((one for one in faults if one.row and not one.warning), None)
    if first is None:
        return None
    try:
        book = read_workbook(upload, layout, trusted=True)
    except (BadWorkbook, OSError):
        return None
    sheet = next((one for one in book.sheets if one.layout.name == first.sheet), None)
    return None if sheet is None else around(sheet, first, faults)


def around(sheet: Sheet, first: ImportFault, faults: Sequence[ImportFault]) -> Extract | None:
    """The row of a fault with its neighbours."""
    kept: list[tuple[int, list[object]]] = []
    after = 0
    for number, cells in sheet.rows():
        kept.append((number, cells))
        after += number > first.row
        if after >= 1:
            break
        if number < first.row:
            kept = kept[-1:]
    if not any(number == first.row for number, _cells in kept):
        return None
    places = sheet.headers.places[:MOST_COLUMNS]
    columns = sorted(range(len(places)), key=lambda at: places[at])
    letters = tuple(get_column_letter(places[at] + 1) for at in columns)
    marks = [(one.warning, (one.row, one.letter)) for one in faults if one.sheet == first.sheet]
    return Extract(
        sheet.layout.name, letters, sheet.headers.row, tuple(sheet.layout.given[at].header for at in columns),
        tuple((number, tuple(shown(cells[at]) for at in columns)) for number, cells in kept),
        frozenset(place for warning, place in marks if not warning),
        frozenset(place for warning, place in marks if warning),
    )
