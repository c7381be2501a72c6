"""A structure with its form 1, and import batches of it, as importing leaves them: what loading starts from."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from flask import current_app
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseFile, BaseRecord, BatchState
from app.areas.collection.credit import operations
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadFault, LoadState
from app.areas.collection.originals import OriginalFile
from app.areas.collection.registers import DataStructure, Method
from app.areas.organisation.registers import ExternalOrganisation, Status, UpdateCycle
from app.clock import now
from app.database import transaction
from app.demo.examples import example
from app.demo.prerequisites import everybody, finish, prepare
from app.demo.sources import source
from app.demo.walk import submit
from app.documents import operations as documents
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.intake.terms import Encoding, FileFormat
from app.jobs.running import run_waiting
from app.standards.organisation_code import make_organisation_code
from app.standards.registration_number import make_registration_number
from app.standards.uscc import make_uscc
from app.workflow.actor import Actor
from app.workflow.proof import Proof

FIELDS: tuple[dict[str, Any], ...] = (
    {"source_name": "tyshxydm", "title": "统一社会信用代码", "type": "text", "role": "uscc", "key_part": "1"},
    {"source_name": "zch", "title": "注册号", "type": "text", "role": "registration_no"},
    {"source_name": "jgdm", "title": "机构代码", "type": "text", "role": "organisation_code"},
    {"source_name": "qymc", "title": "名称", "type": "text", "role": "name"},
    {"source_name": "ssq", "title": "所属期", "type": "date", "role": "valid_from", "key_part": "1"},
    {"source_name": "jzrq", "title": "截止日期", "type": "date", "role": "valid_to"},
    {"source_name": "qsys", "title": "欠缴月数", "type": "integer", "indicator": "P:ZB0001"},
    {"source_name": "qsje", "title": "欠税余额", "type": "decimal", "decimal_places": "4", "indicator": "P:ZB0002"},
    {"source_name": "nsdj", "title": "信用等级", "type": "text", "indicator": "P:ZB0005"},
    {"source_name": "sdqf", "title": "是否欠费", "type": "yes_no", "indicator": "P:ZB0006"},
    {"source_name": "bz", "title": "备注", "type": "text"},
)
NAMES = tuple(one["source_name"] for one in FIELDS)
_numbers = count(1)


def code(number: int) -> str:
    """A valid unified code that nobody else in the tests has."""
    return make_uscc(f"91420106{make_organisation_code(f'{number:08d}')}")


def registration(number: int) -> str:
    """A valid registration number."""
    return make_registration_number(f"420106{number:08d}")


def fresh() -> int:
    """A number that no other test has had."""
    return 3_000_000 + next(_numbers)


@dataclass
class Store:
    """Structure and batches of a test, the latest records by key."""

    session: Session
    maker: Actor
    structure_id: int
    latest: dict[bytes, int] = field(default_factory=dict)

    def batch(self, rows: Sequence[Mapping[str, str]], *, register_id: int | None = None) -> int:
        """An imported batch with a file of these rows; values by source name. Returns its id."""
        session = self.session
        with transaction(session):
            structure = session.get_one(DataStructure, self.structure_id)
            register_id = register_id or form_6(session, self.maker)
            number = session.scalar(select(func.count()).select_from(BaseBatch)) or 0
            digest = hashlib.sha256(f"{number}".encode()).hexdigest()
            found: Any = source(session, "collection_file_register")
            batch = BaseBatch(
                number=f"DR-2026-{number:06d}", register_id=register_id, structure_id=structure.id,
                family_id=structure.family_id or structure.id, provider_id=structure.provider.id if structure.provider else None,
                state=BatchState.IMPORTED, total=len(rows), good=len(rows), imported=len(rows), imported_at=now(),
            )
            original = OriginalFile(
                document_id=found.id, name=f"original_{number}.csv", stored=digest, bytes=1, sha256=digest, kept_at=now()
            )
            folder = current_app.config["DATA_DIR"] / "originals"
            folder.mkdir(exist_ok=True)
            (folder / digest).write_bytes(b"1")
            session.add_all([batch, original])
            session.flush()
            file = BaseFile(
                batch_id=batch.id, original_id=original.id, source_id=found.id, name=original.name, sha256=digest,
                total=len(rows), good=len(rows), imported=len(rows),
            )
            session.add(file)
            session.flush()
            self.keep(batch, file, rows)
            return batch.id

    def keep(self, batch: BaseBatch, file: BaseFile, rows: Sequence[Mapping[str, str]]) -> None:
        """The records, each linked to the one that it corrects."""
        first = (self.session.scalar(select(func.max(BaseRecord.id))) or 0) + 1
        table: Any = BaseRecord.__table__
        records = []
        for at, row in enumerate(rows):
            values = [row.get(name, "") for name in NAMES]
            key = hashlib.md5("|".join((values[0] or values[1] or values[2] or values[3], values[4])).encode()).digest()
            text = json.dumps(values, ensure_ascii=False)
            records.append({
                "id": first + at, "batch_id": batch.id, "file_id": file.id, "row_no": at + 2, "key": key,
                "digest": hashlib.md5(text.encode()).digest(), "previous_id": self.latest.get(key), "values": text,
            })
            self.latest[key] = first + at
        if records:
            self.session.execute(insert(table), records)
        for one in records:
            self.session.merge(BaseCurrent(
                family_id=batch.family_id, key=one["key"], record_id=self.latest[one["key"]], digest=one["digest"]
            ))
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(select(func.setval("base_record_id_seq", first + len(records))))


def form_6(session: Session, maker: Actor, **given: str) -> int:
    """A form 6 handed in, in the caller's transaction; returns its id."""
    spec = catalogue.form("FJ06")
    document = documents.create(session, maker, spec, example(session, maker, spec, given=given))
    return submit(session, maker, spec, document).id


def structure(session: Session, fields: Sequence[Mapping[str, str]] = FIELDS, previous: int | None = None) -> int:
    """A published structure with its form 1, in transactions of its own; returns its id."""
    people, spec = everybody(session), catalogue.form("FJ01")
    maker = next(one for one in people if one.username == "data_manager")
    number = fresh()
    lines = [{"length": "200", "required": "0", "key_part": "0", **one} for one in fields]
    given = {"format": "csv", "separator": "comma", "quote": "double", "method": "network"}
    raw = {**example(session, maker, spec, number, given=given), "fields": lines, "previous": None}
    with transaction(session):
        form = documents.create(session, maker, spec, raw)
        before = session.get(DataStructure, previous) if previous else None
        provider = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == "TG001")).one()
        row = DataStructure(
            code=f"SJT{number}", name="装载测试", edition=before.edition + 1 if before else 1, provider=provider,
            subject="纳税信息", method=Method.NETWORK, format=FileFormat.CSV, encoding=Encoding.UTF_8,
            cycle=UpdateCycle.MONTH, published=date(2026, 1, 1), status=Status.ACTIVE, made_by_id=form.id,
        )
        with writing(session):
            session.add(row)
            session.flush()
            row.family_id = before.family_id if before else row.id
        return row.id


def store(session: Session, maker: Actor, fields: Sequence[Mapping[str, str]] = FIELDS) -> Store:
    """A structure without batches yet, and what its batches refer to."""
    people = everybody(session)
    prepare(session, catalogue.form("FJ06"), people)
    if source(session, "collection_file_register") is None:
        finish(session, catalogue.form("FJ02"), people)
    return Store(session, maker, structure(session, fields))


def matched(session: Session, operator: Actor, batch_id: int) -> LoadBatch:
    """A load begun and matched."""
    with transaction(session):
        load_id = operations.start(session, operator, batch_id).id
    run_waiting(session)
    return again(session, load_id)


def loaded(session: Session, operator: Actor, authoriser: Actor, batch_id: int, at: datetime | None = None) -> LoadBatch:
    """A load begun, authorised and loaded."""
    load = matched(session, operator, batch_id)
    assert load.state is LoadState.MATCHED, problem(session, load)
    load_id = load.id
    with transaction(session):
        operations.authorise(session, operator, load_id, Proof(authoriser, now()))
    run_waiting(session)
    load = again(session, load_id)
    assert load.state is LoadState.LOADED, problem(session, load)
    return load


def again(session: Session, load_id: int) -> LoadBatch:
    """The load as the database has it."""
    session.rollback()
    session.expire_all()
    return session.get_one(LoadBatch, load_id)


def problem(session: Session, load: LoadBatch) -> Any:
    """Why a load's job failed."""
    from app.jobs.models import Job

    job = session.get(Job, load.job_id) if load.job_id else None
    return load.state, job and job.problem


def facts(session: Session, load_id: int) -> list[tuple[int, str, str, bool]]:
    """(record, indicator, value, whether it is current) of a load."""
    session.rollback()
    rows = session.scalars(select(CreditFact).where(CreditFact.load_id == load_id).order_by(CreditFact.record_id, CreditFact.indicator_id))
    return [(one.record_id, one.indicator.code, one.value, one.superseded_at is None) for one in rows]


def faults(session: Session, load_id: int) -> list[tuple[str | None, str]]:
    """(field, cause) of a load's faults."""
    session.rollback()
    rows = session.scalars(select(LoadFault).where(LoadFault.load_id == load_id).order_by(LoadFault.record_id, LoadFault.id))
    return [(one.field, one.cause) for one in rows]
