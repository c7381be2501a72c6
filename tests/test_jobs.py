"""Jobs: claimed once, fenced by attempt, gone on with from their checkpoint, cancelled, swept up, ended with a reason."""

import errno
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock
from app.clock import now
from app.database import transaction
from app.jobs import kinds, operations, running
from app.jobs.models import Job, JobState
from app.jobs.running import MOST_STALLED, SILENT, Lost, Refused, Run
from app.jobs.tasks import run_job
from app.notices.models import Notice
from app.notices.operations import notify
from app.security.models import User
from app.workflow.errors import Denied, Missing
from tests.killing import killed_at

Actors = Mapping[str, Any]
CHUNKS = 4


class Plan:
    """What the job of these tests does: a notice a chunk, each told of once."""

    def __init__(self) -> None:
        self.interrupt: Callable[[Run, int], None] = lambda run, at: None
        self.ended: list[tuple[int, JobState, str | None]] = []
        self.renewed: list[int] = []

    def work(self, run: Run) -> Mapping[str, Any]:
        first = int(run.checkpoint.get("next", 0))
        for at in range(first, CHUNKS):
            self.interrupt(run, at)
            with run.chunk((at + 1) * 10, CHUNKS * 10, {"next": at + 1}) as session:
                notify(session, [int(run.params["reader"])], f"{run.job_id}/{at}")
        return {"chunks": CHUNKS}

    def end(self, session: Session, job: Job) -> None:
        self.ended.append((job.id, job.state, job.problem))

    def renew(self, session: Session, job: Job) -> None:
        self.renewed.append(job.id)


@pytest.fixture
def plan(session: Session, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A kind of job that exists for the test only; jobs that other tests have left waiting wait no more."""
    with transaction(session):
        session.execute(update(Job).where(Job.id.in_(running.left_behind(session))).values(state=JobState.CANCELLED))
    made = Plan()
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    kinds.job("of_test", _("测试作业"), made.end, renew=made.renew)(made.work)
    return made


@pytest.fixture
def queue(session: Session, actors: Actors, plan: Plan) -> Callable[..., int]:
    """Queues such a job."""

    def queued(who: str = "data_manager", **params: Any) -> int:
        actor = actors[who]
        with transaction(session):
            return operations.enqueue(session, actor, "of_test", reader=actor.user_id, **params).id

    return queued


@pytest.fixture(autouse=True)
def nothing_waits(session: Session) -> Iterator[None]:
    """No test leaves a job behind for the next."""
    yield
    session.rollback()
    with transaction(session):
        session.execute(update(Job).where(Job.kind == "of_test").values(state=JobState.DONE))


def look(session: Session, key: int) -> Job:
    session.rollback()
    session.expire_all()
    return session.get_one(Job, key)


def told(session: Session, key: int) -> int:
    """How many chunks of a job took effect."""
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.title.like(f"{key}/%"))) or 0


def aged(session: Session, key: int, by: timedelta = SILENT + timedelta(seconds=1)) -> None:
    """Lets the last sign of life of a job be longer ago."""
    with transaction(session):
        session.execute(update(Job).where(Job.id == key).values(heartbeat_at=now() - by))


def test_a_job_is_run_once_and_says_what_came_out(session: Session, queue: Callable[..., int]) -> None:
    key = queue()
    assert look(session, key).state is JobState.QUEUED
    assert look(session, key).title == "测试作业"
    assert running.run(session, key) is JobState.DONE
    job = look(session, key)
    assert (job.done, job.total, job.result, job.attempt) == (40, 40, {"chunks": CHUNKS}, 1)
    assert job.started_at is not None
    assert job.finished_at is not None
    assert running.run(session, key) is None
    assert told(session, key) == CHUNKS


def test_who_does_not_commit_queues_nothing(session: Session, actors: Actors, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(run_job, "delay", sent.append)
    with suppress(ZeroDivisionError), transaction(session):
        operations.enqueue(session, actors["data_manager"], "of_test", reader=0)
        raise ZeroDivisionError
    with transaction(session):
        with session.begin_nested():
            key = operations.enqueue(session, actors["data_manager"], "of_test", reader=actors["data_manager"].user_id).id
        assert sent == []
        undone = session.begin_nested()
        undone.rollback()
    assert sent == [key]


def test_somebody_alive_keeps_the_job(session: Session, queue: Callable[..., int]) -> None:
    key = queue()
    first = running.claim(session, key)
    assert first is not None
    assert running.claim(session, key) is None
    assert key not in running.left_behind(session)
    aged(session, key)
    assert key in running.left_behind(session)
    second = running.claim(session, key)
    assert second is not None
    assert second.attempt == first.attempt + 1


def test_a_run_that_lost_its_job_writes_nothing_more(session: Session, plan: Plan, queue: Callable[..., int]) -> None:
    """security 19: two workers at one job."""
    key = queue()

    def paused(run: Run, at: int) -> None:
        if at == 2 and run.attempt == 1:
            aged(session, key)
            plan.interrupt = lambda run, at: None
            assert running.run(session, key) is JobState.DONE

    plan.interrupt = paused
    assert running.run(session, key) is JobState.DONE
    assert told(session, key) == CHUNKS
    assert look(session, key).attempt == 2
    assert plan.ended == []


def test_a_lost_run_is_told_at_each_door(session: Session, queue: Callable[..., int]) -> None:
    key = queue()
    first = running.claim(session, key)
    aged(session, key)
    assert running.claim(session, key) is not None
    assert first is not None
    with pytest.raises(Lost), first.chunk(1):
        raise AssertionError("not reached")
    with pytest.raises(Lost):
        first.beat(1)
    with pytest.raises(Lost), first.finish({}):
        raise AssertionError("not reached")
    running.end(first, JobState.FAILED, "late")
    assert look(session, key).state is JobState.RUNNING


def test_killed_anywhere_it_goes_on_from_its_checkpoint(session: Session, queue: Callable[..., int]) -> None:
    """security 19"""
    for wanted in range(3, 300, 13):
        key = queue()
        killed, _where = killed_at(wanted, lambda session, key=key: running.run(session, key))  # type: ignore[misc]
        job = look(session, key)
        assert told(session, key) == job.checkpoint.get("next", 0) == job.done // 10
        if not killed:
            assert job.state is JobState.DONE
            break
        if job.state is not JobState.DONE:
            aged(session, key)
            assert running.run(session, key) is JobState.DONE
        assert told(session, key) == CHUNKS
    else:
        pytest.fail("no run came to its end")


def test_cancelled_while_it_runs(session: Session, actors: Actors, plan: Plan, queue: Callable[..., int]) -> None:
    key = queue()

    def ask(run: Run, at: int) -> None:
        if at == 1:
            with transaction(session):
                operations.cancel(session, actors["data_manager"], key)

    plan.interrupt = ask
    assert running.run(session, key) is JobState.CANCELLED
    assert told(session, key) == 1
    assert plan.ended == [(key, JobState.CANCELLED, None)]
    with pytest.raises(Denied, match="已结束"), transaction(session):
        operations.cancel(session, actors["data_manager"], key)


def test_cancelled_before_it_runs_and_by_its_owner_alone(
    session: Session, actors: Actors, plan: Plan, queue: Callable[..., int]
) -> None:
    key = queue()
    for who in ("it_head", "sysadmin"):
        with pytest.raises(Denied, match="自己"), transaction(session):
            operations.cancel(session, actors[who], key)
    with pytest.raises(Missing), transaction(session):  # who sees it not is not told of it
        operations.cancel(session, actors["data_manager/2"], key)
    with pytest.raises(Missing), transaction(session):
        operations.cancel(session, actors["data_manager"], 2**31 - 1)
    with transaction(session):
        operations.cancel(session, actors["data_manager"], key)
    assert running.run(session, key) is None
    assert look(session, key).state is JobState.CANCELLED
    assert plan.ended == [(key, JobState.CANCELLED, None)]


def failing(error: BaseException) -> Callable[[Run, int], None]:
    def interrupt(run: Run, at: int) -> None:
        if at == 2:
            raise error

    return interrupt


@pytest.mark.parametrize(("error", "said"), [
    (Refused("文件不在了"), "文件不在了"),
    (ValueError("x"), "系统错误"),
    (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间不足"),
])
def test_a_failure_says_why_and_is_told_to_its_kind(
    session: Session, plan: Plan, queue: Callable[..., int], error: BaseException, said: str
) -> None:
    """security 21"""
    key = queue()
    plan.interrupt = failing(error)
    assert running.run(session, key) is JobState.FAILED
    job = look(session, key)
    assert said in str(job.problem)
    assert plan.ended == [(key, JobState.FAILED, job.problem)]
    assert told(session, key) == job.checkpoint["next"] == 2


def test_a_failure_is_noted_though_its_kind_cannot_follow(
    session: Session, plan: Plan, queue: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(session: Session, job: Job) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(plan, "end", broken)
    kinds._KINDS["of_test"] = kinds.JobKind("of_test", "x", plan.work, broken)
    key = queue()
    plan.interrupt = failing(ValueError("x"))
    assert running.run(session, key) is JobState.FAILED


@pytest.mark.parametrize("wrapped", [True, False])
def test_a_busy_database_leaves_the_job_to_the_sweeper(
    session: Session, plan: Plan, queue: Callable[..., int], wrapped: bool
) -> None:
    busy = sqlite3.OperationalError("database is locked")
    busy.sqlite_errorcode = sqlite3.SQLITE_BUSY
    key = queue()
    plan.interrupt = failing(OperationalError("INSERT", {}, busy) if wrapped else busy)
    with pytest.raises((OperationalError, sqlite3.OperationalError)):
        running.run(session, key)
    assert look(session, key).state is JobState.RUNNING
    aged(session, key)
    plan.interrupt = lambda run, at: None
    assert running.run_waiting(session) == 1
    assert told(session, key) == CHUNKS


def test_a_job_that_gets_nowhere_is_given_up(session: Session, plan: Plan, queue: Callable[..., int]) -> None:
    key = queue()
    for _number in range(MOST_STALLED):
        assert running.claim(session, key) is not None
        aged(session, key)
    assert running.run(session, key) is None
    job = look(session, key)
    assert job.state is JobState.FAILED
    assert "没有进展" in str(job.problem)
    assert [one[0] for one in plan.ended] == [key]


def test_preparing_is_no_progress(session: Session, queue: Callable[..., int]) -> None:
    """What kills every run at its first piece of work is not tried for ever."""
    key = queue()
    for _number in range(MOST_STALLED):
        run = running.claim(session, key)
        assert run is not None
        with run.held() as own:
            notify(own, [int(run.params["reader"])], f"{key}/preparing")
        aged(session, key)
    assert running.run(session, key) is None
    assert look(session, key).state is JobState.FAILED


def test_progress_forgives_earlier_runs(session: Session, queue: Callable[..., int]) -> None:
    key = queue()
    for at in range(MOST_STALLED + 2):
        run = running.claim(session, key)
        assert run is not None
        run.beat(at)
        aged(session, key)
    assert look(session, key).stalled == 0


def test_run_again_by_its_owner(session: Session, actors: Actors, plan: Plan, queue: Callable[..., int]) -> None:
    key = queue()
    plan.interrupt = failing(ValueError("x"))
    running.run(session, key)
    for who, refused in (("data_manager/2", Missing), ("it_head", Denied)):
        with pytest.raises(refused), transaction(session):
            operations.again(session, actors[who], key)
    with transaction(session):
        other = operations.again(session, actors["data_manager"], key).id
    assert plan.renewed == [key]
    plan.interrupt = lambda run, at: None
    assert running.run(session, other) is JobState.DONE
    with pytest.raises(Denied, match="不能重新运行"), transaction(session):
        operations.again(session, actors["data_manager"], other)


def test_jobs_inside_a_transaction_come_to_nothing_with_it(
    session: Session, actors: Actors, plan: Plan
) -> None:
    """The demo year is one transaction, its jobs in it."""
    actor = actors["data_manager"]
    with suppress(ZeroDivisionError), transaction(session):
        key = operations.enqueue(session, actor, "of_test", reader=actor.user_id).id
        assert running.run_waiting(session, running.savepoint) == 1
        assert session.get_one(Job, key).state is JobState.DONE
        assert told(session, key) == CHUNKS
        raise ZeroDivisionError
    assert session.get(Job, key) is None
    assert told(session, key) == 0


def test_rate_and_time_left() -> None:
    moment = now()
    job = Job(state=JobState.RUNNING, done=500, total=2_000, started_at=moment, heartbeat_at=moment + timedelta(seconds=10))
    assert (job.rate, job.left) == (50.0, 30)
    with clock.at(moment):
        assert Job(state=JobState.QUEUED, done=0, total=0).left is None


def test_nobody_whose_account_is_stopped_has_work_done(
    session: Session, actors: Actors, plan: Plan, queue: Callable[..., int]
) -> None:
    """security 10"""
    key = queue()
    who = actors["data_manager"].user_id
    with transaction(session):
        session.get_one(User, who).active = False
    try:
        assert running.run(session, key) is JobState.FAILED
    finally:
        with transaction(session):
            session.get_one(User, who).active = True
    assert told(session, key) == 0
    assert "停用" in str(look(session, key).problem)
