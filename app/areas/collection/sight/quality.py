"""数据质量: how many records came and how many were rejected, month by month, and which rules were broken in which fields."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BaseFaultCount, BatchState
from app.areas.collection.registers import DataStructure

COUNTED = (BatchState.PREPARED, BatchState.IMPORTING, BatchState.IMPORTED)
"""Batches whose counts stand: preprocessed, and neither failed nor given up."""
MONTHS = 12


@dataclass
class Month:
    """What was preprocessed in a month: records, those rejected, imported and known already, and faults by rule."""

    start: date
    total: int = 0
    rejected: int = 0
    imported: int = 0
    duplicates: int = 0
    rules: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> int:
        """Records without fault."""
        return self.total - self.rejected

    @property
    def faults(self) -> int:
        """All faults; one record may have several."""
        return self.rules.total()

    @property
    def share(self) -> float | None:
        """Rejected records of all, in per cent; None where there were none."""
        return self.rejected * 100 / self.total if self.total else None


@dataclass(frozen=True)
class Broken:
    """How often a rule was broken in a field; `field` is empty for whole rows."""

    structure_id: int
    structure: str
    field: str
    rule: str
    count: int


def months(session: Session, provider_id: int, today: date, number: int = MONTHS) -> list[Month]:
    """The last months of a provider, this one included, in order."""
    found = {start: Month(start) for start in starts(today, number)}
    since = datetime.combine(min(found), datetime.min.time())
    for prepared_at, total, rejected, imported, duplicates in session.execute(counts(provider_id, since)):
        month = found[first_of(prepared_at)]
        month.total += total
        month.rejected += rejected
        month.imported += imported
        month.duplicates += duplicates
    statement = (
        select(BaseBatch.prepared_at, BaseFaultCount.rule, func.sum(BaseFaultCount.count))
        .join(BaseBatch, BaseBatch.id == BaseFaultCount.batch_id).where(*of_provider(provider_id, since))
        .group_by(BaseBatch.prepared_at, BaseFaultCount.rule)
    )
    for prepared_at, rule, count in session.execute(statement):
        found[first_of(prepared_at)].rules[rule] += int(count)
    return list(found.values())


def counts(provider_id: int, since: datetime) -> Select[datetime | None, int, int, int, int]:
    """When each batch was preprocessed, with its counts."""
    one = BaseBatch
    return select(one.prepared_at, one.total, one.rejected, one.imported, one.duplicates).where(*of_provider(provider_id, since))


def of_provider(provider_id: int, since: datetime) -> tuple[Any, ...]:
    """The batches of a provider that count."""
    return BaseBatch.provider_id == provider_id, BaseBatch.state.in_(COUNTED), BaseBatch.prepared_at >= since


def broken(session: Session, provider_id: int, since: datetime) -> list[Broken]:
    """The faults of a provider's files since then by structure, field and rule, the most frequent first."""
    by = DataStructure.id, DataStructure.name, BaseFaultCount.field, BaseFaultCount.rule
    statement = (
        select(*by, func.sum(BaseFaultCount.count))
        .join(BaseBatch, BaseBatch.id == BaseFaultCount.batch_id).join(DataStructure, DataStructure.id == BaseBatch.structure_id)
        .where(*of_provider(provider_id, since)).group_by(*by)
    )
    found = [Broken(key, structure, name, rule, int(count)) for key, structure, name, rule, count in session.execute(statement)]
    return sorted(found, key=lambda one: (-one.count, one.structure, one.field, one.rule))


def rejected_shares(session: Session, provider_ids: Iterable[int], since: datetime) -> dict[int, tuple[int, int]]:
    """Records and rejected ones of each provider since then."""
    keys = list(provider_ids)
    statement = (
        select(BaseBatch.provider_id, func.sum(BaseBatch.total), func.sum(BaseBatch.rejected))
        .where(BaseBatch.provider_id.in_(keys), BaseBatch.state.in_(COUNTED), BaseBatch.prepared_at >= since)
        .group_by(BaseBatch.provider_id)
    )
    return {int(key): (int(total), int(rejected)) for key, total, rejected in session.execute(statement) if key is not None}


def starts(today: date, number: int) -> list[date]:
    """The first days of the last months, this one's last."""
    found = [today.replace(day=1)]
    while len(found) < number:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


def first_of(moment: datetime | None) -> date:
    """The first day of a moment's month."""
    assert moment is not None
    return moment.date().replace(day=1)
