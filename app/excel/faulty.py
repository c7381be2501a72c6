"""The workbook of faulty rows: the same layout with a column of reasons, to mend and bring again."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.excel.cells import excel_format
from app.excel.dropdowns import Lists
from app.excel.layout import NOTES, REASON, Column, Part, layout_of
from app.excel.models import ImportBatch, ImportFault
from app.excel.notes import write_notes
from app.excel.reader import Sheet, read_workbook
from app.excel.reader import Workbook as Source
from app.excel.running import spec_of
from app.excel.template import prepare_rows, saved, write_headers, write_lists

BAD = PatternFill("solid", fgColor="FCE8E6")
LISTED = Column(REASON, Part.OTHER)
Reasons = dict[tuple[str, int], list[ImportFault]]


def faulty_rows(session: Session, batch: ImportBatch, upload: Path) -> bytes:
    """The faulty rows of a checked batch, whole documents with their lines; raises BadWorkbook."""
    layout = layout_of(spec_of(batch))
    source = read_workbook(upload, layout, trusted=True)
    reasons = gathered(session, batch)
    keys = faulty_keys(source, reasons)
    book = Workbook()
    book.remove(book.active)
    lists = Lists()
    for sheet in source.sheets:
        page = book.create_sheet(sheet.layout.name)
        columns = (*sheet.layout.given, LISTED)
        write_headers(page, columns)
        write_rows(page, sheet, columns, reasons, keys)
        prepare_rows(page, columns, lists)
    write_notes(book.create_sheet(NOTES), layout)
    write_lists(book, layout, lists)
    return saved(book)


def gathered(session: Session, batch: ImportBatch) -> Reasons:
    """The faults by sheet and row."""
    found: Reasons = {}
    statement = select(ImportFault).where(
        ImportFault.batch_id == batch.id, ImportFault.warning.is_(False), ImportFault.row > 0
    )
    for one in session.scalars(statement.order_by(ImportFault.id)):
        found.setdefault((one.sheet, one.row), []).append(one)
    return found


def faulty_keys(source: Source, reasons: Reasons) -> set[str]:
    """The keys of documents that have a fault, in themselves or in their lines."""
    if source.main.layout.columns[0].part is not Part.KEY:
        return set()
    return {
        key for sheet in source.sheets for number, cells in sheet.rows()
        if (sheet.layout.name, number) in reasons and (key := key_text(cells[0]))
    }


def key_text(cell: Any) -> str:
    """A key as text: 1 and 1.0 are the same."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def write_rows(
    page: Worksheet, sheet: Sheet, columns: Iterable[Column], reasons: Reasons, keys: set[str]
) -> None:
    """The rows with a fault, and those that belong to the same documents."""
    row = 1
    formats = [excel_format(one.field.codec) if one.field else "@" for one in columns]
    for number, cells in sheet.rows():
        wrong = reasons.get((sheet.layout.name, number), [])
        if not wrong and key_text(cells[0]) not in keys:
            continue
        row += 1
        for at, (value, shape) in enumerate(zip(cells, formats, strict=False), 1):
            put(page, row, at, value, shape)
        place = {at: index for index, at in enumerate(sheet.headers.places, 1)}
        for one in wrong:
            if found := place.get(one.column - 1):
                page.cell(row, found).fill = BAD
                page.cell(row, found).comment = Comment(one.reason, "导入")
        if wrong:
            text = "；".join(f"{one.label}：{one.reason}" if one.label else one.reason for one in wrong)
            cell = put(page, row, len(cells) + 1, text, "@")
            cell.font = Font(color="AE251D")


def put(page: Worksheet, row: int, at: int, value: Any, shape: str) -> Any:
    """Writes a cell as it was read; text stays text."""
    cell = page.cell(row, at)
    cell.number_format = shape
    if isinstance(value, str):
        if value:
            cell.value = value
            cell.data_type = "s"
            cell.quotePrefix = value[:1] in "=+-@\t\r"
    else:
        cell.value = value
    return cell
