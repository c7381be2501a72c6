"""Choosing people by typing: active accounts of staff and of members and providers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import AccountLink, Department, Employee, ExternalOrganisation
from app.engine.text import clean, half_width
from app.notices.audience import EMPLOYEE
from app.security.models import User

MOST = 20
LINK: Any = AccountLink
KEY = func.coalesce(Employee.staff_no, User.username)
"""The staff number (工号); of people outside, the user name."""
NAME = func.coalesce(User.last_name, "").concat(func.coalesce(User.first_name, ""))


@dataclass(frozen=True)
class Person:
    """Somebody who may be chosen: staff number or user name, name, and what tells people of one name apart."""

    key: str
    title: str
    detail: str


def find(session: Session, typed: str) -> list[Person]:
    """At most twenty people whose name holds what was typed, or whose staff number or user name begins with it."""
    text = clean(half_width(typed))[:60].split(" ", 1)[0]
    statement = people()
    if text:
        starts = [column.startswith(text, autoescape=True) for column in (User.username, Employee.staff_no)]
        statement = statement.where(or_(*starts, NAME.contains(text, autoescape=True)))
    rows = session.execute(statement.order_by(Employee.staff_no.is_(None), Employee.staff_no, User.id).limit(MOST))
    return [Person(key, name, " · ".join(filter(None, more))) for key, name, *more in rows]


def people() -> Select[str, str, str, str]:
    """(key, name, department, organisation) of active accounts."""
    return (
        select(KEY, NAME, Department.name, ExternalOrganisation.name)
        .outerjoin(Employee, Employee.user_id == User.id).outerjoin(Department, Department.id == EMPLOYEE.department_id)
        .outerjoin(AccountLink, LINK.user_id == User.id)
        .outerjoin(ExternalOrganisation, ExternalOrganisation.id == LINK.organisation_id)
        .where(User.active)
    )


def chosen(session: Session, typed: Sequence[str]) -> tuple[frozenset[int], list[str]]:
    """The ids of the people typed by their keys, and what was typed that names nobody."""
    keys = [words.split(" ", 1)[0] for one in typed if (words := clean(half_width(one)))]
    statement = select(KEY, User.id).outerjoin(Employee, Employee.user_id == User.id).where(User.active, KEY.in_(keys))
    known = {str(key): int(user) for key, user in session.execute(statement.order_by(Employee.staff_no.is_not(None)))}
    return frozenset(known.values()), [key for key in keys if key not in known]
