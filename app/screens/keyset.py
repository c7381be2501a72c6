"""Paging by key: a page begins after the last row of the one before, so that deep pages cost as much as the first."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

Statement = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Order:
    """A column (never null) that rows are ordered by, and its direction."""

    column: ColumnElement[Any]
    descending: bool = False

    def sorted(self, backwards: bool) -> ColumnElement[Any]:
        """The column as ORDER BY takes it."""
        return self.column.desc() if self.descending != backwards else self.column.asc()

    def beyond(self, value: Any, backwards: bool) -> ColumnElement[bool]:
        """The condition that a row comes after `value`."""
        found: ColumnElement[bool] = self.column < value if self.descending != backwards else self.column > value
        return found


@dataclass(frozen=True)
class Page:
    """Rows, and the keys of the neighbouring pages; None where there is none."""

    rows: list[Any]
    previous: str | None
    next: str | None


def page(
    session: Session, statement: Statement, orders: Sequence[Order], key: Callable[[Any], Sequence[Any]],
    after: str | None, before: str | None, size: int,
) -> Page:
    """The rows after or before a key; `key` gives a row's values in the columns of `orders`."""
    backwards = before is not None
    given = before if backwards else after
    if given is not None:
        statement = statement.where(beyond(orders, read_key(given, len(orders)), backwards))
    ordered = statement.order_by(None).order_by(*(order.sorted(backwards) for order in orders)).limit(size + 1)
    rows = list(session.execute(ordered))
    more = len(rows) > size
    rows = rows[:size][::-1] if backwards else rows[:size]
    first, last = (write_key(key(rows[0])), write_key(key(rows[-1]))) if rows else (None, None)
    has_previous, has_next = (more, True) if backwards else (given is not None, more)
    return Page(rows, first if has_previous else None, last if has_next else None)


def beyond(orders: Sequence[Order], values: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    """The condition that a row comes after the key, comparing column by column."""
    return or_(*(
        and_(*(order.column == value for order, value in zip(orders[:at], values, strict=False)),
             orders[at].beyond(values[at], backwards))
        for at in range(len(orders))
    ))


def write_key(values: Sequence[Any]) -> str:
    """A key as it stands in a URL."""
    texts = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(texts).encode()).decode().rstrip("=")


def read_key(text: str, length: int) -> list[Any]:
    """The values of a key from a URL; raises BadRequest for anything else."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = [datetime.fromisoformat(value) if isinstance(value, str) else int(value) for value in values]
    except (binascii.Error, ValueError, TypeError):
        raise BadRequest from None
    if len(found) != length:
        raise BadRequest
    return found
