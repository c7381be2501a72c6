"""Flask-AppBuilder's security tables, under the names this project uses, and the two queries that matter."""

from collections.abc import Iterable
from typing import Any

from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from sqlalchemy import Select, select
from sqlalchemy.orm import Session


def user_roles(user_id: int) -> Select[Any]:
    """(role id, role name) of a user."""
    return (
        select(Role.id, Role.name)
        .join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
        .where(assoc_user_role.c.user_id == user_id)
    )


def role_permissions(role_ids: Iterable[int]) -> Select[Any]:
    """Distinct (permission, resource) of several roles."""
    return (
        select(Permission.name, ViewMenu.name)
        .select_from(assoc_permissionview_role)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(assoc_permissionview_role.c.role_id.in_(list(role_ids)))
        .distinct()
    )


def demo_accounts(session: Session) -> list[tuple[str, str, str]]:
    """(role, name, user name) of every account, for the login page of a demonstration."""
    rows = session.execute(
        select(Role.name, User.last_name, User.first_name, User.username)
        .join(assoc_user_role, assoc_user_role.c.role_id == Role.id).join(User, User.id == assoc_user_role.c.user_id)
        .where(User.active).order_by(Role.id, User.id)
    )
    return [(role, f"{last}{first}", username) for role, last, first, username in rows]


__all__ = [
    "Permission",
    "PermissionView",
    "Role",
    "User",
    "ViewMenu",
    "assoc_permissionview_role",
    "assoc_user_role",
    "role_permissions",
    "user_roles",
]
