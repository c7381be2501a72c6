"""What demo deliveries hold: rows of their structure, some with a fault, of other enterprises in each file of a delivery."""

import io
import re
from functools import lru_cache
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import layout_of
from app.demo.deliveries import sample_rows, write_file
from app.intake.layout import Field, Layout
from app.intake.reading import read
from app.intake.terms import Encoding, FieldType, FileFormat, Validation

ENDINGS = {
    FileFormat.CSV: ".csv", FileFormat.TXT: ".txt", FileFormat.FIXED: ".txt", FileFormat.XLSX: ".xlsx", FileFormat.XML: ".xml",
}
MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*<")
EARLIEST = (1980, 1, 1, 0, 0, 0)
FAULTY = 0.03
"""Share of rows with a fault."""
APART = 40
"""Rows from the beginning of one file of a delivery to that of the next: more than any has."""
BEGINNINGS = 6
PUBLIC = Layout(FileFormat.CSV, Encoding.UTF_8, header=True, fields=(
    Field("tyshxydm", "统一社会信用代码", FieldType.TEXT, 18, validation=Validation.USCC, required=True, key_part=True),
    Field("qymc", "企业名称", FieldType.TEXT, 120, required=True),
    Field("wsh", "文书号", FieldType.TEXT, 60, required=True, key_part=True),
    Field("rq", "日期", FieldType.DATE, required=True),
    Field("nr", "内容", FieldType.TEXT, 200),
))
"""What is collected from public channels, where no structure says it."""


def content(session: Session, structure: str, name: str, rows: int) -> bytes:
    """A file of that name and so many rows, as the structure of that code agrees."""
    return made(layout(session, structure), name, rows)[0]


def count(session: Session, structure: str, name: str, rows: int) -> int:
    """How many records a reader finds in it."""
    return made(layout(session, structure), name, rows)[1]


def ending(session: Session, structure: str) -> str:
    """How the names of such files end."""
    return ENDINGS[layout(session, structure).format]


def layout(session: Session, structure: str) -> Layout:
    """The layout of a structure; of what comes from public channels, where it has no code."""
    if not structure:
        return PUBLIC
    return layout_of(session, session.scalars(select(DataStructure).where(DataStructure.code == structure)).one())


@lru_cache(maxsize=512)
def made(layout: Layout, name: str, rows: int) -> tuple[bytes, int]:
    """The bytes of a file, and its records; the same for the same name."""
    stem = name.split(".", 1)[0]
    delivery, _line, number = stem.rpartition("_")
    at = int(number) - 1 if number.isdecimal() else 0
    start = (crc32(delivery.encode()) % BEGINNINGS * 2 + at) * APART
    found = islice(sample_rows(layout, start + rows, crc32(stem.encode()), faults=FAULTY), start, None)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        write_file(path, layout, found)
        whole = path.read_bytes()
        return (
            timeless(whole) if layout.format is FileFormat.XLSX else whole,
            sum(len(chunk.rows) + len(chunk.broken) for chunk in read(path, layout)),
        )


def timeless(workbook: bytes) -> bytes:
    """A workbook without the moments at which it was written."""
    target = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as book, ZipFile(target, "w", ZIP_DEFLATED) as plain:
        for entry in book.infolist():
            part = MOMENT.sub(rb"\g<1>2026-01-01T00:00:00Z<", book.read(entry))
            plain.writestr(ZipInfo(entry.filename, EARLIEST), part, ZIP_DEFLATED)
    return target.getvalue()
