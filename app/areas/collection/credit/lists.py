"""Lists of loading: imported batches with how far they are loaded, loads, and what a load found."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session, contains_eager

from app.areas.collection.base_store.models import BaseBatch, BaseFile, BaseRecord, BatchState
from app.areas.collection.credit.models import LoadBatch, LoadEnterprise, LoadFault, LoadState
from app.areas.collection.credit.operations import GIVEN_UP
from app.areas.collection.registers import DataStructure
from app.areas.organisation.registers import ExternalOrganisation


@dataclass(frozen=True)
class FaultRow:
    """A fault with the file and row that it is about."""

    fault: LoadFault
    file_id: int
    file: str
    row: int


def batches(*, waiting: bool) -> Select[BaseBatch, DataStructure, str, LoadBatch]:
    """Imported batches with structure, provider's name and their load (None: not begun); `waiting`: only those not loaded."""
    open_load = and_(LoadBatch.batch_id == BaseBatch.id, LoadBatch.reload_of_id.is_(None), LoadBatch.state.not_in(GIVEN_UP))
    found = (
        select(BaseBatch, DataStructure, ExternalOrganisation.name, LoadBatch)
        .join(BaseBatch.structure).outerjoin(ExternalOrganisation, ExternalOrganisation.id == BaseBatch.provider_id)
        .outerjoin(LoadBatch, open_load).where(BaseBatch.state == BatchState.IMPORTED)
    )
    return found.where(LoadBatch.id.is_(None) | (LoadBatch.state != LoadState.LOADED)) if waiting else found


def loads() -> Select[LoadBatch, BaseBatch, DataStructure, str]:
    """Every load and reload with batch, structure and the provider's name."""
    return (
        select(LoadBatch, BaseBatch, DataStructure, ExternalOrganisation.name)
        .join(LoadBatch.batch).join(BaseBatch.structure)
        .outerjoin(ExternalOrganisation, ExternalOrganisation.id == BaseBatch.provider_id)
        .options(contains_eager(LoadBatch.batch))
    )


def faults(session: Session, load_id: int, after: int, size: int) -> list[FaultRow]:
    """Faults of a load after the one with that id, in the order they were found; one more than `size` where there are more."""
    statement = (
        select(LoadFault, BaseFile.id, BaseFile.name, BaseRecord.row_no)
        .join(BaseRecord, BaseRecord.id == LoadFault.record_id).join(BaseFile, BaseFile.id == BaseRecord.file_id)
        .where(LoadFault.load_id == load_id, LoadFault.id > after).order_by(LoadFault.id).limit(size + 1)
    )
    return [FaultRow(*row) for row in session.execute(statement)]


def enterprises(session: Session, load_id: int, size: int) -> Sequence[LoadEnterprise]:
    """The first of the enterprises that a load's records propose."""
    return session.scalars(
        select(LoadEnterprise).where(LoadEnterprise.load_id == load_id).order_by(LoadEnterprise.uscc).limit(size)
    ).all()


def reloads(session: Session, load: LoadBatch) -> Sequence[LoadBatch]:
    """The reloads of what a load could not load."""
    return session.scalars(select(LoadBatch).where(LoadBatch.reload_of_id == load.id).order_by(LoadBatch.id)).all()


def by_number(session: Session, number: str) -> LoadBatch | None:
    """The load of that number."""
    return session.scalar(select(LoadBatch).where(LoadBatch.number == number))
