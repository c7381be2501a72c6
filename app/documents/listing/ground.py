"""The tables that a list is read from, and how a condition on one of them is said of another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, exists, literal, select
from sqlalchemy.sql.operators import custom_op

from app.documents import search
from app.documents.listing.columns import BASE, own_table
from app.documents.listing.conditions import Condition, Side
from app.engine.document import Document
from app.engine.spec import AnySpec, FormSpec


@dataclass(frozen=True)
class Ground:
    """The id column of each table, the database's dialect, and what every list of the form holds of `document`."""

    dialect: str
    ids: Mapping[Side, ColumnElement[int]]
    home: tuple[ColumnElement[bool], ...] = ()

    def limited(self, side: Side) -> tuple[ColumnElement[bool], ...]:
        """What leads into the form's part of a table."""
        return self.home if side is Side.BASE else ()

    def rows_of(self, condition: Condition) -> Select[Any]:
        """The ids that meet a condition by itself."""
        return select(self.ids[condition.side]).where(*self.limited(condition.side), condition.where)

    def said_of(self, side: Side, conditions: Iterable[Condition]) -> list[ColumnElement[bool]]:
        """The conditions as one table's rows must meet them, looked up in the others row by row."""
        found, elsewhere = [], dict[Side, list[Any]]()
        for one in conditions:
            if one.side is side:
                found.append(one.where)
            elif one.side is Side.WORDS:
                found.append(self.ids[side].in_(self.rows_of(one)))
            else:
                elsewhere.setdefault(one.side, []).append(one.where)
        for other, where in elsewhere.items():
            found.append(exists(select(literal(1)).where(self.ids[other] == self.ids[side], *where)))
        return found


def ground_of(spec: AnySpec | None, dialect: str) -> Ground:
    """The ground of a form's list, a register's, or (None) that of all documents."""
    words = search.key_of(dialect)
    if spec is None:
        return Ground(dialect, {Side.BASE: BASE.c.id, Side.WORDS: words})
    own = own_table(spec).c.id
    if not isinstance(spec, FormSpec):
        return Ground(dialect, {Side.OWN: own})
    return Ground(
        dialect, {Side.BASE: BASE.c.id, Side.OWN: own, Side.WORDS: words}, (Document.form_code == spec.prefix,)
    )


def aside(element: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQLite: the same, but not to be served by an index. It has no statistics by which to choose; we do."""
    return UnaryExpression(element.self_group(), operator=custom_op("+"), type_=element.type)


def all_aside(elements: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """All of them aside."""
    return [aside(one) for one in elements]
