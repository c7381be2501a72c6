"""The last transaction of an import: what the base store has already is dropped, corrections are linked, and all of it counts.

One import of a family at a time; its rows are the batch's alone until then.
"""

from dataclasses import dataclass

from sqlalchemy import delete, exists, func, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseFile, BaseRecord, BatchState
from app.areas.collection.registers import DataStructure


@dataclass(frozen=True)
class Merged:
    """Records that came in, those of them that correct an earlier one, and what the base store had already."""

    imported: int
    corrections: int
    duplicates: int


def merge(session: Session, batch: BaseBatch) -> Merged:
    """Makes a batch's records the base store's, in the caller's transaction."""
    lock_family(session, batch.family_id)
    drop_same_files(session, batch)
    corrections = 0
    dropped = False
    if session.scalar(select(exists().where(BaseCurrent.family_id == batch.family_id))):
        dropped = drop_known(session, batch) > 0
        corrections = link_corrections(session, batch)
    count_files(session, batch, dropped=dropped)
    make_current(session, batch)
    files = batch.files
    return Merged(sum(one.imported for one in files), corrections, sum(one.duplicates for one in files))


def lock_family(session: Session, family_id: int) -> None:
    """Lets imports of one family pass one after the other; SQLite's writers stand in line already."""
    session.execute(select(DataStructure.id).where(DataStructure.id == family_id).with_for_update(key_share=True))


def drop_same_files(session: Session, batch: BaseBatch) -> None:
    """Notes files whose very content another import has brought meanwhile, and drops their records."""
    for file in batch.files:
        if file.same_as_id is None and (same := imported_before(session, batch.family_id, file.sha256)) is not None:
            file.same_as_id = same
            session.execute(delete(BaseRecord).where(BaseRecord.batch_id == batch.id, BaseRecord.file_id == file.id))


def imported_before(session: Session, family_id: int, sha256: str) -> int | None:
    """The file of an import that counts, of that family and very content."""
    return session.scalar(
        select(BaseFile.id).join(BaseFile.batch).order_by(BaseFile.id).limit(1)
        .where(BaseFile.sha256 == sha256, BaseBatch.family_id == family_id, BaseBatch.state == BatchState.IMPORTED)
    )


def drop_known(session: Session, batch: BaseBatch) -> int:
    """Drops records whose key has the very same values now."""
    known = exists().where(
        BaseCurrent.family_id == batch.family_id, BaseCurrent.key == BaseRecord.key, BaseCurrent.digest == BaseRecord.digest
    )
    done = session.execute(
        delete(BaseRecord).where(BaseRecord.batch_id == batch.id, known).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def link_corrections(session: Session, batch: BaseBatch) -> int:
    """Names in each record the one of the same key that it corrects."""
    same = (BaseCurrent.family_id == batch.family_id, BaseCurrent.key == BaseRecord.key)
    done = session.execute(
        update(BaseRecord)
        .values(previous_id=BaseCurrent.record_id)
        .where(BaseRecord.batch_id == batch.id, *same)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]


def count_files(session: Session, batch: BaseBatch, *, dropped: bool) -> None:
    """Counts what each file brought; asks the database only where something was dropped."""
    found: dict[int, int] = {}
    if dropped:
        rows = select(BaseRecord.file_id, func.count()).where(BaseRecord.batch_id == batch.id).group_by(BaseRecord.file_id)
        found = dict(iter(session.execute(rows)))
    for file in batch.files:
        came = found.get(file.id, 0) if dropped else file.good
        file.imported = 0 if file.same_as_id is not None else came
        file.duplicates = file.total - file.rejected - file.imported


def make_current(session: Session, batch: BaseBatch) -> None:
    """Moves each key to its latest record, in the order of the keys: neighbours are written together."""
    record = aliased(BaseRecord)
    latest = (
        select(literal(batch.family_id), record.key, record.id, record.digest)
        .where(record.batch_id == batch.id).order_by(record.key)
    )
    columns = ["family_id", "key", "record_id", "digest"]
    table = BaseCurrent.__table__
    if session.get_bind().dialect.name == "postgresql":
        put = postgresql.insert(table).from_select(columns, latest)  # type: ignore[arg-type]
        again = put.on_conflict_do_update(
            index_elements=["family_id", "key"], set_={"record_id": put.excluded.record_id, "digest": put.excluded.digest}
        )
        session.execute(again)
        return
    new = sqlite.insert(table).from_select(columns, latest)  # type: ignore[arg-type]
    session.execute(new.on_conflict_do_update(
        index_elements=["family_id", "key"], set_={"record_id": new.excluded.record_id, "digest": new.excluded.digest}
    ))



