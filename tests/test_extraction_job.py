"""Extraction in the background: one at a time, the password sealed, what comes of it decided at the end, killed without harm."""

import io
import json
import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import clock
from app.areas.collection import originals
from app.areas.collection.extraction import jobs
from app.areas.collection.extraction.models import ExtractedFile, ProviderSecret
from app.areas.collection.extraction.operations import extracted, filled
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.originals import OriginalFile
from app.areas.organisation.registers import Employee
from app.audit.models import AuditEntry
from app.clock import SHANGHAI, now
from app.database import transaction
from app.demo.packages import AGREED
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.jobs import operations as queue
from app.jobs.models import Job, JobState
from app.jobs.running import SILENT, Run, run_waiting
from app.security.models import User
from app.workflow.door import act
from app.workflow.errors import Denied, Stale
from app.workflow.options import Action
from tests.killing import killed_at
from tests.test_extraction import FORM, hidden, received, run_on_page, shown, sign_as, staff_no, text
from tests.threads import in_threads

Actors = Mapping[str, Any]
WRONG = "Wrong-Secret-1!"
KILLS = 12
LATEST = 60
"""Moments of an extraction of two files, more or less."""

pytestmark = pytest.mark.article("16.1.1")


@pytest.fixture
def document(session: Session, actors: Actors) -> Any:
    """A form 2 that waits for extraction."""
    return received(session, actors)


def start(session: Session, actors: Actors, document: Any, password: str = AGREED, **more: Any) -> int:
    with transaction(session):
        witness = staff_no(session, actors["data_manager/2"])
        return jobs.start(session, actors["data_manager"], document.id, shown(document), witness, password, **more).id


def over(session: Session, key: int) -> Job:
    """The job once the worker was at it."""
    run_waiting(session)
    session.rollback()
    return session.get_one(Job, key)


def everything_kept(session: Session, *keys: int) -> str:
    """What the database says in the tables that a password might get into, as it stands there."""
    found = [json.dumps([one.params, one.result, one.checkpoint, one.problem, one.title]) for one in session.scalars(select(Job))]
    found += [one.detail for one in session.scalars(select(AuditEntry))]
    found += [one.sealed for one in session.scalars(select(ProviderSecret))]
    return "\n".join(found)


@pytest.mark.parametrize("end", ["done", "unopened", "cancelled", "failed"])
def test_a_typed_password_lies_nowhere_in_plain_text(
    session: Session, actors: Actors, document: Any, end: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """security 18: sealed while the job is open, gone when it is over, whatever the end."""
    password = AGREED if end == "done" else WRONG
    key = start(session, actors, document, password, remember=True)
    sealed = session.get_one(Job, key).params["password"]
    assert password not in everything_kept(session)
    if end == "cancelled":
        with transaction(session):
            queue.cancel(session, actors["data_manager"], key)
    if end == "failed":
        def broken(*_args: Any) -> None:
            raise RuntimeError(f"the trouble with {password}"[:11])

        monkeypatch.setattr(jobs, "unpacked", broken)
    job = over(session, key)
    assert job.state is {"cancelled": JobState.CANCELLED, "failed": JobState.FAILED}.get(end, JobState.DONE)
    assert "password" not in job.params
    kept = everything_kept(session)
    assert password not in kept
    assert sealed not in kept
    assert password not in caplog.text
    assert bool(extracted(session, document.id)) is (end == "done")


def test_a_sealed_password_needs_its_key(
    app: Flask, session: Session, actors: Actors, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker has another key than the web server: nothing is noted, and why is told."""
    key = start(session, actors, document)
    monkeypatch.setitem(app.config, "SECRETS_KEY", "another key")
    job = over(session, key)
    assert (job.state, "password" in job.params) == (JobState.FAILED, False)
    assert "密钥 SECRETS_KEY 已更换" in (job.problem or "")


def test_while_files_are_extracted_nobody_signs_or_extracts_again(
    session: Session, actors: Actors, document: Any, client_for: Callable[[str], FlaskClient]
) -> None:
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    sent = {**hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"]), "password": AGREED}
    run_on_page(session, client, address, sent)
    key = start(session, actors, document)
    page = text(client.get(address))
    assert "正在提取" in page
    assert f"/jobs/{key}/cancel" in page
    assert "字节</span>" in page
    assert 'data-words="每秒 {} 字节"' in page
    assert 'id="sign"' not in page
    assert 'name="password"' not in page
    again = client.post(f"{address}/run", data=sent)
    assert again.status_code == 422
    assert "请等待完成" in text(again)
    assert client.post(f"{address}/sign", data=sent).status_code in (403, 422)
    with pytest.raises(Denied, match="正在提取"):
        sign_as(session, actors["data_manager"], document, filled=filled(session, document))
    told = client.get(f"/jobs/{key}/progress").get_json()
    assert (told["running"], told["done"], told["total"]) == (True, 0, sum(one.bytes for one in document.files))
    over(session, key)
    sign_as(session, actors["data_manager"], document, filled=filled(session, document))
    assert document.step == "witness"


def test_one_of_two_extractions_at_once_is_refused(app: Flask, session: Session, actors: Actors, document: Any) -> None:
    """security 2"""
    key, seen, actor, witness = document.id, shown(document), actors["data_manager"], staff_no(session, actors["data_manager/2"])
    session.rollback()

    def attempt(own: Session, _index: int) -> None:
        with transaction(own):
            jobs.start(own, actor, key, seen, witness, AGREED)

    outcome = in_threads(app, 2, attempt)
    assert [type(one).__name__ for one in sorted(outcome, key=str)] in (["NoneType", "Denied"], ["Denied", "NoneType"])
    assert session.scalar(select(func.count()).select_from(Job).where(Job.document_id == key, Job.kind == jobs.KIND)) == 1
    run_waiting(session)


def test_what_does_not_open_counts_as_faulty_once_that_was_accepted(
    session: Session, actors: Actors, document: Any, client_for: Callable[[str], FlaskClient]
) -> None:
    client, address = client_for("data_manager"), f"/extraction/{document.id}"
    sent = {**hidden(text(client.get(address))), "witness": staff_no(session, actors["data_manager/2"]), "password": WRONG}
    assert 'name="accept"' not in text(client.get(address))
    assert 'name="accept"' in run_on_page(session, client, address, sent)
    page = run_on_page(session, client, address, {**sent, "accept": "1", "remember": "1"})
    assert 'name="accept"' not in page
    rows = extracted(session, document.id).values()
    assert {one.result.value for one in rows} == {"faulty"}
    assert all("口令不正确" in (one.fault or "") for one in rows)
    assert session.get(ProviderSecret, document.provider.id) is None or "Wrong" not in everything_kept(session)
    assert originals.of(session, document.id) == []


def returned(session: Session, actors: Actors, document: Any) -> None:
    act(session, actors["data_manager"], catalogue.form(FORM), document.id, Action.RETURN, shown(document), opinion="文件不全")


def stopped(session: Session, actors: Actors, document: Any) -> None:
    session.execute(update(User).where(User.id == actors["data_manager"].user_id).values(active=False))


def tampered(session: Session, actors: Actors, document: Any) -> None:
    session.execute(update(Document).where(Document.id == document.id).values(digest="0" * 64))


def witness_left(session: Session, actors: Actors, document: Any) -> None:
    session.execute(update(Employee).where(Employee.user_id == actors["data_manager/2"].user_id).values(status="left"))


@pytest.mark.parametrize(("change", "reason"), [
    (returned, "不在“提取”步骤"), (stopped, "已停用"), (tampered, "不一致"), (witness_left, "另一名数据管理员"),
])
def test_authority_and_content_are_asked_again_at_the_end(
    app: Flask, session: Session, actors: Actors, document: Any, change: Callable[..., None], reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """security 10: what changes while files are unpacked decides in the last transaction; nothing is noted or left."""
    folder, unpacked = Path(app.config["DATA_DIR"]) / "originals", jobs.unpacked
    before = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    undo: list[tuple[Any, Any, dict[str, Any]]] = [
        (User, User.id == actors["data_manager"].user_id, {"active": True}),
        (Document, Document.id == document.id, {"digest": document.digest}),
        (Employee, Employee.user_id == actors["data_manager/2"].user_id,
         {"status": session.scalar(select(Employee.status).where(Employee.user_id == actors["data_manager/2"].user_id))}),
    ]

    def meanwhile(*args: Any) -> Any:
        found = unpacked(*args)
        with transaction(session):
            change(session, actors, document)
        return found

    monkeypatch.setattr(jobs, "unpacked", meanwhile)
    key = start(session, actors, document)
    try:
        job = over(session, key)
        assert job.state is JobState.FAILED
        assert reason in (job.problem or "")
        assert extracted(session, document.id) == {}
        assert {one.name for one in folder.iterdir()} == before
        assert list((app.config["DATA_DIR"] / "extracting").glob("job*")) == []
    finally:
        with transaction(session):
            for model, which, values in undo:
                session.execute(update(model).where(which).values(**values))


def test_who_may_not_is_refused_at_once(session: Session, actors: Actors, document: Any) -> None:
    """Before anything is queued: another's register, no such witness, a version that is not the one there."""
    witness, seen = staff_no(session, actors["data_manager/2"]), shown(document)

    def attempt(actor: str, seen: Any, witness: str) -> None:
        with transaction(session):
            jobs.start(session, actors[actor], document.id, seen, witness, AGREED)

    with pytest.raises(Denied):
        attempt("collector", seen, witness)
    with pytest.raises(Invalid):
        attempt("data_manager", seen, staff_no(session, actors["data_manager"]))
    with pytest.raises(Stale):
        attempt("data_manager", type(seen)(seen.version - 1, seen.digest), witness)
    assert session.scalar(select(func.count()).select_from(Job).where(Job.document_id == document.id)) == 0


def test_it_tells_how_far_it_is_and_can_be_cancelled_midway(
    app: Flask, session: Session, actors: Actors, document: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.jobs.running.TOLD_EVERY", 0.0)
    key, seen, held = start(session, actors, document), [], Run.held

    def watching(run: Run, done: int | None = None) -> Any:
        if done is not None:
            seen.append(done)
            if len(seen) == 6:
                with transaction(session):
                    queue.cancel(session, actors["data_manager"], key)
        return held(run, done)

    monkeypatch.setattr(Run, "held", watching)
    assert over(session, key).state is JobState.CANCELLED
    assert seen == sorted(seen)
    assert seen[-1] > 0
    assert extracted(session, document.id) == {}
    assert list((app.config["DATA_DIR"] / "extracting").glob("job*")) == []


def test_killed_at_any_moment_it_is_run_again_from_the_beginning(app: Flask, session: Session, actors: Actors, document: Any) -> None:
    """security 19: everything once, or nothing; the folder of the killed run is cleared away."""
    draw, killed, folder, pk = random.Random(20261129), 0, Path(app.config["DATA_DIR"]), document.id
    for _number in range(KILLS):
        document = session.get_one(CollectionFileRegister, pk)
        key = start(session, actors, document)
        was, _moment = killed_at(draw.randint(1, LATEST), run_waiting)
        killed += was
        session.rollback()
        with clock.at(now().replace(tzinfo=SHANGHAI) + SILENT + timedelta(seconds=1)):
            assert over(session, key).state is JobState.DONE
        document, rows = session.get_one(CollectionFileRegister, pk), extracted(session, pk)
        assert sorted(rows) == sorted(one.name for one in document.files)
        assert session.scalar(select(func.count()).select_from(ExtractedFile).where(ExtractedFile.document_id == pk)) == 2
        files = session.scalars(select(OriginalFile).where(OriginalFile.document_id == pk)).all()
        assert len(files) == 2
        assert all(originals.digest_of(folder / "originals" / one.stored) == one.sha256 for one in files)
        assert list((folder / "extracting").glob("job*")) == []
        assert "password" not in session.get_one(Job, key).params
    assert killed > KILLS // 2
    session.close()


def test_a_file_that_is_stored_is_hashed_on_the_way(tmp_path: Path) -> None:
    """And goes again where the work is ended in the middle."""
    source = tmp_path / "source"
    source.write_bytes(b"0123456789" * 200_000)
    found = originals.store(tmp_path / "kept", source)
    assert (found.bytes, found.sha256) == (2_000_000, originals.digest_of(source))
    assert (tmp_path / "kept" / found.stored).read_bytes() == io.BytesIO(source.read_bytes()).getvalue()

    def ended(_share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        originals.store(tmp_path / "kept", source, ended)
    assert [one.name for one in (tmp_path / "kept").iterdir()] == [found.stored]
