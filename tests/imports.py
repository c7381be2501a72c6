"""Deliveries for the tests of importing: a structure by form 1, files by form 2, form 6 up to a step."""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.batches import latest
from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseRecord, BatchState
from app.areas.collection.registers import DataStructure
from app.database import transaction
from app.demo.examples import example
from app.demo.prerequisites import everybody, finish
from app.demo.walk import shown, sign, submit
from app.documents import attachments, operations
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.standards.uscc import make_uscc
from app.workflow.cases import case_of

HEADER = "tyshxydm,nsrmc,ssq,yjse,jkrq"
FIELDS: list[dict[str, Any]] = [
    {"source_name": "tyshxydm", "title": "统一社会信用代码", "type": "text", "length": "18", "validation": "uscc",
     "required": "1", "key_part": "1"},
    {"source_name": "nsrmc", "title": "企业名称", "type": "text", "length": "120", "required": "1"},
    {"source_name": "ssq", "title": "所属期", "type": "text", "length": "6", "required": "1", "key_part": "1"},
    {"source_name": "yjse", "title": "应缴金额", "type": "amount", "length": "18", "decimal_places": "2"},
    {"source_name": "jkrq", "title": "缴款日期", "type": "date", "validation": "date_format", "expression": "yyyyMMdd"},
]


def uscc(number: int) -> str:
    """A made-up code of a right check character."""
    return make_uscc(f"91420103{number:09d}")


def row(number: int, period: str = "202609", amount: str = "100.00", name: str = "") -> str:
    """A sound row."""
    return f"{uscc(number)},{name or f'测试企业{number}'},{period},{amount},20261015"


def csv(rows: Iterable[str]) -> bytes:
    """A file of that structure."""
    return "\n".join([HEADER, *rows, ""]).encode()


def count_documents(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Document)) or 0


def structure(session: Session, people: Sequence[Any], **given: Any) -> DataStructure:
    """A structure of its own, published by form 1."""
    wanted = {
        "provider": "TG005", "agreement": "CJ-2025-005", "method": "manual", "format": "csv", "encoding": "utf-8",
        "separator": "comma", "other_separator": None, "quote": "double", "header_row": "1", "compression": "none",
        "encryption": "none", "carrier": "mail", "content_agreed": "按月报送", "previous": None, "fields": FIELDS, **given,
    }
    document: Any = finish(session, catalogue.form("data_structure_analysis"), people, count_documents(session), wanted)
    found = document.published
    assert isinstance(found, DataStructure)
    return found


def delivery(session: Session, people: Sequence[Any], of: DataStructure, files: Mapping[str, bytes]) -> Document:
    """A form 2, finished, with its original files kept."""
    spec = catalogue.form("collection_file_register")
    maker = next(one for one in people if one.username == "collection_reviewer")
    given = {
        "provider": of.provider.code if of.provider else None,
        "agreement": of.agreement.agreement_no if of.agreement else None, "structure": of.code, "method": "manual",
    }
    raw = example(session, maker, spec, count_documents(session), lines=len(files), given=given)
    raw["files"] = [
        {"name": name, "bytes": str(len(content)), "records": str(max(1, content.count(b"\n") - 1))}
        for name, content in files.items()
    ]
    folder = Path(current_app.config["DATA_DIR"]) / "attachments"
    with transaction(session):
        document = operations.create(session, maker, spec, raw)
        for name, content in files.items():
            attachments.add(session, maker, spec, document.id, shown(document), folder, name, BytesIO(content))
        submit(session, maker, spec, document)
    while document.step == "receive":
        with transaction(session):
            sign(session, case_of(session, spec, document), people)
    return document


def register(session: Session, people: Sequence[Any], *deliveries: Any, maker: str = "data_manager") -> Any:
    """A form 6 for all files of the deliveries, handed in."""
    spec = catalogue.form("import_file_register")
    actor = next(one for one in people if one.username == maker)
    of = deliveries[0].structure
    raw = example(session, actor, spec, count_documents(session), given={"structure": of.code})
    raw["files"] = [
        {"register": one.number, "name": file.name, "records": str(file.records)} for one in deliveries for file in one.files
    ]
    raw["kind"] = "delivery"
    with transaction(session):
        document = operations.create(session, actor, spec, raw)
        submit(session, actor, spec, document)
    return document


def walk(session: Session, people: Sequence[Any], document: Any, to: str | None = None, *, work: bool = True) -> Any:
    """Signs up to a step, or to the end; jobs are done in between unless told otherwise."""
    spec = catalogue.form(document.form_code)
    while document.step and document.step != to:
        with transaction(session):
            sign(session, case_of(session, spec, document), people, work=work)
        session.refresh(document)
    return document


def imported(session: Session, people: Sequence[Any], of: DataStructure, files: Mapping[str, bytes]) -> Any:
    """A form 6 of one delivery, walked to its end."""
    return walk(session, people, register(session, people, delivery(session, people, of, files)))


def batch_of(session: Session, document: Document) -> BaseBatch:
    """The batch of a form 6 that counts."""
    session.rollback()
    session.expire_all()
    found = latest(session, document.id)
    assert found is not None
    return found


def rows_of(session: Session, batch: BaseBatch) -> int:
    """How many records a batch has in the table."""
    return session.scalar(select(func.count()).where(BaseRecord.batch_id == batch.id)) or 0


def currents(session: Session, family: int) -> int:
    """How many keys of a family the base store knows."""
    return session.scalar(select(func.count()).where(BaseCurrent.family_id == family)) or 0


def sound(session: Session, family: int) -> None:
    """What must hold in the base store whatever has happened: each key once, its latest record in an imported batch."""
    columns = (BaseRecord.id, BaseRecord.key, BaseRecord.digest, BaseRecord.previous_id, BaseBatch.state)
    records = {one.id: one for one in session.execute(select(*columns).join(BaseBatch, BaseBatch.id == BaseRecord.batch_id).where(
        BaseBatch.family_id == family))}
    superseded = set()
    current = select(BaseCurrent.record_id, BaseCurrent.key, BaseCurrent.digest).where(BaseCurrent.family_id == family)
    for now in session.execute(current):
        record = records[now.record_id]
        assert (record.key, record.digest, record.state) == (now.key, now.digest, BatchState.IMPORTED)
        previous = record.previous_id
        while previous is not None:
            before = records[previous]
            assert before.key == now.key
            assert before.id not in superseded
            superseded.add(before.id)
            previous = before.previous_id
    alive = select(func.count()).select_from(BaseRecord).join(BaseBatch, BaseBatch.id == BaseRecord.batch_id).where(
        BaseBatch.family_id == family, BaseBatch.state == BatchState.IMPORTED)
    assert session.scalar(alive) == currents(session, family) + len(superseded)


def people_of(session: Session) -> list[Any]:
    """Everybody."""
    return everybody(session)


