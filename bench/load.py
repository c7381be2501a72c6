"""Loading one million facts: matched, authorised, loaded; against the driver putting the very same rows into a bare table.

Five facts a record of fifteen columns, 2,000 records to a hundred enterprises; a tenth of the enterprises are new. The
floor has the same indexes in one transaction, and neither matching nor mapping, keys to other tables, nor chunks.
"""

import gc
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from bench import crediting, web
from bench.harness import Options, command, databases, raw, show
from bench.importing import peak

FACTS, PER_RECORD = 1_000_000, 5
COLUMNS = "enterprise_id, indicator_id, record_id, load_id, value, valid_from, valid_to"


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given."""
    records = (options.rows or FACTS) // PER_RECORD
    with databases(options) as engines:
        table = [measured(engine, records) for engine in engines]
    head = ("", "facts", "match s", "load s", "facts/s load", "facts/s both", "floor/s", "load : floor", "MB grown")
    show("装载", head, table)


def measured(engine: Engine, records: int) -> tuple[Any, ...]:
    """One database."""
    from app.areas.collection.credit import operations
    from app.areas.collection.credit.models import LoadBatch, LoadState
    from app.clock import now
    from app.database import db, transaction
    from app.jobs.running import run_waiting
    from app.workflow.proof import Proof

    with web.with_demo_company(engine.url.render_as_string(hide_password=False)) as app:
        app.config["REDIS_URL"] = "memory://"
        session = db.session()
        with transaction(session):
            structure_id = crediting.structure(session)
        operator, head = crediting.people(session)
        enterprises = max(10, records // 20)
        load_first(session, structure_id, enterprises * 9 // 10, operator, head)
        with transaction(session):
            batch_id = crediting.batch(session, structure_id, records, enterprises)
        with transaction(session):
            load_id = operations.start(session, operator, batch_id).id
        start = forgotten_peak()
        match = timed(lambda: run_waiting(session))
        with transaction(session):
            operations.authorise(session, operator, load_id, Proof(head, now()))
        load = timed(lambda: run_waiting(session))
        session.rollback()
        done = session.get_one(LoadBatch, load_id)
        assert done.state is LoadState.LOADED
        facts, grown = done.facts, peak() - start
        session.rollback()
        bare = floor(engine, load_id)
        db.session.remove()
        db.engine.dispose()
    rate = facts / load
    return engine.dialect.name, facts, match, load, rate, facts / (match + load), facts / bare, rate / (facts / bare), grown


def forgotten_peak() -> float:
    """The memory of the process, in MB; its peak is counted from now on, where the system can do that."""
    gc.collect()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return peak()


def load_first(session: Any, structure_id: int, enterprises: int, operator: Any, head: Any) -> None:
    """Enterprises that the register has already."""
    from app.areas.collection.credit import operations
    from app.clock import now
    from app.database import transaction
    from app.jobs.running import run_waiting
    from app.workflow.proof import Proof

    with transaction(session):
        batch_id = crediting.batch(session, structure_id, enterprises, enterprises)
    with transaction(session):
        load_id = operations.start(session, operator, batch_id).id
    run_waiting(session)
    with transaction(session):
        operations.authorise(session, operator, load_id, Proof(head, now()))
    run_waiting(session)


def timed(work: Callable[[], Any]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def floor(engine: Engine, load_id: int) -> float:
    """Seconds that the driver takes to add the same rows to a table with the same indexes, in one transaction."""
    sqlite = engine.dialect.name == "sqlite"
    key = "INTEGER PRIMARY KEY" if sqlite else "BIGSERIAL PRIMARY KEY"
    dates = "TEXT" if sqlite else "DATE"
    command(engine, f"CREATE TABLE bare (id {key}, enterprise_id INTEGER NOT NULL, indicator_id INTEGER NOT NULL, "
                    f"record_id BIGINT NOT NULL, load_id INTEGER NOT NULL, value TEXT NOT NULL, valid_from {dates}, valid_to {dates}, "
                    "superseded_at TEXT, superseded_by_id INTEGER)")
    for name in ("enterprise_id, indicator_id", "record_id", "load_id"):
        command(engine, f"CREATE INDEX bare_{name.split(',')[0]} ON bare ({name})")
    with raw(engine) as connection:
        mark = "?" if sqlite else "%s"
        rows = connection.execute(f"SELECT {COLUMNS} FROM credit_fact WHERE load_id = {mark} ORDER BY id", (load_id,)).fetchall()

        def put() -> None:
            if sqlite:
                connection.execute("BEGIN")
                connection.executemany(f"INSERT INTO bare ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            else:
                with connection.cursor() as cursor, cursor.copy(f"COPY bare ({COLUMNS}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            connection.commit()

        connection.rollback()
        return timed(put)
