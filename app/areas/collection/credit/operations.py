"""The verbs of loading (数据装载, article 19): begin, authorise on the spot, give up, load again what failed.

Each runs in the caller's transaction, takes the actor, and leaves long work to a job.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BaseRecord, BatchState
from app.areas.collection.base_store.reading import loading_authorised_by
from app.areas.collection.credit.mapping import mapping_of
from app.areas.collection.credit.models import LoadBatch, LoadFault, LoadState
from app.areas.collection.credit.permissions import AUTHORISE, LOAD, LOADING
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.guard import writing
from app.documents.numbers import take
from app.engine.text import Text
from app.jobs import operations as jobs
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing
from app.workflow.proof import Proof
from app.workflow.rights import people

PREFIX = "ZZ"
MATCH, LOAD_JOB, PURGE = "match", "load", "purge_load"
GIVEN_UP = (LoadState.FAILED, LoadState.CANCELLED)


def start(session: Session, actor: Actor, batch_id: int) -> LoadBatch:
    """Begins the load of an imported batch: its records are matched and mapped (装载预处理); raises Missing, Denied.

    Corrections of a dispute are authorised by the signature on their form 6 already (article 115.2).
    """
    if not actor.may(LOAD, LOADING):
        raise Denied(_("您的岗位不能装载数据"))
    batch = session.scalar(select(BaseBatch).where(BaseBatch.id == batch_id).with_for_update())
    if batch is None:
        raise Missing
    if batch.state is not BatchState.IMPORTED:
        raise Denied(_("批次 %(number)s 尚未导入基础数据库", number=batch.number))
    same = (LoadBatch.batch_id == batch.id, LoadBatch.reload_of_id.is_(None), LoadBatch.state.not_in(GIVEN_UP))
    if other := session.scalar(select(LoadBatch.number).where(*same)):
        raise Denied(_("该批次已由 %(number)s 装载，一个批次只装载一次；装载差错请填《装载差错文件登记表》", number=other))
    mapping_of(session, batch.structure)
    load = new_load(session, actor, batch, now())
    load.records = session.scalar(select(func.count()).where(BaseRecord.batch_id == batch.id)) or 0
    if signed := loading_authorised_by(session, batch):
        if {signed.user_id, signed.for_user_id} & actor.hands:
            raise Denied(_("授权人不能是操作人本人或其受托人"))
        load.authoriser_id, load.authoriser_name, load.authorised_at = signed.user_id, signed.user_name, signed.at
    begin(session, actor, load)
    return load


def new_load(session: Session, actor: Actor, batch: BaseBatch, moment: datetime) -> LoadBatch:
    """A load of a batch, with its number."""
    with writing(session):
        number = take(session, PREFIX, moment.year, 1)
    load = LoadBatch(
        number=f"{PREFIX}-{moment.year}-{number:06d}", batch_id=batch.id, batch=batch, state=LoadState.MATCHING,
        operator_id=actor.user_id, operator_name=actor.name, made_at=moment,
    )
    session.add(load)
    session.flush()
    return load


def begin(session: Session, actor: Actor, load: LoadBatch) -> None:
    """Queues the matching, and says so in the record."""
    title = _("装载预处理 %(number)s", number=load.number)
    job = jobs.enqueue(
        session, actor, MATCH, title=str(title), document_id=load.batch.register_id, total=load.records, load_id=load.id
    )
    load.job_id = job.id
    note(session, actor, AuditAction.CREATE, load, rows=load.records)


def authorise(session: Session, operator: Actor, load_id: int, proof: Proof) -> LoadBatch:
    """现场授权: somebody else has proved identity in the operator's page; loading begins; raises Missing, Denied."""
    load = find(session, load_id, lock=True)
    if (reason := not_to_authorise(load, operator)) is not None:
        raise Denied(reason)
    may_authorise(operator, proof)
    load.authoriser_id, load.authoriser_name = proof.actor.user_id, proof.actor.name
    load.authorised_at = now()
    load_now(session, operator, load)
    note(session, proof.actor, AuditAction.DECIDE, load, operator=operator.name, rows=load.matched, **on_behalf(proof.actor))
    return load


def not_to_authorise(load: LoadBatch, operator: Actor) -> Text | None:
    """Why the load is not waiting to be authorised in this person's page; None where it is."""
    if load.state is not LoadState.MATCHED:
        return _("装载批次 %(number)s 为“%(state)s”，不能授权", number=load.number, state=load.state.title)
    if load.operator_id != operator.user_id or not operator.may(LOAD, LOADING):
        return _("只有装载操作人%(name)s可以继续", name=load.operator_name)
    return None


def may_authorise(operator: Actor, proof: Proof) -> None:
    """Refuses anybody who is one hand with the operator, or has not the right; raises Denied."""
    if proof.actor.hands & operator.hands:
        raise Denied(_("授权人不能是操作人本人或其受托人"))
    if not any(who.may(AUTHORISE, LOADING) for who in people(proof.actor)):
        raise Denied(_("%(name)s的岗位不能授权装载", name=proof.actor.name))


def on_behalf(actor: Actor) -> dict[str, str]:
    """Whose delegate the authoriser is, where the right is another's."""
    if actor.may(AUTHORISE, LOADING):
        return {}
    return {"for": next(one.name for one in actor.principals if one.may(AUTHORISE, LOADING))}


def load_now(session: Session, operator: Actor, load: LoadBatch) -> None:
    """Queues the loading of what was matched and authorised."""
    load.state = LoadState.LOADING
    title = _("装载 %(number)s", number=load.number)
    job = jobs.enqueue(
        session, operator, LOAD_JOB, title=str(title), document_id=load.batch.register_id, total=load.matched,
        load_id=load.id,
    )
    load.job_id = job.id


def cancel(session: Session, actor: Actor, load_id: int) -> LoadBatch:
    """Gives a load up: at once where it waits to be authorised, else at its job's next chunk; raises Missing, Denied."""
    load = find(session, load_id, lock=True)
    if not actor.may(LOAD, LOADING):
        raise Denied(_("您的岗位不能装载数据"))
    if load.state is LoadState.MATCHED:
        load.state = LoadState.CANCELLED
    elif load.state in (LoadState.MATCHING, LoadState.LOADING) and load.job_id is not None:
        if load.operator_id != actor.user_id:
            raise Denied(_("只有装载操作人%(name)s可以取消正在运行的装载", name=load.operator_name))
        jobs.cancel(session, actor, load.job_id)
    else:
        raise Denied(_("装载批次 %(number)s 为“%(state)s”，不能取消", number=load.number, state=load.state.title))
    note(session, actor, AuditAction.DELETE, load)
    return load


def reload(session: Session, operator: Actor, authoriser: Actor, failed: LoadBatch, register_id: int) -> LoadBatch:
    """Loads again the records that failed, as a form 7 has just authorised on the spot; raises Denied.

    Where some of them were loaded again before, what is still left. Each reload is authorised anew.
    """
    session.execute(select(LoadBatch.id).where(LoadBatch.id == failed.id).with_for_update())
    if (reason := not_to_reload(session, failed)) is not None:
        raise Denied(reason)
    failed = last_reload(session, failed)
    may_authorise(operator, Proof(authoriser, now()))
    mapping_of(session, failed.batch.structure)
    load = new_load(session, operator, failed.batch, now())
    load.reload_of_id, load.register_id, load.records = failed.id, register_id, failed.rejected
    load.authoriser_id, load.authoriser_name, load.authorised_at = authoriser.user_id, authoriser.name, now()
    begin(session, operator, load)
    return load


def last_reload(session: Session, load: LoadBatch) -> LoadBatch:
    """The load itself, or the last of the reloads of what it could not load."""
    later = select(LoadBatch).where(LoadBatch.state.not_in(GIVEN_UP)).order_by(LoadBatch.id.desc()).limit(1)
    while (following := session.scalar(later.where(LoadBatch.reload_of_id == load.id))) is not None:
        load = following
    return load


def not_to_reload(session: Session, load: LoadBatch) -> Text | None:
    """Why nothing of a load can be loaded again now; None where something can."""
    last = last_reload(session, load)
    if last.state is not LoadState.LOADED:
        return _("%(number)s 正在重新装载", number=last.number)
    return None if last.rejected else _("装载批次 %(number)s 没有可以重新装载的记录", number=last.number)


def find(session: Session, load_id: int, *, lock: bool = False) -> LoadBatch:
    """The load as it stands now; raises Missing."""
    statement = select(LoadBatch).where(LoadBatch.id == load_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    load = session.scalar(statement)
    if load is None:
        raise Missing
    return load


def rejected(session: Session, load_id: int) -> int:
    """How many records of a load could not be loaded."""
    return session.scalar(select(func.count(LoadFault.record_id.distinct())).where(LoadFault.load_id == load_id)) or 0


def note(session: Session, actor: Actor, action: AuditAction, load: LoadBatch, **detail: object) -> None:
    """Records what happened to a load."""
    record(session, actor, action, LOADING, load.number, detail={"batch": load.batch.number, **detail})
