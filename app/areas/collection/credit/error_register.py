"""附件 7 of a load: drafted with its errors and their file, and completed by the system once the reload is done (19.2)."""

import zipfile
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.credit import error_file, operations
from app.areas.collection.credit.mapping import lines_of
from app.areas.collection.credit.models import LoadBatch, LoadFault, LoadState
from app.areas.collection.forms.load_error_register import LoadErrorRegister, ReloadResult
from app.audit.models import AuditAction
from app.audit.recording import record
from app.documents import attachments
from app.documents import operations as documents
from app.documents.guard import writing
from app.documents.sealing import seal
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.door import Shown
from app.workflow.errors import Denied

CODE = "FJ07"
LISTED = 100
"""Errors that are written into the form; its file has all."""


def spec() -> FormSpec:
    """装载差错文件登记表."""
    return catalogue.form(CODE)


def draft(session: Session, actor: Actor, load_id: int, attached: Path) -> Document:
    """A draft with everything that the system knows of a load's errors; raises Missing, Denied, Invalid.

    `attached`: the folder of attachments. What the cause was and what is done about it remains to be said.
    """
    load = operations.find(session, load_id, lock=True)
    if load.state is not LoadState.LOADED or not load.rejected or load.error_file is None:
        raise Denied(_("装载批次 %(number)s 没有装载差错", number=load.number))
    other = registered(session, load)
    if operations.last_reload(session, load) is not load:
        raise Denied(_("装载批次 %(number)s 的差错记录已重新装载，请登记重新装载批次的差错", number=load.number))
    if other is not None and other.state is not State.DONE:
        raise Denied(_("装载差错已登记于 %(number)s", number=other.number))
    path = fitting(error_file.folder() / load.error_file)
    document = documents.create(session, actor, spec(), raw(session, load, path.name))
    with path.open("rb") as file:
        shown = Shown(document.version, document.digest)
        attachments.add(session, actor, spec(), document.id, shown, attached, path.name, file)
    load.register_id = load.register_id or document.id
    return document


def registered(session: Session, load: LoadBatch) -> LoadErrorRegister | None:
    """The latest form 7 about a load's errors that was not given up."""
    same = (LoadErrorRegister.load_batch == load.number, LoadErrorRegister.state != State.TERMINATED)
    return session.scalar(select(LoadErrorRegister).where(*same).order_by(LoadErrorRegister.id.desc()).limit(1))


def fitting(path: Path) -> Path:
    """The file, packed where it is too large to be attached as it is."""
    if path.stat().st_size <= attachments.MOST_BYTES:
        return path
    packed = path.with_suffix(".zip")
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    return packed


def raw(session: Session, load: LoadBatch, file: str) -> dict[str, Any]:
    """What the form says, as it is keyed."""
    register = session.get_one(Document, load.batch.register_id)
    titles = {one.source_name: one.title for one in lines_of(session, load.batch.structure)}
    faults = session.scalars(
        select(LoadFault).where(LoadFault.load_id == load.id).order_by(LoadFault.record_id, LoadFault.id).limit(LISTED)
    )
    return {
        "import_register": register.number, "load_batch": load.number, "loaded_at": f"{load.loaded_at:%Y-%m-%d %H:%M:%S}",
        "error_file": file, "cause_kind": commonest(session, load),
        "errors": [
            {
                "record_no": str(one.record_id), "field": titles.get(one.field or "", one.field) or str(error_file.WHOLE),
                "base_value": one.value[:255], "reason": one.reason[:255],
            }
            for one in faults
        ],
    }


def commonest(session: Session, load: LoadBatch) -> str | None:
    """The cause of most errors."""
    count = func.count().label("count")
    causes = select(LoadFault.cause, count).where(LoadFault.load_id == load.id).group_by(LoadFault.cause)
    found: str | None = session.scalar(causes.order_by(count.desc(), LoadFault.cause).limit(1))
    return found


def load_of(session: Session, register: LoadErrorRegister) -> LoadBatch:
    """The load that a form 7 is about; raises Denied."""
    load = session.scalar(select(LoadBatch).where(LoadBatch.number == register.load_batch))
    if load is None or load.batch.register_id != register.import_register.id:
        raise Denied(_("《数据导入文件登记表》%(form)s 没有装载批次 %(number)s",
                       form=register.import_register.number, number=register.load_batch))
    return load


def require_own(session: Session, register: LoadErrorRegister) -> None:
    """Refuses a form 7 about a load that is not the form 6's, or has no errors; raises Denied."""
    load = load_of(session, register)
    if load.state is not LoadState.LOADED or not load.rejected:
        raise Denied(_("装载批次 %(number)s 没有装载差错", number=load.number))


def reload_done(session: Session, load: LoadBatch, operator: Actor) -> None:
    """补填重新装载结果: the form 7 that asked for the reload gets its figures."""
    if load.reload_of_id is None:
        return
    result = ReloadResult.PARTLY if load.matched else ReloadResult.FAILED
    complete(session, operator, load, load.matched, load.rejected, result if load.rejected else ReloadResult.LOADED)


def reload_failed(session: Session, load: LoadBatch) -> None:
    """The reload came to nothing: its form says so."""
    if load.reload_of_id is not None:
        complete(session, None, load, 0, load.records, ReloadResult.FAILED)


def complete(
    session: Session, operator: Actor | None, load: LoadBatch, reloaded: int, rejected: int, result: ReloadResult
) -> None:
    """Writes the results into the form, which gets a new digest, and records it."""
    session.execute(select(Document.id).where(Document.id == load.register_id).with_for_update())
    register = session.get(LoadErrorRegister, load.register_id, populate_existing=True)
    if register is None:
        return
    with writing(session):
        register.reloaded, register.reload_rejected, register.reload_result = reloaded, rejected, result
        session.flush()
        seal(session, spec(), register)
    record(session, operator, AuditAction.CHANGE, spec().resource, document=register)
