"""Corrections (更正): a record's facts give way to those of the record that corrects it, in whichever order they are loaded."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseRecord
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadFault, LoadState


def supersede(session: Session, load: LoadBatch, at: datetime) -> int:
    """Ends the facts that a load corrects, and those of its own that are corrected already; returns how many.

    In the load's last transaction, before it counts as loaded; loads end one after another.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(CreditFact.__tablename__))))
    return end_earlier(session, load, at) + end_own(session, load, at)


def of_load(load: LoadBatch) -> ColumnElement[bool]:
    """The condition that a record of the load's batch was loaded by it: not one of its faults; of a reload one of those before."""
    failed = exists().where(LoadFault.load_id == load.id, LoadFault.record_id == BaseRecord.id)
    found: ColumnElement[bool] = (BaseRecord.batch_id == load.batch_id) & ~failed
    if load.reload_of_id is not None:
        found &= exists().where(LoadFault.load_id == load.reload_of_id, LoadFault.record_id == BaseRecord.id)
    return found


def end_earlier(session: Session, load: LoadBatch, at: datetime) -> int:
    """Ends the facts of every record that one of this load's corrects, directly or through others that were never loaded."""
    first = select(BaseRecord.previous_id.label("id")).where(of_load(load), BaseRecord.previous_id.is_not(None))
    earlier = first.cte("earlier", recursive=True, nesting=True)  # else SQLite does not count the rows
    before = aliased(BaseRecord)
    more = select(before.previous_id).join(earlier, before.id == earlier.c.id).where(before.previous_id.is_not(None))
    earlier = earlier.union(more)
    loaded = select(LoadBatch.id).where((LoadBatch.state == LoadState.LOADED) | (LoadBatch.id == load.id))
    return end(session, at, load.id, CreditFact.record_id.in_(select(earlier.c.id)), CreditFact.load_id.in_(loaded))


def end_own(session: Session, load: LoadBatch, at: datetime) -> int:
    """Ends those facts of this load whose records are corrected by one that was loaded before."""
    family_id = session.scalars(select(BaseBatch.family_id).where(BaseBatch.id == load.batch_id)).one()
    count = 0
    for record_id, key in session.execute(outdated(load, family_id)).all():
        successor = loaded_successor(session, family_id, record_id, key)
        if successor is not None:
            count += end(session, at, successor, CreditFact.record_id == record_id, CreditFact.load_id == load.id)
    return count


def outdated(load: LoadBatch, family_id: int) -> Select[int, bytes]:
    """The records of a load that are not current any more, and their keys; current ones are found by key alone."""
    current = exists().where(
        BaseCurrent.family_id == family_id, BaseCurrent.key == BaseRecord.key, BaseCurrent.record_id == BaseRecord.id
    )
    return select(BaseRecord.id, BaseRecord.key).where(of_load(load), ~current)


def end(session: Session, at: datetime, by: int, *which: ColumnElement[bool]) -> int:
    """Ends current facts; returns how many."""
    statement = update(CreditFact).where(CreditFact.superseded_at.is_(None), *which)
    done: Any = session.execute(
        statement.values(superseded_at=at, superseded_by_id=by), execution_options={"synchronize_session": False}
    )
    return int(done.rowcount)


def loaded_successor(session: Session, family_id: int, record_id: int, key: bytes) -> int | None:
    """The load of the nearest later record of the key that was loaded, or None."""
    same = (BaseCurrent.family_id == family_id, BaseCurrent.key == key)
    latest, found = session.scalar(select(BaseCurrent.record_id).where(*same)), None
    while latest is not None and latest != record_id:
        found = loaded_by(session, latest) or found
        latest = session.scalar(select(BaseRecord.previous_id).where(BaseRecord.id == latest))
    return found


def loaded_by(session: Session, record_id: int) -> int | None:
    """The load that has loaded the record, or None."""
    batch_id = session.scalar(select(BaseRecord.batch_id).where(BaseRecord.id == record_id))
    loads = select(LoadBatch).where(LoadBatch.batch_id == batch_id, LoadBatch.state == LoadState.LOADED)
    for load in session.scalars(loads.order_by(LoadBatch.id.desc())):
        if session.scalar(select(BaseRecord.id).where(of_load(load), BaseRecord.id == record_id)) is not None:
            return load.id
    return None
