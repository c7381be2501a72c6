"""Signatures through the one door by several clients at once, against the very statements that they send, by the driver alone.

The same documents lie in two databases: the clients sign them in the one; the driver replays in the other what signing sent.
"""

import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from bench.harness import Options, command, databases, raw, show
from bench.web import with_demo_company

CLIENTS, ROUNDS = 8, 5

HEAD = ("", "decisions a second", "bare a second", "bare : door", "statements", "refused")
Sent = list[tuple[str, Any, bool]]


class Recorded(Session):
    """A session on a database of the bench's own that writes the record, as those of the application do."""


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given; `--rows` signatures."""
    with databases(options) as engines:
        for engine in engines:
            with with_demo_company(engine.url.render_as_string(hide_password=False)) as app:
                rows = list(measure(app, engine, options.rows or 400))
            show(f"签批, {engine.dialect.name}", HEAD, rows)


def measure(app: Flask, engine: Engine, number: int) -> Iterator[tuple[Any, ...]]:
    """The rows of the table: with all clients, and with one."""
    from app.audit.recording import LISTENERS
    from app.database import db

    for name, listener in LISTENERS.items():
        if not event.contains(Recorded, name, listener):
            event.listen(Recorded, name, listener)
    keys = made(number)
    db.session.remove()
    db.engine.dispose()
    with copied(engine, "door") as door, copied(engine, "bare") as bare:
        sent = recorded(engine, keys)
        (current_app.config["DATA_DIR"] / "audit_head").unlink()
        for clients in (CLIENTS, 1):
            part = keys[: number // 2] if clients > 1 else keys[number // 2 :]
            rates, floors, failed = [], [], 0
            for turn in range(ROUNDS):
                some = part[turn::ROUNDS]
                rate, errors = at_once(app, some, clients, lambda key: sign(door, key))
                floor, _none = at_once(app, some, clients, lambda key: replay(bare, sent[key]))
                rates.append(rate)
                floors.append(floor)
                failed += errors
            rate, floor = sorted(rates)[len(rates) // 2], sorted(floors)[len(floors) // 2]
            statements = len(sent[keys[0]])
            yield f"{clients} clients" if clients > 1 else "one client", rate, floor, floor / rate, statements, failed


def made(number: int) -> list[int]:
    """So many documents of form S4 that wait for their witness."""
    from app.database import db
    from app.demo.examples import example
    from app.demo.prerequisites import everybody, first_maker
    from app.demo.walk import make
    from app.engine.catalogue import catalogue

    session, spec = db.session(), catalogue.form("S4")
    maker = first_maker(spec, everybody(session))
    keys = [make(session, maker, spec, example(session, maker, spec, turn)).id for turn in range(number)]
    random.Random(1).shuffle(keys)
    return keys


@contextmanager
def copied(engine: Engine, name: str) -> Iterator[Engine]:
    """The same database once more."""
    from app.database import prepare

    if engine.dialect.name == "sqlite":
        command(engine, "PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()
        path = Path(str(engine.url.database))
        copy = create_engine(f"sqlite:///{shutil.copy(path, path.with_name(f'{name}.db'))}", pool_size=CLIENTS)
    else:
        engine.dispose()
        server = create_engine(engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        command(server, f"CREATE DATABASE {engine.url.database}_{name} TEMPLATE {engine.url.database}")
        copy = create_engine(engine.url.set(database=f"{engine.url.database}_{name}"), pool_size=CLIENTS)
    prepare(copy)
    try:
        yield copy
    finally:
        copy.dispose()
        if engine.dialect.name != "sqlite":
            command(server, f"DROP DATABASE {engine.url.database}_{name} WITH (FORCE)")
            server.dispose()


def sign(engine: Engine, key: int) -> None:
    """One signature, as a request gives it."""
    from app.database import transaction
    from app.engine.catalogue import catalogue
    from app.workflow.door import Shown, act
    from app.workflow.options import Action

    spec = catalogue.form("S4")
    with Recorded(engine) as session, transaction(session):
        document: Any = session.get_one(spec.model, key)
        act(session, witness(session, document), spec, key, Action.APPROVE, Shown(document.version, document.digest))


_WITNESSES: dict[int, Any] = {}


def witness(session: Session, document: Any) -> Any:
    """The person who is to sign, known from the login."""
    from app.areas.organisation.operations import load_actor
    from app.security.models import User

    key = document.witness_id
    if key not in _WITNESSES:
        _WITNESSES[key] = load_actor(session, session.get_one(User, document.witness.user_id))
    return _WITNESSES[key]


def recorded(engine: Engine, keys: Sequence[int]) -> dict[int, Sent]:
    """What signing each of the documents sends to the database, with its parameters."""
    from app.database import prepare

    sent: Sent = []
    own = create_engine(engine.url)
    prepare(own)
    with Session(own) as session:
        from app.engine.catalogue import catalogue

        for key in keys[:20]:
            witness(session, session.get_one(catalogue.form("S4").model, key))

    @event.listens_for(own, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        sent.append((statement, parameters, many))

    found = {}
    for key in keys:
        sent.clear()
        sign(own, key)
        found[key] = list(sent)
    own.dispose()
    return found


def replay(engine: Engine, sent: Sent) -> None:
    """The same statements in one transaction, by the driver."""
    with raw(engine) as connection:
        cursor = connection.cursor()
        for statement, parameters, many in sent:
            (cursor.executemany if many else cursor.execute)(statement, parameters)
            if cursor.description:
                cursor.fetchall()
        connection.commit()


def at_once(app: Flask, keys: Sequence[int], clients: int, work: Callable[[int], None]) -> tuple[float, int]:
    """Has so many clients do the work on their share of the documents; how many a second, and how many failed."""
    failed: list[BaseException] = []
    barrier = threading.Barrier(clients + 1)

    def client(share: Sequence[int]) -> None:
        with app.app_context():
            barrier.wait()
            for key in share:
                try:
                    work(key)
                except Exception as error:
                    failed.append(error)

    threads = [threading.Thread(target=client, args=(keys[at::clients],)) for at in range(clients)]
    for thread in threads:
        thread.start()
    barrier.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if failed:
        print(f"first failure: {failed[0]!r}")
    return len(keys) / (time.perf_counter() - start), len(failed)
