"""One stage of the data path in a process of its own: `python -m bench.importing STAGE …` prints seconds and memory as JSON.

Floors: csv, checks, sqlite, postgresql. Ours: parse, validate, write (lean), job (the real job in the real application).
"""

import csv
import json
import os
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

AT_ONCE = 10_000


def main() -> None:
    """Runs the stage that the command line names."""
    stage, *arguments = sys.argv[1:]
    work: Callable[[], Any] = globals()[f"prepare_{stage}"](*arguments)
    start = peak()
    began, busy = time.perf_counter(), time.process_time()
    work()
    seconds, cpu = time.perf_counter() - began, time.process_time() - busy
    print(json.dumps({"seconds": seconds, "cpu": cpu, "start": start, "peak": peak()}))


def peak() -> float:
    """The most memory that this program has had, in MB; `ru_maxrss` would count what its parent had before it began."""
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def source(path: str) -> Iterator[list[str]]:
    """The rows of a file, by `csv`."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        yield from rows


def prepare_csv(path: str) -> Callable[[], Any]:
    """The floor of parsing."""
    return lambda: sum(1 for _row in source(path))


def prepare_checks(path: str) -> Callable[[], Any]:
    """The floor of validating: plain callables."""
    from bench.deliveries import checked

    return lambda: sum(1 for _row in checked(source(path)))


def prepare_sqlite(path: str, folder: str) -> Callable[[], Any]:
    """The floor of the whole on SQLite: plain checks and executemany."""
    from bench.deliveries import FIELDS, checked

    def work() -> None:
        connection = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"CREATE TABLE record (id INTEGER PRIMARY KEY, {', '.join(one.name for one in FIELDS)})")
        names, places = ", ".join(one.name for one in FIELDS), ", ".join("?" * len(FIELDS))
        rows = checked(source(path))
        while some := list(islice(rows, AT_ONCE)):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(f"INSERT INTO record ({names}) VALUES ({places})", some)
            connection.execute("COMMIT")
        connection.close()
        for left in Path(folder).glob("floor.db*"):
            left.unlink()

    return work


def prepare_postgresql(path: str, url: str) -> Callable[[], Any]:
    """The floor of the whole on PostgreSQL: plain checks and COPY."""
    import psycopg

    from bench.deliveries import FIELDS, checked

    def work() -> None:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS floor")
            columns = ", ".join(f"{one.name} text" for one in FIELDS)
            connection.execute(f"CREATE TABLE floor (id bigserial PRIMARY KEY, {columns})")
            names = ", ".join(one.name for one in FIELDS)
            with connection.cursor() as cursor, cursor.copy(f"COPY floor ({names}) FROM STDIN") as copy:
                for row in checked(source(path)):
                    copy.write_row(row)
            connection.execute("DROP TABLE floor")

    return work


def prepare_parse(path: str) -> Callable[[], Any]:
    """Our reading."""
    from app.intake.reading import read
    from bench.deliveries import LAYOUT

    return lambda: sum(len(chunk.rows) for chunk in read(Path(path), LAYOUT))


def prepare_validate(path: str, folder: str) -> Callable[[], Any]:
    """Our reading and checking, the key's uniqueness among it."""
    from app.intake.checking import Checker
    from app.intake.duplicates import Duplicates
    from app.intake.reading import read
    from bench.deliveries import LAYOUT

    def work() -> None:
        with Duplicates(Path(folder) / f"keys{os.getpid()}") as keys:
            checker = Checker(LAYOUT, keys)
            for chunk in read(Path(path), LAYOUT):
                checker.check(chunk)

    return work


def prepare_write(path: str, folder: str) -> Callable[[], Any]:
    """Our reading, checking and writing of the standard file."""
    from app.areas.collection.base_store.parts import Parts
    from app.areas.collection.base_store.standard import Lines
    from app.intake.checking import Checker
    from app.intake.duplicates import Duplicates
    from app.intake.reading import read
    from bench.deliveries import LAYOUT

    def work() -> None:
        own = Path(folder) / f"write{os.getpid()}"
        with Duplicates(own / "keys") as keys, Parts(own, "standard", 1, []) as lines:
            checker, made = Checker(LAYOUT, keys), Lines(1, 1)
            for chunk in read(Path(path), LAYOUT):
                checked = checker.check(chunk)
                lines.write(made.of(checked.good, checked.keys))
            lines.mark()
        (own / "standard.1").unlink()
        own.rmdir()

    return work


def prepare_job(url: str, folder: str, job_id: str) -> Callable[[], Any]:
    """A job that waits, in the application as its worker has it."""
    from bench.web import application

    app = application(url, Path(folder))

    def work() -> None:
        from app.database import db
        from app.jobs import running
        from app.jobs.models import JobState

        with app.app_context():
            assert running.run(db.session(), int(job_id)) is JobState.DONE

    return work


if __name__ == "__main__":
    main()
