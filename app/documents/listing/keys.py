"""Page keys: where a page begins, and the stretches of the order that lie beyond."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select
from sqlalchemy.types import TypeEngine

from app.documents.listing.selection import BadSelection
from app.engine.choice import Choice, ChoiceType
from app.engine.decimals import ExactDecimal

LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Key:
    """A row's place in an order: its value in the sort column, and its id."""

    value: Any
    id: int

    def written(self, sort: str) -> str:
        """The key as opaque text; it is good for the order by the same column alone."""
        value = self.value
        match value:
            case Choice():
                value = value.value
            case date():  # datetime too
                value = value.isoformat()
            case Decimal():
                value = str(value)
        return base64.urlsafe_b64encode(json.dumps([sort, value, self.id]).encode()).decode().rstrip("=")


def read_key(text: str, sort: str, column: ColumnElement[Any] | None) -> Key:
    """The key of the text; raises BadSelection for anything that this order never wrote."""
    try:
        named, value, row = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        if named != sort or type(row) is not int or not 0 <= row <= LARGEST_ID:
            raise BadSelection(text)
        return Key(None if column is None or value is None else typed(column, value), row)
    except (ValueError, TypeError, InvalidOperation, RecursionError):
        raise BadSelection(text) from None


def typed(column: ColumnElement[Any], value: Any) -> Any:
    """The value as the column has it: PostgreSQL would not compare a number with text. Raises ValueError."""
    kind = column.type.python_type
    if isinstance(column.type, ChoiceType):
        return column.type.choice.of(value)
    if kind is Decimal:
        if type(value) is not str:  # keys carry amounts as text
            raise TypeError(value)
        number = Decimal(value)
        if not fits(number, column.type):
            raise ValueError(value)
        return number
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    if type(value) is not kind or (kind is int and not fits(value, column.type)):
        raise TypeError(value)
    if kind is str and "\0" in value.encode().decode():  # neither that nor half a surrogate pair reaches a database
        raise ValueError(value)
    return value


def fits(number: Decimal | int, kind: TypeEngine[Any]) -> bool:
    """Whether a column of that type could hold the number: PostgreSQL refuses to compare it with any other."""
    if isinstance(kind, ExactDecimal):
        return bool(abs(number) < 10 ** (kind.precision - kind.scale))
    return bool(abs(number) < 2 ** (63 if isinstance(kind, BigInteger) else 31))


@dataclass(frozen=True)
class Segment:
    """A stretch of the order that one index serves from its first row; `by_id`: the sort column is the same all over.

    `among`: the ids that it is limited to.
    """

    where: tuple[ColumnElement[bool], ...]
    by_id: bool = False
    among: Select[Any] | None = None


def segments(
    row: ColumnElement[int],
    column: ColumnElement[Any] | None,
    nullable: bool,
    down: bool,
    backwards: bool,
    key: Key | None,
) -> Iterator[Segment]:
    """What lies beyond the key, nearest first; `down`: towards lesser values. Empty values stand last, sorted either way.

    One condition on (column, id) would say the same, but SQLite then walks through all rows with the key's value.
    """
    further = () if key is None else (row < key.id if down else row > key.id,)
    if column is None:
        yield Segment(further, by_id=True)
        return
    empty, filled = Segment((column.is_(None),), by_id=True), (column.is_not(None),) if nullable else ()
    if key is None:
        yield from [Segment(filled), *([empty] if nullable else [])]
    elif key.value is None:
        yield Segment((column.is_(None), *further), by_id=True)
        yield from [Segment(filled)] if backwards else []
    else:
        yield Segment((column == key.value, *further), by_id=True)
        yield Segment((column < key.value if down else column > key.value,))
        yield from [empty] if nullable and not backwards else []
