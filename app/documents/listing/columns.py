"""What a list shows, and by what it can be sorted and filtered."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from sqlalchemy import Column, Table

from app.documents.listing.indexes import in_order
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec

BASE: Table = Document.__table__  # type: ignore[assignment]
SHOWN_FIRST, SHOWN_LAST = ("number",), ("maker_name", "created_at", "state", "due_at")
FILTERED_ALWAYS = ("number", "state", "maker_name", "created_at", "due_at", "archive_state")

T = TypeVar("T")


def once(work: Callable[[AnySpec], T]) -> Callable[[AnySpec], T]:
    """Remembers what follows from a spec, by its class: hashing a spec would hash, and translate, every label in it."""
    known: dict[type[Any], T] = {}

    @wraps(work)
    def remembered(spec: AnySpec) -> T:
        if spec.model not in known:
            known[spec.model] = work(spec)
        return known[spec.model]

    return remembered


@once
def list_columns(spec: AnySpec) -> tuple[FieldSpec, ...]:
    """What a list shows, in order."""
    if not isinstance(spec, FormSpec):
        return spec.columns
    return distinct((*named(spec, SHOWN_FIRST), *spec.columns, *named(spec, SHOWN_LAST)))


@once
def filterable(spec: AnySpec) -> tuple[FieldSpec, ...]:
    """The fields that a list can be filtered by: never one that lists mask, so that no filter answers about it."""
    always = named(spec, FILTERED_ALWAYS) if isinstance(spec, FormSpec) else ()
    return tuple(one for one in distinct((*always, *spec.filters)) if not one.sensitive)


@once
def sortable(spec: AnySpec) -> frozenset[str]:
    """The fields that a list can be sorted by: those shown whose order an index gives."""
    orders = {BASE: in_order(BASE, ("form_code",)), own_table(spec): in_order(own_table(spec))}
    return frozenset(
        one.name
        for one in distinct((*list_columns(spec), *spec.fields))
        if one.target is None and not one.sensitive and (at := column_of(spec, one)).name in orders[at.table]
    )


def named(spec: FormSpec, names: Iterable[str]) -> tuple[FieldSpec, ...]:
    """The fields of these names."""
    return tuple(spec.field(name) for name in names)


def distinct(fields: Iterable[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Each field once, where it first stands."""
    return tuple({one.name: one for one in reversed(tuple(fields))}.values())[::-1]


def own_table(spec: AnySpec) -> Table:
    """The table of the form's own fields, or the register's."""
    table: Table = spec.model.__mapper__.local_table  # type: ignore[assignment]
    return table


def column_of(spec: AnySpec, one: FieldSpec) -> "Column[Any]":
    """The column behind a field, of `document` or of the form's own table."""
    column: Column[Any] = spec.model.__mapper__.columns[one.attribute]
    return column
