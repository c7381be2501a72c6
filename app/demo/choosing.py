"""Finds what examples refer to: people, register rows, documents, and codes that nobody has taken."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Employee
from app.demo.sources import sources
from app.documents.resolver import eligible
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.positions import Position
from app.security.models import Role, assoc_user_role
from app.workflow.actor import Actor

FEW = 20


class People:
    """Hands out people one after the other, never the same twice in a document; the actor where a field is prefilled so.

    `without` is the account of somebody who may not be named.
    """

    def __init__(self, session: Session, actor: Actor, number: int = 0, *, without: int | None = None) -> None:
        self.session = session
        self.actor = actor
        self.number = number
        self.without = without
        self.used: set[str] = set()

    def next(self, one: FieldSpec) -> str | None:
        """The staff number of the next eligible person for a field, or None where nobody is left."""
        assert one.target is not None
        me = self.actor.employee_id
        statement = eligible(one.target, self.actor).where(Employee.user_id.is_not(None)).order_by(Employee.id)
        rows = [row for row in self.session.scalars(statement) if row.user_id != self.without]
        mine = [row for row in rows if row.id == me]
        others = [row for row in rows if row.id != me]
        turn = self.number % len(others) if others else 0
        rows = [*(mine if one.prefill is not None else ()), *others[turn:], *others[:turn]]
        for row in rows:
            if row.staff_no not in self.used:
                self.used.add(row.staff_no)
                return str(row.staff_no)
        return str(rows[0].staff_no) if rows else None


def referred(session: Session, actor: Actor, one: FieldSpec, raw: Mapping[str, Any], number: int) -> str | None:
    """The key of an eligible row by turns: of a register's rows, or of documents that another can follow from."""
    assert one.target is not None
    model = one.target.model
    if model is Document and (rows := finished(session, actor, one.target.forms)):
        return str(rows[number % len(rows)].number)
    statement = eligible(one.target, actor).order_by(model.id)
    if one.within and one.within_key and (owner := raw.get(one.within)):
        relation = getattr(model, one.within_key.removesuffix("_id"))
        parent = relation.property.mapper.class_
        key = catalogue.register(parent.__register__.slug).key
        statement = statement.where(relation.has(getattr(parent, key) == owner))
    rows = list(session.scalars(statement.limit(FEW)))
    return str(getattr(rows[number % len(rows)], one.target.key)) if rows else None


def finished(session: Session, actor: Actor, forms: tuple[str, ...]) -> list[Any]:
    """Documents of several forms, given by prefix, that others can follow from; for outsiders their own."""
    found = [one for prefix in forms for one in sources(session, catalogue.form(prefix).slug)]
    return [one for one in found if one.maker_id in actor.circle] if actor.external else found


def staff(session: Session, position: Position, besides: Collection[int | None] = ()) -> list[Employee]:
    """The holders of a position whose accounts are none of `besides`, in the order of their coming."""
    holders = select(assoc_user_role.c.user_id).join(Role, Role.id == assoc_user_role.c.role_id)
    wanted = select(Employee).where(Employee.user_id.in_(holders.where(Role.name == position.role)))
    return [one for one in session.scalars(wanted.order_by(Employee.id)) if one.user_id not in besides]


def me(session: Session, actor: Actor) -> str:
    """The actor's own staff number."""
    return str(session.scalars(select(Employee.staff_no).where(Employee.id == actor.employee_id)).one())


def row(session: Session, slug: str, key: str) -> Any:
    """The row of a register with that key; raises NoResultFound."""
    spec = catalogue.register(slug)
    return session.scalars(select(spec.model).where(getattr(spec.model, spec.key) == key)).one()


def document(session: Session, number: str) -> Any:
    """The document of that number, as its form has it; raises NoResultFound."""
    return session.scalars(select(Document).where(Document.number == number)).one()


def free(session: Session, column: Any, make: Callable[[int], str], number: int) -> str:
    """The first of make(number), make(number + 1) … that no row has in the column."""
    while session.scalar(select(exists().where(column == make(number)))):
        number += 1
    return make(number)
