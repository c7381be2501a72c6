"""Workbooks of 100,000 rows: export against the fastest writers, memory flat or not, import against a bare floor.

Every measurement runs in a process of its own, so that peaks of memory are its own. The export's floor is a writer
that gets the very same cells ready-made, without database, formats and checks. Writers beside the one in use are
measured where they are installed (`pip install -r bench/writers.txt`).
The import's floor is calamine, the same table's rules written down plainly, and one executemany. Times are processor
seconds, all threads together.
"""

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from bench.harness import Options, show

REGISTER, FORM = "external_organisations", "product_proposal"
SMALL, LARGE = 10_000, 100_000
KINDS = {"会员客户", "数据提供单位", "普通单位", "司法机关"}


def run(options: Options) -> None:
    """Measures and prints."""
    large = options.rows or LARGE
    with tempfile.TemporaryDirectory(prefix="bench-excel") as folder:
        measure = measuring(Path(folder))
        exports(measure, large)
        imports(measure, large)


def measuring(folder: Path) -> Callable[..., dict[str, Any]]:
    """Runs one measurement of this module in a process of its own."""

    def measure(name: str, *arguments: Any) -> dict[str, Any]:
        command = [sys.executable, "-m", "bench.excel", name, str(folder), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = done.stderr.strip().splitlines() or [f"ended by {done.returncode}"]
            if name != "writer":
                raise SystemExit(f"{name}: {said[-1]}")
            return {"seconds": None, "peak": None, "note": said[-1][:60]}
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    return measure


def exports(measure: Callable[..., dict[str, Any]], large: int) -> None:
    """The export beside the writers."""
    for kind, name in (("register", REGISTER), ("form", FORM)):
        measure("seed", kind, large)
        columns = measure("cells", kind, large)["columns"]
        writers = {one: measure("writer", kind, one) for one in WRITERS}
        best = min((one["seconds"] for one in writers.values() if one["seconds"]), default=None)
        few, all_rows = (measure("export", kind, rows) for rows in (min(SMALL, large), large))
        rows = [("export, database to file", all_rows["seconds"], ratio(all_rows, best), all_rows["peak"])]
        rows += [(f"  {one}", found["seconds"], ratio(found, best), found["peak"] or found.get("note"))
                 for one, found in writers.items()]
        rows.append((f"export of {min(SMALL, large):,} rows", few["seconds"], None, few["peak"]))
        show(f"Export of {name}: {large:,} rows × {columns} columns", ("", "cpu s", ": fastest writer", "peak MB"), rows)
        print(f"memory {large:,} : {min(SMALL, large):,} rows = {all_rows['peak'] / few['peak']:.2f}")


def ratio(found: dict[str, Any], best: float | None) -> float | None:
    """How many times the best it takes."""
    return found["seconds"] / best if best and found["seconds"] else None


def imports(measure: Callable[..., dict[str, Any]], large: int) -> None:
    """The import beside its floor."""
    for kind, name in (("register", REGISTER), ("form", FORM)):
        measure("seed", kind, 0)
        measure("workbook", kind, large)
        floor = measure("floor", kind)
        found = measure("import", kind)
        total = found["check"] + found["write"]
        rows: list[tuple[Any, ...]] = [
            ("floor: calamine + plain checks + executemany", floor["seconds"], 1.0, floor["peak"]),
            ("  of it calamine", floor["read"], None, None),
            ("dry run", found["check"], found["check"] / floor["seconds"], None),
            ("confirmed: checked again and written", found["write"], found["write"] / floor["seconds"], None),
            ("both", total, total / floor["seconds"], found["peak"]),
        ]
        show(f"Import of {name}: {large:,} rows", ("", "cpu s", ": floor", "peak MB"), rows)


def clock() -> float:
    """Processor time of this process, all its threads together: what else the machine does must not count."""
    return time.process_time()


def context(folder: Path) -> Any:
    """An application context on the bench's database."""
    from flask import Flask
    from flask_babel import Babel

    app = Flask("bench")
    app.config.update(DATA_DIR=folder)
    Babel(app, default_locale="zh")
    return app.test_request_context()


def engine_of(folder: Path) -> Any:
    """The bench's database."""
    from sqlalchemy import create_engine

    from app.database import prepare
    from app.models import load

    load(("app.areas",))
    engine = create_engine(f"sqlite:///{folder / 'bench.db'}")
    prepare(engine)
    return engine


def seed(folder: Path, kind: str, rows: str) -> dict[str, Any]:
    """A new database with so many rows."""
    from sqlalchemy import create_engine, insert
    from sqlalchemy.orm import Session

    from app.database import transaction
    from app.documents.bulk import bulk_create
    from bench.harness import make_tables
    from bench.seeding import people_and_registers

    for path in folder.glob("bench.db*"):
        path.unlink()
    engine = create_engine(f"sqlite:///{folder / 'bench.db'}")
    make_tables(engine)
    people_and_registers(engine)
    spec, actor = asked(kind)
    with context(folder), Session(engine) as session, transaction(session):
        if kind == "register":
            session.execute(insert(spec.model.__table__), [organisation(number) for number in range(int(rows))] or [organisation(0)])
        else:
            bulk_create(session, actor, spec, (proposal_values(number) for number in range(int(rows))))
    return {}


def asked(kind: str) -> tuple[Any, Any]:
    """The form or register, and a person who may do everything that is measured."""
    from app.engine.catalogue import catalogue
    from app.engine.spec import AnySpec
    from app.workflow.actor import Actor
    from app.workflow.permissions import permissions_of

    register, form = catalogue.register(REGISTER), catalogue.form(FORM)
    spec: AnySpec = register if kind == "register" else form
    rights = frozenset((permission, spec.resource) for permission in permissions_of(spec))
    position = register.readers[0] if kind == "register" else form.makers[0]
    return spec, Actor(1, "u1", "员工1", frozenset({position}), rights, 1, "SJGL", "数据管理组")


def organisation(number: int) -> dict[str, Any]:
    """A row of the register: all fifteen columns filled."""
    from app.areas.organisation.registers import ExternalKind, Status

    return {
        "code": f"W{number:06d}", "name": f"第{number}长江科技发展有限公司", "kind": list(ExternalKind)[number % 4],
        "uscc": uscc(number), "legal_representative": f"王{number % 997}", "address": f"云州市长江大道{number}号", "industry": "I65",
        "region": "420100", "contact": f"李{number % 991}", "phone": f"027-8{number:07d}", "mail": f"kefu{number}@example.com",
        "bank": f"云州银行第{number % 50}支行", "account": f"4200{number:012d}", "invoice_title": f"第{number}长江科技发展有限公司",
        "status": Status.ACTIVE,
    }


def uscc(number: int) -> str:
    """A unified social credit code with its check character."""
    from stdnum.cn import uscc as standard

    base = f"91420100MA{number:07d}"
    return f"{base}{standard.calc_check_digit(base)}"


def proposal_values(number: int) -> Any:
    """Checked values of a document, seventeen columns with its key."""
    from decimal import Decimal

    from app.documents.values import Values
    from app.engine.catalogue import catalogue

    found: dict[str, Any] = {}
    for one in catalogue.form(FORM).writable:
        found[one.attribute] = value_of(one, number) if one.target is None else None
    found["guide_price"] = Decimal(number % 100_000) / 100
    return Values(found, {"indicators": []})


def value_of(one: Any, number: int) -> Any:
    """A checked value of a field."""
    from app.engine.codecs import ChoiceCodec, CodeCodec, DateCodec

    match one.codec:
        case ChoiceCodec():
            return next(iter(one.codec.choice))
        case CodeCodec():
            return f"CP{number:06d}"
        case DateCodec():
            return date(2026, 1 + number % 12, 1 + number % 28) if one.name == "start_on" else date(2027, 1, 1 + number % 28)
    return f"{one.label}第 {number} 项：供融资机构参考"


def cells(folder: Path, kind: str, rows: str) -> dict[str, Any]:
    """Keeps the cells that an export writes, for the writers."""
    import pickle

    from app.excel import export as module

    kept: list[dict[str, Any]] = []

    def keep(target: Any, layout: Any, sheets: Any) -> None:
        kept.extend(sheets[0][1])

    module.write = keep
    exported(folder, kind, int(rows))
    with (folder / "cells").open("wb") as file:
        pickle.dump([list(kept[0]), [tuple(one.values()) for one in kept]], file)
    return {"columns": len(kept[0])}


def exported(folder: Path, kind: str, rows: int) -> None:
    """The export of so many rows, as the list page asks for it."""
    from unittest.mock import patch

    from sqlalchemy.orm import Session

    from app.documents.listing import Selection
    from app.excel import export as module

    engine = engine_of(folder)
    spec, actor = asked(kind)
    real = module.keys_of
    with (
        patch.object(module, "keys_of", lambda *arguments: real(*arguments)[:rows]), context(folder), Session(engine) as session,
    ):
        order = ("number", True) if kind == "form" else (spec.key, False)
        done = module.export(session, actor, spec, Selection({}, "", "all", *order), folder / "export.xlsx")
    assert done == rows


def export(folder: Path, kind: str, rows: str) -> dict[str, Any]:
    """Times the export."""
    exported(folder, kind, 10)  # what a process does once is not the export's
    start = clock()
    exported(folder, kind, int(rows))
    return {"seconds": clock() - start}


def writer(folder: Path, kind: str, name: str) -> dict[str, Any]:
    """Times a writer on ready-made cells."""
    import pickle

    with (folder / "cells").open("rb") as file:
        headers, rows = pickle.load(file)
    start = clock()
    WRITERS[name](str(folder / "writer.xlsx"), headers, rows)
    return {"seconds": clock() - start}


def by_rapidxlsx(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    import rapidxlsx

    rapidxlsx.write(path, [headers, *map(list, rows)])


def by_jetxl(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    import jetxl

    jetxl.write_sheet(dict(zip(headers, map(list, zip(*rows, strict=True)), strict=True)), path)


def by_rustpy(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rustpy_xlsxwriter import write_worksheet

    write_worksheet((dict(zip(headers, row, strict=True)) for row in rows), path)


def by_rustypyxl(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    from rustypyxl import WriteOnlyWorkbook

    book = WriteOnlyWorkbook(path)
    book.create_sheet("S")
    for row in (headers, *rows):
        book.append_row(list(row))
    book.close()


def by_xlsxwriter(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    for at, row in enumerate((headers, *rows)):
        page.write_row(at, 0, row)
    book.close()


def by_openpyxl(path: str, headers: list[str], rows: list[tuple[Any, ...]]) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in (headers, *rows):
        page.append(row)
    book.save(path)


WRITERS: dict[str, Callable[[str, list[str], list[tuple[Any, ...]]], None]] = {
    "rapidxlsx 0.1.0": by_rapidxlsx, "jetxl 0.3.1": by_jetxl, "rustpy-xlsxwriter 0.8.0": by_rustpy,
    "rustypyxl 0.7.1": by_rustypyxl, "XlsxWriter 3.3.1": by_xlsxwriter, "openpyxl 3.1.5": by_openpyxl,
}


def workbook(folder: Path, kind: str, rows: str) -> dict[str, Any]:
    """A filled workbook to import."""
    from rustpy_xlsxwriter import write_worksheets

    from app.excel.layout import LISTS, layout_of

    engine_of(folder)
    spec, _actor = asked(kind)
    layout = layout_of(spec)
    sheets: list[Any] = [(layout.main.name, filled(spec, layout, int(rows)))]
    sheets += [(one.name, [dict.fromkeys(column.header for column in one.given)]) for one in layout.sheets[1:] if one.writable]
    mark = [dict.fromkeys((layout.slug, layout.title, layout.mark))]
    write_worksheets([*sheets, (LISTS, mark)], str(folder / "import.xlsx"), datetime_format="yyyy-mm-dd")
    return {}


def filled(spec: Any, layout: Any, rows: int) -> Iterator[dict[str, Any]]:
    """The rows of the main sheet."""
    from app.excel.cells import to_cell

    makers = {one.header: to_cell(one.field.codec) for one in layout.main.given if one.field}
    for number in range(1, rows + 1):
        values = organisation(number) if layout.main.columns[0].part != "key" else proposal_values(number).fields
        row: dict[str, Any] = {}
        for one in layout.main.given:
            value = values.get(one.field.attribute) if one.field else None
            row[one.header] = str(number) if one.field is None else None if value is None else makers[one.header](value)
        yield row


def floor(folder: Path, kind: str) -> dict[str, Any]:
    """Reads, checks plainly, writes plainly."""
    import sqlite3

    from python_calamine import CalamineWorkbook

    start = clock()
    sheet = CalamineWorkbook.from_path(folder / "import.xlsx").get_sheet_by_index(0)
    rows = sheet.to_python()[1:]
    read = clock() - start
    good = [row for row in rows if plainly(row, kind)]
    for path in folder.glob("floor.db*"):
        path.unlink()
    with sqlite3.connect(folder / "floor.db") as connection:
        width = len(rows[0])
        connection.execute(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {', '.join(f'c{at}' for at in range(width))})")
        connection.executemany(f"INSERT INTO t VALUES (NULL, {', '.join('?' * width)})", good)
        connection.commit()
    assert len(good) == len(rows)
    return {"seconds": clock() - start, "read": read}


def plainly(row: list[Any], kind: str) -> bool:
    """The same rules as one would write them down for this one table: filled, not too long, well formed; days become text."""
    from stdnum.cn import uscc as standard

    for at, cell in enumerate(row):
        if isinstance(cell, str):
            row[at] = cell = cell.strip()
            if len(cell) > 2000:
                return False
        elif isinstance(cell, date):
            row[at] = cell.isoformat()
        elif not isinstance(cell, int | float):
            return False
    if kind == "form":
        return bool(row[1] and row[3]) and row[12] <= row[13]
    return bool(
        re.fullmatch(r"\w{1,30}", row[0]) and 0 < len(row[1]) <= 120 and row[2] in KINDS and standard.is_valid(row[3])
        and re.fullmatch(r"[0-9-]{6,30}", row[9]) and re.fullmatch(r"[^@\s]+@[^@\s]+", row[10])
        and re.fullmatch(r"[0-9A-Z-]{6,34}", row[12]) and row[14] in ("启用", "停用")
    )


def import_(folder: Path, kind: str) -> dict[str, Any]:
    """Times the dry run and the confirmed import."""
    from sqlalchemy.orm import Session

    from app.database import transaction
    from app.documents import guard
    from app.excel import running
    from app.excel.models import ImportBatch, ImportState
    from app.excel.receiving import receive

    engine = engine_of(folder)
    guard.install()
    spec, actor = asked(kind)
    running.actor_of = lambda session, user_id: actor if user_id == 1 else second(actor, spec)
    code_values(engine)
    with context(folder), Session(engine) as session:
        with transaction(session), (folder / "import.xlsx").open("rb") as file:
            batch = receive(session, actor, spec, folder, "import.xlsx", file)
        key = batch.id
        start = clock()
        running.run_check(session, folder, key)
        check = clock() - start
        session.expire_all()
        batch = session.get_one(ImportBatch, key)
        assert (batch.state, batch.faults) == (ImportState.CHECKED, 0), batch.problem
        with transaction(session):
            batch.state, batch.confirmed_by_id = ImportState.IMPORTING, 2
        start = clock()
        running.run_import(session, folder, key)
        write = clock() - start
        session.expire_all()
        assert session.get_one(ImportBatch, key).state is ImportState.IMPORTED, batch.problem
    return {"check": check, "write": write}


def second(actor: Any, spec: Any) -> Any:
    """Somebody else with the same rights."""
    from dataclasses import replace

    return replace(actor, user_id=2)


def code_values(engine: Any) -> None:
    """The two codes that the register's rows use."""
    from sqlalchemy.orm import Session

    from app.areas.system.registers import CodeStatus, CodeTable, CodeValue
    from app.documents.guard import writing

    with Session(engine) as session, writing(session):
        for name, code in (("industry", "I65"), ("region", "420100")):
            table = CodeTable(code=name, name=name)
            session.add(CodeValue(full_code=f"{name}:{code}", table=table, code=code, title=code, status=CodeStatus.ACTIVE))
        session.flush()
        session.commit()


MEASUREMENTS: dict[str, Callable[..., dict[str, Any]]] = {
    "seed": seed, "cells": cells, "writer": writer, "export": export, "workbook": workbook, "floor": floor, "import": import_,
}


def main() -> None:
    """One measurement, in this process: prints it as JSON, with the peak of memory."""
    name, folder, *arguments = sys.argv[1:]
    found = MEASUREMENTS[name](Path(folder), *arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": None, "peak": peak, **found}))


if __name__ == "__main__":
    main()
