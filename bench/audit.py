"""Verifying the record, against the bare work: the driver reads the same rows and each is hashed once; and what recording costs.

`--rows` entries (200,000) are written by the chain's own code into a bare table.
"""

import hmac
import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine, insert

from app.audit.chain import GENESIS, chained
from app.audit.models import AuditEntry
from app.audit.verifying import check, stored
from bench.harness import Options, counted, databases, medians, raw, show
from bench.web import with_demo_company

KEY = b"a key of this bench"
AT_ONCE = 5_000
HEAD = ("", "rows/s", "floor rows/s", ": floor")
COST = ("", "ms with", "ms without", "ms of the record", "statements more")


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given."""
    rows = options.rows or 200_000
    with databases(options) as engines:
        for engine in engines:
            AuditEntry.__table__.create(engine)  # type: ignore[attr-defined]
            fill(engine, rows)
            show(f"核对审计日志 {rows:,} 条, {engine.dialect.name}", HEAD, [verification(engine, rows)])
    with databases(options) as engines:
        for engine in engines:
            with with_demo_company(engine.url.render_as_string(hide_password=False)):
                show(f"记入审计日志, {engine.dialect.name}", COST, [cost(options)])


def fill(engine: Engine, count: int) -> None:
    """Entries as changes of documents leave them."""
    rows = chained(KEY, 0, GENESIS, made(count))
    with engine.begin() as connection:
        while some := list(islice(rows, AT_ONCE)):
            connection.execute(insert(AuditEntry), some)


def made(count: int) -> Iterator[dict[str, Any]]:
    """Entries without numbers and digests."""
    start = datetime(2026, 1, 1, 9)
    for at in range(count):
        changes = {"records": [str(at), str(at + 1)], "remarks": ["", "已核对，与登记一致"]}
        detail = {"decision": "approve", "step": "check", "changes": changes}
        yield {
            "at": start + timedelta(seconds=at), "user_id": at % 40 + 1, "user_name": "章牧野", "position": "数据管理员",
            "channel": "web", "address": "10.0.0.7", "action": "decide", "resource": "FJ02 数据采集文件登记表",
            "record": f"FJ02-2026-{at:06d}", "document_id": at, "version": 5, "detail": json.dumps(detail, ensure_ascii=False),
        }


def verification(engine: Engine, rows: int) -> tuple[Any, ...]:
    """The row of the table: once each way, for one is long enough to be sure of."""
    start = time.perf_counter()
    with engine.connect() as connection:
        result = check(KEY, stored(connection), {})
    through = time.perf_counter() - start
    assert (result.count, result.fault) == (rows, None)
    start = time.perf_counter()
    with raw(engine) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT * FROM audit_entry ORDER BY id")
        for row in cursor:
            hmac.digest(KEY, str(row).encode(), "sha256")
    floor = time.perf_counter() - start
    return "verify", round(rows / through), round(rows / floor), through / floor


def cost(options: Options) -> tuple[Any, ...]:
    """A submission and its withdrawal with and without an entry each: half of it is what a decision pays for its entry."""
    from sqlalchemy import event

    from app.areas.organisation.operations import load_actor
    from app.audit import recording
    from app.database import db, transaction
    from app.demo.examples import example
    from app.demo.people import user_name
    from app.documents import operations
    from app.engine.catalogue import catalogue
    from app.security.models import User
    from app.workflow import door
    from app.workflow.door import Shown
    from app.workflow.options import Action

    session, spec = db.session(), catalogue.form("FJ02")
    actor = load_actor(session, session.query(User).filter_by(username=user_name(spec.makers[0], 0)).one())
    raw_values = example(session, actor, spec, 1)
    with transaction(session):
        key = operations.create(session, actor, spec, raw_values).id

    def decide() -> None:
        for action in (Action.SUBMIT, Action.WITHDRAW):
            with transaction(session):
                document = session.get_one(spec.model, key)
                door.act(session, actor, spec, key, action, Shown(document.version, document.digest))

    def bare() -> None:
        for name, listener in recording.LISTENERS.items():
            event.remove(db.session, name, listener)
        try:
            decide()
        finally:
            session.info.clear()
            recording.install()

    with counted(db.engine) as much:
        decide()
    with counted(db.engine) as less:
        bare()
    through, floor = medians([decide, bare], max(options.repeat, 30))
    return "one decision", through / 2, floor / 2, (through - floor) / 2, (len(much) - len(less)) // 2


