"""Writes rows in a layout's own format: error files (差错文件) for providers, and whole files.

An error file gives each rejected row as it came, with its row number, the faulty fields and the reasons behind it, so
that the provider corrects what is there and sends it again. Cells that a spreadsheet would take for a formula get an
apostrophe in CSV and TXT, which reading takes off again; in workbooks they are text cells anyway.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from xml.sax.saxutils import escape

from app.engine.text import clean
from app.intake.chunks import Checked, Row, RowFault
from app.intake.converting import GUARDED
from app.intake.fixed import IN_BYTES, slices_of
from app.intake.headers import REASONS
from app.intake.layout import Layout
from app.intake.terms import Encoding, FileFormat

_NUMBER = re.compile(r"[-+]?[\d.,]+%?", re.ASCII)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
BETWEEN = "；"


class Writer(Protocol):
    """Writes one file. `raw` is a row that could not be split; `added` are the columns behind the layout's own."""

    def header(self, cells: Sequence[str]) -> None: ...
    def row(self, cells: Sequence[str], added: Sequence[str] = ()) -> None: ...
    def raw(self, text: str, added: Sequence[str]) -> None: ...
    def close(self) -> None: ...


class ErrorFile:
    """The error file of one delivered file; a context manager."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._writer = writer(path, layout, errors=True)
        if layout.header:
            self._writer.header([*(one.name for one in layout.fields), *REASONS])

    def write(self, checked: Checked) -> None:
        """Adds a chunk's rejected rows."""
        faults: dict[int, list[RowFault]] = {}
        for fault in checked.faults:
            faults.setdefault(fault.row, []).append(fault)
        for number, row in checked.bad:
            self.add(number, row, faults.get(number, ()))

    def add(self, number: int, row: Row | str, faults: Iterable[RowFault]) -> None:
        """Adds one rejected row with what is wrong with it."""
        found = list(faults)
        fields = BETWEEN.join(dict.fromkeys(one.field for one in found if one.field))
        reasons = BETWEEN.join(f"{one.field}：{one.reason}" if one.field else str(one.reason) for one in found)
        added = [str(number), fields, reasons]
        if isinstance(row, str):
            self._writer.raw(row, added)
        else:
            self._writer.row(row, added)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._writer.close()


def write_rows(path: Path, layout: Layout, rows: Iterable[Sequence[str]]) -> None:
    """A whole file of that layout, with its header where there is one."""
    out = writer(path, layout)
    if layout.header:
        out.header([one.name for one in layout.fields])
    for row in rows:
        out.row(row)
    out.close()


def writer(path: Path, layout: Layout, *, errors: bool = False) -> Writer:
    """The writer of a layout's format."""
    match layout.format:
        case FileFormat.XLSX:
            from app.intake.sheet_writing import SheetWriter  # openpyxl takes 25 MB

            return SheetWriter(path)
        case FileFormat.XML:
            return MarkupWriter(path, layout)
        case FileFormat.FIXED:
            return FixedWriter(path, layout)
    return DelimitedWriter(path, layout, guarding=errors)


class TextFile:
    """A text file in the layout's encoding; what that cannot write (of reasons only) becomes a question mark."""

    def __init__(self, path: Path, encoding: Encoding) -> None:
        self._file = path.open("w", encoding=encoding.value, errors="replace", newline="")

    def line(self, text: str) -> None:
        """Writes a line."""
        self._file.write(f"{text}\r\n")

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


class DelimitedWriter(TextFile):
    """CSV and TXT. `guarding`: cells that look like formulas get an apostrophe."""

    def __init__(self, path: Path, layout: Layout, *, guarding: bool) -> None:
        super().__init__(path, layout.encoding)
        self._separator, self._quote = layout.separator, layout.quote
        self._cell = guarded if guarding else str
        special = [layout.separator, "\n", "\r", *([layout.quote] if layout.quote else [])]
        self._special = re.compile("|".join(map(re.escape, special)))

    def header(self, cells: Sequence[str]) -> None:
        """The header row."""
        self.row(cells)

    def row(self, cells: Sequence[str], added: Sequence[str] = ()) -> None:
        """A row; the added cells stand behind it."""
        own = [self._quoted(self._cell(one)) for one in cells]
        self.line(self._separator.join([*own, *map(self._quoted, added)]))

    def raw(self, text: str, added: Sequence[str]) -> None:
        """A row that could not be split, as it is."""
        cells = [self._cell(one) for one in text.split(self._separator)]
        self.line(self._separator.join([*cells, *map(self._quoted, added)]))

    def _quoted(self, cell: str) -> str:
        if not self._special.search(cell):
            return cell
        if self._quote:
            return f"{self._quote}{cell.replace(self._quote, self._quote * 2)}{self._quote}"
        return self._special.sub(" ", cell)


class FixedWriter(TextFile):
    """Fixed width; added cells stand behind the last column, with two blanks between."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout.encoding)
        self._slices = slices_of(layout)
        self._codec = layout.encoding.value if layout.encoding in IN_BYTES else None
        self._order = sorted(range(len(self._slices)), key=lambda at: self._slices[at].start)

    def header(self, cells: Sequence[str]) -> None:
        """The header row, each name cut to its columns."""
        self.row(cells[: len(self._slices)], cells[len(self._slices) :])

    def row(self, cells: Sequence[str], added: Sequence[str] = ()) -> None:
        """A row by its columns."""
        text, at = "", 0
        for place in self._order:
            one = self._slices[place]
            text += " " * (one.start - at) + self._fitted(cells[place], one.stop - one.start)
            at = one.stop
        self.line("  ".join([text, *added]))

    def raw(self, text: str, added: Sequence[str]) -> None:
        """A row that could not be cut, as it is."""
        self.line("  ".join([text, *added]))

    def _fitted(self, cell: str, width: int) -> str:
        if self._codec is None:
            return cell[:width].ljust(width)
        fitted = cell.encode(self._codec, "replace")[:width].decode(self._codec, "ignore")
        return fitted + " " * (width - len(fitted.encode(self._codec)))


class MarkupWriter(TextFile):
    """XML: one `record` a row, one element a field; added cells are elements behind them."""

    def __init__(self, path: Path, layout: Layout) -> None:
        super().__init__(path, layout.encoding)
        self._names = [one.name for one in layout.fields]
        self.line(f'<?xml version="1.0" encoding="{layout.encoding.value.upper()}"?>')
        self.line("<records>")

    def header(self, cells: Sequence[str]) -> None:
        """XML names each value."""

    def row(self, cells: Sequence[str], added: Sequence[str] = ()) -> None:
        """A record."""
        own = "".join(element(name, cell) for name, cell in zip(self._names, cells, strict=True))
        self.line(f"<record>{own}{reasons(added)}</record>")

    def raw(self, text: str, added: Sequence[str]) -> None:
        """A record with elements of its own."""
        body, closing, _rest = text.rpartition("</")
        self.line(f"{body}{reasons(added)}{closing}{_rest}")

    def close(self) -> None:
        """Ends the file."""
        self.line("</records>")
        super().close()


def reasons(added: Sequence[str]) -> str:
    """The reason elements."""
    return "".join(element(name, text) for name, text in zip(REASONS, added, strict=False))


def element(name: str, text: str) -> str:
    """One element; characters that XML cannot hold are left out."""
    return f"<{name}>{escape(CONTROL.sub('', text))}</{name}>"


def guarded(cell: str) -> str:
    """A cell that a spreadsheet would take for a formula, with an apostrophe; numbers stay numbers."""
    return f"'{cell}" if cell[:1] in GUARDED and not _NUMBER.fullmatch(clean(cell)) else cell
