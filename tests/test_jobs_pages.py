"""Jobs as people see them: lists, the page of one, progress, cancelling, over REST too."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import now
from app.database import transaction
from app.documents import operations as documents
from app.engine.catalogue import catalogue
from app.jobs import kinds, operations
from app.jobs.kinds import job as job_kind
from app.jobs.models import Job, JobState
from app.jobs.running import Refused, Run, run, run_waiting
from app.workflow.door import Shown, act
from app.workflow.options import Action
from tests.rest import ok

Clients = Callable[[str], FlaskClient]

KIND = "test_page"


@pytest.fixture(autouse=True)
def _kind(session: Session) -> Iterator[None]:
    """A kind of job that counts, or refuses."""

    @job_kind(KIND, _("计数"), results={"counted": _("数得")})
    def count(running: Run) -> Mapping[str, Any]:
        if running.params.get("refuse"):
            raise Refused(_("没有可数的"))
        running.beat(40, 100)
        return {"counted": 12345, "secret": "not told"}

    yield
    kinds._KINDS.pop(KIND)
    with transaction(session):
        session.execute(delete(Job).where(Job.kind == KIND))


def queued(session: Session, actor: Any, **params: Any) -> int:
    """The key of a job that waits."""
    with transaction(session):
        return operations.enqueue(session, actor, KIND, title="数一数", **params).id


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(answer.get_data(as_text=True))


@pytest.fixture
def half_done(session: Session, actors: Mapping[str, Any]) -> int:
    """A job of the data manager that runs: 4,000 of 10,000 rows in 20 seconds."""
    key = queued(session, actors["data_manager"])
    with transaction(session):
        found = session.get_one(Job, key)
        found.state, found.done, found.total, found.attempt = JobState.RUNNING, 4000, 10000, 1
        found.heartbeat_at, found.started_at = now(), now() - timedelta(seconds=20)
    return key


@pytest.mark.article("18")
def test_progress_is_seen_while_it_runs(half_done: int, client_for: Clients) -> None:
    page = text(client_for("data_manager").get(f"/jobs/{half_done}"))
    for words in ("数一数", "正在运行", "40%", "4,000", "10,000", "每秒 200 行", "剩余约 30 秒", "取消作业"):
        assert words in page, words
    told = ok(client_for("data_manager").get(f"/jobs/{half_done}/progress"))
    assert told == {"state": "running", "title": "正在运行", "running": True, "done": 4000, "total": 10000, "rate": 200, "left": 30}


def test_everybody_sees_their_own_and_some_see_all(half_done: int, client_for: Clients) -> None:
    assert f"/jobs/{half_done}" in text(client_for("data_manager").get("/jobs/"))
    stranger = client_for("collector")
    assert f"/jobs/{half_done}" not in text(stranger.get("/jobs/?view=all"))
    assert stranger.get(f"/jobs/{half_done}").status_code == 404
    assert stranger.get(f"/jobs/{half_done}/progress").status_code == 404
    assert stranger.post(f"/jobs/{half_done}/cancel").status_code in (403, 404)
    for code in ("it_head", "sysadmin", "inspector"):
        client = client_for(code)
        assert f"/jobs/{half_done}" not in text(client.get("/jobs/"))
        assert f"/jobs/{half_done}" in text(client.get("/jobs/?view=all"))
        assert client.get(f"/jobs/{half_done}").status_code == 200


def test_who_reads_the_document_sees_its_job(
    session: Session, actors: Mapping[str, Any], client_for: Clients, example: Callable[..., dict[str, Any]]
) -> None:
    spec, actor = catalogue.form("FJ02"), actors["collector"]
    raw = example(spec, actor=actor)
    with transaction(session):
        made = documents.create(session, actor, spec, raw)
        act(session, actor, spec, made.id, Action.SUBMIT, Shown(made.version, made.digest))
    key = queued(session, actor, document_id=made.id)
    assert made.number in text(client_for("data_manager").get(f"/jobs/{key}"))
    assert client_for("marketer").get(f"/jobs/{key}").status_code == 404


def test_the_result_and_the_problem_are_told(session: Session, actors: Mapping[str, Any], client_for: Clients) -> None:
    good, bad = queued(session, actors["data_manager"]), queued(session, actors["data_manager"], refuse=True)
    run_waiting(session)
    client = client_for("data_manager")
    page = text(client.get(f"/jobs/{good}"))
    assert "数得" in page
    assert "12,345" in page
    assert "not told" not in page
    assert "没有可数的" in text(client.get(f"/jobs/{bad}"))
    failed = text(client.get(f"/jobs/?state=failed&kind={KIND}"))
    assert f"/jobs/{bad}" in failed
    assert f"/jobs/{good}" not in failed
    assert client.get("/jobs/?state=nonsense").status_code == 400


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_asked(
    session: Session, actors: Mapping[str, Any], half_done: int, client_for: Clients
) -> None:
    client, waiting = client_for("data_manager"), queued(session, actors["data_manager"])
    assert "作业已取消" in text(client.post(f"/jobs/{waiting}/cancel", follow_redirects=True))
    assert "已要求取消" in text(client.post(f"/jobs/{half_done}/cancel", follow_redirects=True))
    session.expire_all()
    assert session.get_one(Job, waiting).state is JobState.CANCELLED
    assert session.get_one(Job, half_done).cancel_asked
    assert client_for("it_head").post(f"/jobs/{half_done}/cancel").status_code == 403
    with transaction(session):
        session.get_one(Job, half_done).heartbeat_at = now() - timedelta(hours=1)
    assert run(session, half_done) is JobState.CANCELLED


def test_a_kind_that_is_gone_still_shows(session: Session, actors: Mapping[str, Any], client_for: Clients) -> None:
    key = queued(session, actors["data_manager"])
    kept = kinds._KINDS.pop(KIND)
    try:
        assert "数一数" in text(client_for("data_manager").get(f"/jobs/{key}"))
    finally:
        kinds._KINDS[KIND] = kept


def test_rest(session: Session, actors: Mapping[str, Any], half_done: int, client_for: Clients) -> None:
    client, here = client_for("data_manager"), "/api/v1/jobs/"
    rows = ok(client.get(f"{here}?kind={KIND}&size=1"))["rows"]
    assert rows[0]["id"] == half_done
    assert (rows[0]["rate"], rows[0]["left"], rows[0]["state"]) == (200.0, 30, "running")
    assert client.get(f"{here}?view=all").status_code == 422
    assert half_done in [one["id"] for one in ok(client_for("inspector").get(f"{here}?view=all&state=running"))["rows"]]
    assert client_for("collector").get(f"{here}{half_done}").status_code == 404
    assert client_for("inspector").post(f"{here}{half_done}/cancel").status_code == 403
    assert ok(client.post(f"{here}{half_done}/cancel"))["cancel_asked"]
    assert client.get(f"{here}?state=x").status_code == 422
