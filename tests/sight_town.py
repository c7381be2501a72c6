"""A provider with its deliveries and a batch, for tests of what is seen of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BaseFaultCount, BaseFile, BatchState
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.originals import OriginalFile
from app.areas.collection.registers import DataStructure, Method
from app.areas.organisation.registers import (
    Agreement,
    AgreementKind,
    ExternalKind,
    ExternalOrganisation,
    Status,
    UpdateCycle,
)
from app.clock import at
from app.database import transaction
from app.documents import operations
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.intake.terms import Encoding, FileFormat
from app.workflow.door import Shown, act
from app.workflow.options import Action

Example = Callable[..., dict[str, Any]]
NOW = datetime(2026, 11, 26, 12)


@dataclass
class Town:
    """A provider with one monthly structure: agreed for the tenth, by five o'clock; nothing delivered for August."""

    provider: int
    structure: int
    deliveries: list[int]
    batch: int


def settled(session: Session, actors: Mapping[str, Any], example: Example, code: str) -> Town:
    """July came in time, August not at all, September late, October is not there yet; July was imported and loaded."""
    with at(datetime(2026, 6, 20, 9)), transaction(session), writing(session):
        provider = ExternalOrganisation(code=code, name=f"云州市测试供数中心{code}", kind=ExternalKind.PROVIDER, status=Status.ACTIVE)
        agreement = Agreement(
            agreement_no=f"XY-{code}", kind=AgreementKind.COLLECTION, party=provider, signed=date(2026, 6, 1),
            valid_from=date(2026, 6, 1), valid_to=date(2029, 5, 31), cycle=UpdateCycle.MONTH, data_covered="供数",
            status=Status.ACTIVE,
        )
        structure = DataStructure(
            code=f"{code}-1", name="供数月报", edition=1, provider=provider, agreement=agreement, subject="供数", method=Method.NETWORK,
            format=FileFormat.CSV, encoding=Encoding.UTF_8, cycle=UpdateCycle.MONTH, published=date(2026, 6, 20), status=Status.ACTIVE,
        )
        session.add(structure)
        session.flush()
        structure.family_id = structure.id
        form = catalogue.form("FJ01")
        given = {"provider": code, "agreement": f"XY-{code}", "cycle": "month", "submission_day": "10", "submission_time": "17:00"}
        raw = example(form, actor=actors["data_manager"], given=given)
        structure.made_by_id = operations.create(session, actors["data_manager"], form, raw).id
        keys = provider.id, structure.id
    made = [
        delivered(session, actors, example, code, date(2026, 7, 1), datetime(2026, 8, 10, 9, 30)),
        delivered(session, actors, example, code, date(2026, 9, 1), datetime(2026, 10, 14, 15)),
        delivered(session, actors, example, code, date(2026, 9, 1), datetime(2026, 10, 20, 10)),
    ]
    return Town(*keys, made, batch_of(session, actors, example, code, made[0], keys))


def delivered(
    session: Session, actors: Mapping[str, Any], example: Example, code: str, start: date, moment: datetime
) -> int:
    """A form 2 that was handed in at that moment."""
    spec, actor = catalogue.form("FJ02"), actors["collector"]
    with at(moment), transaction(session):
        given = {
            "provider": code, "agreement": f"XY-{code}", "structure": f"{code}-1", "period_from": start.isoformat(),
            "period_to": start.replace(day=28).isoformat(), "received_at": f"{moment:%Y-%m-%d %H:%M}",
        }
        made = operations.create(session, actor, spec, example(spec, actor=actor, given=given))
        act(session, actor, spec, made.id, Action.SUBMIT, Shown(made.version, made.digest))
        return made.id


def batch_of(
    session: Session, actors: Mapping[str, Any], example: Example, code: str, source: int, keys: tuple[int, int]
) -> int:
    """An import of the delivery with faults, loaded."""
    with at(datetime(2026, 8, 11, 10)), transaction(session):
        keeper, form, delivery = actors["data_manager"], catalogue.form("FJ06"), session.get_one(CollectionFileRegister, source)
        shown = Shown(delivery.version, delivery.digest)
        act(session, keeper, catalogue.form("FJ02"), source, Action.APPROVE, shown)
        files = [{"register": delivery.number, "name": one.name, "records": str(one.records)} for one in delivery.files]
        given = {"structure": f"{code}-1", "files": files}
        register = operations.create(session, keeper, form, example(form, actor=keeper, given=given))
        original = OriginalFile(document_id=source, name="七月.csv", stored=code, bytes=10, sha256="a" * 64, kept_at=NOW)
        batch = BaseBatch(
            number=f"{code}-2026", register_id=register.id, structure_id=keys[1], family_id=keys[1], provider_id=keys[0],
            state=BatchState.IMPORTED, total=1000, good=950, rejected=50, faults=60, imported=940, corrections=7, duplicates=10,
            prepared_at=datetime(2026, 8, 11, 10), imported_at=datetime(2026, 8, 11, 11), operator_name="甲操作", witness_name="乙监督",
        )
        session.add_all([original, batch])
        session.flush()
        file = BaseFile(batch_id=batch.id, original_id=original.id, source_id=source, name="七月.csv", sha256="a" * 64, total=1000,
                        good=950, rejected=50, imported=940, duplicates=10)
        session.add(file)
        session.flush()
        session.add_all(
            BaseFaultCount(file_id=file.id, batch_id=batch.id, field=name, rule=rule, count=count)
            for name, rule, count in (("tyshxydm", "uscc", 40), ("", "field_count", 15), ("ssq", "date_format", 5))
        )
        session.add(LoadBatch(
            number=f"{code}-ZZ", batch_id=batch.id, batch=batch, state=LoadState.LOADED, records=940, matched=930, facts=2790,
            new_enterprises=3, rejected=10, operator_id=actors["data_manager"].user_id, operator_name="甲操作", authoriser_name="丙授权",
            authorised_at=datetime(2026, 8, 11, 14), made_at=datetime(2026, 8, 11, 13), loaded_at=datetime(2026, 8, 11, 15),
        ))
        return batch.id


def put_away(session: Session, code: str) -> None:
    """Other tests find the registers as they were: the provider is stopped in the end."""
    with transaction(session), writing(session):
        batch = select(BaseBatch.id).where(BaseBatch.number == f"{code}-2026")
        for model in (LoadBatch, BaseFaultCount, BaseFile):
            session.execute(delete(model).where(model.batch_id.in_(batch)))
        session.execute(delete(BaseBatch).where(BaseBatch.number == f"{code}-2026"))
        for one in session.scalars(select(DataStructure).where(DataStructure.code == f"{code}-1")):
            one.status = Status.STOPPED
        for provider in session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == code)):
            provider.status = Status.STOPPED
