"""Choosing a colleague by typing, and who arranges whose absence (委托、交接)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.positions import HEADS, Position
from app.engine.text import clean, half_width
from app.screens.exposing import the_actor
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.people import Person, answers_for, people_of

MOST = 20


@dataclass(frozen=True)
class Colleague:
    """An employee to choose: staff number, name, department."""

    key: str
    title: str
    detail: str


def staff() -> Actor:
    """The employee of this request; people of members and providers see 403."""
    actor = the_actor()
    if actor.department_code is None:
        abort(403)
    return actor


def heads(actor: Actor) -> bool:
    """Whether the actor arranges for the department."""
    return bool(actor.positions & {*HEADS, Position.GENERAL_MANAGER})


def own_people(session: Session, actor: Actor) -> list[Person]:
    """Those for whom the actor arranges: oneself first, then, for a head, the others of the department and its groups."""
    mine = people_of(session, actor.user_id)
    if not heads(actor):
        return mine
    own = answers_for(session, actor)
    return mine + [one for one in people_of(session) if one not in mine and own(one)]


def find(session: Session, typed: str) -> list[Colleague]:
    """At most twenty active employees whose name holds what was typed, or whose staff number begins with it."""
    employee: Any = catalogue.register("employees").model
    department: Any = catalogue.register("departments").model
    text = clean(half_width(typed))[:60].split(" ", 1)[0]
    statement = (
        select(employee.staff_no, employee.name, department.name).join(User, User.id == employee.user_id)
        .outerjoin(department, department.id == employee.department_id).where(User.active)
        .order_by(employee.staff_no).limit(MOST)
    )
    if text:
        starts = employee.staff_no.startswith(text, autoescape=True)
        statement = statement.where(or_(starts, employee.name.contains(text, autoescape=True)))
    return [Colleague(key, name, where or "") for key, name, where in session.execute(statement)]


def chosen(session: Session, typed: str) -> int | None:
    """The user of the employee typed by staff number, alone or with the name behind it; None for nobody."""
    employee: Any = catalogue.register("employees").model
    key = clean(half_width(typed)).split(" ", 1)[0]
    found: Sequence[int | None] = session.scalars(select(employee.user_id).where(employee.staff_no == key)).all()
    return found[0] if key and found else None
