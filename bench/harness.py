"""What the benches share: timing, counting of queries, throw-away databases, tables that line up in Chinese too."""

import gc
import statistics
import tempfile
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, text


@dataclass(frozen=True)
class Options:
    """What the command line asked for."""

    rows: int | None = None
    repeat: int = 15
    database: str = ""
    runs: int = 10_000
    seed: str = "20261124"


def medians(works: Sequence[Callable[[], Any]], repeat: int = 15, warm: int = 3) -> list[float]:
    """Milliseconds that pieces of work take: medians of several runs, after a few that do not count.

    They take turns, so that what else the machine does weighs on all alike and ratios stay fair.
    """
    for _ in range(warm):
        for work in works:
            work()
    gc.collect()
    gc.disable()
    try:
        rounds = [[milliseconds(work) for work in works] for _ in range(repeat)]
    finally:
        gc.enable()
    return [statistics.median(times) for times in zip(*rounds, strict=True)]


def median(work: Callable[[], Any], repeat: int = 15, warm: int = 3) -> float:
    """Milliseconds that one piece of work takes, as `medians`."""
    return medians([work], repeat, warm)[0]


def milliseconds(work: Callable[[], Any]) -> float:
    """Milliseconds that one run takes."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that an engine is sent meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def databases(options: Options) -> Iterator[list[Engine]]:
    """Empty databases to measure on: an SQLite file, and one on the PostgreSQL server if given. Gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        engines = [create_engine(f"sqlite:///{Path(folder) / 'bench.db'}")]
        server, name = None, f"bench_{uuid.uuid4().hex[:10]}"
        if options.database.startswith("postgres"):
            url = f"postgresql+psycopg://{options.database.split('://', 1)[1]}"
            server = create_engine(url, isolation_level="AUTOCOMMIT")
            command(server, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
            engines.append(create_engine(server.url.set(database=name)))
        try:
            yield engines
        finally:
            for engine in engines:
                engine.dispose()
            if server is not None:
                command(server, f"DROP DATABASE {name} WITH (FORCE)")
                server.dispose()


def command(engine: Engine, statement: str) -> None:
    """Runs one statement."""
    with engine.connect() as connection:
        connection.execute(text(statement))
        connection.commit()


def make_tables(engine: Engine) -> None:
    """All tables of the application, the search index too."""
    import app.documents.listing  # noqa: F401  its indexes
    from app.database import prepare
    from app.documents.search import CREATE
    from app.engine.base import Model
    from app.models import load

    load(("app.areas",))
    prepare(engine)
    Model.metadata.create_all(engine)
    for statement in CREATE[engine.dialect.name]:
        command(engine, statement)


@contextmanager
def raw(engine: Engine) -> Iterator[Any]:
    """The driver's own connection: for floors."""
    connection = engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.close()


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Prints a table: the first column to the left, figures to the right."""
    cells = [[*map(cell, row)] for row in rows]
    widths = [max(map(width, column)) for column in zip(head, *cells, strict=True)]
    print(f"\n{title}\n")
    for line in (list(head), ["-" * one for one in widths], *cells):
        padded = [padding(one, size, left=at == 0) for at, (one, size) in enumerate(zip(line, widths, strict=True))]
        print("  ".join(padded).rstrip())


def cell(value: Any) -> str:
    """A value of a table."""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def padding(text: str, size: int, *, left: bool) -> str:
    """The text with blanks up to a width."""
    blanks = " " * (size - width(text))
    return text + blanks if left else blanks + text


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
