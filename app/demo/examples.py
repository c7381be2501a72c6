"""Example values for any form: from its spec, its people and registers; forms with rules of their own add theirs.

Demo documents, conformance tests and benches are made of these.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.documents.resolver import eligible
from app.engine.catalogue import catalogue
from app.engine.codecs import Widget
from app.engine.fields import FieldSpec, LineSpec, StepSpec
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.options import Case

Raw = dict[str, Any]
Adjust = Callable[[Session, Actor, Raw, int], None]


def example(session: Session, actor: Actor, spec: FormSpec, number: int = 0, *, lines: int = 2) -> Raw:
    """Raw values of every field that the maker keys, valid for the form; `number` tells several examples apart."""
    from app.demo.adjustments import ADJUSTMENTS

    raw: Raw = {}
    people = People(session, actor)
    for one in spec.writable:
        raw[one.name] = value(session, actor, one, raw, people, number)
    for line in spec.lines:
        if line.writable:
            raw[line.name] = [
                line_example(session, actor, line, raw, people, at) for at in range(max(lines, line.least))
            ]
    raw = {name: given for name, given in raw.items() if given is not None}
    if adjust := ADJUSTMENTS.get(spec.slug):
        adjust(session, actor, raw, number)
    return raw


def step_example(session: Session, actor: Actor, case: Case, step: StepSpec) -> Raw:
    """Raw values of the fields that a step's signer completes."""
    from app.demo.adjustments import STEPS

    people = People(session, actor)
    maker = case.document.maker_id
    raw: Raw = {}
    for name in step.fills:
        one = case.spec.field(name)
        raw[name] = value(session, actor, one, raw, people.without(maker), 0)
    for line in case.spec.lines:
        columns = [line.field(column) for name, column in step.line_fills if name == line.name]
        if columns:
            raw[line.name] = {
                str(row.id): {one.name: value(session, actor, one, {}, people, at) for one in columns}
                for at, row in enumerate(getattr(case.document, line.name))
            }
    if adjust := STEPS.get((case.spec.slug, step.name)):
        adjust(session, actor, case, raw)
    return {name: given for name, given in raw.items() if given is not None}


class People:
    """Hands out people one after the other, never the same twice in a document, the maker only as the first."""

    def __init__(self, session: Session, actor: Actor) -> None:
        self.session = session
        self.actor = actor
        self.used: set[str] = set()
        self.unwanted: int | None = None

    def without(self, user_id: int) -> "People":
        """Leaves the holder of an account out."""
        self.unwanted = user_id
        return self

    def next(self, one: FieldSpec) -> str | None:
        """The number of the next eligible employee for a person field, or None where nobody is left."""
        assert one.target is not None
        rows = list(self.session.scalars(eligible(one.target, self.actor).order_by(one.target.model.id)))
        if one.prefill is not None:
            rows.sort(key=lambda row: row.id != self.actor.employee_id)
        else:
            rows = [row for row in rows if row.id != self.actor.employee_id]
        rows = [row for row in rows if row.user_id != self.unwanted]
        for row in rows:
            if row.staff_no not in self.used:
                self.used.add(row.staff_no)
                return str(row.staff_no)
        return str(rows[0].staff_no) if rows else None


def line_example(
    session: Session, actor: Actor, line: LineSpec, raw: Mapping[str, Any], people: People, at: int
) -> Raw:
    """Raw values of one line."""
    found: Raw = {}
    helpers = People(session, actor)
    for one in line.fields:
        if one.writable:
            found[one.name] = value(session, actor, one, {**raw, **found}, helpers, at)
    return {name: given for name, given in found.items() if given is not None}


def value(session: Session, actor: Actor, one: FieldSpec, raw: Mapping[str, Any], people: People, number: int) -> Any:
    """A raw value for one field; None where the database holds nothing to refer to."""
    if one.target is None:
        return scalar(one, number)
    if one.target.slug == "employees":
        return people.next(one)
    statement = eligible(one.target, actor).order_by(one.target.model.id)
    if one.within and one.within_key and (owner := raw.get(one.within)):
        relation = getattr(one.target.model, one.within_key.removesuffix("_id"))
        parent = relation.property.mapper.class_
        key = catalogue.register(parent.__register__.slug).key
        statement = statement.where(relation.has(getattr(parent, key) == owner))
    rows = list(session.scalars(statement.limit(20)))
    return str(getattr(rows[number % len(rows)], one.target.key)) if rows else None


def scalar(one: FieldSpec, number: int) -> str:
    """A raw value of a field that refers to nothing."""
    sample = one.codec.example()
    if one.unique and one.codec.widget is Widget.TEXT:
        return f"{sample}{number + 1:03d}"[: one.codec.max_length or 30]
    if one.codec.widget in (Widget.TEXT, Widget.AREA) and sample == "示例":
        return f"{one.label}{number + 1}"[: one.codec.max_length or 60]
    return sample
