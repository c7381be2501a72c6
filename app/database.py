"""The database: one session a request, visible write transactions, and SQLite set up to serve many writers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from app.engine.base import Model

db = SQLAlchemy(metadata=Model.metadata)

_turns: WeakKeyDictionary[Any, AbstractContextManager[Any]] = WeakKeyDictionary()
"""SQLite's writers of this process take turns here: waiting for its own lock means sleeping between tries."""


@contextmanager
def transaction(session: Session | None = None) -> Iterator[Session]:
    """A write transaction: committed at the end, rolled back on any error.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE): a transaction that reads first and writes later
    would be refused when another has written in between.
    """
    current: Session = session or db.session()
    current.rollback()
    with _turns.get(current.get_bind(), nullcontext()):
        current.connection(execution_options={"writes": True})
        try:
            yield current
            current.commit()
        except BaseException:
            current.rollback()
            raise


def prepare(engine: Engine) -> None:
    """Sets an engine up: SQLite gets WAL, foreign keys, a busy timeout and explicit BEGINs; others need nothing."""
    if engine.dialect.name != "sqlite":
        return
    _turns[engine] = RLock()

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # pysqlite would begin by itself, and only before the first write
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
