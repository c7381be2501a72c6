"""The words of a declaration: column, choice, choices, person, reference, document, lines, rule."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, ForeignKey
from sqlalchemy.orm import MappedColumn, Relationship, mapped_column, relationship

from app.engine.choice import Choice, ChoiceSetType, ChoiceType
from app.engine.codecs import ChoiceCodec, ChoiceSetCodec
from app.engine.conditions import Condition
from app.engine.positions import Position
from app.engine.text import Text


class Prefill(Enum):
    """What a new document shows in a field before anybody types."""

    TODAY = "today"
    NOW = "now"
    ME = "me"
    THIS_MONTH = "this_month"


@dataclass(frozen=True)
class Declared:
    """What a declaration says of a field beyond its column; `FormSpec` is compiled from it.

    `computed`: filled by the system, never keyed. `full`: as wide as the sheet. `total`: summed under its lines.
    `sortable`: indexed, so that lists sort by it. `sensitive`: masked in lists and logs. `within`: an earlier
    reference field that the chosen row must belong to. `any_status`: rows out of use may be chosen too.
    """

    label: Text
    help: Text | None = None
    required_when: Condition | None = None
    default: Any = None
    prefill: Prefill | None = None
    computed: bool = False
    full: bool = False
    total: bool = False
    sortable: bool = False
    sensitive: bool = False
    within: Any = None
    position: Position | None = None
    where: ColumnElement[bool] | None = None
    forms: tuple[str, ...] = ()
    any_status: bool = False


_order = itertools.count(100)


def column(label: Text, *, unique: bool = False, index: bool = False, **options: Any) -> MappedColumn[Any]:
    """A field; its type comes from the annotation. `options` are those of Declared."""
    return mapped_column(
        info={"declared": Declared(label, **options)},
        sort_order=next(_order),
        unique=unique or None,
        index=index or None,
    )


def choice(of: type[Choice], label: Text, **options: Any) -> MappedColumn[Any]:
    """A field with one member of a Choice."""
    info = {"declared": Declared(label, **options), "codec": ChoiceCodec(of)}
    return mapped_column(ChoiceType(of), info=info, sort_order=next(_order))


def choices(of: type[Choice], label: Text, **options: Any) -> MappedColumn[Any]:
    """A field with several members of a Choice."""
    info = {"declared": Declared(label, **options), "codec": ChoiceSetCodec(of)}
    return mapped_column(ChoiceSetType(of), info=info, sort_order=next(_order))


def clearing(**fields: Any) -> MappedColumn[Any]:
    """清空的项目: which of these optional values a change takes out of the register; a field left blank keeps its value."""
    labels = {name: one.info if hasattr(one, "info") else one.column.info for name, one in fields.items()}
    members: Any = {name.upper(): (name, info["declared"].label) for name, info in labels.items()}
    of: Any = Choice("Clearing", members)
    return choices(of, _("清空的项目"), help=_("修改时要去掉原值的栏目；栏目空白而此处不选的为不变"), full=True)


def reference(label: Text, *, to: str | None = None, **options: Any) -> Relationship[Any]:
    """A reference to a row of the annotated register, keyed by its code; `to="self"` where a register refers to itself.

    `where` limits the rows that may be chosen, `within` to those that belong to the row chosen in another field.
    """
    declared = Declared(label, **options)
    key: MappedColumn[Any] = mapped_column(index=True, sort_order=next(_order))
    return relationship(
        foreign_keys=lambda: [key.column],
        remote_side=(lambda: [key.column.table.c.id]) if to == "self" else None,
        info={"declared": declared, "key": key, "to": to},
    )


def person(label: Text, *, position: Position | None = None, **options: Any) -> Relationship[Any]:
    """A reference to an employee (员工), of one position where given."""
    return reference(label, position=position, **options)


def document(label: Text, *forms: str, **options: Any) -> Relationship[Any]:
    """A reference to another document, keyed by its number, of one of the forms with these codes; it links the two."""
    return reference(label, to="document", forms=forms, **options)


def lines(label: Text, *, least: int = 0, help: Text | None = None, computed: bool = False) -> Relationship[Any]:
    """The form's lines, of the annotated Line class (which stands above its form); at least so many."""
    declared = Declared(label, help=help, computed=computed)
    parent: dict[str, MappedColumn[Any]] = {}  # the lines' key to their form, among their other keys to documents
    return relationship(
        cascade="all, delete-orphan",
        back_populates="parent",
        order_by="column('line_no')",
        foreign_keys=lambda: [parent["key"].column],
        info={"declared": declared, "lines": True, "least": least, "parent": parent},
    )


Rule = TypeVar("Rule", bound=Callable[[Any], Text | None])


def rule(field: Any, *, at_submit: bool = False) -> Callable[[Rule], Rule]:
    """Marks a method of a form or line as a rule: it returns None, or what is wrong with `field`.

    With `at_submit` it is asked only when the document is submitted.
    """

    def mark(method: Rule) -> Rule:
        method.__dict__["rule"] = (field, at_submit)
        return method

    return mark


def foreign_key(target: str) -> ForeignKey:
    """A foreign key that never cascades: rows in use stay."""
    return ForeignKey(f"{target}.id", ondelete="RESTRICT")
