"""Reading and checking a delivered file of 1,000,000 rows × 15 columns, against `csv` and plain Python callables.

The floor is what one would write for this one file: `csv.reader`, and for each value a function that takes it and gives
the standard text or raises ValueError. Both keep the standard rows of a chunk and the faults, and tell duplicates by
key. Every measurement runs in a process of its own; times are processor seconds, peaks are that process's.
"""

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from pathlib import Path
from typing import Any

from app.demo.deliveries import sample_rows, write_file
from app.intake.checking import Checker
from app.intake.duplicates import Duplicates
from app.intake.layout import Field, Layout
from app.intake.reading import read
from app.intake.terms import Encoding, FieldType, FileFormat, Role, Validation
from app.standards.tables import code_table
from app.standards.uscc import check_uscc
from bench.harness import Options, show

T = FieldType
INDUSTRIES = frozenset(one.code for one in code_table("industry").rows)
FIELDS = (
    Field("tyshxydm", "统一社会信用代码", T.TEXT, 18, required=True, key_part=True, validation=Validation.USCC, role=Role.USCC),
    Field("nsrmc", "企业名称", T.TEXT, 120, required=True, role=Role.NAME),
    Field("ssq", "所属期", T.DATE, required=True, key_part=True, validation=Validation.DATE_FORMAT, expression="yyyyMM"),
    Field("xh", "序号", T.TEXT, 12, required=True, key_part=True),
    Field("zsxm", "征收项目", T.TEXT, 30, required=True),
    Field("yjse", "应缴税额", T.AMOUNT, 14, 2, required=True, validation=Validation.RANGE, expression="0~"),
    Field("sjse", "实缴税额", T.AMOUNT, 14, 2, required=True),
    Field("sl", "税率", T.DECIMAL, 8, 4, validation=Validation.RANGE, expression="0~1"),
    Field("qq", "税款所属期起", T.DATE, role=Role.VALID_FROM),
    Field("qz", "税款所属期止", T.DATE, role=Role.VALID_TO),
    Field("rksj", "入库时间", T.MOMENT),
    Field("hydm", "所属行业", T.CODE, 4, codes=INDUSTRIES),
    Field("cs", "申报次数", T.INTEGER, 4, required=True),
    Field("fddbr", "法定代表人", T.TEXT, 30, required=True),
    Field("sfzc", "是否正常户", T.YES_NO, required=True),
)
LAYOUT = Layout(FileFormat.CSV, Encoding.UTF_8, FIELDS, header=True)
ROWS, FAULTY = 1_000_000, 0.01


def run(options: Options) -> None:
    """Measures and prints."""
    rows = options.rows or ROWS
    with tempfile.TemporaryDirectory(prefix="bench-validate") as folder:
        path = Path(folder) / "delivery.csv"
        write_file(path, LAYOUT, sample_rows(LAYOUT, rows, 1, faults=FAULTY))
        found = {name: measured(name, path) for name in WORKS}
        floor = found["floor, read and check"]
        lines = [
            (name, one["seconds"], rows / one["seconds"], floor["seconds"] / one["seconds"], one["peak"], one["good"], one["faults"])
            for name, one in found.items()
        ]
        show(f"Reading and checking {rows:,} rows × {len(FIELDS)} columns",
             ("", "cpu s", "rows/s", "floor : this", "peak MB", "good", "faults"), lines)


def measured(name: str, path: Path) -> dict[str, Any]:
    """One piece of work in a process of its own."""
    command = [sys.executable, "-m", "bench.validate", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def read_only(path: Path) -> tuple[int, int]:
    """Reading by the layout."""
    good = faults = 0
    for chunk in read(path, LAYOUT):
        good, faults = good + len(chunk.rows), faults + len(chunk.broken)
    return good, faults


def read_and_check(path: Path) -> tuple[int, int]:
    """Reading and checking by the layout."""
    good = faults = 0
    with Duplicates(path.parent / "keys") as duplicates:
        checker = Checker(LAYOUT, duplicates)
        for chunk in read(path, LAYOUT):
            checked = checker.check(chunk)
            good, faults = good + len(checked.good), faults + len(checked.faults)
    return good, faults


def plain_read(path: Path) -> tuple[int, int]:
    """Reading by `csv` alone."""
    good = faults = 0
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for row in reader:
            good, faults = (good + 1, faults) if len(row) == len(FIELDS) else (good, faults + 1)
    return good, faults


def plain(path: Path) -> tuple[int, int]:
    """Reading by `csv`, checking by plain callables."""
    good = faults = 0
    for rows, found in plain_chunks(path):
        good, faults = good + len(rows), faults + len(found)
    return good, faults


Chunk = tuple[list[tuple[int, list[str], bytes]], list[tuple[int, str, str, str]]]


def plain_chunks(path: Path, size: int = 5_000) -> Iterator[Chunk]:
    """Good rows with their numbers and key digests, and faults as row, field, value and reason."""
    checks, names = PLAIN, [one.name for one in FIELDS]
    seen: dict[bytes, int] = {}
    rows: list[tuple[int, list[str], bytes]] = []
    faults: list[tuple[int, str, str, str]] = []
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for number, row in enumerate(reader, 2):
            if len(row) != len(checks):
                faults.append((number, "", ",".join(row), f"{len(row)} fields"))
                continue
            standard, sound = [], True
            for name, check, value in zip(names, checks, row, strict=True):
                try:
                    standard.append(check(value))
                except ValueError as error:
                    faults.append((number, name, value, str(error)))
                    sound = False
            if not sound:
                continue
            if standard[8] and standard[9] and standard[9] < standard[8]:
                faults.append((number, names[9], row[9], "before its beginning"))
                continue
            key = blake2b("\x1f".join((standard[0], standard[2], standard[3])).encode(), digest_size=16).digest()
            first = seen.setdefault(key, number)
            if first != number:
                faults.append((number, names[0], row[0], f"the same key as row {first}"))
                continue
            rows.append((number, standard, key))
            if len(rows) == size:
                yield rows, faults
                rows, faults = [], []
    yield rows, faults


def text(length: int, *, required: bool = False) -> Callable[[str], str]:
    """Text of at most so many characters."""

    def check(value: str) -> str:
        value = value.strip()
        if not value:
            if required:
                raise ValueError("required")
            return ""
        if len(value) > length:
            raise ValueError("too long")
        if not value.isprintable():
            raise ValueError("not printable")
        return value

    return check


def number(length: int, places: int, least: int | None = None, most: int | None = None, *,
           required: bool = False) -> Callable[[str], str]:
    """A number within its range, with so many places."""

    def check(value: str) -> str:
        value = value.strip()
        if not value:
            if required:
                raise ValueError("required")
            return ""
        try:
            found = Decimal(value)
        except InvalidOperation:
            raise ValueError("no number") from None
        _sign, digits, exponent = found.as_tuple()
        if not isinstance(exponent, int) or -exponent > places or len(digits) > length:
            raise ValueError("too many digits")
        if (least is not None and found < least) or (most is not None and found > most):
            raise ValueError("out of range")
        return f"{found:.{places}f}"

    return check


def timed(read: Callable[[str], str], *, required: bool = False) -> Callable[[str], str]:
    """A date or moment."""

    def check(value: str) -> str:
        value = value.strip()
        if not value:
            if required:
                raise ValueError("required")
            return ""
        return read(value)

    return check


def code(value: str) -> str:
    """A code of the table."""
    value = value.strip()
    if value and value not in INDUSTRIES:
        raise ValueError("not in the table")
    return value


def yes_no(value: str) -> str:
    """Yes or no."""
    try:
        return {"是": "1", "否": "0"}[value.strip()]
    except KeyError:
        raise ValueError("neither yes nor no") from None


def uscc(value: str) -> str:
    """A unified social credit code."""
    value = value.strip()
    if not value:
        raise ValueError("required")
    return check_uscc(value)


def month(value: str) -> str:
    """yyyyMM."""
    if len(value) != 6 or not value.isdigit():
        raise ValueError("no month")
    return date(int(value[:4]), int(value[4:]), 1).isoformat()


PLAIN: tuple[Callable[[str], str], ...] = (
    uscc, text(120, required=True), timed(month, required=True), text(12, required=True), text(30, required=True),
    number(14, 2, 0, required=True), number(14, 2, required=True), number(8, 4, 0, 1),
    timed(lambda value: date.fromisoformat(value).isoformat()), timed(lambda value: date.fromisoformat(value).isoformat()),
    timed(lambda value: datetime.fromisoformat(value).isoformat(" ")), code, number(4, 0, required=True),
    text(30, required=True), yes_no,
)
"""What one would write for this one file, in the order of its fields."""

WORKS: dict[str, Callable[[Path], tuple[int, int]]] = {
    "floor, read": plain_read, "read": read_only, "floor, read and check": plain, "read and check": read_and_check,
}


def main() -> None:
    """One measurement, as the bench asks for it."""
    name, path = sys.argv[1:]
    start = time.process_time()
    good, faults = WORKS[name](Path(path))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": round(seconds, 2), "peak": peak, "good": good, "faults": faults}))


if __name__ == "__main__":
    main()
