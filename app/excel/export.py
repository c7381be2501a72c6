"""The list export: what a list shows, with all fields and lines, in the template's layout, in constant memory.

Rows are read and written a thousand at a time; only their keys are held from the first to the last. Writing is
rustpy-xlsxwriter's, the fastest maintained writer that streams; `bench/excel.py` compares.
"""

from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flask_babel import gettext
from rustpy_xlsxwriter import Format, write_worksheets
from sqlalchemy.orm import Session

from app.documents.listing import Selection
from app.documents.listing.keys import Key
from app.documents.listing.way import way_to
from app.documents.words import in_plain
from app.engine.spec import AnySpec
from app.excel.cells import TEXT, excel_format
from app.excel.export_rows import Reading, lines_of, rows_of
from app.excel.layout import LISTS, Column, Layout, SheetLayout, choices_of, layout_of
from app.excel.limits import CHUNK
from app.excel.template import width_of
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.permissions import EXPORT, IMPORT

Record = dict[str, Any]


def export(session: Session, actor: Actor, spec: AnySpec, selection: Selection, target: Path) -> int:
    """Writes the workbook of a selection; returns the number of rows. Raises Denied, BadSelection."""
    if not actor.may(EXPORT, spec.resource):
        raise Denied(gettext("您的岗位不能导出"))
    layout = layout_of(spec)
    keys = keys_of(session, actor, spec, selection)
    reading = Reading(session, spec, plain=in_plain(actor, spec) or actor.may(IMPORT, spec.resource))
    sheets = [(layout.main.name, records(layout.main, rows_of(reading, layout.main, keys)))]
    sheets += [(one.name, records(one, lines_of(reading, one, keys))) for one in layout.sheets[1:]]
    write(target, layout, sheets)
    return len(keys)


def keys_of(session: Session, actor: Actor, spec: AnySpec, selection: Selection) -> "array[int]":
    """The ids of a selection's rows in the order of the list: eight bytes each."""
    way = way_to(session, actor, spec, selection)
    found: array[int] = array("q")
    last: Key | None = None
    while part := way.keys(session, last, CHUNK):
        found.extend(key.id for key in part)
        last = part[-1]
        if len(part) < CHUNK:
            break
    return found


def records(sheet: SheetLayout, rows: Iterator[Sequence[Any]]) -> Iterator[Record]:
    """Rows as the writer takes them; an empty sheet still gets its headers."""
    headers = [one.header for one in sheet.columns]
    some = False
    for row in rows:
        some = True
        yield dict(zip(headers, row, strict=True))
    if not some:
        yield dict.fromkeys(headers)


def write(target: Path, layout: Layout, sheets: list[tuple[str, Iterator[Record]]]) -> None:
    """Writes the sheets one after the other, and the hidden one that names the form."""
    mark = [dict.fromkeys((layout.slug, layout.title, layout.mark))]
    write_worksheets(
        [*sheets, (LISTS, mark)],
        str(target),
        freeze_panes={one.name: {"row": 1, "col": 1} for one in layout.sheets},
        header_format={one.name: heading() for one in layout.sheets},
        column_formats={one.name: {column.header: shape(column) for column in one.columns} for one in layout.sheets},
        column_widths={one.name: {column.header: width_of(column) for column in one.columns} for one in layout.sheets},
        data_validations={one.name: rules(one) for one in layout.sheets},
        sheet_view={LISTS: {"hidden": True}},
    )


def heading() -> Format:
    """The look of header cells."""
    return Format().set_bold().set_background_color("#E8F0F8").set_border("thin").set_border_color("#D5DAE1")


def shape(column: Column) -> Format:
    """The look of a column: text cells carry the quote prefix, so that `=…` stays text even when edited."""
    kind = excel_format(column.field.codec) if column.field else TEXT
    found = Format().set_num_format(kind)
    return found.set_quote_prefix() if kind == TEXT else found


def rules(sheet: SheetLayout) -> dict[str, dict[str, Any]]:
    """Drop-downs of choices that fit into a rule."""
    found = {}
    for column in sheet.given:
        values = choices_of(column.field) if column.field else []
        single = column.field is not None and column.field.codec.json_type != "array"
        if values and single and len(",".join(values)) <= 250 and not any("," in value for value in values):
            found[column.header] = {"type": "list", "values": values}
    return found
