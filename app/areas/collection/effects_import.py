"""Effects of forms 6 and 3: the jobs that they start, and what follows from rejected records (article 18)."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders
from app.areas.collection.base_store import readiness as _readiness  # noqa: F401  what the steps wait for
from app.areas.collection.base_store.batches import latest, lock_batch, open_batch
from app.areas.collection.base_store.models import BatchState
from app.areas.collection.base_store.returning import draft_notice
from app.areas.collection.base_store.standard import path_of
from app.areas.collection.forms.error_file_return_notice import ErrorFileReturnNotice
from app.areas.collection.forms.import_file_register import ImportFileRegister, ImportKind
from app.areas.organisation.operations import load_actor
from app.jobs.operations import enqueue
from app.notices.operations import notify
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.effects import Happening, effect
from app.workflow.errors import Denied


def register_of(happening: Happening) -> ImportFileRegister:
    """The form 6."""
    register = happening.case.document
    assert isinstance(register, ImportFileRegister)
    return register


@effect("preprocess_files")
def preprocess_files(happening: Happening) -> None:
    """导入预处理: a new batch, and the job that reads its files."""
    session, register = happening.session, register_of(happening)
    batch = open_batch(session, register)
    for name in ("preprocessed_at", "preprocessing", "preprocessing_faults", "error_file"):
        setattr(register, name, None)
    register.batch_no = batch.number
    rows = sum(one.total for one in batch.files)
    enqueue(session, happening.actor, "preprocess", document_id=register.id, total=rows, batch=batch.id)


@effect("import_files")
def import_files(happening: Happening) -> None:
    """导入基础数据库: the prepared batch, by its operator, under the eyes of the witness."""
    session, register = happening.session, register_of(happening)
    found = latest(session, register.id)
    batch = lock_batch(session, found.id) if found else None
    if batch is None or batch.state is not BatchState.PREPARED:
        raise Denied(_("批次已不是待导入状态，请刷新后再办理"))
    operator = operator_of(session, happening)
    batch.state = BatchState.IMPORTING
    batch.operator_id, batch.operator_name = operator.user_id, operator.name
    batch.witness_id, batch.witness_name = happening.actor.user_id, happening.actor.name
    enqueue(session, operator, "import", document_id=register.id, total=batch.good, batch=batch.id)


def operator_of(session: Session, happening: Happening) -> Actor:
    """Who sits at the page in which the witness has signed."""
    signed = happening.signed
    assert signed is not None
    user = session.get_one(User, signed.operator_id or happening.case.document.maker_id)
    return load_actor(session, user)


@effect("authorise_correction")
def authorise_correction(happening: Happening) -> None:
    """异议更正数据: the signature authorises loading too (article 115.2.4); the maker is told, who loads without another."""
    register = register_of(happening)
    if register.kind is ImportKind.CORRECTION:
        title = _("%(number)s 已批准，所涉异议项的装载同时获得授权", number=register.number)
        body = _("授权人：%(name)s", name=happening.actor.name)
        notify(happening.session, [register.maker_id], title, body, document=register)


@effect("return_rejected_records")
def return_rejected_records(happening: Happening) -> None:
    """拒收的记录填《差错文件返还通知书》: a draft with everything in it, where anything was rejected (article 18.4)."""
    session, register = happening.session, register_of(happening)
    batch = latest(session, register.id)
    if batch is not None:
        path_of(folders.of(batch.number)).unlink(missing_ok=True)  # where a killed run left it behind
        if batch.rejected:
            draft_notice(session, happening.actor, register, batch)


@effect("close_notice")
def close_notice(happening: Happening) -> None:
    """通知书办结: whoever made it learns what has come of it."""
    notice = happening.case.document
    assert isinstance(notice, ErrorFileReturnNotice)
    title = _("%(number)s 已办结：%(outcome)s", number=notice.number, outcome=notice.outcome.title if notice.outcome else "")
    body = _("重新报送：%(number)s", number=notice.resubmission.number) if notice.resubmission else notice.answer or ""
    notify(happening.session, [notice.maker_id], title, body, document=notice)
