"""Import batches (导入批次): one for each time a form 6 is preprocessed; the latest counts."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.base_store.models import BaseBatch, BaseFile, BatchState
from app.areas.collection.forms.import_file_register import ImportFile, ImportFileRegister
from app.areas.collection.originals import OriginalFile
from app.jobs import operations
from app.workflow.errors import Denied


def lock_batch(session: Session, batch_id: int) -> BaseBatch:
    """The batch as it stands now, its row locked until the transaction ends."""
    statement = select(BaseBatch).where(BaseBatch.id == batch_id).with_for_update()
    return session.scalars(statement.execution_options(populate_existing=True)).one()


def latest(session: Session, register_id: int) -> BaseBatch | None:
    """The batch of a form 6 that counts, or None before it is preprocessed."""
    found = select(BaseBatch).where(BaseBatch.register_id == register_id).order_by(BaseBatch.id.desc()).limit(1)
    return session.scalar(found)


def open_batch(session: Session, register: ImportFileRegister) -> BaseBatch:
    """A new batch of a form 6, with its files in the order of the lines; earlier ones are given up. Raises Denied."""
    give_up(session, register)
    count = session.scalar(select(func.count()).where(BaseBatch.register_id == register.id)) or 0
    structure = register.structure
    batch = BaseBatch(
        number=f"{register.number}-{count + 1}", register_id=register.id, structure=structure,
        family_id=structure.family_id or structure.id, provider_id=structure.provider.id if structure.provider else None,
        state=BatchState.PREPARING,
    )
    for line in register.files:
        batch.files.append(file_of(line, original_of(session, line)))
    session.add(batch)
    session.flush()
    return batch


def file_of(line: ImportFile, original: OriginalFile) -> BaseFile:
    """A file of a batch; until it is read it has as many rows as the form says."""
    return BaseFile(
        original_id=original.id, source_id=line.register.id, name=line.name, sha256=original.sha256, total=line.records,
    )


def original_of(session: Session, line: ImportFile) -> OriginalFile:
    """The original file that a line of a form 6 means, under either of its names; raises Denied."""
    delivered = line.delivered()
    names = [line.name, getattr(delivered, "decrypted_name", None), getattr(delivered, "name", None)]
    found = first(originals.find(session, line.register.id, name) for name in names if name)
    if found is None:
        raise Denied(_("%(number)s 的文件“%(name)s”还没有提取出来的原始文件，不能预处理", number=line.register.number, name=line.name))
    return found


def first(found: Iterable[OriginalFile | None]) -> OriginalFile | None:
    """The first that is there."""
    return next((one for one in found if one is not None), None)


def give_up(session: Session, register: ImportFileRegister) -> None:
    """Earlier batches of a form 6 that did not get in are over; their files and records are removed by a job."""
    states = [BatchState.PREPARED, BatchState.FAILED, BatchState.CANCELLED, BatchState.PREPARING, BatchState.IMPORTING]
    old = select(BaseBatch).where(BaseBatch.register_id == register.id, BaseBatch.state.in_(states)).with_for_update()
    for batch in session.scalars(old):
        batch.state = BatchState.CANCELLED
        operations.enqueue(session, None, "discard", document_id=register.id, batch=batch.id, files=True)
