"""Verbs of chapter 8 that other rooms call: who a person is, and the customer of an application."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.customers import register_customer
from app.areas.organisation.registers import AccountLink, Department, Employee
from app.engine.positions import position_of
from app.security.models import User, role_permissions, user_roles
from app.workflow.actor import Actor, Origin, Principal
from app.workflow.delegations import standing_for
from app.workflow.permissions import READ


def load_actor(session: Session, user: User, origin: Origin = Origin()) -> Actor:
    """The actor behind an account, in five queries whatever the number of roles; more only while delegations stand."""
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
    same = select(AccountLink.user_id).where(AccountLink.organisation_id == owner)
    hands = standing_for(session, user.id)
    principals = tuple(principal(session, one) for one in hands.direct)
    return Actor(
        user_id=user.id, username=user.username, name=name or full_name(user),
        positions=frozenset(position for _, role in roles if (position := position_of(role))),
        permissions=frozenset((permission, resource) for permission, resource in permissions)
        | {pair for one in principals for pair in one.permissions if pair[0] == READ},
        employee_id=employee, department_code=code, department_name=department, organisation_id=owner,
        fellows=frozenset(session.scalars(same)) if owner is not None else frozenset(),
        origin=origin, principals=principals, also=hands.all,
    )


def principal(session: Session, user_id: int) -> Principal:
    """Somebody whose delegate acts."""
    user = session.get_one(User, user_id)
    roles = list(session.execute(user_roles(user_id)))
    employee, name, code = session.execute(
        select(Employee.id, Employee.name, Department.code).join(Employee.department).where(Employee.user_id == user_id)
    ).first() or (None, None, None)
    return Principal(
        user_id=user_id, name=name or full_name(user),
        positions=frozenset(position for _, role in roles if (position := position_of(role))),
        permissions=frozenset(
            (permission, resource)
            for permission, resource in session.execute(role_permissions([role_id for role_id, _ in roles]))
        ) if user.active else frozenset(),
        employee_id=employee, department_code=code,
    )


def full_name(user: User) -> str:
    """A Chinese name in its order: surname first."""
    return f"{user.last_name or ''}{user.first_name or ''}" or str(user.username)


__all__ = ["full_name", "load_actor", "principal", "register_customer"]
