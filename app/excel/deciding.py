"""What people decide about an import: who sees it, confirms it, cancels it."""

from pathlib import Path

from flask_babel import gettext
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.engine.catalogue import catalogue
from app.engine.text import Text
from app.excel import beats
from app.excel.layout import Kind
from app.excel.models import ImportBatch, ImportState
from app.excel.receiving import may_import
from app.excel.running import lock, spec_of
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing
from app.workflow.permissions import CONFIRM_IMPORT


def visible(actor: Actor) -> ColumnElement[bool]:
    """The batches that a person may see: the own ones, and those of registers that they confirm."""
    confirmed = [one.slug for one in catalogue.registers if actor.may(CONFIRM_IMPORT, one.resource)]
    of_registers = (ImportBatch.kind == Kind.REGISTER.value) & ImportBatch.slug.in_(confirmed)
    return or_(ImportBatch.user_id == actor.user_id, of_registers)


def find(session: Session, actor: Actor, batch_id: int) -> ImportBatch:
    """A batch that the person may see; raises Missing."""
    batch = session.scalar(select(ImportBatch).where(ImportBatch.id == batch_id, visible(actor)))
    if batch is None:
        raise Missing
    return batch


def may_not_confirm(actor: Actor, batch: ImportBatch) -> Text | None:
    """Why the person may not have the batch written now, or None."""
    if batch.state is not ImportState.CHECKED:
        return gettext("这一批为“%(state)s”，不能正式导入", state=batch.state.title)
    if batch.faults:
        return gettext("全部正确才能正式导入，还有 %(number)s 处错误", number=batch.faults)
    if not batch.new and not batch.changed:
        return gettext("没有要写入的数据")
    if not batch.of_register:
        return None if actor.user_id == batch.user_id else gettext("只有导入人本人可以正式导入")
    if actor.user_id == batch.user_id:
        return gettext("台账导入须由另一位有确认权限的人确认")
    if not actor.may(CONFIRM_IMPORT, spec_of(batch).resource):
        return gettext("您的岗位不能确认台账导入")
    return None


def confirm(session: Session, actor: Actor, batch_id: int) -> ImportBatch:
    """Releases a checked batch for writing, in the caller's transaction; raises Missing, Denied.

    A second click finds it released and changes nothing.
    """
    find(session, actor, batch_id)
    batch = lock(session, batch_id)
    assert batch is not None
    if batch.state in (ImportState.IMPORTING, ImportState.IMPORTED):
        return batch
    if reason := may_not_confirm(actor, batch):
        raise Denied(reason)
    if not batch.of_register:
        may_import(actor, spec_of(batch))
    batch.state, batch.attempts, batch.done = ImportState.IMPORTING, 0, 0
    batch.confirmed_by_id, batch.confirmed_by_name = actor.user_id, actor.name
    batch.heartbeat_at = now()
    detail = {"confirmed": True, "file": batch.file_name, "sha256": batch.sha256, "total": batch.total}
    record(session, actor, AuditAction.IMPORT, spec_of(batch).resource, detail=detail)
    return batch


def cancel(session: Session, actor: Actor, folder: Path, batch_id: int) -> ImportBatch:
    """Gives a batch up before it is being written, in the caller's transaction; raises Missing, Denied."""
    find(session, actor, batch_id)
    batch = lock(session, batch_id)
    assert batch is not None
    if batch.user_id != actor.user_id and not batch.of_register:
        raise Denied(gettext("只有导入人本人可以取消"))
    if batch.state is ImportState.CANCELLED:
        return batch
    if batch.state not in (ImportState.RECEIVED, ImportState.CHECKING, ImportState.CHECKED):
        raise Denied(gettext("这一批为“%(state)s”，不能取消", state=batch.state.title))
    batch.state, batch.finished_at = ImportState.CANCELLED, now()
    beats.forget(folder / batch.stored)
    return batch
