"""Imports that are killed, cancelled, run out of disk or meet each other: afterwards all or nothing, no row twice (security 19, 21).

KILLS: how often processes are killed at random moments (10; a hundred at night).
"""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.orm import Session, close_all_sessions

from app import clock
from app.areas.collection import tidying
from app.areas.collection.base_store import filing, folders, importing, parts
from app.areas.collection.base_store.batches import latest
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFaultCount, BaseRecord, BatchState
from app.areas.collection.forms.import_file_register import ImportFileRegister
from app.areas.collection.originals import digest_of
from app.areas.collection.registers import DataStructure
from app.clock import SHANGHAI, now
from app.database import db, transaction
from app.demo.prerequisites import everybody
from app.jobs import operations, running
from app.jobs.models import Job, JobState
from app.jobs.running import SILENT
from app.notices.models import Notice
from tests import imports
from tests.imports import batch_of, csv, currents, delivery, imported, register, row, rows_of, sound, walk
from tests.killing import killed_at
from tests.threads import in_threads

KILLS = int(os.environ.get("KILLS", "10"))
ROWS = 12_000


@pytest.fixture
def people(session: Session) -> list[Any]:
    return everybody(session)


@pytest.fixture
def structure(session: Session, people: list[Any]) -> DataStructure:
    return imports.structure(session, people)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many chunks in a small file."""
    monkeypatch.setattr(filing, "TOGETHER", 1)
    monkeypatch.setattr(importing, "BLOCK", 150_000)
    monkeypatch.setattr("app.intake.decoding.AT_ONCE", 1_000)


def content(rows: range, period: str = "202609", amount: str = "100.00", wrong: int = 7) -> bytes:
    """A file with a wrong row now and then."""
    return csv(row(number, period, "viel" if wrong and number % wrong == 3 else amount) for number in rows)


def job_of(session: Session, document: Any, kind: str) -> Job:
    session.rollback()
    session.expire_all()
    found = select(Job).where(Job.document_id == document.id, Job.kind == kind).order_by(Job.id.desc())
    return session.scalars(found).first()  # type: ignore[return-value]


def forget_run(session: Session, key: int) -> None:
    """As if the killed run's last sign of life were long ago, and had not been the third in vain."""
    with transaction(session):
        session.execute(update(Job).where(Job.id == key).values(heartbeat_at=now() - SILENT - timedelta(seconds=1), stalled=0))


def killed_after(seconds: float, key: int) -> bool:
    """Runs a job in a process that is killed with -9 after so long; whether it was."""
    close_all_sessions()
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            running.run(db.session(), key)
        except BaseException:
            os._exit(1)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def at_one_moment(session: Session, document: Any) -> BaseBatch:
    """The batch, and all that is read after it, at one moment: on a server a killed process's last COMMIT may be under way still."""
    session.rollback()
    if db.engine.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    session.expire_all()
    found = latest(session, document.id)
    assert found is not None
    return found


def killed_until_done(session: Session, key: int, chance: random.Random, kills: int, check: Callable[[], None]) -> int:
    """Kills the job's runs at random moments, by the clock and by the statement; then lets it finish. How many it survived."""
    survived = 0
    while survived < kills and session.get_one(Job, key).state.open:
        if survived % 2:
            killed, _where = killed_at(chance.randrange(2, 60), lambda session: running.run(session, key))
        else:
            killed = killed_after(chance.uniform(0.02, 0.6), key)
        survived += killed
        check()
        session.rollback()
        session.expire_all()
        forget_run(session, key)
    if session.get_one(Job, key).state.open:
        assert running.run(session, key) is JobState.DONE
    session.expire_all()
    return survived


def whole(session: Session, batch: BaseBatch) -> None:
    """Every good row of the batch is there once, with the digest of its values."""
    rows = session.execute(select(BaseRecord.file_id, BaseRecord.row_no, BaseRecord.digest, BaseRecord.values).where(
        BaseRecord.batch_id == batch.id)).all()
    assert len({(file, number) for file, number, _digest, _values in rows}) == len(rows) == batch.imported
    assert all(blake2b(values.encode(), digest_size=16).digest() == digest for _file, _row, digest, values in rows)
    assert all(len(json.loads(values)) == 5 for *_rest, values in rows)


@pytest.mark.article("18")
def test_killed_at_random_moments(session: Session, people: list[Any], structure: DataStructure) -> None:
    """security 19: preprocessing and import, with corrections of an earlier import among them."""
    chance = random.Random(int(os.environ.get("SEED", "18")))
    first = imported(session, people, structure, {"0.csv": content(range(0, ROWS, 2), amount="50.00", wrong=0)})
    family = batch_of(session, first).family_id
    known = currents(session, family)
    survived, turn = 0, 0
    while survived < KILLS:
        turn += 1
        files = {
            f"{turn}a.csv": content(range(ROWS), amount=f"{turn}.00"),
            f"{turn}b.csv": content(range(ROWS, ROWS + 3000), amount=f"{turn}.50"),
        }
        document = register(session, people, delivery(session, people, structure, files))
        walk(session, people, document, "import", work=False)

        def nothing_yet(document: Any = document) -> None:
            batch = at_one_moment(session, document)
            assert batch.state in (BatchState.PREPARING, BatchState.PREPARED)
            assert rows_of(session, batch) == 0

        survived += killed_until_done(session, job_of(session, document, "preprocess").id, chance, min(5, KILLS - survived), nothing_yet)
        document = fresh(session, document)
        prepared_right(session, batch_of(session, document))
        walk(session, people, document, "confirm", work=False)

        def all_or_nothing(document: Any = document, known: int = known) -> None:
            batch = at_one_moment(session, document)
            assert batch.state in (BatchState.IMPORTING, BatchState.IMPORTED)
            if batch.state is BatchState.IMPORTING:
                assert currents(session, family) == known
            sound(session, family)

        survived += killed_until_done(session, job_of(session, document, "import").id, chance, min(5, KILLS - survived), all_or_nothing)
        running.run_waiting(session)
        batch = batch_of(session, document)
        assert batch.state is BatchState.IMPORTED
        whole(session, batch)
        sound(session, family)
        structure = session.get_one(DataStructure, family)
        known = currents(session, family)
    assert survived >= KILLS


def fresh(session: Session, document: Any) -> Any:
    """The document, where processes have taken the session's place meanwhile."""
    return session.get_one(ImportFileRegister, inspect(document).identity[0])


def prepared_right(session: Session, batch: BaseBatch) -> None:
    """Standard file, error files, faults and counts are those of an undisturbed run."""
    assert batch.state is BatchState.PREPARED
    folder = folders.of(batch.number)
    standard = folder / "standard.txt"
    assert digest_of(standard) == batch.standard_sha256
    lines = standard.read_text("utf-8").splitlines()
    assert len(lines) == len({tuple(line.split("\t")[1:3]) for line in lines}) == batch.good
    assert batch.total == batch.good + batch.rejected == ROWS + 3000
    wrong = sum(number % 7 == 3 for number in range(ROWS + 3000))
    assert batch.rejected == batch.faults == wrong
    assert session.scalar(select(func.count()).where(BaseFault.batch_id == batch.id)) == wrong
    assert session.scalar(select(func.sum(BaseFaultCount.count)).where(BaseFaultCount.batch_id == batch.id)) == wrong
    for file in batch.files:
        assert len((folder / str(file.error_file)).read_text("utf-8").splitlines()) == file.rejected + 1
    with clock.at(now().replace(tzinfo=SHANGHAI) + timedelta(days=2)):  # a run killed behind its last transaction leaves its parts
        tidying.run(session, current_app.config["DATA_DIR"])
    left = {path.name for path in folder.iterdir()}
    assert left == {"standard.txt", *(str(one.error_file) for one in batch.files)}


def in_the_middle(monkeypatch: pytest.MonkeyPatch, number: int, do: Callable[[], None]) -> None:
    """Does something before the import's block of that number is put in."""
    put, seen = importing.put, []

    def counting(connection: Any, block: bytes) -> None:
        seen.append(len(block))
        if len(seen) == number:
            do()
        put(connection, block)

    monkeypatch.setattr(importing, "put", counting)


@pytest.mark.article("18")
def test_cancelled_in_the_middle_and_run_again(
    session: Session, people: list[Any], structure: DataStructure, actors: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it stays; the same batch can be imported again by its maker."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": content(range(ROWS))}))
    walk(session, people, document, "import")
    walk(session, people, document, "confirm", work=False)
    job = job_of(session, document, "import").id
    with monkeypatch.context() as patched:
        in_the_middle(patched, 3, lambda: session.execute(update(Job).where(Job.id == job).values(cancel_asked=True)))
        assert running.run(session, job) is JobState.CANCELLED
    batch = batch_of(session, document)
    assert batch.state is BatchState.CANCELLED
    assert rows_of(session, batch) > 0
    assert currents(session, batch.family_id) == 0
    assert running.run_waiting(session) == 1
    assert rows_of(session, batch) == 0
    with transaction(session):
        operations.again(session, actors["data_manager"], job)
    running.run_waiting(session)
    batch = batch_of(session, document)
    assert batch.state is BatchState.IMPORTED
    whole(session, batch)
    sound(session, batch.family_id)


def test_run_again_before_the_rest_is_removed(
    session: Session, people: list[Any], structure: DataStructure, actors: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = register(session, people, delivery(session, people, structure, {"a.csv": content(range(ROWS))}))
    walk(session, people, document, "import")
    walk(session, people, document, "confirm", work=False)
    job = job_of(session, document, "import").id
    with monkeypatch.context() as patched:
        in_the_middle(patched, 3, lambda: session.execute(update(Job).where(Job.id == job).values(cancel_asked=True)))
        running.run(session, job)
    clearing = job_of(session, document, "discard").id
    with transaction(session):
        other = operations.again(session, actors["data_manager"], job).id
    assert running.run(session, other) is JobState.DONE
    assert running.run(session, clearing) is JobState.DONE
    whole(session, batch_of(session, document))


def test_cancelled_preprocessing_leaves_no_files(
    session: Session, people: list[Any], structure: DataStructure, actors: Mapping[str, Any]
) -> None:
    document = register(session, people, delivery(session, people, structure, {"a.csv": content(range(ROWS))}))
    walk(session, people, document, "import", work=False)
    job = job_of(session, document, "preprocess").id
    assert killed_at(20, lambda own: running.run(own, job))[0]
    document = fresh(session, document)
    forget_run(session, job)
    with transaction(session):
        operations.cancel(session, actors["data_manager"], job)
    running.run_waiting(session)
    batch = batch_of(session, document)
    assert batch.state is BatchState.CANCELLED
    assert not folders.of(batch.number).exists()
    with transaction(session):
        operations.again(session, actors["data_manager"], job)
    running.run_waiting(session)
    assert batch_of(session, document).state is BatchState.PREPARED


def test_disk_full_while_preprocessing(
    session: Session, people: list[Any], structure: DataStructure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 21: a clear error, nothing half written, no file left."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": content(range(ROWS))}))
    written = parts.Parts.write

    def full(self: parts.Parts, data: bytes) -> None:
        if self.bytes > 300_000:
            raise OSError(28, "No space left on device")
        written(self, data)

    with monkeypatch.context() as patched:
        patched.setattr(parts.Parts, "write", full)
        walk(session, people, document, "import")
    batch = batch_of(session, document)
    assert "磁盘空间不足" in str(job_of(session, document, "preprocess").problem)
    assert batch.state is BatchState.FAILED
    assert not folders.of(batch.number).exists()
    told = session.scalars(select(Notice).where(Notice.document_id == document.id)).all()
    assert any("磁盘空间不足" in one.body for one in told)


@pytest.fixture
def no_room(app: Flask) -> Iterator[Callable[[Session], None]]:
    """Lets the database run out of room for records: SQLite by its own limit, PostgreSQL by what it raises then."""
    sqlite = db.engine.dialect.name == "sqlite"

    def fill(session: Session) -> None:
        if sqlite:
            pages = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {pages + 100}"))
            session.rollback()
            return
        with transaction(session):
            session.execute(text(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT count(*) FROM base_record) > 0 "
                "THEN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END IF; RETURN NULL; END $$"))
            session.execute(text(
                "CREATE TRIGGER no_room AFTER INSERT ON base_record FOR EACH STATEMENT EXECUTE FUNCTION no_room()"))

    yield fill
    session = db.session()
    session.rollback()
    if sqlite:
        db.engine.dispose()
    else:
        with transaction(session):
            session.execute(text("DROP TRIGGER IF EXISTS no_room ON base_record"))
            session.execute(text("DROP FUNCTION IF EXISTS no_room"))


def test_disk_full_while_importing(
    session: Session, people: list[Any], structure: DataStructure, no_room: Callable[[Session], None]
) -> None:
    """security 21: the database itself has no room."""
    document = register(session, people, delivery(session, people, structure, {"a.csv": content(range(ROWS))}))
    walk(session, people, document, "import")
    walk(session, people, document, "confirm", work=False)
    no_room(session)
    running.run_waiting(session)
    assert "磁盘空间不足" in str(job_of(session, document, "import").problem)
    batch = batch_of(session, document)
    assert batch.state is BatchState.FAILED
    assert rows_of(session, batch) == 0
    assert currents(session, batch.family_id) == 0


@pytest.mark.article("18")
def test_two_imports_of_a_family_at_once(app: Flask, session: Session, people: list[Any], structure: DataStructure) -> None:
    """Each key has one latest record, and nothing is lost."""
    spans = (range(4000), range(2000, 6000), range(1000, 5000))
    keys = []
    for turn, span in enumerate(spans):
        files = {f"{turn}.csv": content(span, amount=f"{turn}.00", wrong=0)}
        document = register(session, people, delivery(session, people, structure, files))
        walk(session, people, document, "import")
        walk(session, people, document, "confirm", work=False)
        keys.append((document, job_of(session, document, "import").id))

    session.rollback()
    outcome = in_threads(app, len(keys), lambda session, at: running.run(session, keys[at][1]))
    assert outcome == [None] * len(keys)
    family = batch_of(session, keys[0][0]).family_id
    sound(session, family)
    assert currents(session, family) == 6000
    batches = [batch_of(session, document) for document, _key in keys]
    assert sum(one.imported for one in batches) == 12_000
    assert sum(one.corrections for one in batches) == 6_000


def test_a_single_part_joined_again_leaves_one_name(tmp_path: Path) -> None:
    """A run that is killed between joining and its last transaction joins once more."""
    with parts.Parts(tmp_path, "standard", 1, []) as made:
        made.write(b"1\n2\n")
        mark = made.mark()
    target = tmp_path / "standard.txt"
    for _run in range(2):
        parts.join(tmp_path, mark, target)
        assert target.read_bytes() == b"1\n2\n"
        assert {one.name for one in tmp_path.iterdir()} == {"standard.txt", *(str(name) for name, _size in mark)}
