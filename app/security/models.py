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
