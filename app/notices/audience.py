"""Whom an announcement goes to: all staff, or departments, positions and people together (article 106)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Department, Employee, EmployeeStatus, Status
from app.engine.positions import Position
from app.security.models import Role, User, assoc_user_role

WORDS = 255
"""Letters of the audience in words at most."""
EMPLOYEE: Any = Employee
DEPARTMENT: Any = Department
"""With the columns that the registers' references give them."""


@dataclass(frozen=True)
class Audience:
    """`everybody` is all staff (全体员工); else the staff of departments, the holders of roles (岗位), and users by id.

    People of members and providers are reached by role or by name only.
    """

    everybody: bool = False
    departments: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    people: frozenset[int] = frozenset()


def recipients(session: Session, audience: Audience) -> list[int]:
    """The active users of an audience, each once."""
    return list(session.scalars(select(User.id).where(User.active, belongs(session, audience)).order_by(User.id)))


def belongs(session: Session, audience: Audience) -> ColumnElement[bool]:
    """The condition that a user is of the audience."""
    if audience.everybody:
        return of_staff()
    departments = with_those_below(session, audience.departments)
    holders = select(assoc_user_role.c.user_id).where(assoc_user_role.c.role_id.in_(audience.roles))
    return or_(
        of_staff(EMPLOYEE.department_id.in_(departments)) if departments else false(),
        User.id.in_(holders) if audience.roles else false(),
        User.id.in_(audience.people) if audience.people else false(),
    )


def of_staff(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition that a user's employee works here and meets the conditions."""
    accounts = select(Employee.user_id).where(Employee.user_id.is_not(None), Employee.status == EmployeeStatus.ACTIVE, *conditions)
    found: ColumnElement[bool] = User.id.in_(accounts)
    return found


def with_those_below(session: Session, departments: frozenset[int]) -> set[int]:
    """The departments and all below them."""
    found = set(departments)
    parents = session.execute(select(Department.id, DEPARTMENT.parent_id)).all() if found else []
    while more := {key for key, parent in parents if parent in found} - found:
        found |= more
    return found


def departments(session: Session) -> Sequence[Department]:
    """The departments that a notice can go to."""
    return session.scalars(select(Department).where(Department.status == Status.ACTIVE).order_by(Department.id)).all()


def roles(session: Session) -> list[Role]:
    """The positions that a notice can go to, in the procedure's order, those of the company's own last."""
    order = {position.role: number for number, position in enumerate(Position)}
    held = select(assoc_user_role.c.role_id)
    found = session.scalars(select(Role).where(or_(Role.name.in_(order), Role.id.in_(held))))
    return sorted(found, key=lambda role: (order.get(role.name, len(order)), role.name))


def in_words(session: Session, audience: Audience) -> str:
    """The audience as people read it: 信息采集部、客户服务部；岗位：档案管理员；人员：顾知微."""
    if audience.everybody:
        return str(_("全体员工"))
    parts = [
        "、".join(one.name for one in departments(session) if one.id in audience.departments),
        listed(str(_("岗位：")), [one.name for one in roles(session) if one.id in audience.roles]),
        listed(str(_("人员：")), [name for _key, name in names(session, audience.people)]),
    ]
    words = "；".join(part for part in parts if part)
    return words if len(words) <= WORDS else f"{words[:WORDS - 1]}…"


def listed(caption: str, found: Sequence[str]) -> str:
    """Names behind a caption; nothing where there are none."""
    return f"{caption}{'、'.join(found)}" if found else ""


def names(session: Session, users: frozenset[int]) -> list[tuple[int, str]]:
    """(user id, name) of users."""
    found = session.execute(
        select(User.id, User.last_name, User.first_name).where(User.id.in_(users)).order_by(User.id)
    ) if users else ()
    return [(key, f"{last or ''}{first or ''}") for key, last, first in found]
