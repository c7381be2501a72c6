"""The verbs of jobs: queue one in a business transaction, ask for its cancellation. Sent to the worker once committed."""

import logging
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.clock import now
from app.engine.document import Document
from app.jobs.kinds import kind_of
from app.jobs.models import Job, JobState
from app.jobs.running import close, lock, run, savepoint
from app.jobs.sight import find
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing

log = logging.getLogger(__name__)

_WAITING = "jobs_to_send"


def enqueue(
    session: Session, actor: Actor | None, kind: str, *, title: str = "", document_id: int | None = None, total: int = 0,
    **params: Any,
) -> Job:
    """Queues a job within the caller's transaction; without an actor it is the system's own. Raises KeyError for no such kind."""
    known = kind_of(kind)
    with force_locale("zh"):
        words = title or str(known.title)
    job = Job(
        kind=kind, title=words, user_id=actor.user_id if actor else None,
        user_name=actor.name if actor else "", document_id=document_id, params=params, total=total, queued_at=now(),
        state=JobState.QUEUED, done=0, checkpoint={}, result={},
    )
    session.add(job)
    session.flush()
    session.info.setdefault(_WAITING, []).append(job.id)
    return job


def cancel(session: Session, actor: Actor, job_id: int) -> Job:
    """Asks for a job to stop at its next chunk, or ends it where it waits; raises Missing, Denied."""
    job = lock(session, job_id)
    if job is None:
        raise Missing
    if not steers(session, actor, job):
        find(session, actor, job_id)  # who may not see it is not told that there is one (security 7)
        raise Denied(_("只能取消自己的作业"))
    if not job.state.open:
        raise Denied(_("作业已结束，不能取消"))
    if job.state is JobState.QUEUED:
        close(session, job, JobState.CANCELLED, None)
    job.cancel_asked = True
    return job


def again(session: Session, actor: Actor, job_id: int) -> Job:
    """Queues a failed or cancelled job anew, where its kind allows it; raises Missing, Denied."""
    job = lock(session, job_id)
    if job is None:
        raise Missing
    renew = kind_of(job.kind).renew
    if not steers(session, actor, job):
        find(session, actor, job_id)
        raise Denied(_("只能重新运行自己的作业"))
    if renew is None or job.state not in (JobState.FAILED, JobState.CANCELLED):
        raise Denied(_("这项作业不能重新运行"))
    renew(session, job)
    return enqueue(
        session, actor, job.kind, title=job.title, document_id=job.document_id, total=job.total, **job.params
    )


def steers(session: Session, actor: Actor, job: Job) -> bool:
    """Whether the job is the actor's to cancel and to run again: the own one, or one of the own document."""
    if job.user_id == actor.user_id:
        return True
    document = session.get(Document, job.document_id) if job.document_id else None
    return document is not None and document.maker_id == actor.user_id


def run_queued(session: Session) -> None:
    """Runs the jobs that the caller's transaction has queued, inside it, and what they queue: for demo data and walks."""
    while waiting := session.info.pop(_WAITING, []):
        for job_id in waiting:
            run(session, job_id, savepoint)


def install() -> None:
    """Sends queued jobs to the worker after each commit. Calling it again changes nothing."""
    if not event.contains(Session, "after_commit", send_waiting):
        event.listen(Session, "after_commit", send_waiting)
        event.listen(Session, "after_rollback", forget_waiting)


def send_waiting(session: Session) -> None:
    """Hands the committed jobs to the queue; where it is away, the sweeper finds them. A savepoint commits nothing yet."""
    from app.jobs.tasks import run_job

    if session.in_nested_transaction():
        return
    for job_id in session.info.pop(_WAITING, ()):
        try:
            run_job.delay(job_id)
        except Exception:  # whatever it is, the commit has happened
            log.exception("job %s could not be queued", job_id)


def forget_waiting(session: Session) -> None:
    """Jobs of a transaction that was rolled back do not exist; of those of a savepoint the worker finds nothing."""
    if not session.in_nested_transaction():
        session.info.pop(_WAITING, None)
