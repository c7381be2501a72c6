"""Who sees import batches: those who may read their form 6 (数据导入文件登记表)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFile
from app.audit.models import AuditAction
from app.audit.recording import record
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.errors import Missing

FORM = "import_file_register"


def spec() -> FormSpec:
    """Form 6."""
    return catalogue.form(FORM)


def find(session: Session, actor: Actor, batch_id: int) -> tuple[BaseBatch, Document]:
    """A batch with its form 6, which the actor may read; raises Missing."""
    batch = session.get(BaseBatch, batch_id)
    if batch is None:
        raise Missing
    return batch, open_case(session, actor, spec(), batch.register_id).document


def file_of(batch: BaseBatch, file_id: int) -> BaseFile:
    """A file of the batch; raises Missing."""
    found = next((one for one in batch.files if one.id == file_id), None)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True)
class ErrorFile:
    """An error file as it is sent."""

    path: Path
    name: str


def take_error_file(session: Session, actor: Actor, batch_id: int, file_id: int) -> ErrorFile:
    """The error file of one file of a batch, its taking recorded in the caller's transaction; raises Missing."""
    batch, document = find(session, actor, batch_id)
    file = file_of(batch, file_id)
    path = folders.of(batch.number) / (file.error_file or "")
    if not file.error_file or not path.is_file():
        raise Missing
    detail = {"batch": batch.number, "error_file": file.error_file, "rejected": file.rejected}
    record(session, actor, AuditAction.EXPORT, spec().resource, document=document, detail=detail)
    return ErrorFile(path, file.error_file)


def faults(batch_id: int, file_id: int | None = None) -> Select[BaseFault]:
    """The faults of a batch that were kept, in no order."""
    found = select(BaseFault).where(BaseFault.batch_id == batch_id)
    return found.where(BaseFault.file_id == file_id) if file_id is not None else found


def batches() -> Select[BaseBatch]:
    """All batches, in no order: for those whose position reads form 6."""
    return select(BaseBatch)


def names(files: Sequence[BaseFile]) -> dict[int, str]:
    """File names by key."""
    return {one.id: one.name for one in files}
