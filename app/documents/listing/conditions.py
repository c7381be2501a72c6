"""Conditions of a list: each knows the table it looks at, and how short the list becomes by its index."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any

from sqlalchemy import Column, ColumnElement, String, and_, cast, or_, select, type_coerce

from app.clock import now, today
from app.documents.listing.columns import BASE, column_of, filterable, sortable
from app.documents.listing.indexes import in_order
from app.documents.listing.numbers import asked_for, bare
from app.documents.listing.selection import BadSelection, Range, Selection, ViewName
from app.engine.codecs import ChoiceCodec, ChoiceSetCodec
from app.engine.document import ArchiveState, Document, State
from app.engine.fields import FieldSpec
from app.engine.register import DELETED
from app.engine.spec import AnySpec, FormSpec, RegisterSpec
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import mine


class Side(Enum):
    """The table that a condition looks at: `document`, the form's (or register's) own one, or the search index."""

    BASE = 1
    OWN = 2
    WORDS = 3


class Reach(IntEnum):
    """How far a condition's index leads into the table: the first one chosen leads, NONE never does."""

    FEW = 0
    PERSON = 1
    WORK = 2
    TEXT = 3
    WORDS = 4
    REFERENCE = 5
    STATE = 6
    RANGE = 7
    NONE = 9


BY_ID = ""
"""The name of the order of creation, among names of fields."""


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition; `order` names the field whose order its index gives (BY_ID: that of creation; None: neither)."""

    side: Side
    where: ColumnElement[bool]
    reach: Reach = Reach.NONE
    order: str | None = None


def of_view(actor: Actor, view: str) -> Iterator[Condition]:
    """What a ready-made view of a form's list limits it to; raises BadSelection for none of ours."""
    if view not in {one.value for one in ViewName}:
        raise BadSelection(view)
    pending = Condition(Side.BASE, Document.state == State.PENDING, Reach.WORK, BY_ID)
    match ViewName.of(view):
        case ViewName.TODO:
            task = select(Task.id).where(Task.document_id == Document.id, Task.done_at.is_(None), mine(actor))
            yield pending
            yield Condition(Side.BASE, task.correlate(BASE).exists())
        case ViewName.MINE:
            yield Condition(Side.BASE, Document.maker_id == actor.user_id, Reach.PERSON, BY_ID)
        case ViewName.PENDING:
            yield pending
        case ViewName.OVERDUE:
            yield pending
            yield Condition(Side.BASE, Document.due_at < now())
        case ViewName.UNARCHIVED:
            left = and_(Document.state == State.DONE, Document.archive_state == ArchiveState.NONE)
            yield Condition(Side.BASE, left, Reach.WORK, BY_ID)


def of_filters(spec: AnySpec, selection: Selection, dialect: str) -> Iterator[Condition]:
    """What the filters limit a list to."""
    allowed = {one.name: one for one in filterable(spec)}
    if isinstance(spec, RegisterSpec) and "status" not in selection.filters:
        yield from without_deleted(spec)
    for name, value in selection.filters.items():
        if name not in allowed:
            raise BadSelection(name)
        one = allowed[name]
        column = column_of(spec, one)
        side = Side.BASE if isinstance(spec, FormSpec) and column.table is BASE else Side.OWN
        sorted_by = name if name in sortable(spec) else None
        if isinstance(value, Range):
            yield Condition(side, within(column, value), Reach.RANGE if sorted_by else Reach.NONE, sorted_by)
        elif not isinstance(value, str):
            yield of_values(one, side, column, value if isinstance(value, tuple) else (value,))
        elif name == "number" and isinstance(spec, FormSpec):
            yield of_number(spec, value)
        else:
            reach = Reach.TEXT if sorted_by else Reach.NONE
            yield Condition(side, begins_with(column, value, dialect), reach, sorted_by)


def without_deleted(spec: RegisterSpec) -> Iterator[Condition]:
    """Deleted rows are listed only where they are asked for."""
    status = next((one for one in spec.fields if one.name == "status"), None)
    if status is not None and isinstance(status.codec, ChoiceCodec) and (gone := status.codec.choice.find(DELETED)):
        yield Condition(Side.OWN, column_of(spec, status) != gone)


def of_values(one: FieldSpec, side: Side, column: "Column[Any]", values: tuple[Any, ...]) -> Condition:
    """The field has one of the values."""
    if isinstance(one.codec, ChoiceSetCodec):
        text = "," + type_coerce(column, String) + ","
        return Condition(side, or_(*(text.contains(f",{value.value},", autoescape=True) for value in values)))
    where = column == values[0] if len(values) == 1 else column.in_(values)
    order = BY_ID if len(values) == 1 else None
    if side is Side.BASE and one.name == "archive_state":
        return Condition(side, where, Reach.STATE)
    if side is Side.BASE and one.name == "state":
        open_ones = State.DONE not in values
        return Condition(side, where, Reach.WORK if open_ones else Reach.STATE if order == BY_ID else Reach.NONE, order)
    if one.target or column.index or column.name in in_order(column.table):
        return Condition(side, where, Reach.REFERENCE, order)
    return Condition(side, where)


def of_number(spec: FormSpec, text: str) -> Condition:
    """The form's documents whose number is, or begins with, the text."""
    numbers = asked_for(text, spec.prefix) or bare(text, (spec.prefix,), today().year)
    where = numbers.where if numbers else Document.number == text
    return Condition(Side.BASE, where, Reach.FEW, "number" if numbers and numbers.in_order else None)


def of_register_text(spec: RegisterSpec, text: str) -> Condition:
    """The register's rows whose key begins with the text, or whose name holds it."""
    key, name = (column_of(spec, spec.field(one)) for one in (spec.key, spec.name))
    typed = key if isinstance(key.type, String) else cast(key, String)
    found = or_(typed.istartswith(text, autoescape=True), name.icontains(text, autoescape=True))
    return Condition(Side.OWN, found)


def within(column: "Column[Any]", value: Range) -> ColumnElement[bool]:
    """The column lies in the range."""
    least = [column >= value.least] if value.least is not None else []
    most = [column <= value.most] if value.most is not None else []
    return and_(*least, *most) if least or most else column.is_not(None)


def begins_with(column: "Column[Any]", text: str, dialect: str) -> ColumnElement[bool]:
    """The column begins with the text, in the form that each database's index can serve."""
    if dialect == "sqlite":
        return and_(column >= text, column < text + chr(0x10FFFF))
    return column.startswith(text, autoescape=True)
