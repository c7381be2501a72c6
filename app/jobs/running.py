"""Runs jobs: a run is claimed, writes only while it holds the claim, and goes on from its checkpoint after a crash.

Whatever a job changes it changes inside `Run.chunk` or `Run.finish`: one transaction that locks the job's row, asks
whether this run still holds it, and commits progress, checkpoint and changes together. So a killed worker leaves
whole chunks behind, and a second worker that took over cannot be overtaken by the first.
"""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from typing import Any

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.database import transaction
from app.engine.text import Text
from app.jobs.kinds import kind_of
from app.jobs.models import Job, JobState
from app.jobs.troubles import disk_full, passing
from app.security.models import User

log = logging.getLogger(__name__)

SILENT = timedelta(seconds=90)
"""A run whose heart has not beaten for so long was killed."""
TOLD_EVERY = 1.0
"""Seconds between two signs of life of a `Watch`."""
SELDOM = 100_000
"""Containers made and not yet freed before Python looks for cycles among the newest."""
MOST_STALLED = 3
"""So many runs without any progress, and the job has failed."""

Opening = Callable[[Session], AbstractContextManager[Session]]
"""Opens what each piece of a job's work is committed by: a transaction, or a savepoint of the caller's."""


class Refused(Exception):
    """The job cannot be done, for a reason that people are told."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class Lost(Exception):
    """Another run holds the job, or it is over: this one stops without a word."""


class Cancelled(Exception):
    """Somebody asked for the job to be cancelled."""


class Run:
    """One run of a job. `params` and `checkpoint` are the job's as they stood when the run began."""

    def __init__(self, session: Session, job: Job, opening: Opening = transaction) -> None:
        self.session, self.opening = session, opening
        self.job_id, self.attempt, self.kind = job.id, job.attempt, job.kind
        self.user_id, self.document_id = job.user_id, job.document_id
        self.params: dict[str, Any] = dict(job.params)
        self.checkpoint: dict[str, Any] = dict(job.checkpoint)
        self.finished = False

    @contextmanager
    def chunk(self, done: int, total: int | None = None, checkpoint: Mapping[str, Any] | None = None) -> Iterator[Session]:
        """A transaction that belongs to this run, kept together with how far it is; raises Lost, Cancelled."""
        with self.opening(self.session) as session:
            job = self._held(session)
            if job.cancel_asked:
                raise Cancelled
            yield session
            job.done, job.heartbeat_at, job.stalled = done, now(), 0
            if total is not None:
                job.total = total
            if checkpoint is not None:
                job.checkpoint = self.checkpoint = dict(checkpoint)

    @contextmanager
    def held(self, done: int | None = None) -> Iterator[Session]:
        """A transaction that belongs to this run and is no progress: what a run prepares for; raises Lost, Cancelled.

        A run that dies behind nothing but this counts as stalled. `done`: how far it is all the same, for people to see.
        """
        with self.opening(self.session) as session:
            job = self._held(session)
            if job.cancel_asked:
                raise Cancelled
            yield session
            job.heartbeat_at = now()
            job.done = job.done if done is None else done

    def beat(self, done: int, total: int | None = None) -> None:
        """A sign of life during work that writes nothing; raises Lost, Cancelled."""
        with self.chunk(done, total):
            pass

    @contextmanager
    def finish(self, result: Mapping[str, Any], done: int | None = None) -> Iterator[Session]:
        """The last transaction of the job: what it changes and that it is done; raises Lost, Cancelled."""
        with self.opening(self.session) as session:
            job = self._held(session)
            if job.cancel_asked:
                raise Cancelled
            yield session
            job.state, job.result = JobState.DONE, dict(result)
            job.done = job.total if done is None else done
            job.heartbeat_at = job.finished_at = now()
        self.finished = True

    def _held(self, session: Session) -> Job:
        job = lock(session, self.job_id)
        if job is None or job.state is not JobState.RUNNING or job.attempt != self.attempt:
            raise Lost
        return job


class Watch:
    """Gives a sign of life at most every second, by how much is done of work that writes nothing; `done` never goes back."""

    def __init__(self, run: Run) -> None:
        self.run, self.done, self.at = run, 0, time.monotonic()

    def __call__(self, done: int) -> None:
        self.done = max(self.done, done)
        self.again()

    def again(self) -> None:
        """Nothing new, but alive."""
        if time.monotonic() - self.at >= TOLD_EVERY:
            with self.run.held(self.done):  # not progress: a run that is killed begins anew
                pass
            self.at = time.monotonic()


def lock(session: Session, job_id: int) -> Job | None:
    """The job as it stands now, its row locked until the transaction ends."""
    statement = select(Job).where(Job.id == job_id).with_for_update()
    return session.scalar(statement.execution_options(populate_existing=True))


def run(session: Session, job_id: int, opening: Opening = transaction) -> JobState | None:
    """Runs a job that waits or was left behind; returns its state afterwards, None where somebody else is at it."""
    claimed = claim(session, job_id, opening)
    if claimed is None:
        return None
    with force_locale("zh"):
        try:
            require_owner(claimed)
            with seldom_collected():
                result = kind_of(claimed.kind).work(claimed)
            if not claimed.finished:
                with claimed.finish(result):
                    pass
        except Lost:
            log.warning("job %s is somebody else's now", job_id)
        except Cancelled:
            end(claimed, JobState.CANCELLED, None)
        except Refused as refused:
            end(claimed, JobState.FAILED, str(refused.reason))
        except Exception as error:
            if passing(error):
                raise  # the database is away or busy: the sweeper takes the job up again
            unexpected(claimed, error)
    with opening(session):
        return session.scalar(select(Job.state).where(Job.id == job_id))


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Python looks for reference cycles seldom meanwhile.

    Rows hold none, but thousands of new lists set the search off again and again, and it goes through the whole
    application: a third of the time of preprocessing a delivery.
    """
    before = gc.get_threshold()
    gc.set_threshold(SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def require_owner(run: Run) -> None:
    """Refuses work for somebody whose account was stopped meanwhile (security 10)."""
    with run.opening(run.session) as session:
        owner = session.get(User, run.user_id) if run.user_id else None
        if owner is not None and not owner.active:
            raise Refused(_("提交人的账号已停用，作业没有运行"))


def unexpected(run: Run, error: Exception) -> None:
    """Notes a failure that nobody foresaw; the log has the details."""
    log.error("job %s", run.job_id, exc_info=error)
    problem = gettext("系统错误，没有完成；已记入日志，请联系系统管理员（作业 %(id)s）", id=run.job_id)
    if disk_full(error):
        problem = gettext("磁盘空间不足，没有完成；请联系系统管理员清理磁盘后重新办理（作业 %(id)s）", id=run.job_id)
    end(run, JobState.FAILED, problem)


def claim(session: Session, job_id: int, opening: Opening = transaction) -> Run | None:
    """Takes a job up, unless it is over or somebody alive is at it."""
    with opening(session):
        job = lock(session, job_id)
        if job is None or not job.state.open or (job.state is JobState.RUNNING and alive(job)):
            return None
        if job.stalled >= MOST_STALLED:
            problem = gettext("多次运行都没有进展，已停止；请联系系统管理员（作业 %(id)s）", id=job.id)
            close(session, job, JobState.FAILED, problem)
            return None
        job.attempt, job.stalled, job.state = job.attempt + 1, job.stalled + 1, JobState.RUNNING
        job.started_at, job.heartbeat_at = job.started_at or now(), now()
        return Run(session, job, opening)


def alive(job: Job) -> bool:
    """Whether the run that holds the job has given a sign of life lately."""
    return job.heartbeat_at is not None and now() - job.heartbeat_at < SILENT


def end(run: Run, state: JobState, problem: str | None) -> None:
    """Ends a job that did not succeed, unless another run holds it by now."""
    with run.opening(run.session) as session:
        job = lock(session, run.job_id)
        if job is not None and job.state is JobState.RUNNING and job.attempt == run.attempt:
            close(session, job, state, problem)


def close(session: Session, job: Job, state: JobState, problem: str | None) -> None:
    """Notes that a job is over without success, and what its kind makes of that."""
    job.state, job.problem, job.finished_at = state, problem, now()
    ended = kind_of(job.kind).ended
    if ended is None:
        return
    try:
        with session.begin_nested():
            ended(session, job)
    except Exception:  # the job is over all the same; else it would be run for ever
        log.exception("job %s: what follows from its end", job.id)


def left_behind(session: Session) -> list[int]:
    """Jobs that wait for a worker or whose run was killed, the oldest first."""
    waiting = Job.state == JobState.QUEUED
    killed = (Job.state == JobState.RUNNING) & (Job.heartbeat_at < now() - SILENT)
    return list(session.scalars(select(Job.id).where(waiting | killed).order_by(Job.id)))


def run_waiting(session: Session, opening: Opening = transaction) -> int:
    """Runs every job that waits, also those that others queue meanwhile; returns how many. For tests, demo data and the CLI."""
    count = 0
    while True:
        with opening(session):
            waiting = left_behind(session)
        if not waiting:
            return count
        for job_id in waiting:
            run(session, job_id, opening)
            count += 1


@contextmanager
def savepoint(session: Session) -> Iterator[Session]:
    """An `Opening` for jobs that are run inside the caller's transaction, and come to nothing with it."""
    with session.begin_nested():
        yield session
