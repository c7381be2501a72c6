"""People behind accounts (人员): names and departments, as operations on absence and hand-over need them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.positions import HEADS, Position, headed
from app.security.models import Role, User, assoc_user_role
from app.workflow.actor import Actor
from app.workflow.errors import Missing


@dataclass(frozen=True)
class Person:
    """An account with its employee's name and department; `department_code` is None for outsiders."""

    user_id: int
    username: str
    name: str
    active: bool
    department_code: str | None
    department_name: str | None

    @property
    def staff(self) -> bool:
        """Whether the account is an employee's."""
        return self.department_code is not None


def person_of(session: Session, user_id: int) -> Person:
    """The person behind an account; raises Missing."""
    found = people_of(session, user_id)
    if not found:
        raise Missing
    return found[0]


def people_of(session: Session, *user_ids: int) -> list[Person]:
    """The people behind some accounts, or behind all, by department and name."""
    employee: Any = catalogue.register("employees").model
    department: Any = catalogue.register("departments").model
    statement = (
        select(User, employee.name, department.code, department.name)
        .join(employee, employee.user_id == User.id, isouter=True)
        .join(department, department.id == employee.department_id, isouter=True)
        .order_by(department.code, employee.name, User.id)
    )
    if user_ids:
        statement = statement.where(User.id.in_(user_ids))
    return [
        Person(user.id, user.username, name or f"{user.last_name or ''}{user.first_name or ''}" or user.username,
               bool(user.active), code, title)
        for user, name, code, title in session.execute(statement)
    ]


def answers_for(session: Session, actor: Actor) -> Callable[[Person], bool]:
    """For whom the actor answers as a head: the department and the groups below it.

    The general manager answers for the heads, and for bodies and departments that have no head at work.
    """
    if Position.GENERAL_MANAGER in actor.positions:
        heads, manned = department_heads(session)
        return lambda person: person.staff and (person.user_id in heads or headed(person.department_code) not in manned)
    under = departments_under(session, actor.department_code) if actor.positions & HEADS else frozenset[str]()
    return lambda person: person.department_code in under


def department_heads(session: Session) -> tuple[frozenset[int], frozenset[str]]:
    """The users who are heads, and the codes of the departments with one who can log in."""
    employee: Any = catalogue.register("employees").model
    department: Any = catalogue.register("departments").model
    rows = session.execute(
        select(User.id, User.active, department.code)
        .join(assoc_user_role, assoc_user_role.c.user_id == User.id).join(Role, Role.id == assoc_user_role.c.role_id)
        .join(employee, employee.user_id == User.id).join(department, department.id == employee.department_id)
        .where(Role.name.in_([one.role for one in HEADS]))
    ).all()
    return frozenset(user for user, _active, _code in rows), frozenset(code for _user, active, code in rows if active)


def departments_under(session: Session, code: str | None) -> frozenset[str]:
    """The codes of a department and of every group below it; none for people outside."""
    department: Any = catalogue.register("departments").model
    rows = session.execute(select(department.id, department.parent_id, department.code)).all()
    below: dict[int | None, list[int]] = {}
    for key, parent, _code in rows:
        below.setdefault(parent, []).append(key)
    codes = {key: str(own) for key, _parent, own in rows}
    ask = {key for key, own in codes.items() if own == code}
    found: set[int] = set()
    while ask:
        found |= ask
        ask = {key for one in ask for key in below.get(one, ())} - found
    return frozenset(codes[key] for key in found)
