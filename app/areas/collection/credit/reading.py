"""The credit database read (征信数据库): an enterprise's facts as of any day, each with where it came from (article 19).

Two days can be asked for: what the bureau knew at the end of the one (`known`), and what holds on the other (`valid`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.areas.collection.base_store.models import BaseBatch, BaseFile, BaseRecord
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadState
from app.areas.collection.registers import DataStructure
from app.areas.organisation.registers import ExternalOrganisation
from app.areas.products.registers import Indicator

MOST = 500
"""Facts of a page."""


@dataclass(frozen=True)
class Asked:
    """What is asked for. Without `known` it is what counts now; `superseded`: facts too that were corrected by then."""

    known: date | None = None
    valid: date | None = None
    indicator_id: int | None = None
    superseded: bool = False


@dataclass(frozen=True)
class Place:
    """Where a fact came from: file and row."""

    file_id: int
    name: str
    row: int


@dataclass(frozen=True)
class Told:
    """A fact with what a page says of it."""

    fact: CreditFact
    batch: BaseBatch
    structure: DataStructure
    provider: str | None
    place: Place


@dataclass(frozen=True)
class Page:
    """Some facts of an enterprise, the latest loaded first; `before` asks for the next."""

    facts: Sequence[Told]
    before: int | None


def facts_of(session: Session, enterprise_id: int, asked: Asked, before: int | None = None, size: int = MOST) -> Page:
    """The enterprise's facts as asked for, `size` at most, in five queries whatever their number."""
    statement = facts(enterprise_id, asked).order_by(CreditFact.id.desc()).limit(size + 1)
    if before is not None:
        statement = statement.where(CreditFact.id < before)
    rows = session.execute(statement).all()
    places = places_of(session, [row[0].record_id for row in rows[:size]])
    found = [Told(*row, places[row[0].record_id]) for row in rows[:size]]
    return Page(found, found[-1].fact.id if len(rows) > size else None)


def facts(enterprise_id: int, asked: Asked) -> Select[CreditFact, BaseBatch, DataStructure, str]:
    """The statement of an enterprise's facts, with batch, structure and the provider's name."""
    found = (
        select(CreditFact, BaseBatch, DataStructure, ExternalOrganisation.name)
        .join(CreditFact.load).join(LoadBatch.batch).join(BaseBatch.structure)
        .join(CreditFact.indicator).outerjoin(ExternalOrganisation, ExternalOrganisation.id == BaseBatch.provider_id)
        .options(contains_eager(CreditFact.indicator), contains_eager(CreditFact.load))
        .where(CreditFact.enterprise_id == enterprise_id, LoadBatch.state == LoadState.LOADED)
    )
    if asked.indicator_id is not None:
        found = found.where(CreditFact.indicator_id == asked.indicator_id)
    if asked.known is not None:
        end = datetime.combine(asked.known, time.max)
        found = found.where(LoadBatch.loaded_at <= end)
        if not asked.superseded:
            found = found.where(or_(CreditFact.superseded_at.is_(None), CreditFact.superseded_at > end))
    elif not asked.superseded:
        found = found.where(CreditFact.superseded_at.is_(None))
    if asked.valid is not None:
        found = found.where(
            or_(CreditFact.valid_from.is_(None), CreditFact.valid_from <= asked.valid),
            or_(CreditFact.valid_to.is_(None), CreditFact.valid_to >= asked.valid),
        )
    return found


def places_of(session: Session, record_ids: Iterable[int]) -> dict[int, Place]:
    """File and row of records, by record."""
    wanted = sorted(set(record_ids))
    found = (
        select(BaseRecord.id, BaseFile.id, BaseFile.name, BaseRecord.row_no)
        .join(BaseFile, BaseFile.id == BaseRecord.file_id).where(BaseRecord.id.in_(wanted))
    )
    return {key: Place(file_id, name, row) for key, file_id, name, row in session.execute(found)} if wanted else {}


def told(session: Session, fact_id: int) -> Told | None:
    """One fact that counts or has counted, or None."""
    fact = session.get(CreditFact, fact_id)
    if fact is None:
        return None
    asked = Asked(superseded=True, indicator_id=fact.indicator_id)
    row = session.execute(facts(fact.enterprise_id, asked).where(CreditFact.id == fact_id)).first()
    return Told(*row, places_of(session, [fact.record_id])[fact.record_id]) if row is not None else None


def of_records(session: Session, indicator: Indicator, record_ids: Sequence[int]) -> list[CreditFact]:
    """What records say in one indicator, whether it still counts or was corrected."""
    same = (CreditFact.indicator_id == indicator.id, CreditFact.record_id.in_(record_ids), LoadBatch.state == LoadState.LOADED)
    return list(session.scalars(select(CreditFact).join(CreditFact.load).where(*same).order_by(CreditFact.id.desc())))
