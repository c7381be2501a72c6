"""Faults in the middle of a decision: all of it is there afterwards, or nothing (security 20, 21)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.orm import Session

from app.audit.verifying import verify
from app.database import db, transaction
from app.demo.prerequisites import everybody
from app.demo.walk import make, shown, step_on
from app.documents import operations
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.workflow.door import act
from app.workflow.options import Action
from tests.chain_pictures import Picture, picture
from tests.killing import Counter, killed_at, moments

Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]
Work = Callable[[Session], None]
FORM = "S4"


@pytest.fixture
def waiting(session: Session, actors: Actors, example: Example) -> Callable[[int], int]:
    """Makes 介质存放记录 that wait for the safe keeper, whose signature finishes them."""
    spec, people = catalogue.form(FORM), everybody(session)

    def made(number: int) -> int:
        document = make(session, actors["data_manager"], spec, example(spec, 50_000 + number))
        step_on(session, spec, document, people)
        return document.id

    return made


@pytest.fixture
def draft(session: Session, actors: Actors, example: Example) -> Callable[[int], int]:
    """Makes drafts."""

    def made(number: int) -> int:
        with transaction(session):
            return operations.create(session, actors["data_manager"], catalogue.form(FORM), example(catalogue.form(FORM), number)).id

    return made


def approve(actors: Actors, key: int, opinion: str = "已入柜") -> Work:
    """The safe keeper's signature: fields, sign-off, effect, tasks, notice, record."""
    keeper = actors["safe_keeper"]

    def work(session: Session) -> None:
        with transaction(session):
            document = session.get_one(catalogue.form(FORM).model, key)
            act(session, keeper, catalogue.form(FORM), key, Action.APPROVE, shown(document), filled={"slot": "D-9"}, opinion=opinion)

    return work


def submit(actors: Actors, key: int) -> Work:
    """The maker's submission: sign-off, tasks, record."""
    maker = actors["data_manager"]

    def work(session: Session) -> None:
        with transaction(session):
            document = session.get_one(catalogue.form(FORM).model, key)
            act(session, maker, catalogue.form(FORM), key, Action.SUBMIT, shown(document))

    return work


def look(key: int) -> Picture:
    return picture(db.session(), catalogue.form(FORM), key)


def whole(before: Picture, after: Picture, state: State, notices: int) -> bool:
    """Whether everything that the decision causes is there."""
    return (
        after.state is state
        and len(after.trail) == len(before.trail) + 1
        and bool(after.open) == (state is State.PENDING)
        and after.entries == before.entries + 1
        and after.notices[0] - before.notices[0] == notices
        and (state is not State.DONE or (after.row["slot"] == "D-9" and len(after.lines["movements"]) == 1))
    )


def record_holds() -> bool:
    with db.engine.connect() as connection:
        return verify(connection, current_app.config["AUDIT_KEY"].encode(), current_app.config["DATA_DIR"]).fault is None


def kill_everywhere(make_one: Callable[[int], int], work: Callable[[int], Work], state: State, notices: int) -> list[str]:
    """Kills at each moment in turn, until one comes to its end; returns the moments."""
    key, names = make_one(1), []
    for wanted in range(1, 400):
        before = look(key)
        killed, name = killed_at(wanted, work(key))
        after = look(key)
        names.append(name)
        if after != before:
            assert name in ("after COMMIT", ""), name
            assert whole(before, after, state, notices)
            assert record_holds()
            key = make_one(wanted + 1)
        if not killed:
            return names
    raise AssertionError("no end")


@pytest.mark.article("36")
def test_killed_in_the_middle_of_an_approval(session: Session, actors: Actors, waiting: Callable[[int], int]) -> None:
    """security 20"""
    names = kill_everywhere(waiting, lambda key: approve(actors, key), State.DONE, 1)
    told = " ".join(names)
    for table in ("sign_off", "task", "document", "media_safe_record", "safe_movement", "notice", "notice_receipt", "audit_entry"):
        assert f"INTO {table}" in told or f"UPDATE {table}" in told, table
    assert {"before COMMIT", "after COMMIT"} <= set(names)


def test_killed_in_the_middle_of_a_submission(session: Session, actors: Actors, draft: Callable[[int], int]) -> None:
    """security 20"""
    names = kill_everywhere(lambda number: draft(60_000 + number), lambda key: submit(actors, key), State.PENDING, 0)
    assert {"before COMMIT", "after COMMIT"} <= set(names)


@contextmanager
def unwritable(engine: Engine) -> Iterator[None]:
    """A record that takes no entries, by the database itself."""
    plain = engine.dialect.name == "sqlite"
    function = "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
    body = "BEGIN SELECT RAISE(ABORT, 'disk full'); END" if plain else "FOR EACH ROW EXECUTE FUNCTION no_room()"
    make_it = [f"CREATE TRIGGER no_room BEFORE INSERT ON audit_entry {body}"]
    end = ["DROP TRIGGER no_room"] if plain else ["DROP TRIGGER no_room ON audit_entry", "DROP FUNCTION no_room()"]
    run(engine, make_it if plain else [function, *make_it])
    try:
        yield
    finally:
        run(engine, end)


def run(engine: Engine, statements: list[str]) -> None:
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))


def test_without_the_record_nothing_happens(session: Session, actors: Actors, waiting: Callable[[int], int]) -> None:
    """security 21: the record cannot be written, so the approval does not happen."""
    key = waiting(70_000)
    before = look(key)
    with unwritable(db.engine):
        with pytest.raises(DatabaseError, match="disk full"):
            approve(actors, key)(session)
        assert look(key) == before
    approve(actors, key)(session)
    assert whole(before, look(key), State.DONE, 1)


def test_disk_full(session: Session, actors: Actors, waiting: Callable[[int], int]) -> None:
    """security 21: SQLite finds no more room; nothing half written, and all is well once there is."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite's own limit of pages")
    key = waiting(71_000)
    before = look(key)

    def no_more(connection: Connection) -> None:
        cursor = connection.connection.cursor()
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(db.engine, "begin", no_more)
    try:
        with pytest.raises(DatabaseError, match="full"):
            approve(actors, key, "长" * 1_000_000)(session)
    finally:
        event.remove(db.engine, "begin", no_more)
        session.rollback()
        db.engine.dispose()
    assert look(key) == before
    approve(actors, key)(session)
    assert whole(before, look(key), State.DONE, 1)


@pytest.fixture
def server(app: Flask) -> Iterator[Engine]:
    """Another connection to the server, which can end ours."""
    if not app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
        pytest.skip("only a server's connection is lost")
    engine = create_engine(app.config["SQLALCHEMY_DATABASE_URI"], isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


def test_connection_lost(
    session: Session, actors: Actors, waiting: Callable[[int], int], server: Engine, client_for: Callable[[str], FlaskClient]
) -> None:
    """security 20: the server ends the connection before each statement of an approval, and before COMMIT."""

    def end(connection: Connection | None) -> None:
        if connection is None:
            return
        driver: Any = connection.connection.dbapi_connection
        with server.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": driver.info.backend_pid})

    client, key = client_for("safe_keeper"), waiting(72_000)
    before = look(key)
    for wanted in range(1, 400):
        counter = Counter(wanted, end)
        with moments(db.engine, counter), suppress(DBAPIError):
            approve(actors, key)(session)
        session.rollback()
        if counter.seen < wanted or counter.name == "after COMMIT":
            break
        if counter.name.startswith("before"):
            assert look(key) == before, counter.name
            assert client.get("/tasks/").status_code == 200
    assert counter.seen > 20
    assert whole(before, look(key), State.DONE, 1)
    assert record_holds()
