"""First set-up (初始设置): the company, its departments, and the people with whom forms 21 and 22 can be seen through."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import (
    Department,
    Employee,
    EmployeeStatus,
    Organisation,
    OrganisationKind,
    Status,
)
from app.clock import now, today
from app.documents.guard import writing
from app.engine.positions import HomeDepartment, Position
from app.engine.text import msgid
from app.security.initial import set_initial_password
from app.security.models import Role, User

OUTSIDE = (HomeDepartment.PROVIDERS, HomeDepartment.MEMBERS)
GROUPS = {HomeDepartment.DATA_GROUP: HomeDepartment.TECHNOLOGY, HomeDepartment.SYSTEM_GROUP: HomeDepartment.TECHNOLOGY}


def add_first(session: Session, company: str, people: Mapping[Position, str]) -> dict[Position, str]:
    """The company with its departments and first people, by position and name; returns their initial passwords."""
    with writing(session):
        departments = add_departments(session, company)
        return {
            position: add_person(session, departments, position, name, f"{at:04d}")
            for at, (position, name) in enumerate(people.items(), 1)
        }


def add_departments(session: Session, company: str) -> dict[HomeDepartment, Department]:
    """The company with its departments (articles 5–11), groups below theirs."""
    top = Organisation(code="GS", name=company, kind=OrganisationKind.COMPANY, valid_from=today(), status=Status.ACTIVE)
    session.add(top)
    found: dict[HomeDepartment, Department] = {}
    for home in sorted(HomeDepartment, key=lambda one: one in GROUPS):
        if home not in OUTSIDE:
            parent = found[GROUPS[home]] if home in GROUPS else None
            found[home] = Department(
                code=home.code, name=msgid(home.title), organisation=top, parent=parent, status=Status.ACTIVE
            )
    session.add_all(found.values())
    session.flush()
    return found


def add_person(
    session: Session, departments: Mapping[HomeDepartment, Department], position: Position, name: str, staff_no: str
) -> str:
    """An employee with an account, which is named after the position; returns the initial password."""
    user = User(
        username=position.code, last_name=name[:1], first_name=name[1:], email=f"{position.code}@users.invalid", active=True,
        roles=list(session.scalars(select(Role).where(Role.name == position.role))), created_on=now(), changed_on=now(),
    )
    session.add(user)
    session.flush()
    session.add(Employee(
        staff_no=staff_no, name=name, department=departments[position.department], positions=position.role,
        joined=today(), status=EmployeeStatus.ACTIVE, user_id=user.id,
    ))
    return set_initial_password(session, user)
