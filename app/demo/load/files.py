"""Writes rows as a provider's system does: in its format and encoding."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from openpyxl import Workbook

from app.demo.load.kinds import Kind, Row
from app.intake.terms import Encoding, FileFormat, Quote, Separator

SEPARATORS = {Separator.COMMA: ",", Separator.PIPE: "|", Separator.TAB: "\t"}
OTHER = {Encoding.UTF_8: "gb18030", Encoding.GBK: "utf-8", Encoding.GB18030: "utf-8", Encoding.UTF_16: "gb18030"}
"""What a file is written in by mistake."""


def file_of(kind: Kind, rows: Iterable[Row], *, mistaken: bool = False) -> bytes:
    """The file's content; `mistaken`: in another encoding than agreed, where the format has one."""
    if kind.format is FileFormat.XLSX:
        return sheet(kind, rows)
    encoding = OTHER[kind.encoding] if mistaken else kind.encoding.value
    return WRITERS[kind.format](kind, rows).encode(encoding)


def delimited(kind: Kind, rows: Iterable[Row]) -> str:
    """CSV or TXT with a separator; without quotes, separators in values become spaces."""
    assert kind.separator is not None
    separator, target = SEPARATORS[kind.separator], io.StringIO()
    lines = [[one.name for one in kind.columns], *rows] if kind.header else list(rows)
    if kind.quote is Quote.NONE:
        target.writelines(f"{separator.join(value.replace(separator, ' ') for value in row)}\r\n" for row in lines)
    else:
        csv.writer(target, delimiter=separator, lineterminator="\r\n").writerows(lines)
    return target.getvalue()


def fixed(kind: Kind, rows: Iterable[Row]) -> str:
    """Columns filled up with spaces; they count bytes of the encoding. Numbers stand at the right."""
    lines = []
    for row in rows:
        values = []
        for column, value in zip(kind.columns, row, strict=False):
            filling = " " * ((column.length or 0) - len(value.encode(kind.encoding.value)))
            values.append(filling + value if column.places is not None else value + filling)
        lines.append("".join(values))
    return "\r\n".join([*lines, ""])


def markup(kind: Kind, rows: Iterable[Row]) -> str:
    """One element a record, empty values left out."""
    found = ["<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<records>"]
    for row in rows:
        cells = "".join(
            f"<{column.name}>{escape(value)}</{column.name}>" for column, value in zip(kind.columns, row, strict=True) if value
        )
        found.append(f"<record>{cells}</record>")
    return "\n".join([*found, "</records>", ""])


def sheet(kind: Kind, rows: Iterable[Row]) -> bytes:
    """A workbook with one sheet; every cell is text."""
    book = Workbook(write_only=True)
    page = book.create_sheet("报送数据")
    page.append([one.name for one in kind.columns])
    for row in rows:
        page.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


WRITERS: Mapping[FileFormat, Callable[[Kind, Iterable[Row]], str]] = {
    FileFormat.CSV: delimited, FileFormat.TXT: delimited, FileFormat.FIXED: fixed, FileFormat.XML: markup,
}
