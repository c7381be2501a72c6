"""Tables of a page as a workbook: every cell is text, so that nothing in it is ever run."""

import secrets
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import send_file
from rustpy_xlsxwriter import Format, write_worksheets
from werkzeug.wrappers import Response

from app.clock import now

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTH = 24

Sheet = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Name, headings, rows."""


def book(sheets: Sequence[Sheet]) -> BytesIO:
    """The workbook; a table without rows has its headings."""
    heading = Format().set_bold().set_background_color("#E8F0F8").set_border("thin").set_border_color("#D5DAE1")
    text = Format().set_num_format("@").set_quote_prefix()
    lines = {
        name: [dict(zip(headings, row, strict=True)) for row in rows] or [dict.fromkeys(headings, "")]
        for name, headings, rows in sheets
    }
    with TemporaryDirectory() as folder:
        target = Path(folder) / secrets.token_hex(8)
        write_worksheets(
            [(name, iter(found)) for name, found in lines.items()], str(target),
            freeze_panes={name: {"row": 1, "col": 1} for name in lines},
            header_format=dict.fromkeys(lines, heading),
            column_formats={name: dict.fromkeys(found[0], text) for name, found in lines.items()},
            column_widths={name: dict.fromkeys(found[0], WIDTH) for name, found in lines.items()},
        )
        return BytesIO(target.read_bytes())


def sent(content: BytesIO, title: str) -> Response:
    """The workbook as a file, named by its title and the moment."""
    return send_file(content, mimetype=XLSX, as_attachment=True, download_name=f"{title}_{now():%Y%m%d_%H%M}.xlsx")
