"""Runs over a sheet's XML before values are read: formulas, hidden rows, and filled cells far off.

Reading a sheet takes memory for the whole rectangle that its filled cells span, so a tiny file with one far cell
would take gigabytes. The scan looks at the unpacked bytes with searches that run in C: a parser would cost more
than the reading itself.
"""

import re
from dataclasses import dataclass, field

from openpyxl.utils import column_index_from_string

from app.intake.xlsx.package import Package

NAMED = 20
"""Formulas and hidden rows that are named one by one."""
LONG = 4096
"""More than the tag of any real cell."""

_FAR = re.compile(rb'<c r="([A-Za-z]+)(\d{6,})"|<c r="([A-Za-z]{2,})(\d{1,5})"')
_UNUSUAL = (b":c", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>])([^>]*)>")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>])([^>]*)>")
_REF = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")


@dataclass
class Scan:
    """What a sheet's XML holds beside its values."""

    formulas: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    far: str | None = None
    """The first filled cell beyond the limits."""
    _row: int = 0
    _column: int = 0


def scan(package: Package, part: str, rows: int, columns: int) -> Scan:
    """Looks through one sheet; cells beyond so many rows and columns are far. Raises BadPackage."""
    found, rest = Scan(), b""
    for piece in package.stream(part):
        text = rest + piece
        end = text.rfind(b"<c ")  # a cell is looked at whole
        if end <= 0 or len(text) - end > LONG:
            end = text.rfind(b"<")
        text, rest = (text[:end], text[end:]) if end > 0 else (b"", text)
        look(found, text, rest[:LONG], rows, columns)
    look(found, rest, b"", rows, columns)
    return found


def look(found: Scan, text: bytes, following: bytes, rows: int, columns: int) -> None:
    """Adds what one stretch of XML holds."""
    if (b"<f" in text or b":f" in text) and len(found.formulas) < NAMED:
        formulas(found, text)
    if b"hidden" in text and len(found.hidden_rows) < NAMED:
        hidden(found, text)
    if found.far is None:
        usual = text.count(b"<c ") == text.count(b'<c r="') and not any(one in text for one in _UNUSUAL)
        if usual:
            usual_far(found, text, following, rows, columns)
        else:
            any_far(found, text, following, rows, columns)


def formulas(found: Scan, text: bytes) -> None:
    """Notes the addresses of formulas."""
    for one in _FORMULA.finditer(text):
        start = 0 if b":c" in text else max(text.rfind(b"<c ", 0, one.start()), 0)
        cells = list(_CELL.finditer(text, start, one.start()))
        reference = _REF.search(cells[-1][1]) if cells else None
        found.formulas.append((reference[1] + reference[2]).decode() if reference else "?")
        if len(found.formulas) >= NAMED:
            return


def hidden(found: Scan, text: bytes) -> None:
    """Notes the numbers of hidden rows."""
    for one in _ROW.finditer(text):
        if _HIDDEN.search(one[1]) and (reference := _REF.search(one[1])):
            found.hidden_rows.append(int(reference[2]))
            if len(found.hidden_rows) >= NAMED:
                return


def usual_far(found: Scan, text: bytes, following: bytes, rows: int, columns: int) -> None:
    """Looks for far cells where every cell begins with its address, as every common program writes it."""
    for one in _FAR.finditer(text):
        letters, row = one[1] or one[3], int(one[2] or one[4])
        if row <= rows and len(letters) <= 3 and column_index_from_string(letters.decode().upper()) <= columns:
            continue
        if filled(text, following, one.end()):
            found.far = (letters + str(row).encode()).decode()
            return
    remember_row(found, text)


def remember_row(found: Scan, text: bytes) -> None:
    """Notes in which row the stretch ends: a cell of the next one may have no address of its own."""
    at = text.rfind(b"row ")
    if at > 0 and text[at - 1 : at] in (b"<", b":") and (reference := _REF.search(text[at + 3 : text.find(b">", at)])):
        found._row, found._column = int(reference[2]), text.count(b"<c", at)


def any_far(found: Scan, text: bytes, following: bytes, rows: int, columns: int) -> None:
    """The same for cells written in another way: prefixed, with attributes in another order, or without address."""
    for one in re.finditer(rb"<(?:\w+:)?(c|row)(?=[\s>/])([^>]*)>", text):
        reference = _REF.search(one[2])
        if one[1] == b"row":
            found._row, found._column = (int(reference[2]) if reference else found._row + 1), 0
            continue
        found._column += 1
        if reference:
            letters = reference[1].decode().upper()
            found._row = int(reference[2])
            found._column = column_index_from_string(letters) if 0 < len(letters) <= 3 else columns + 1
        if (found._row > rows or found._column > columns) and filled(text, following, one.end() - 1):
            found.far = (reference[1] + reference[2]).decode() if reference else f"R{found._row}C{found._column}"
            return


def filled(text: bytes, following: bytes, at: int) -> bool:
    """Whether the cell whose tag goes on at `at` holds anything; `following` stands behind the text."""
    end = text.find(b">", at)
    return end >= 0 and text[end - 1 : end] != b"/" and (text[end + 1 : end + 3] + following[:2])[:2] != b"</"
