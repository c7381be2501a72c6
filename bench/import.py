# ruff: noqa: N999  the name on the command line is import
"""`python -m bench import --rows 1000000`: a file of 15 columns to the base store, beside floors of the same run.

Every stage is a process of its own; the whole way is the two real jobs in the real application. Seconds are wall-clock,
CPU seconds stand beside them, since other work on the machine weighs on the first alone.
"""

import json
import os
import secrets
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.deliveries import write_file
from bench.harness import Options, databases, show

NAME = "import"
ROWS = 1_000_000
TIMES = 3
PAGES = ("/", "/jobs/", "/forms/import_file_register/list")


@dataclass(frozen=True)
class Took:
    """What a stage took: seconds, CPU seconds, MB at its start and at most."""

    seconds: float
    cpu: float
    start: float
    peak: float


def run(options: Options) -> None:
    """Measures and prints."""
    rows = options.rows or ROWS
    times = min(options.repeat, TIMES)
    with TemporaryDirectory(prefix="bench") as folder:
        file, small = Path(folder) / "delivery.csv", Path(folder) / "small.csv"
        write_file(file, rows)
        write_file(small, rows // 10)
        print(f"{rows:,} rows, {file.stat().st_size / 1e6:,.0f} MB, medians of {times}")
        stages(file, small, folder, rows, times)
        with databases(options) as engines:
            for engine in engines:
                whole(engine.url.render_as_string(hide_password=False), file, small, folder, rows, times)


def stages(file: Path, small: Path, folder: str, rows: int, times: int) -> None:
    """Parsing, validating, writing: against `csv` and plain callables, and at a tenth of the rows."""
    names: dict[str, list[Any]] = {
        "csv": ["csv", file], "csv + plain checks": ["checks", file], "parse": ["parse", file],
        "parse + validate": ["validate", file, folder], "parse + validate + write": ["write", file, folder],
    }
    took = medians({**names, **{f"{name}, a tenth": [work[0], small, *work[2:]] for name, work in names.items()}}, times)
    table = [[name, rate(rows, took[name]), took[name].cpu, took[name].start, took[name].peak,
              took[name].cpu / took[f"{name}, a tenth"].cpu / 10] for name in names]
    show("stages", ("stage", "rows/s", "CPU s", "MB at start", "MB peak", "CPU : tenth × 10"), table)
    for words, measure in (("wall-clock", seconds_of), ("CPU", cpu_of)):
        plain = measure(took["csv + plain checks"]) - measure(took["csv"])
        ours = measure(took["parse + validate"]) - measure(took["parse"])
        print(f"validation : plain callables, by {words}: {plain / ours:.2f} times as fast")


def whole(url: str, file: Path, small: Path, folder: str, rows: int, times: int) -> None:
    """The two jobs against the floor on one database, at all rows and at a tenth, and pages meanwhile."""
    kind = url.split(":", 1)[0].split("+")[0]
    with TemporaryDirectory(prefix="bench") as data:
        register = prepared(url, Path(data))
        floors, jobs, tenths = [], [], []
        for turn in range(times):
            floors.append(child(kind, file, folder if kind == "sqlite" else url))
            jobs.append(both(register, url, data, file, rows, f"{turn}a"))
            tenths.append(both(register, url, data, small, rows // 10, f"{turn}b"))
        floor = median(floors)
        pre, put = median([one[0] for one in jobs]), median([one[1] for one in jobs])
        less, tenth = median([one[0] for one in tenths]), median([one[1] for one in tenths])
        all_of = Took(pre.seconds + put.seconds, pre.cpu + put.cpu, max(pre.start, put.start), max(pre.peak, put.peak))
        small_one = Took(less.seconds + tenth.seconds, less.cpu + tenth.cpu, less.start, max(less.peak, tenth.peak))
        table = [
            [name, rate(count, one), one.seconds, one.cpu, one.start, one.peak, one.peak - one.start]
            for name, count, one in (
                ("floor: csv + plain checks + write", rows, floor), ("preprocess", rows, pre), ("import", rows, put),
                ("whole", rows, all_of), ("whole, a tenth of the rows", rows // 10, small_one),
            )
        ]
        show(kind, ("what", "rows/s", "seconds", "CPU s", "MB at start", "MB peak", "MB grown"), table)
        print(f"whole : floor {floor.seconds / all_of.seconds:.2f} (by CPU of our process {floor.cpu / all_of.cpu:.2f}); "
              f"seconds : those of a tenth × 10 {all_of.seconds / small_one.seconds / 10:.2f}")
        pages(register, url, data, file, rows)


def seconds_of(one: Took) -> float:
    """Wall-clock seconds."""
    return one.seconds


def cpu_of(one: Took) -> float:
    """CPU seconds."""
    return one.cpu


def rate(rows: int, took: Took) -> int:
    """Rows a second."""
    return round(rows / took.seconds)


def medians(works: dict[str, list[Any]], times: int) -> dict[str, Took]:
    """What the stages take; they take turns."""
    found: dict[str, list[Took]] = {name: [] for name in works}
    for _turn in range(times):
        for name, arguments in works.items():
            found[name].append(child(*arguments))
    return {name: median(some) for name, some in found.items()}


def median(some: list[Took]) -> Took:
    """Medians of each figure; of memory the most."""
    return Took(
        statistics.median(one.seconds for one in some), statistics.median(one.cpu for one in some),
        max(one.start for one in some), max(one.peak for one in some),
    )


def child(stage: str, *arguments: object) -> Took:
    """Runs a stage in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.importing", stage, *map(str, arguments)], check=True, capture_output=True, text=True,
    )
    return Took(**json.loads(done.stdout.splitlines()[-1]))


Register = Callable[[Path, int, str, str], int]
"""Makes a form 6 for a file of so many rows, of a period of its own, up to a step; returns the key of the job that waits."""


def prepared(url: str, data: Path) -> Register:
    """The demo company with a structure of the 15 columns; documents are made by its people."""
    from bench.registers import Registers

    return Registers(url, data).job


def both(register: Register, url: str, data: str, file: Path, rows: int, name: str) -> tuple[Took, Took]:
    """Preprocessing and importing a file; each turn is another structure's, so that its keys are new."""
    first = child("job", url, data, register(file, rows, name, "import"))
    return first, child("job", url, data, register(file, rows, name, "confirm"))


@contextmanager
def serving(url: str, data: str) -> Iterator[str]:
    """The web process on the same database; gives its address."""
    from bench.registers import free_port

    port = free_port()
    environment = {
        "DATABASE_URL": url.replace("+psycopg", ""), "DATA_DIR": data, "PORT": str(port), "HTTPS": "0",
        "SECRET_KEY": secrets.token_urlsafe(48), "AUDIT_KEY": (Path(data) / "audit_key").read_text(),
        "SECRETS_KEY": (Path(data) / "secrets_key").read_text(),
    }
    process = subprocess.Popen([sys.executable, "-m", "app.serve"], env={**os.environ, **environment},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def pages(register: Register, url: str, data: str, file: Path, rows: int) -> None:
    """The 95th percentile of pages, at rest and while the file is imported."""
    from bench.registers import Browser

    with serving(url, data) as address:
        browser = Browser(address)
        quiet = timed(browser, lambda: False, 60)
        waiting = [register(file, rows, "pages", "import")]
        done = threading.Event()

        def work() -> None:
            child("job", url, data, waiting[0])
            child("job", url, data, register(file, rows, "pages", "confirm"))
            done.set()

        worker = threading.Thread(target=work)
        worker.start()
        busy = timed(browser, lambda: not done.is_set(), 1)
        worker.join()
    print(f"pages, 95th percentile: {quiet * 1000:,.0f} ms at rest, {busy * 1000:,.0f} ms during the import: {busy / quiet:.2f} ×")


def timed(browser: Any, more: Callable[[], bool], least: int) -> float:
    """The 95th percentile of requests, at least so many rounds, and as long as there is more."""
    found: list[float] = []
    turn = 0
    while turn < least or more():
        for page in PAGES:
            start = time.perf_counter()
            browser.get(page)
            found.append(time.perf_counter() - start)
        turn += 1
    return statistics.quantiles(found, n=20)[-1]
