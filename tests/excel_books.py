"""Workbooks for tests: templates filled in, files sent the way a browser does."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from app.database import db, transaction
from app.engine.spec import AnySpec
from app.excel import jobs
from app.excel.layout import layout_of
from app.excel.models import ImportBatch, ImportFault
from app.excel.receiving import receive
from app.excel.template import template


def filled(spec: AnySpec, documents: Sequence[Mapping[str, Any]], keys: Sequence[str] = ()) -> Workbook:
    """The template with raw values of documents (or register rows) in it."""
    book = load_workbook(BytesIO(template(spec)))
    layout = layout_of(spec)
    for sheet in layout.read:
        page, row = book[sheet.name], 2
        for at, raw in enumerate(documents):
            lines = [raw] if sheet.line is None else raw.get(sheet.line.name, [])
            for line in lines:
                row += 1
                for place, column in enumerate(sheet.given, 1):
                    value = line.get(column.field.name) if column.field else (keys[at] if keys else str(at + 1))
                    put(page.cell(row, place), cell_of(value))
    return book


def put(cell: Any, value: Any) -> None:
    """Writes a cell; text stays text, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def cell_of(value: Any) -> Any:
    """A raw value as people would type it."""
    return "、".join(map(str, value)) if isinstance(value, list | tuple | set | frozenset) else value


def content(book: Workbook) -> bytes:
    """The workbook as a file."""
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def bring(session: Session, actor: Any, spec: AnySpec, file: bytes, name: str = "数据.xlsx") -> ImportBatch:
    """Brings a workbook in and checks it at once."""
    with transaction(session):
        batch = receive(session, actor, spec, jobs.folder(), name, BytesIO(file))
    jobs.running.run_check(session, jobs.folder(), batch.id)
    session.expire_all()
    return session.get_one(ImportBatch, batch.id)


def faults_of(session: Session, batch: ImportBatch) -> list[ImportFault]:
    """Everything said about a batch's workbook."""
    return list(session.query(ImportFault).filter_by(batch_id=batch.id).order_by(ImportFault.id))


def said(session: Session, batch: ImportBatch) -> str:
    """The faults in one text, for reading and comparing."""
    return "\n".join(
        f"{one.sheet}!{one.letter}{one.row or ''} [{one.label}] {one.value!r}: {one.reason} → {one.mend}"
        for one in faults_of(session, batch)
    )


def upload(client: FlaskClient, url: str, file: bytes, name: str = "数据.xlsx") -> Any:
    """Sends a file to an import page."""
    return client.post(url, data={"file": (BytesIO(file), name)}, content_type="multipart/form-data")


def values_of(file: bytes | Path) -> dict[str, list[list[Any]]]:
    """All values of all visible sheets."""
    book = load_workbook(BytesIO(file) if isinstance(file, bytes) else file)
    return {
        page.title: [[cell.value for cell in row] for row in page.iter_rows()]
        for page in book.worksheets if page.sheet_state == "visible"
    }


__all__ = ["bring", "cell_of", "content", "db", "faults_of", "filled", "said", "upload", "values_of"]
