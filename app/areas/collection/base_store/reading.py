"""The base store for those who read it: records of a batch, the history of one, and the row that it came from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders
from app.areas.collection.base_store.models import BaseBatch, BaseCurrent, BaseFile, BaseRecord, BatchState
from app.areas.collection.forms.import_file_register import ImportFileRegister, ImportKind
from app.areas.collection.originals import OriginalFile
from app.areas.collection.structures import layout_of
from app.intake.chunks import Row
from app.intake.layout import Layout
from app.intake.reading import read
from app.workflow.models import Decision, SignOff

AT_ONCE = 5_000


@dataclass(frozen=True)
class Version:
    """A record as it was imported. `number` of its batch, `name` of its file, `at`: when it came to count."""

    record: BaseRecord
    batch: BaseBatch
    name: str
    at: datetime


@dataclass(frozen=True)
class OriginalRow:
    """A row of an original file as it stands there: `values` by `names`, or the text of one that could not be split."""

    file: OriginalFile
    number: int
    names: tuple[str, ...]
    titles: tuple[str, ...]
    values: Row | None
    text: str | None


def imported(session: Session, batch_id: int) -> BaseBatch | None:
    """The batch, where its records count."""
    batch = session.get(BaseBatch, batch_id)
    return batch if batch is not None and batch.state is BatchState.IMPORTED else None


def records(session: Session, batch_id: int, after: int = 0, size: int = AT_ONCE) -> Sequence[BaseRecord]:
    """Records of a batch in their order, behind the one with key `after`; none while it is not imported."""
    if imported(session, batch_id) is None:
        return []
    some = select(BaseRecord).where(BaseRecord.batch_id == batch_id, BaseRecord.id > after).order_by(BaseRecord.id)
    return session.scalars(some.limit(size)).all()


def each(session: Session, batch_id: int, size: int = AT_ONCE) -> Iterator[Sequence[BaseRecord]]:
    """All records of a batch, some at once; the session forgets them as they go."""
    after = 0
    while some := records(session, batch_id, after, size):
        yield some
        after = some[-1].id
        for one in some:
            session.expunge(one)


def values_of(record: BaseRecord) -> list[str]:
    """The standard values, in the order of the structure's fields."""
    found: list[str] = json.loads(record.values)
    return found


def current(session: Session, family_id: int, key: bytes) -> BaseRecord | None:
    """The latest record of a key."""
    found = select(BaseRecord).join(BaseCurrent, BaseCurrent.record_id == BaseRecord.id)
    return session.scalar(found.where(BaseCurrent.family_id == family_id, BaseCurrent.key == key))


def history(session: Session, record: BaseRecord) -> list[Version]:
    """Every version of a record's key, the latest first: corrections, and what they corrected."""
    batch = session.get_one(BaseBatch, record.batch_id)
    one: BaseRecord | None = current(session, batch.family_id, record.key) or record
    found = []
    while one is not None:
        own = session.get_one(BaseBatch, one.batch_id)
        name = session.get_one(BaseFile, one.file_id).name
        found.append(Version(one, own, name, own.imported_at or datetime.min))
        one = session.get(BaseRecord, one.previous_id) if one.previous_id is not None else None
    return found


def original_row(session: Session, file: BaseFile, number: int) -> OriginalRow | None:
    """Row `number` of an original file, as the file counts its rows; None where there is none. Raises Unreadable."""
    original = session.get_one(OriginalFile, file.original_id)
    layout = layout_of(session, file.batch.structure)
    for chunk in read(folders.originals() / original.stored, layout):
        if number in chunk.raw:
            return made(original, layout, number, None, chunk.raw[number])
        if chunk.numbers and chunk.numbers[0] <= number <= chunk.numbers[-1]:
            at = dict(zip(chunk.numbers, chunk.rows, strict=True)).get(number)
            return None if at is None else made(original, layout, number, at, None)
    return None


def made(file: OriginalFile, layout: Layout, number: int, values: Row | None, text: str | None) -> OriginalRow:
    """The row, with what its columns are called."""
    names, titles = tuple(one.name for one in layout.fields), tuple(one.title for one in layout.fields)
    return OriginalRow(file, number, names, titles, values, text)


def loading_authorised_by(session: Session, batch: BaseBatch) -> SignOff | None:
    """Whose approval of a form 6 of corrections authorises their loading too (article 115.2.4); None for others."""
    register = session.get_one(ImportFileRegister, batch.register_id)
    if register.kind is not ImportKind.CORRECTION:
        return None
    signed = (
        SignOff.document_id == register.id, SignOff.step == "approve", SignOff.decision == Decision.APPROVE,
        SignOff.voided.is_(False),
    )
    return session.scalar(select(SignOff).where(*signed).order_by(SignOff.id.desc()).limit(1))
