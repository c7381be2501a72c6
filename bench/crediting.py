"""What loading and reading start from: a structure with its form 1, an imported batch, enterprises, facts in bulk."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

INDICATORS = ("P:ZB0001", "P:ZB0002", "P:ZB0003", "P:ZB0005", "P:ZB0006")
FIELDS: tuple[dict[str, Any], ...] = (
    {"source_name": "tyshxydm", "title": "统一社会信用代码", "type": "text", "role": "uscc", "key_part": "1"},
    {"source_name": "qymc", "title": "企业名称", "type": "text", "role": "name"},
    {"source_name": "ssq", "title": "所属期", "type": "date", "role": "valid_from", "key_part": "1"},
    {"source_name": "ys", "title": "月数", "type": "integer", "indicator": INDICATORS[0]},
    {"source_name": "je", "title": "金额", "type": "amount", "indicator": INDICATORS[1]},
    {"source_name": "js", "title": "件数", "type": "integer", "indicator": INDICATORS[2]},
    {"source_name": "dj", "title": "等级", "type": "text", "indicator": INDICATORS[3]},
    {"source_name": "qf", "title": "欠费", "type": "yes_no", "indicator": INDICATORS[4]},
    *({"source_name": f"by{at}", "title": f"备用{at}", "type": "text"} for at in range(7)),
)
"""Fifteen columns, five of them facts."""


def code(number: int) -> str:
    """A unified code."""
    from app.standards.uscc import make_uscc

    return make_uscc(f"91420102MA{number:07d}")


def structure(session: Session) -> int:
    """A structure with its form 1."""
    from datetime import date

    from app.areas.collection.registers import DataStructure, Method
    from app.areas.organisation.registers import ExternalOrganisation, Status, UpdateCycle
    from app.demo.examples import example
    from app.demo.prerequisites import everybody
    from app.documents import operations
    from app.documents.guard import writing
    from app.engine.catalogue import catalogue
    from app.intake.terms import Encoding, FileFormat

    spec = catalogue.form("FJ01")
    maker = next(one for one in everybody(session) if one.username == "data_manager")
    lines = [{"length": "200", "decimal_places": "2" if one["type"] == "amount" else None, "required": "0", "key_part": "0", **one}
             for one in FIELDS]
    given = {"format": "csv", "separator": "comma", "quote": "double", "method": "network"}
    form = operations.create(session, maker, spec, {**example(session, maker, spec, 1, given=given), "fields": lines, "previous": None})
    provider = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == "TG001")).one()
    with writing(session):
        row = DataStructure(
            code="SJB1", name="装载测量", edition=1, provider=provider, subject="测量", method=Method.NETWORK, format=FileFormat.CSV,
            encoding=Encoding.UTF_8, cycle=UpdateCycle.MONTH, published=date(2026, 1, 1), status=Status.ACTIVE, made_by_id=form.id,
        )
        session.add(row)
        session.flush()
        row.family_id = row.id
    return row.id


def register(session: Session, structure_id: int, number: int) -> int:
    """A form 6; returns its id."""
    from app.areas.collection.forms.import_file_register import ImportFileRegister, ImportKind
    from app.areas.collection.registers import DataStructure
    from app.areas.organisation.registers import Employee
    from app.audit.models import AuditAction
    from app.audit.recording import record
    from app.clock import now
    from app.documents.guard import writing
    from app.engine.document import State

    operator, _head = people(session)
    with writing(session):
        form = ImportFileRegister(
            form_code="FJ06", number=f"FJ06-2026-{900_000 + number}", state=State.DONE, maker_id=operator.user_id,
            maker_name=operator.name, created_at=now(), updated_at=now(), digest="0" * 64, kind=ImportKind.DELIVERY, planned_at=now(),
            structure=session.get_one(DataStructure, structure_id), witness=session.scalars(select(Employee)).first(),
        )
        session.add(form)
        session.flush()
    record(session, operator, AuditAction.CREATE, "FJ06", document=form)
    return form.id


def batch(session: Session, structure_id: int, records: int, enterprises: int) -> int:
    """An imported batch of so many records about so many enterprises, each month another; returns its id."""
    from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseFile, BaseRecord, BatchState
    from app.areas.collection.bulk import insert_rows
    from app.areas.collection.originals import OriginalFile
    from app.clock import now

    number = (session.scalar(select(func.count()).select_from(BaseBatch)) or 0) + 1
    form_id = register(session, structure_id, number)
    one = BaseBatch(
        number=f"DR-2026-{number:06d}", register_id=form_id, structure_id=structure_id, family_id=structure_id,
        state=BatchState.IMPORTED, total=records, good=records, imported=records, imported_at=now(),
    )
    digest = hashlib.sha256(str(number).encode()).hexdigest()
    original = OriginalFile(document_id=form_id, name=f"{number}.csv", stored=digest, bytes=1, sha256=digest, kept_at=now())
    session.add_all([one, original])
    session.flush()
    file = BaseFile(batch_id=one.id, original_id=original.id, source_id=form_id, name=original.name, sha256=digest)
    session.add(file)
    session.flush()
    first = (session.scalar(select(func.max(BaseRecord.id))) or 0) + 1
    columns = ("id", "batch_id", "file_id", "row_no", "key", "digest", "values")
    for at in range(0, records, 50_000):
        some = list(rows(number, one.id, file.id, first, at, min(records, at + 50_000), enterprises))
        insert_rows(session, BaseRecord, columns, some)
        current = [(structure_id, row[4], row[0], row[5]) for row in some]
        insert_rows(session, BaseCurrent, ("family_id", "key", "record_id", "digest"), current)
    return one.id


def rows(number: int, batch_id: int, file_id: int, first: int, start: int, end: int, enterprises: int) -> Iterator[tuple[Any, ...]]:
    """Records as importing leaves them."""
    for at in range(start, end):
        company, month = at % enterprises, at // enterprises
        values = [
            code(company), f"云州第{company}机械制造有限公司", f"{2000 + month // 12}-{month % 12 + 1:02}-01", str(at % 36),
            f"{at % 100_000}.{at % 100:02}", str(at % 50), "ABCD"[at % 4], str(at % 2), *(f"备用{at % 10}" for _ in range(7)),
        ]
        key = hashlib.md5(f"{number} {at}".encode()).digest()
        yield first + at, batch_id, file_id, at + 2, key, key, json.dumps(values, ensure_ascii=False)


def people(session: Session) -> tuple[Any, Any]:
    """A data manager and the head of IT."""
    from app.demo.prerequisites import everybody

    by_name = {one.username: one for one in everybody(session)}
    return by_name["data_manager"], by_name["it_head"]
