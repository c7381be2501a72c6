"""Runs imports: the dry run, and the one transaction that writes everything and says so.

A run is claimed first, in a transaction of its own; so a second worker leaves a live run alone, and one that was
killed is taken up again.
"""

import logging
from pathlib import Path

from flask_babel import force_locale, gettext
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.areas.organisation.operations import load_actor
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.database import transaction
from app.engine.catalogue import catalogue
from app.engine.spec import AnySpec, RegisterSpec
from app.excel import beats
from app.excel.checking import FormCheck
from app.excel.checking_rows import RegisterCheck
from app.excel.faults import BadWorkbook, CellFault, whole_file
from app.excel.layout import layout_of
from app.excel.limits import ATTEMPTS, SILENT
from app.excel.models import ImportBatch, ImportFault, ImportState
from app.excel.outcome import Outcome
from app.excel.reader import read_workbook
from app.excel.receiving import digest_of_file
from app.security.models import User
from app.workflow.actor import Actor, Origin
from app.workflow.errors import Denied
from app.workflow.permissions import CONFIRM_IMPORT

log = logging.getLogger(__name__)

COUNTS = (
    "total", "new", "changed", "same", "faulty", "faults", "warnings", "first_row", "last_row", "first_number", "last_number",
)


class Unclean(Exception):
    """What the dry run allowed may not be written any more."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("the workbook has faults now")
        self.outcome = outcome


def spec_of(batch: ImportBatch) -> AnySpec:
    """The form or register that a batch brings."""
    return catalogue.register(batch.slug) if batch.of_register else catalogue.form(batch.slug)


def lock(session: Session, batch_id: int) -> ImportBatch | None:
    """The batch as it stands now, its row locked until the transaction ends."""
    statement = select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def claim(session: Session, folder: Path, batch_id: int, *wanted: ImportState) -> bool:
    """Takes a run up, unless it is done or somebody alive is at it."""
    with transaction(session):
        batch = lock(session, batch_id)
        if batch is None or batch.state not in wanted:
            return False
        if batch.attempts and alive(folder, batch):
            return False
        batch.attempts += 1
        if batch.attempts > ATTEMPTS:
            fail(batch, gettext("处理两次都没有完成，请重新导入；如仍失败，请通知系统管理员"))
            return False
        batch.started_at = batch.heartbeat_at = now()
        if batch.state is ImportState.RECEIVED:
            batch.state = ImportState.CHECKING
    return True


def alive(folder: Path, batch: ImportBatch) -> bool:
    """Whether somebody is at work on the run."""
    beat = beats.last_beat(folder / batch.stored)
    latest = max((one for one in (beat, batch.heartbeat_at) if one is not None), default=None)
    return latest is not None and now() - latest < SILENT


def run_check(session: Session, folder: Path, batch_id: int) -> None:
    """The dry run of a received batch: counts and faults are kept, nothing else is written."""
    if not claim(session, folder, batch_id, ImportState.RECEIVED, ImportState.CHECKING):
        return
    batch = session.get_one(ImportBatch, batch_id)
    problem = None
    try:
        outcome = examine(session, folder, batch, write=False)
    except BadWorkbook as bad:
        outcome = Outcome()
        outcome.add(bad.faults)
    except Denied as denied:
        outcome, problem = Outcome(), str(denied.reason)
    session.rollback()
    with transaction(session):
        found = lock(session, batch_id)
        if found is None or found.state is not ImportState.CHECKING:
            return
        if problem is not None:
            fail(found, problem)
            return
        keep(session, found, outcome)
        found.state, found.attempts = ImportState.CHECKED, 0
    beats.forget(folder / batch.stored)


def run_import(session: Session, folder: Path, batch_id: int) -> None:
    """Writes a confirmed batch: everything and the new state in one transaction, or nothing."""
    if not claim(session, folder, batch_id, ImportState.IMPORTING):
        return
    try:
        with transaction(session):
            batch = lock(session, batch_id)
            if batch is None or batch.state is not ImportState.IMPORTING:
                return
            upload = folder / batch.stored
            outcome = examine(session, folder, batch, write=True)
            if not outcome.clean:
                raise Unclean(outcome)
            count(batch, outcome)
            batch.state, batch.finished_at, batch.done = ImportState.IMPORTED, now(), outcome.total
            note(session, batch)
    except Unclean as unclean:
        back_to_checked(session, batch_id, unclean.outcome)
    except BadWorkbook as bad:
        outcome = Outcome()
        outcome.add(bad.faults)
        back_to_checked(session, batch_id, outcome)
    except Denied as denied:
        failed(session, batch_id, str(denied.reason))
    except IntegrityError:
        log.exception("import %s", batch_id)
        failed(session, batch_id, gettext("有记录与别人刚刚保存的重复，没有写入任何数据；请重新导入检查"))
    else:
        beats.forget(upload)
        upload.unlink(missing_ok=True)


def examine(session: Session, folder: Path, batch: ImportBatch, *, write: bool) -> Outcome:
    """Reads and checks the batch's workbook as its importer, and writes it where told to."""
    spec = spec_of(batch)
    actor = actor_of(session, batch.user_id)
    if write and batch.of_register:
        confirmer = actor_of(session, batch.confirmed_by_id or 0)
        if confirmer.user_id == actor.user_id or not confirmer.may(CONFIRM_IMPORT, spec.resource):
            raise Denied(gettext("台账导入须由另一位有确认权限的人确认"))
    upload = folder / batch.stored
    if not upload.is_file() or digest_of_file(upload) != batch.sha256:
        raise BadWorkbook([whole_file(gettext("已上传的文件不在了或被改动"), gettext("请重新选择文件导入"))])
    workbook = read_workbook(upload, layout_of(spec), trusted=write)
    beat = beats.Beat(beats.path_of(upload), workbook.main.height)
    beat.begin()
    if isinstance(spec, RegisterSpec):
        return RegisterCheck(session, actor, spec, workbook, source_of(batch)).run(beat, write=write)
    return FormCheck(session, actor, spec, workbook).run(beat, write=write)


def source_of(batch: ImportBatch) -> str:
    """The import as a row's history tells of it: batch, file and people."""
    with force_locale("zh"):
        return str(gettext(
            "导入批次 %(batch)s：%(file)s，%(user)s导入，%(other)s确认", batch=batch.id, file=batch.file_name,
            user=batch.user_name, other=batch.confirmed_by_name or "",
        ))


def actor_of(session: Session, user_id: int) -> Actor:
    """The person as they stand now; raises Denied where the account is gone or stopped."""
    user = session.get(User, user_id)
    if user is None or not user.active:
        raise Denied(gettext("导入人的账号已停用"))
    return load_actor(session, user, Origin("job"))


def note(session: Session, batch: ImportBatch) -> None:
    """Records the import itself: which file, and how much of it."""
    detail = {name: value for name in COUNTS if (value := getattr(batch, name)) is not None}
    detail |= {"file": batch.file_name, "sha256": batch.sha256, "confirmed_by": batch.confirmed_by_name}
    record(session, actor_of(session, batch.user_id), AuditAction.IMPORT, spec_of(batch).resource, detail=detail)


def keep(session: Session, batch: ImportBatch, outcome: Outcome) -> None:
    """Keeps the result of a check with its batch."""
    count(batch, outcome)
    batch.done, batch.heartbeat_at = outcome.total, now()
    session.execute(delete(ImportFault).where(ImportFault.batch_id == batch.id))
    rows = [fault_row(batch.id, one) for one in outcome.in_order()]
    if rows:
        session.execute(insert(ImportFault), rows)


def count(batch: ImportBatch, outcome: Outcome) -> None:
    """Copies the counts."""
    for name in COUNTS:
        setattr(batch, name, getattr(outcome, name))


def fault_row(batch_id: int, one: CellFault) -> dict[str, object]:
    """A fault as a row of its table."""
    return {
        "batch_id": batch_id, "warning": one.warning, "sheet": one.sheet[:64], "row": one.row, "column": one.column,
        "label": one.label[:255], "value": one.value, "reason": one.reason, "mend": one.mend,
    }


def back_to_checked(session: Session, batch_id: int, outcome: Outcome) -> None:
    """What was confirmed has faults by now: shown as a dry run again."""
    with transaction(session):
        batch = lock(session, batch_id)
        if batch is not None and batch.state is ImportState.IMPORTING:
            keep(session, batch, outcome)
            batch.state, batch.attempts = ImportState.CHECKED, 0
            batch.confirmed_by_id = batch.confirmed_by_name = None


def failed(session: Session, batch_id: int, problem: str) -> None:
    """Notes why a run ended without a result."""
    with transaction(session):
        batch = lock(session, batch_id)
        if batch is not None and batch.state.running:
            fail(batch, problem)


def fail(batch: ImportBatch, problem: str) -> None:
    """Ends a run with a reason."""
    batch.state, batch.problem, batch.finished_at = ImportState.FAILED, problem, now()
