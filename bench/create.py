"""Making documents through `operations.create`, against bare INSERTs of the very same rows by the driver.

Each document is checked, numbered, linked, indexed for search and sealed with its digest; the floor only writes the rows.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from app.documents import search
from bench.harness import Options, counted, databases, medians, raw, show
from bench.web import with_demo_company

FORMS = ("FJ02", "S4")
HEAD = ("", "ms a document", "floor ms", ": floor", "queries", "rows")


def run(options: Options) -> None:
    """Measures on SQLite, and on PostgreSQL where a server is given; `--rows` documents in one transaction too."""
    with databases(options) as engines:
        for engine in engines:
            with with_demo_company(engine.url.render_as_string(hide_password=False)) as app:
                rows = [row for form in FORMS for row in measure(app, form, options)]
            show(f"制作单据, {engine.dialect.name}", HEAD, rows)


def measure(app: Flask, form: str, options: Options) -> Iterator[tuple[Any, ...]]:
    """The rows of the table for one form."""
    from app.areas.organisation.operations import load_actor
    from app.database import db, transaction
    from app.demo.examples import example
    from app.demo.people import user_name
    from app.documents import operations
    from app.engine.catalogue import catalogue
    from app.security.models import User

    spec, many = catalogue.form(form), options.rows or 200
    session = db.session()
    actor = load_actor(session, session.query(User).filter_by(username=user_name(spec.makers[0], 0)).one())
    values = iter([example(session, actor, spec, number) for number in range(options.repeat + 10 + many)])

    def one() -> None:
        with transaction(session):
            operations.create(session, actor, spec, next(values))
        session.expunge_all()

    one()
    last = session.query(spec.model).order_by(spec.model.id.desc()).first()
    written = rows_written(spec, last)
    with counted(db.engine) as sent:
        one()
    queries = sum(not statement.startswith("BEGIN") for statement in sent)
    bare = Bare(db.engine, written)
    through, floor = medians([one, bare.one], options.repeat)
    yield f"{spec.prefix} {spec.title}, one a transaction", through, floor, through / floor, queries, len(written)
    batch = [next(values) for _ in range(min(many, 200))]

    def all_at_once() -> None:
        with transaction(session):
            for raw_values in batch:
                operations.create(session, actor, spec, raw_values)
            session.rollback()
        session.expunge_all()

    through, floor = (took / len(batch) for took in medians([all_at_once, lambda: bare.many(len(batch))], 3, 1))
    yield f"{spec.prefix} {spec.title}, {len(batch)} in one", through, floor, through / floor, None, len(written)


def rows_written(spec: Any, document: Any) -> list[tuple[Any, dict[str, Any]]]:
    """The rows of a document: its own two, its lines, in the order that they are written."""
    rows = [(table, document) for table in type(document).__mapper__.tables]
    for line in spec.lines:
        rows += [(line.model.__table__, row) for row in getattr(document, line.name)]
    found = []
    for table, row in rows:
        mapper = type(row).__mapper__
        found.append(
            (table, {column.name: getattr(row, mapper.get_property_by_column(column).key) for column in table.columns})
        )
    return found


_FREE = itertools.count(1_000_000, -1)
"""Ids for the floor's rows: downwards, clear of those that the database gives next."""
INDEXED = {
    "sqlite": "INSERT INTO document_search (rowid, form, pairs) VALUES (?, ?, ?)",
    "postgresql": "INSERT INTO document_search (document_id, pairs) VALUES (%s, %s::tsvector)",
}


def entry(engine: Engine, key: int, form: str, summary: str) -> list[Any]:
    """A document's entry in the search index."""
    if engine.dialect.name == "sqlite":
        return [key, form, search.written(search.pairs(summary), "sqlite")]
    return [key, search.vector(key, form, summary)]


class Bare:
    """Writes the same rows again, with ids and numbers of their own, by the driver alone."""

    def __init__(self, engine: Engine, rows: list[tuple[Any, dict[str, Any]]]) -> None:
        self.engine = engine
        self.statements: list[tuple[str, Callable[[int], list[Any]]]] = []
        mark = "?" if engine.dialect.name == "sqlite" else "%s"
        for table, values in rows:
            names = [column.name for column in table.columns]
            processors = [
                column.type.dialect_impl(engine.dialect).bind_processor(engine.dialect) for column in table.columns
            ]
            bound = [
                process(values[name]) if process else values[name]
                for name, process in zip(names, processors, strict=True)
            ]
            quoted = ", ".join(f'"{name}"' for name in names)
            statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join([mark] * len(names))})'
            self.statements.append((statement, self.filling(table, names, bound)))
        base = rows[0][1]
        self.statements.append(
            (INDEXED[engine.dialect.name], lambda key: entry(engine, key, base["form_code"], base["summary"]))
        )
        numbered = f"UPDATE number_sequence SET last = last + 1 WHERE form_code = {mark} AND year = {mark}"
        self.statements.append((numbered, lambda key: [base["form_code"], base["created_at"].year]))

    def filling(self, table: Any, names: list[str], bound: list[Any]) -> Callable[[int], list[Any]]:
        """How a row's values follow from the document's id."""
        unique = {column.name for column in table.columns if column.unique}

        def fill(key: int) -> list[Any]:
            filled: list[Any] = []
            for name, value in zip(names, bound, strict=True):
                if name == "parent_id" or (name == "id" and "parent_id" not in names):
                    filled.append(key)
                elif name == "id":
                    filled.append(next(_FREE))
                else:
                    filled.append(f"{key}" if name == "number" or name in unique else value)
            return filled

        return fill

    def one(self) -> None:
        """One document in a transaction."""
        self.many(1, commit=True)

    def many(self, count: int, *, commit: bool = False) -> None:
        """Several documents in one transaction, undone unless it is to be committed."""
        with raw(self.engine) as connection:
            if self.engine.dialect.name == "sqlite":
                connection.execute("BEGIN IMMEDIATE")
            for _ in range(count):
                key = next(_FREE)
                for statement, fill in self.statements:
                    connection.execute(statement, fill(key))
            connection.commit() if commit else connection.rollback()
