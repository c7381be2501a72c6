"""Rows of many documents for their tables, and the keys they get."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, inspect, text
from sqlalchemy.orm import Session

from app.engine.document import Document
from app.engine.spec import FormSpec

Rows = dict[Table, list[dict[str, Any]]]


class Tables:
    """The tables of one form: the document's, its own, its lines'; in the order in which they are written."""

    def __init__(self, spec: FormSpec) -> None:
        mapper = inspect(spec.model)
        columns = [(one.key, one.columns[0]) for one in mapper.column_attrs]
        self._document: Table = Document.__table__  # type: ignore[assignment]
        self._own: Table = spec.model.__table__  # type: ignore[assignment]
        shared = {column.key for column in self._document.columns}
        self._shared = [key for key, _column in columns if key in shared]
        self._fields = [key for key, column in columns if column.table is self._own and key != "id"]
        self._lines = {
            line.name: (line.model.__table__, [one.key for one in inspect(line.model).column_attrs if one.key != "id"])
            for line in spec.lines
        }

    def rows(self) -> Rows:
        """An empty list for each table."""
        return {self._document: [], self._own: [], **{table: [] for table, _keys in self._lines.values()}}

    def add(self, rows: Rows, document: Any, system: dict[str, Any]) -> None:
        """Adds the rows of one document."""
        content = document.__dict__
        rows[self._document].append({**{key: content[key] for key in self._shared}, **system})
        own = {key: content[key] for key in self._fields}
        own["id"] = system["id"]
        rows[self._own].append(own)
        for name, (table, keys) in self._lines.items():
            for line in content.get(name) or ():
                held = line.__dict__
                row = {key: held.get(key) for key in keys}
                row["parent_id"] = system["id"]
                rows[table].append(row)


def links_of(spec: FormSpec, document: Any) -> set[tuple[int, str]]:
    """The documents that one refers to, with the fields that do, as `documents.links` draws them."""
    content = document.__dict__
    found = {
        (content[one.attribute], one.name)
        for one in spec.fields if one.target and one.target.forms and content[one.attribute] is not None
    }
    for line in spec.lines:
        for one in line.fields:
            if one.target and one.target.forms:
                keys = (row.__dict__.get(one.attribute) for row in content.get(line.name) or ())
                found |= {(key, f"{line.name}.{one.name}") for key in keys if key is not None}
    return found


def take_ids(session: Session, table: str, count: int) -> Sequence[int]:
    """Keys for so many new rows of a table. On SQLite the caller's transaction holds the write lock already."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        last = connection.scalar(text(f'SELECT max(id) FROM "{table}"')) or 0
        return range(last + 1, last + count + 1)
    statement = "SELECT nextval(CAST(pg_get_serial_sequence(:name, 'id') AS regclass)) FROM generate_series(1, :count)"
    return list(connection.scalars(text(statement), {"name": table, "count": count}))
