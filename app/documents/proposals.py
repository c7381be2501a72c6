"""Proposed register changes (forms 19–27): the comparison of old and new values, kept with the form as its lines."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec
from app.engine.text import Text, masked

CHANGES = "changes"
"""The computed lines of such a form: field, old and new value."""

CLEARED = "cleared"
"""The field of such a form that names what it clears, where it can."""
EMPTY = _("（空）")
"""A value that a change has taken away."""

STATUS = {"stop": "stopped", "start": "active", "cancel": "left", "delete": "deleted"}
"""What a change of the status makes of it; a deleted row stays, for the forms that tell of it."""


@dataclass(frozen=True)
class Compared:
    """A value as it is now and as a form would make it, in words; empty for none."""

    label: str
    old: str
    new: str


Comparing = Callable[[Session, Any], Iterable[Compared]]
"""What a form would make of what it is about; of a finished one, what is to be told where it has kept no lines."""
_COMPARING: dict[str, Comparing] = {}


def compares(slug: str) -> Callable[[Comparing], Comparing]:
    """Registers how a form compares that is about no declared register, but about accounts or roles."""

    def mark(function: Comparing) -> Comparing:
        _COMPARING[slug] = function
        return function

    return mark


def comparing_of(spec: FormSpec) -> Comparing | None:
    """How the form compares, if it is such a one."""
    return _COMPARING.get(spec.slug)


def describe_changes(session: Session, spec: FormSpec, document: Any) -> None:
    """Sets the form's comparison lines from the record it names and the values it proposes."""
    if spec.change is None:
        return
    register = catalogue.register(spec.change.register)
    line = spec.line(CHANGES)
    record = getattr(document, spec.change.record)
    proposed = {one.name: one for one in spec.fields}
    rows: list[Any] = []
    for one in register.fields:
        if one.name not in proposed or one.name in (spec.change.kind, spec.change.record):
            continue
        new = proposed[one.name].show(document)
        old = one.show(record) if record is not None else ""
        if (new and new != old) or (old and one.name in cleared(spec, document)):
            if one.sensitive:
                old, new = masked(old), masked(new)
            new = new or str(EMPTY)
            rows.append(line.model(line_no=len(rows) + 1, field=str(one.label), old=old[:255] or None, new=new[:255]))
    if status := status_change(spec, document):
        label, old, new = status
        rows.append(line.model(line_no=len(rows) + 1, field=label, old=old or None, new=new))
    setattr(document, CHANGES, rows)


def cleared(spec: FormSpec, document: Any) -> frozenset[str]:
    """The register's fields that a change takes the value out of (清空), by name."""
    chosen = getattr(document, CLEARED, None) if spec.change is not None else None
    return frozenset(one.value for one in chosen or ())


def wrongly_cleared(spec: FormSpec, document: Any) -> Iterator[tuple[FieldSpec, Text]]:
    """What is wrong with the fields chosen to be cleared: there is no such change, no value, or a new one as well."""
    assert spec.change is not None
    names = cleared(spec, document)
    if not names:
        return
    kind, record = getattr(document, spec.change.kind), getattr(document, spec.change.record)
    field, register = spec.field(CLEARED), catalogue.register(spec.change.register)
    if record is None or kind is None or kind.value in STATUS:
        yield field, _("只有修改已有的记录时可以清空")
        return
    for one in register.fields:
        if one.name not in names:
            continue
        if spec.field(one.name).read(document) is not None:
            yield field, _("“%(field)s”填了新值，不能同时清空", field=one.label)
        elif one.read(record) is None:
            yield field, _("“%(field)s”现在就是空的", field=one.label)


def status_change(spec: FormSpec, document: Any) -> tuple[str, str, str] | None:
    """停用、启用、注销、删除: the status's label, its value now and the one to come; None for other changes."""
    assert spec.change is not None
    kind, record = getattr(document, spec.change.kind), getattr(document, spec.change.record)
    if kind is None or kind.value not in STATUS or record is None:
        return None
    one = catalogue.register(spec.change.register).field("status")
    new = type(one.read(record)).of(STATUS[kind.value])
    return str(one.label), one.show(record), one.codec.show(new)
