"""XLSX: the one sheet of a workbook that holds rows, within the limits that keep memory bounded."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.engine.text import Text
from app.intake.chunks import AT_ONCE, Chunk, Row, Unreadable
from app.intake.delimited import TOO_LONG, count_fault, refuse
from app.intake.headers import REASONS, check_header
from app.intake.layout import Layout
from app.intake.limits import MOST_CELLS, MOST_FIELD, MOST_SHEET_COLUMNS, MOST_SHEET_ROWS
from app.intake.rules import Rule
from app.intake.xlsx.outline import SheetPart, sheet_parts
from app.intake.xlsx.package import BadPackage, Package, open_package
from app.intake.xlsx.scan import scan

SPARE_COLUMNS = 2
"""Columns beside the data, so that a row with too many values is told as such."""
EXACT = 10**15
"""Excel keeps 15 digits of a number."""
MOST_ERRORS = 10_000
"""Rows with Excel errors; more, and the file is refused."""
_ERROR = re.compile(rb"""<(?:\w+:)?c(?=\s)(?=[^>]*\st=["']e["'])[^>]*\sr=["']([A-Z]+)(\d+)["']""")


def read_sheet(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The rows of a workbook, numbered as Excel does; raises Unreadable."""
    values, errors = open_sheet(path, layout)
    chunk, width = Chunk(), len(layout.fields)
    headed = not layout.header
    for number, cells in enumerate(values.iter_rows(), 1):
        if cells.count("") == len(cells):
            continue
        row, fault = texts_of(cells)
        if not headed:
            width, headed = check_header(row, layout), True
            continue
        if number in errors:
            fault = Rule.CELL, _("第 %(at)s 列是 Excel 错误值", at=errors[number])
        fault = fault or misfit(row, width)
        if fault is not None:
            refuse(chunk, number, "\t".join(row), *fault)
        else:
            row += [""] * (width - len(row))
            chunk.numbers.append(number)
            chunk.rows.append(row[: len(layout.fields)])
        if len(chunk.numbers) + len(chunk.broken) == AT_ONCE:
            yield chunk
            chunk = Chunk()
    if chunk.numbers or chunk.broken:
        yield chunk


def open_sheet(path: Path, layout: Layout) -> tuple[CalamineSheet, dict[int, str]]:
    """The sheet with the rows, and which column of which rows is an Excel error; raises Unreadable."""
    try:
        package = open_package(path)
        part = filled_sheet(package)
        look_through(package, part, layout)
        errors = error_cells(package, part)
        values = CalamineWorkbook.from_path(path).get_sheet_by_name(part.name)
    except BadPackage as bad:
        raise Unreadable(bad.reason) from None
    except CalamineError:
        raise Unreadable(_("工作簿已损坏，不能读取")) from None
    for (top, left), (bottom, right) in values.merged_cell_ranges or ():
        area = f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
        raise Unreadable(_("有合并单元格 %(area)s，不能逐行读取", area=area), top + 1)
    return values, errors


def error_cells(package: Package, part: SheetPart) -> dict[int, str]:
    """The column of an Excel error by row, which reading would take for an empty cell; raises Unreadable, BadPackage."""
    found: dict[int, str] = {}
    rest = b""
    for piece in package.stream(part.part):
        text = rest + piece
        if b'"e"' in text or b"'e'" in text:
            found |= {int(one[2]): one[1].decode() for one in _ERROR.finditer(text)}
        if len(found) > MOST_ERRORS:
            raise Unreadable(_("工作簿中有大量 Excel 错误值（如 %(cell)s），不能读取", cell=found[min(found)] + str(min(found))))
        rest = text[text.rfind(b"<") :][:4096]
    return found


def filled_sheet(package: Package) -> SheetPart:
    """The only sheet that holds values; raises Unreadable, BadPackage."""
    found = [one for one in sheet_parts(package) if is_filled(package, one)]
    if not found:
        raise Unreadable(_("文件是空的"))
    if len(found) > 1:
        names = "、".join(one.name for one in found)
        raise Unreadable(_("工作簿有几个工作表都有内容（%(names)s），一个文件只能有一个", names=names))
    return found[0]


def is_filled(package: Package, part: SheetPart) -> bool:
    """Whether any cell of a sheet has a value."""
    rest = b""
    for piece in package.stream(part.part):
        text = rest + piece
        if any(mark in text for mark in (b"<v>", b":v>", b"<is>", b":is>", b"<f>", b"<f ")):
            return True
        rest = text[-4:]
    return False


def look_through(package: Package, part: SheetPart, layout: Layout) -> None:
    """Refuses formulas and cells far off; raises Unreadable, BadPackage."""
    columns = min(MOST_SHEET_COLUMNS, len(layout.fields) + len(REASONS) + SPARE_COLUMNS)
    rows = min(MOST_SHEET_ROWS, MOST_CELLS // columns)
    found = scan(package, part.part, rows, columns)
    if found.formulas:
        raise Unreadable(_("单元格 %(cell)s 是公式，报送文件只能有数值", cell=found.formulas[0]))
    if found.far:
        raise Unreadable(_("数据超出范围：单元格 %(cell)s 有内容（最多 %(rows)s 行、%(columns)s 列）",
                           cell=found.far, rows=rows, columns=columns))


def texts_of(cells: list[Any]) -> tuple[Row, tuple[Rule, Text] | None]:
    """A row's cells as text without empty ones at the end, and what cell has lost its value."""
    fault: tuple[Rule, Text] | None = None
    while cells and cells[-1] == "":
        cells.pop()
    row = []
    for at, cell in enumerate(cells, 1):
        if isinstance(cell, str):
            row.append(cell)
            if len(cell) > MOST_FIELD:
                fault = Rule.OVERSIZE, TOO_LONG
        else:
            row.append(text_of(cell))
            if isinstance(cell, float) and abs(cell) >= EXACT:
                fault = Rule.CELL, _("第 %(at)s 列的数字超过 15 位，Excel 已将后几位变为 0；应为文本", at=get_column_letter(at))
    return row, fault


def text_of(cell: object) -> str:
    """A number, date or truth value as text."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() else f"{Decimal(repr(cell)):f}"
        case datetime():
            return cell.isoformat(" ", "seconds")
        case date() | time():
            return cell.isoformat()
    return str(cell)


def misfit(row: Row, width: int) -> tuple[Rule, Text] | None:
    """Why a row has too many values; too few are empty cells."""
    return (Rule.FIELD_COUNT, count_fault(row, width)) if len(row) > width else None
