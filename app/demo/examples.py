"""Example values for any form: from its spec, its people and registers; forms with rules of their own add theirs.

Demo documents, conformance tests and benches are made of these.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.clock import today
from app.demo.choosing import People, free, referred
from app.demo.needless import drop_needless
from app.demo.scalars import scalar
from app.demo.words import WORDS, pick
from app.documents.proposals import CLEARED
from app.engine.codecs import Widget
from app.engine.fields import FieldSpec, StepSpec
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]
NOTHING: Mapping[str, Any] = {}
MONTHS = 12


def example(
    session: Session,
    actor: Actor,
    spec: FormSpec,
    number: int = 0,
    *,
    lines: int = 2,
    given: Mapping[str, Any] = NOTHING,
) -> Raw:
    """Raw values of every field that the maker keys, valid for the form; `number` tells several examples apart.

    `given` are values that stand; the others follow from them. Documents that it refers to must be there: see
    `app.demo.prerequisites`.
    """
    from app.demo.adjustments import ADJUSTMENTS

    people = People(session, actor, number)
    raw: Raw = {}
    for one in spec.writable:
        raw[one.name] = given[one.name] if one.name in given else value(session, actor, spec, one, raw, people, number)
    for line in spec.lines:
        if line.writable:
            rows = range(max(lines, line.least))
            raw[line.name] = [
                row_of(session, actor, line.model.__tablename__, line.fields, raw, number + at) for at in rows
            ]
    raw |= given
    if adjust := ADJUSTMENTS.get(spec.slug):
        adjust(session, actor, raw, number)
        raw |= given
    drop_needless(spec.writable, raw, given)
    return {name: one for name, one in raw.items() if one is not None}


def step_example(session: Session, actor: Actor, case: Case, step: StepSpec, given: Mapping[str, Any] = NOTHING) -> Raw:
    """Raw values of the fields that a step's signer completes."""
    from app.demo.adjustments import STEPS

    document, spec, number = case.document, case.spec, case.document.id
    people = People(session, actor, number, without=document.maker_id)
    raw: Raw = {}
    fields = [spec.field(name) for name in step.fills]
    for one in fields:
        raw[one.name] = (
            given[one.name] if one.name in given else field_value(session, actor, spec.slug, one, raw, people, number)
        )
    for line in spec.lines:
        columns = tuple(line.field(column) for name, column in step.line_fills if name == line.name)
        if columns:
            raw[line.name] = {
                str(row.id): row_of(session, actor, line.model.__tablename__, columns, raw, at, every=True)
                for at, row in enumerate(getattr(document, line.name))
            }
    if adjust := STEPS.get((spec.slug, step.name)):
        adjust(session, actor, case, raw)
    raw |= given
    drop_needless(fields, raw, given, document)
    return {name: one for name, one in raw.items() if one is not None}


def row_of(
    session: Session,
    actor: Actor,
    table: str,
    fields: tuple[FieldSpec, ...],
    raw: Mapping[str, Any],
    number: int,
    *,
    every: bool = False,
) -> Raw:
    """Raw values of one line: of what the maker keys, or of `every` field given."""
    found: Raw = {}
    helpers = People(session, actor, number)
    for one in fields:
        if one.writable or every:
            found[one.name] = field_value(session, actor, table, one, {**raw, **found}, helpers, number)
    drop_needless([one for one in fields if one.name in found], found)
    return {name: one for name, one in found.items() if one is not None}


def value(
    session: Session, actor: Actor, spec: FormSpec, one: FieldSpec, raw: Mapping[str, Any], people: People, number: int
) -> Any:
    """A raw value for one of the form's own fields: a new one where it must be unique."""
    if one.name == CLEARED:
        return None
    if not one.unique:
        return field_value(session, actor, spec.slug, one, raw, people, number)
    column = getattr(spec.model, one.attribute)
    if one.codec.widget is Widget.MONTH:
        return free(session, column, earlier_month, number % (20 * MONTHS))
    stem = scalar(spec.slug, one, number)
    return free(session, column, lambda turn: f"{stem}{turn + 1:03d}", number)


def field_value(
    session: Session, actor: Actor, where: str, one: FieldSpec, raw: Mapping[str, Any], people: People, number: int
) -> Any:
    """A raw value for one field; None where the database holds nothing to refer to."""
    if one.target is None:
        return scalar(where, one, number)
    if f"{where}.{one.name}" in WORDS:
        return pick(number, where, one.name)
    return people.next(one) if one.target.slug == "employees" else referred(session, actor, one, raw, number)


def earlier_month(number: int) -> str:
    """The month so many months ago."""
    month = today().year * MONTHS + today().month - 1 - number
    return f"{month // MONTHS}-{month % MONTHS + 1:02d}"
