"""Who holds what, from the database."""

from collections import defaultdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.engine.catalogue import catalogue
from app.security.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from app.workflow.delegations import stands
from app.workflow.duties.holdings import Holdings, Pair, Person
from app.workflow.models import Delegation


def load_holdings(session: Session) -> Holdings:
    """Everybody's positions and permissions in five queries, whatever their number."""
    names: dict[int, str] = dict(session.execute(select(Role.id, Role.name).order_by(Role.id)).all())
    roles: dict[int, set[str]] = defaultdict(set)
    for user_id, role_id in session.execute(select(assoc_user_role.c.user_id, assoc_user_role.c.role_id)):
        roles[user_id].add(names[role_id])
    people = {row.id: person(row, frozenset(roles[row.id])) for row in session.execute(accounts())}
    given = select(Delegation.from_user_id, Delegation.to_user_id).where(stands(now()))
    return Holdings(people, role_grants(session, names), frozenset((one, other) for one, other in session.execute(given)))


def accounts() -> Any:
    """Every account with the employee behind it."""
    employee: Any = catalogue.register("employees").model
    department: Any = catalogue.register("departments").model
    return (
        select(
            User.id, User.username, User.first_name, User.last_name, User.active, employee.name, department.code,
            employee.id.label("employee"),
        )
        .outerjoin(employee, employee.user_id == User.id).outerjoin(department, department.id == employee.department_id)
        .order_by(User.id)
    )


def person(row: Any, roles: frozenset[str]) -> Person:
    """An account as duties see it."""
    name = row.name or f"{row.last_name or ''}{row.first_name or ''}" or row.username
    return Person(row.id, name, row.username, roles, bool(row.active), row.employee is not None, row.code)


def role_grants(session: Session, names: dict[int, str]) -> dict[str, frozenset[Pair]]:
    """The permissions of every role."""
    found: dict[int, set[Pair]] = defaultdict(set)
    statement = (
        select(assoc_permissionview_role.c.role_id, Permission.name, ViewMenu.name)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
    )
    for role_id, permission, resource in session.execute(statement):
        found[role_id].add((permission, resource))
    return {name: frozenset(found[key]) for key, name in names.items()}
