"""The template workbook of a form or register: headers, drop-downs, formats, an example row and notes."""

from collections.abc import Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from app.engine.spec import AnySpec
from app.excel.cells import excel_format
from app.excel.dropdowns import Lists, add_dropdown
from app.excel.layout import EXAMPLE, LISTS, NOTES, Column, Layout, Part, SheetLayout, layout_of
from app.excel.notes import write_notes
from app.excel.samples import sample

READY = 10_000
"""Rows below the header that have drop-downs."""

INK, LINE = "1F2329", "D5DAE1"
HEAD = PatternFill("solid", fgColor="E8F0F8")
NEEDED = PatternFill("solid", fgColor="FDF0DC")
GREY = PatternFill("solid", fgColor="F2F3F5")
EDGE = Border(*(Side("thin", color=LINE) for _ in range(4)))


def template(spec: AnySpec) -> bytes:
    """The template of a form or register."""
    layout = layout_of(spec)
    book = Workbook()
    book.remove(book.active)
    lists = Lists()
    for sheet in layout.read:
        page = book.create_sheet(sheet.name)
        write_headers(page, sheet.given)
        write_example(page, sheet, spec)
        prepare_rows(page, sheet.given, lists)
    write_notes(book.create_sheet(NOTES), layout)
    write_lists(book, layout, lists)
    return saved(book)


def write_headers(page: Worksheet, columns: Sequence[Column]) -> None:
    """The frozen header row, required columns coloured, and the widths."""
    for at, column in enumerate(columns, 1):
        cell = page.cell(1, at, column.header)
        cell.font = Font(bold=True, color=INK)
        cell.fill = NEEDED if column.header.endswith("*") else GREY if column.part is Part.OTHER else HEAD
        cell.border = EDGE
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        page.column_dimensions[get_column_letter(at)].width = width_of(column)
    page.row_dimensions[1].height = 32
    page.freeze_panes = "B2" if columns[0].part is Part.KEY else "A2"


def width_of(column: Column) -> float:
    """The width of a column in characters: as much as its values usually take, and its header."""
    usual = column.field.codec.width if column.field else 18
    return float(min(max(usual, 2 * len(column.header), 10) + 2, 42))


def write_example(page: Worksheet, sheet: SheetLayout, spec: AnySpec) -> None:
    """The example row, which says that it is one and which imports leave out."""
    for at, column in enumerate(sheet.given, 1):
        first = at == 1
        value = EXAMPLE if first else sample(column.field) if column.field else None
        cell = page.cell(2, at, value)
        cell.font = Font(italic=True, color="868F9C")
        cell.fill = GREY
        if column.field is not None and not first:
            cell.number_format = excel_format(column.field.codec)


def prepare_rows(page: Worksheet, columns: Sequence[Column], lists: Lists) -> None:
    """Formats of whole columns, and drop-downs."""
    for at, column in enumerate(columns, 1):
        letter = get_column_letter(at)
        shape = excel_format(column.field.codec) if column.field else "@"
        page.column_dimensions[letter].number_format = shape
        if column.field is not None:
            add_dropdown(page, column.field, f"{letter}2:{letter}{READY}", lists)


def write_lists(book: Workbook, layout: Layout, lists: Lists) -> None:
    """The hidden sheet: which form and which edition, and the lists of drop-downs."""
    page = book.create_sheet(LISTS)
    for at, text in enumerate((layout.slug, layout.title, layout.mark), 1):
        page.cell(1, at, text)
    lists.write(page)
    page.sheet_state = "hidden"


def saved(book: Workbook) -> bytes:
    """The workbook as bytes, opened on its first sheet."""
    book.active = 0
    target = BytesIO()
    book.save(target)
    return target.getvalue()
