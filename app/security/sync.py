"""Brings the roles and permissions in the database in step with what is declared; run after each migration."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.areas.collection.arrival import permissions as arrival
from app.areas.collection.credit import permissions as credit
from app.areas.collection.entry import permissions as entry
from app.areas.collection.public import permissions as public
from app.areas.collection.sight import permissions as collection_sight
from app.audit import permissions as audit
from app.audit.models import AuditAction
from app.audit.recording import record
from app.engine.catalogue import Catalogue
from app.engine.positions import Position
from app.jobs import permissions as jobs
from app.notices import permissions as notices
from app.registers import environments
from app.registers import permissions as registers
from app.registers.accounts import ROLES, keep_changed
from app.security.models import (
    Permission,
    PermissionView,
    Role,
    ViewMenu,
    assoc_permissionview_role,
)
from app.workflow.duties import permissions as duties
from app.workflow.permissions import grants, permissions_of

Grant = tuple[str, str, str]
"""(permission, resource, role name)"""

OPEN_TO_ALL = frozenset({"ResetMyPasswordView", "UserInfoEditView", "OpenApi", "SwaggerView"})
OWN_ACTIONS = frozenset({"can_userinfo", "can_resetmypassword", "resetmypassword", "userinfoedit"})
ADMINISTERS = (Position.SYSADMIN,)
LOOKS = (Position.SUPERVISOR_ADMIN, Position.INSPECTOR)
LOOKING = frozenset({"can_list", "can_show", "can_get", "can_info"})
PARTS = (audit, notices, duties, environments, registers, jobs, collection_sight, credit, arrival, public, entry)
"""Modules that say who has which permission at first, beside forms and registers."""


def wanted(catalogue: Catalogue, views: Iterable[Any]) -> Iterator[Grant]:
    """Every grant that declarations and the built-in security screens give rise to."""
    for permission, resource, position in grants(catalogue):
        yield permission, resource, position.role
    for permission, resource, position in (one for part in PARTS for one in part.grants()):
        yield permission, resource, position.role
    for view in views:
        if not type(view).__module__.startswith(("flask_appbuilder", "app.security")):
            continue
        name = view.class_permission_name
        for permission in view.base_permissions or ():
            if name in OPEN_TO_ALL or permission in OWN_ACTIONS:
                roles = tuple(Position)
            else:
                roles = (*ADMINISTERS, *(LOOKS if permission in LOOKING else ()))
            for position in roles:
                yield permission, name, position.role


def sync(session: Session, catalogue: Catalogue, views: Iterable[Any]) -> int:
    """Adds what is missing and returns how many grants were added.

    A permission that the database already has keeps its grants: after set-up only form 26 changes those.
    """
    grants_wanted = list(dict.fromkeys(wanted(catalogue, views)))
    roles = ensure(session, Role, [position.role for position in Position])
    names = {(permission, spec.resource) for spec in catalogue for permission in permissions_of(spec)}
    names |= {(permission, resource) for permission, resource, _role in grants_wanted}
    permissions = ensure(session, Permission, sorted({permission for permission, _resource in names}))
    menus = ensure(session, ViewMenu, sorted({resource for _permission, resource in names}))
    known = {
        (permission, menu): key
        for key, permission, menu in session.execute(
            select(PermissionView.id, PermissionView.permission_id, PermissionView.view_menu_id)
        )
    }
    new = [pair for pair in sorted(names) if (permissions[pair[0]], menus[pair[1]]) not in known]
    for permission, resource in new:
        session.add(PermissionView(permission_id=permissions[permission], view_menu_id=menus[resource]))
    session.flush()
    keys = {
        (permission, menu): key
        for key, permission, menu in session.execute(
            select(PermissionView.id, PermissionView.permission_id, PermissionView.view_menu_id)
        )
    }
    fresh = set(new)
    rows = [
        {"permission_view_id": keys[permissions[permission], menus[resource]], "role_id": roles[role]}
        for permission, resource, role in grants_wanted
        if (permission, resource) in fresh
    ]
    if rows:
        session.execute(insert(assoc_permissionview_role), rows)
        changed = {row["role_id"] for row in rows}
        keep_changed(session, ROLES, session.scalars(select(Role).where(Role.id.in_(changed)).order_by(Role.id)))
        record(session, None, AuditAction.PERMISSION, "RoleModelView", detail={"kind": "declared", "grants": len(rows)})
    return len(rows)


def ensure(session: Session, model: type[Any], names: Iterable[str]) -> dict[str, int]:
    """The ids of rows by name; missing ones are added."""
    found = dict(session.execute(select(model.name, model.id)).all())
    for name in names:
        if name not in found:
            row = model(name=name)
            session.add(row)
            session.flush()
            found[name] = row.id
    return {str(name): int(key) for name, key in found.items()}
