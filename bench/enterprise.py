"""An enterprise's page of credit facts: from a database of 100,000 facts, and from one of 10,000,000.

Each enterprise has twenty facts in both, so that the page shows the same. Rows are inserted past the application.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Engine

from bench import crediting, web
from bench.harness import Options, command, counted, databases, medians, show

SMALL, LARGE = 100_000, 10_000_000
PER_ENTERPRISE, PER_RECORD = 20, 5
HEAD = ("", "facts", "page ms", "query ms", "queries")


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given."""
    large = options.rows or LARGE
    with databases(options) as smalls, databases(options) as larges:
        for small, big in zip(smalls, larges, strict=True):
            with ExitStack() as stack:
                one, other = (stack.enter_context(filled(engine, rows)) for engine, rows in ((small, SMALL), (big, large)))
                pages = medians([one.page, other.page], options.repeat)
                queries = medians([one.query, other.query], options.repeat)
                rows = [
                    (small.dialect.name, each.rows, page, query, each.queries())
                    for each, page, query in zip((one, other), pages, queries, strict=True)
                ]
                show("企业信用信息", HEAD, rows)
                print(f"large : small = {pages[1] / pages[0]:.2f} (page), {queries[1] / queries[0]:.2f} (query)")


class Filled:
    """A database with facts, and a client of the application on it."""

    def __init__(self, app: Any, client: Any, rows: int, enterprise_id: int) -> None:
        self.app, self.client, self.rows, self.enterprise_id = app, client, rows, enterprise_id

    def page(self) -> None:
        """The page as a browser gets it."""
        answer = self.client.get(f"/collection/credit/{self.enterprise_id}")
        assert answer.status_code == 200

    def query(self) -> None:
        """What the page asks the database of the facts."""
        from app.areas.collection.credit.reading import Asked, facts_of
        from app.database import db

        with self.app.app_context():
            assert len(facts_of(db.session(), self.enterprise_id, Asked()).facts) == PER_ENTERPRISE
            db.session.remove()

    def queries(self) -> int:
        """How many statements a page sends."""
        from app.database import db

        with self.app.app_context(), counted(db.engine) as sent:
            self.page()
        return sum(not one.startswith("BEGIN") for one in sent)


@contextmanager
def filled(engine: Engine, rows: int) -> Iterator[Filled]:
    """The database with so many facts, and somebody logged in."""
    from app.database import db, transaction
    from app.demo.people import PASSWORD

    with web.with_demo_company(engine.url.render_as_string(hide_password=False)) as app:
        session = db.session()
        with transaction(session):
            structure_id = crediting.structure(session)
            load_id, first = load_of(session, structure_id, rows)
        with transaction(session):
            put_facts(session, load_id, rows, first)
        if engine.dialect.name == "postgresql":
            db.session.remove()
            command(engine, "ANALYZE")
        client = app.test_client()
        client.post("/login/", data={"username": "data_manager", "password": PASSWORD})
        db.session.remove()
        yield Filled(app, client, rows, first + rows // PER_ENTERPRISE // 2)
        db.session.remove()
        db.engine.dispose()


def load_of(session: Any, structure_id: int, rows: int) -> tuple[int, int]:
    """A loaded batch without records yet, and the enterprises; returns the load's id and the first enterprise's."""
    from sqlalchemy import func, select

    from app.areas.business.registers import TargetEnterprise
    from app.areas.collection.base_store.models import BaseBatch
    from app.areas.collection.bulk import insert_rows
    from app.areas.collection.credit.models import LoadBatch, LoadState
    from app.clock import now

    operator, _head = crediting.people(session)
    batch = session.get_one(BaseBatch, crediting.batch(session, structure_id, rows // PER_RECORD, rows // PER_ENTERPRISE))
    load = LoadBatch(
        number="ZZ-2026-000001", batch_id=batch.id, state=LoadState.LOADED, operator_id=operator.user_id, operator_name=operator.name,
        made_at=now(), loaded_at=now(), facts=rows,
    )
    session.add(load)
    session.flush()
    first = (session.scalar(select(func.max(TargetEnterprise.id))) or 0) + 1
    enterprises = [
        (first + at, f"QX{at:08d}", f"云州第{at}机械制造有限公司", crediting.code(at), "active") for at in range(rows // PER_ENTERPRISE)
    ]
    insert_rows(session, TargetEnterprise, ("id", "code", "name", "uscc", "status"), enterprises)
    return load.id, first


def put_facts(session: Any, load_id: int, rows: int, first: int) -> None:
    """The facts, as loading leaves them: five a record, record after record."""
    from sqlalchemy import func, select

    from app.areas.collection.base_store.models import BaseRecord
    from app.areas.collection.bulk import insert_rows
    from app.areas.collection.credit.evaluating import FACT_COLUMNS
    from app.areas.collection.credit.models import CreditFact
    from app.areas.products.registers import Indicator

    indicators = list(session.scalars(select(Indicator.id).where(Indicator.full_code.in_(crediting.INDICATORS))))
    record, enterprises = session.scalar(select(func.min(BaseRecord.id))), rows // PER_ENTERPRISE
    make: Callable[[int], Any] = partial(fact, indicators, record, load_id, first, enterprises)
    for at in range(0, rows, 100_000):
        insert_rows(session, CreditFact, FACT_COLUMNS, [make(number) for number in range(at, min(rows, at + 100_000))])


def fact(indicators: list[int], record: int, load_id: int, first: int, enterprises: int, number: int) -> tuple[Any, ...]:
    """One fact."""
    at = number // PER_RECORD
    month = at // enterprises
    return (first + at % enterprises, indicators[number % PER_RECORD], record + at, load_id, "1",
            f"{2000 + month // 12}-{month % 12 + 1:02}-01", None)
