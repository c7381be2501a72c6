"""What preprocessing and importing mean for their form 6: its results are filled in, and its maker is told (article 18.3)."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.batches import latest
from app.areas.collection.base_store.models import BaseBatch, BaseFile, BatchState
from app.areas.collection.forms.import_file_register import ImportFile, ImportFileRegister, ImportOutcome, Preprocessing
from app.areas.organisation.operations import load_actor
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.guard import writing
from app.documents.sealing import seal
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.text import Text
from app.jobs.models import Job, JobState
from app.jobs.running import Run
from app.notices.operations import notify
from app.security.models import User
from app.workflow.actor import Actor, Origin

MOST_NAME = 200


def state_after(job: Job) -> BatchState:
    """Where the batch of a job stands that did not succeed."""
    return BatchState.CANCELLED if job.state is JobState.CANCELLED else BatchState.FAILED


def waits_for(session: Session, batch: BaseBatch, step: str) -> bool:
    """Whether the batch was given up, is still its form's latest, and the form waits at the step."""
    register = session.get_one(ImportFileRegister, batch.register_id)
    newest = latest(session, register.id)
    given_up = batch.state in (BatchState.FAILED, BatchState.CANCELLED)
    return given_up and newest is batch and register.state is State.PENDING and register.step == step


def prepared(session: Session, run: Run, batch: BaseBatch, *, unreadable: bool) -> None:
    """Fills in what preprocessing has found (article 18.2)."""
    register = locked(session, batch.register_id)
    found = Preprocessing.FAULTY if batch.rejected else Preprocessing.GOOD
    with writing(session):
        register.preprocessed_at, register.batch_no = now(), batch.number
        register.preprocessing = Preprocessing.FAILED if unreadable else found
        register.preprocessing_faults, register.error_file = batch.faults, error_files(batch)
        sealed(session, register)
    counts = {"total": batch.total, "good": batch.good, "rejected": batch.rejected, "faults": batch.faults}
    note(session, run, register, batch, "preprocess", counts)
    tell(session, register, _("%(number)s 预处理完成：%(good)s 条合格，%(rejected)s 条有误",
                              number=register.number, good=batch.good, rejected=batch.rejected), same_files(session, batch))


def imported(session: Session, run: Run, batch: BaseBatch) -> None:
    """Fills in what the import has brought (article 18.3)."""
    register = locked(session, batch.register_id)
    started = session.get_one(Job, run.job_id).started_at or now()
    by_name = {(one.source_id, one.name): one for one in batch.files}
    with writing(session):
        register.imported_at, register.total, register.imported = now(), batch.total, batch.imported
        register.rejected, register.duplicates = batch.rejected, batch.duplicates
        register.seconds = round((now() - started).total_seconds())
        for line in register.files:
            fill_line(line, by_name[(line.register.id, line.name)])
        sealed(session, register)
    counts = {"imported": batch.imported, "corrections": batch.corrections, "duplicates": batch.duplicates,
              "rejected": batch.rejected, "standard_sha256": batch.standard_sha256, "witness": batch.witness_name}
    note(session, run, register, batch, "import", counts)
    tell(session, register, _(
        "%(number)s 导入完成：导入 %(imported)s 条，重复 %(duplicates)s 条，拒收 %(rejected)s 条",
        number=register.number, imported=batch.imported, duplicates=batch.duplicates, rejected=batch.rejected,
    ), same_files(session, batch))


def fill_line(line: ImportFile, file: BaseFile) -> None:
    """The result of one file."""
    line.imported, line.rejected = file.imported, file.rejected
    if not file.good:
        line.outcome = ImportOutcome.REJECTED
    else:
        line.outcome = ImportOutcome.PARTLY if file.rejected else ImportOutcome.IMPORTED


def locked(session: Session, key: int) -> ImportFileRegister:
    """The form 6, its row locked until the transaction ends."""
    session.execute(select(Document.id).where(Document.id == key).with_for_update())
    return session.get_one(ImportFileRegister, key, populate_existing=True)


def sealed(session: Session, register: ImportFileRegister) -> None:
    """Renews what follows from the form's content."""
    register.updated_at = now()
    session.flush()
    seal(session, catalogue.form("import_file_register"), register)


def note(session: Session, run: Run, register: ImportFileRegister, batch: BaseBatch, what: str, counts: Mapping[str, Any]) -> None:
    """Puts it on record, for whoever had it done."""
    detail = {"what": what, "batch": batch.number, **counts}
    resource = catalogue.form("import_file_register").resource
    record(session, operator(session, run), AuditAction.IMPORT, resource, document=register, detail=detail)


def operator(session: Session, run: Run) -> Actor | None:
    """Who has the job done."""
    user = session.get(User, run.user_id) if run.user_id else None
    return load_actor(session, user, Origin("job")) if user is not None else None


def error_files(batch: BaseBatch) -> str | None:
    """The names of the error files in one line."""
    names = [one.error_file for one in batch.files if one.error_file]
    if len(names) > 1:
        return str(gettext("%(name)s 等 %(count)s 个", name=names[0], count=len(names)))[:MOST_NAME]
    return names[0] if names else None


def same_files(session: Session, batch: BaseBatch) -> Text:
    """Which files have added nothing, since their very content is in already."""
    told = []
    for file in batch.files:
        if file.same_as_id is not None:
            before = session.get_one(BaseFile, file.same_as_id)
            told.append(gettext("文件“%(name)s”与批次 %(batch)s 的“%(before)s”内容完全相同，未增加任何记录。",
                                name=file.name, batch=before.batch.number, before=before.name))
    return "\n".join(told)


def tell_problem(session: Session, batch: BaseBatch, job: Job) -> None:
    """The maker learns that a job has come to nothing; nothing of it is left."""
    register = session.get_one(ImportFileRegister, batch.register_id)
    cancelled = job.state is JobState.CANCELLED
    title = _("%(number)s 的“%(job)s”已取消", number=register.number, job=job.title) if cancelled else _(
        "%(number)s 的“%(job)s”没有完成", number=register.number, job=job.title)
    tell(session, register, title, f"{job.problem or ''}\n{gettext('没有任何记录进入基础数据库；可在单据页面重新运行。')}".strip())


def tell(session: Session, register: ImportFileRegister, title: Text, body: Text = "") -> None:
    """A notice to the maker."""
    notify(session, [register.maker_id], title, body, document=register)
