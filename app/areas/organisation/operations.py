"""Verbs of chapter 8: so far, who a person is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import AccountLink, Department, Employee
from app.engine.positions import position_of
from app.security.models import User, role_permissions, user_roles
from app.workflow.actor import Actor


def load_actor(session: Session, user: User) -> Actor:
    """The actor behind an account, in four queries whatever the number of roles."""
    roles = list(session.execute(user_roles(user.id)))
    permissions = session.execute(role_permissions([role_id for role_id, _ in roles]))
    found = session.execute(
        select(Employee.id, Employee.name, Department.code, Department.name)
        .join(Employee.department).where(Employee.user_id == user.id)
    ).first()
    employee, name, code, department = found or (None, None, None, None)
    owner = None
    if employee is None:
        owner = session.scalar(select(AccountLink.organisation_id).where(AccountLink.user_id == user.id))
    return Actor(
        user_id=user.id, username=user.username, name=name or full_name(user),
        positions=frozenset(position for _, role in roles if (position := position_of(role))),
        permissions=frozenset((permission, resource) for permission, resource in permissions),
        employee_id=employee, department_code=code, department_name=department, organisation_id=owner,
    )


def full_name(user: User) -> str:
    """A Chinese name in its order: surname first."""
    return f"{user.last_name or ''}{user.first_name or ''}" or str(user.username)
