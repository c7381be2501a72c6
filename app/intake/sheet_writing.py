"""Writes workbooks of deliveries and their error files: text cells throughout."""

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from app.intake.converting import GUARDED
from app.intake.writing import CONTROL

MOST_IN_CELL = 32_767


class SheetWriter:
    """XLSX with text cells throughout: nothing is a formula, and no number loses its zeros."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Sheet1")

    def header(self, cells: Sequence[str]) -> None:
        """The header row."""
        self.row(cells)

    def row(self, cells: Sequence[str], added: Sequence[str] = ()) -> None:
        """A row of text cells."""
        self._sheet.append([self._cell(one) for one in (*cells, *added)])

    def raw(self, text: str, added: Sequence[str]) -> None:
        """A row that did not fit, its cells as they were."""
        self.row(text.split("\t"), added)

    def _cell(self, text: str) -> WriteOnlyCell:
        cell = WriteOnlyCell(self._sheet)
        cell._value, cell.data_type = CONTROL.sub("", text)[:MOST_IN_CELL], "s"
        cell.number_format = "@"
        if text[:1] in GUARDED:
            cell.quotePrefix = True
        return cell

    def close(self) -> None:
        """Ends the file."""
        self._book.save(self._path)
