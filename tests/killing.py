"""Processes that die in the middle of their work: forked, and killed at a chosen moment on their way to the database."""

import os
import signal
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, close_all_sessions

from app.database import db

Moment = Callable[[str, Connection | None], None]


@contextmanager
def moments(engine: Engine, at: Moment) -> Iterator[None]:
    """Calls `at` before and after each statement, before COMMIT and after it."""

    def before(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        at(f"before {statement}", connection)

    def after(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
        at(f"after {statement}", connection)

    def commit(connection: Connection) -> None:
        at("before COMMIT", connection)

    def committed(session: Session) -> None:
        at("after COMMIT", None)

    heard = [(engine, "before_cursor_execute", before), (engine, "after_cursor_execute", after), (engine, "commit", commit),
             (Session, "after_commit", committed)]
    for target, name, listener in heard:
        event.listen(target, name, listener)
    try:
        yield
    finally:
        for target, name, listener in heard:
            event.remove(target, name, listener)


@dataclass
class Counter:
    """Counts moments; does something at the one that is waited for."""

    wanted: int
    do: Callable[[Connection | None], None]
    seen: int = 0
    name: str = ""

    def __call__(self, name: str, connection: Connection | None) -> None:
        self.seen += 1
        if self.seen == self.wanted:
            self.name = name
            self.do(connection)


def killed_at(wanted: int, work: Callable[[Session], Any]) -> tuple[bool, str]:
    """Does the work in a process that is killed with -9 at that moment; whether it was killed, and at which."""
    close_all_sessions()
    db.session.remove()
    db.engine.dispose()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        die_at(wanted, work, writing)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True, told
    assert os.WEXITSTATUS(status) == 0, told
    return False, told


def die_at(wanted: int, work: Callable[[Session], Any], writing: int) -> None:
    """The child's life: it tells the moment and dies, or comes to the end of its work."""

    def die(connection: Connection | None) -> None:
        os.write(writing, counter.name.encode())
        os.kill(os.getpid(), signal.SIGKILL)

    counter = Counter(wanted, die)
    try:
        with moments(db.engine, counter):
            work(db.session())
    except BaseException:
        os.write(writing, traceback.format_exc().encode())
        os._exit(1)
    os._exit(0)
