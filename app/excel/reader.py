"""Reads the sheets of a workbook: headers matched to the layout, rows as lists in the layout's order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask_babel import gettext
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.excel.faults import BadWorkbook, CellFault, whole_file
from app.excel.headers import Headers, find_headers, match
from app.excel.layout import EXAMPLE, LISTS, NOTES, Layout, SheetLayout
from app.excel.limits import CHUNK, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from app.intake.xlsx.outline import SheetPart, sheet_parts
from app.intake.xlsx.package import BadPackage, Package, broken, open_package
from app.intake.xlsx.scan import scan

SPARE_ROWS = 100
SPARE_COLUMNS = 15
"""Rows and columns beside the data that people may have written notes into."""

MOST_LISTS = 2_000, 200
"""Rows and columns of the hidden sheet."""

Row = tuple[int, list[Any]]
"""Excel's row number, and the cells of the columns that an import reads, in the layout's order."""


@dataclass
class Sheet:
    """One sheet that is read."""

    layout: SheetLayout
    headers: Headers
    _values: CalamineSheet

    def chunks(self, size: int = CHUNK) -> Iterator[list[Row]]:
        """The filled rows below the header, so many at a time."""
        chunk: list[Row] = []
        for row in self.rows():
            chunk.append(row)
            if len(chunk) == size:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def rows(self) -> Iterator[Row]:
        """The filled rows below the header; empty ones and the template's example are left out."""
        places = self.headers.places
        for number, cells in enumerate(self._values.iter_rows(), 1):
            if number <= self.headers.row or cells.count("") == len(cells):
                continue
            found = [cells[at] if 0 <= at < len(cells) else "" for at in places]
            if all(one == "" or (isinstance(one, str) and not one.strip()) for one in found) or found[0] == EXAMPLE:
                continue
            yield number, found

    @property
    def height(self) -> int:
        """How many rows there are at most below the header."""
        return max((self._values.end[0] + 1 if self._values.end else 0) - self.headers.row, 0)


@dataclass
class Workbook:
    """A workbook that may be read, and what is worth saying about it."""

    sheets: list[Sheet]
    remarks: list[CellFault] = field(default_factory=list)

    @property
    def main(self) -> Sheet:
        """The sheet with one row a document or register row."""
        return self.sheets[0]

    def sheet(self, name: str) -> Sheet:
        """The sheet with the lines of that name."""
        return next(one for one in self.sheets if one.layout.line is not None and one.layout.line.name == name)


def read_workbook(path: Path, layout: Layout, *, trusted: bool = False) -> Workbook:
    """Opens a workbook of this layout; raises BadWorkbook with everything that speaks against it.

    `trusted`: the very file was looked through before.
    """
    try:
        package = open_package(path)
        parts = sheet_parts(package)
        book = CalamineWorkbook.from_path(path)
        refuse_other_forms(package, parts, book, layout)
        return opened(package, parts, book, layout, trusted=trusted)
    except CalamineError:
        raise refusal(broken()) from None
    except BadPackage as bad:
        raise refusal(bad) from None


def refusal(bad: BadPackage) -> BadWorkbook:
    """What speaks against the package, as the import shows it."""
    return BadWorkbook([whole_file(bad.reason, bad.mend)])


def opened(
    package: Package, parts: list[SheetPart], book: CalamineWorkbook, layout: Layout, *, trusted: bool
) -> Workbook:
    """The sheets that the layout reads; raises BadWorkbook."""
    faults: list[CellFault] = []
    remarks: list[CellFault] = []
    wanted = [(one, part) for one in layout.read if (part := find_part(one, parts, layout, faults)) is not None]
    if not trusted:
        for sheet, part in wanted:
            remarks += looked_through(package, sheet, part, faults)
    if faults:
        raise BadWorkbook([*faults, *remarks])
    sheets = [open_sheet(book, one, part, faults, remarks) for one, part in wanted]
    remarks += others(parts, layout)
    if faults:
        raise BadWorkbook([*faults, *remarks])
    return Workbook(sheets, remarks)


def find_part(sheet: SheetLayout, parts: list[SheetPart], layout: Layout, faults: list[CellFault]) -> SheetPart | None:
    """The workbook's sheet of a layout's; a workbook with a single sheet may call it as it likes."""
    for part in parts:
        if part.name.strip() == sheet.name:
            return part
    if len(layout.read) == 1 and len(parts) == 1:
        return parts[0]
    faults.append(whole_file(
        gettext("缺少工作表“%(name)s”", name=sheet.name), gettext("用本页下载的模板填写，不要删除或改名工作表"), sheet=sheet.name,
    ))
    return None


def looked_through(package: Package, sheet: SheetLayout, part: SheetPart, faults: list[CellFault]) -> list[CellFault]:
    """What the scan of a sheet finds: faults are added, remarks returned."""
    columns = min(MOST_COLUMNS, len(sheet.columns) + SPARE_COLUMNS)
    rows = min(MOST_ROWS + SPARE_ROWS, MOST_CELLS // columns)
    found = scan(package, part.part, rows, columns)
    for address in found.formulas:
        faults.append(whole_file(
            gettext("单元格 %(cell)s 是公式", cell=address), gettext("复制后“选择性粘贴—数值”，再导入"), sheet=part.name, value=address,
        ))
    if found.far:
        faults.append(whole_file(
            gettext("数据超出范围：单元格 %(cell)s 有内容（最多 %(rows)s 行、%(columns)s 列）",
                    cell=found.far, rows=rows, columns=columns),
            gettext("清除表格以外的内容，或拆成几个工作簿"), sheet=part.name, value=found.far,
        ))
    remarks = []
    if found.hidden_rows:
        named = "、".join(str(row) for row in found.hidden_rows)
        remarks.append(whole_file(
            gettext("有隐藏的行（第 %(rows)s 行），也一并读取", rows=named), gettext("不需要的行请删除，隐藏不等于不导入"),
            sheet=part.name, warning=True,
        ))
    if part.hidden:
        remarks.append(whole_file(gettext("工作表是隐藏的，也一并读取"), sheet=part.name, warning=True))
    return remarks


def refuse_other_forms(package: Package, parts: list[SheetPart], book: CalamineWorkbook, layout: Layout) -> None:
    """Refuses a workbook that says of itself that it belongs to another form, or to another edition of this one."""
    part = next((one for one in parts if one.name == LISTS), None)
    if part is None or scan(package, part.part, *MOST_LISTS).far:
        return
    first: list[Any] = next(book.get_sheet_by_name(LISTS).iter_rows(), [])
    slug, title, mark = ([str(one) for one in first] + ["", "", ""])[:3]
    if slug and slug != layout.slug:
        raise BadWorkbook([whole_file(
            gettext("这是《%(other)s》的工作簿，不是《%(this)s》的", other=title, this=layout.title),
            gettext("到《%(other)s》的页面导入，或下载本单据的模板", other=title), value=title,
        )])
    if slug and mark != layout.mark:
        raise BadWorkbook([whole_file(
            gettext("模板已不是现行版本"), gettext("重新下载模板，把数据复制过去后再导入"), value=mark,
        )])


def open_sheet(
    book: CalamineWorkbook, layout: SheetLayout, part: SheetPart, faults: list[CellFault], remarks: list[CellFault]
) -> Sheet:
    """A sheet with its headers matched; what does not fit is added to the faults."""
    values = book.get_sheet_by_name(part.name)
    headers = find_headers(values, layout)
    found = match(headers, layout, part.name)
    faults += [one for one in found.faults if not one.warning]
    remarks += [one for one in found.faults if one.warning]
    for (top, left), (bottom, right) in values.merged_cell_ranges or ():
        if bottom + 1 > found.row:
            area = f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
            faults.append(CellFault(
                part.name, top + 1, left + 1, "", area, gettext("数据区有合并单元格 %(area)s", area=area),
                gettext("取消合并，每行都填上内容"),
            ))
    rows = (values.end[0] + 1 if values.end else 0) - found.row
    if rows > MOST_ROWS:
        faults.append(whole_file(
            gettext("数据超过 %(most)s 行", most=MOST_ROWS), gettext("拆成几个工作簿分别导入"), sheet=part.name, value=str(rows),
        ))
    return Sheet(layout, found, values)


def others(parts: list[SheetPart], layout: Layout) -> list[CellFault]:
    """Sheets that are not read, worth saying where the person may have put data there."""
    known = {one.name for one in layout.sheets} | {NOTES, LISTS}
    if len(layout.read) == 1 and len(parts) == 1:
        return []
    return [
        whole_file(
            gettext("隐藏的工作表没有读取") if part.hidden else gettext("工作表不属于本单据，没有读取"),
            sheet=part.name, warning=True,
        )
        for part in parts if part.name.strip() not in known
    ]
