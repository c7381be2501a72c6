"""Matches the headers of a sheet to the columns of its layout."""

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from flask_babel import gettext
from openpyxl.utils import get_column_letter

from app.excel.faults import CellFault, shown
from app.excel.layout import REASON, SheetLayout, plain

LOOKED = 20
"""The header stands among the first so many filled rows."""


@dataclass
class Headers:
    """The header row, and for each column that an import reads the place (from 0) of its cells in a row."""

    row: int
    places: list[int] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """The row that is taken for the header."""

    row: int
    cells: list[Any]


def find_headers(values: Any, layout: SheetLayout) -> Found | None:
    """The first row that holds most of the labels, or None."""
    labels = {plain(one.label) for one in layout.columns}
    best, most = None, 0
    for number, cells in enumerate(islice(values.iter_rows(), LOOKED), 1):
        hits = len({plain(one) for one in cells if isinstance(one, str)} & labels)
        if hits > most:
            best, most = Found(number, cells), hits
    return best


def match(found: Found | None, layout: SheetLayout, sheet: str) -> Headers:
    """The places of the layout's columns; what is missing, double or unknown is a fault."""
    if found is None:
        labels = "、".join(one.header for one in layout.given[:6])
        return Headers(0, [], [CellFault(
            sheet, 0, 0, "", "", gettext("没有找到标题行，应有：%(labels)s……", labels=labels),
            gettext("用本页下载的模板填写，不要改动标题行"),
        )])
    headers = Headers(found.row)
    places: dict[str, int] = {}
    known = {plain(one.label): one for one in layout.columns}
    for at, cell in enumerate(found.cells):
        label = plain(cell) if isinstance(cell, str) else plain(str(cell))
        if not label or label == plain(REASON):
            continue
        if label not in known:
            headers.faults.append(CellFault(
                sheet, found.row, at + 1, shown(cell), shown(cell), gettext("标题“%(label)s”不是本表的列", label=shown(cell)),
                gettext("没有读取这一列；如是改了名的列，请改回模板的标题"), warning=True,
            ))
        elif label in places:
            headers.faults.append(CellFault(
                sheet, found.row, at + 1, shown(cell), shown(cell),
                gettext("标题“%(label)s”重复，已在 %(column)s 列", label=shown(cell), column=get_column_letter(places[label] + 1)),
                gettext("只保留一列"),
            ))
        else:
            places[label] = at
    for one in layout.given:
        if plain(one.label) not in places:
            headers.faults.append(CellFault(
                sheet, found.row, 0, one.label, "", gettext("缺少列“%(label)s”", label=one.header),
                gettext("用本页下载的模板填写，选填的列也要保留，可以留空"),
            ))
    headers.places = [places.get(plain(one.label), -1) for one in layout.given]
    return headers
