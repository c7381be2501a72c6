"""Who can authorise a load now: the people whom an operator may ask to the screen."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.credit.permissions import AUTHORISE, LOADING
from app.areas.organisation.registers import Employee
from app.security.models import (
    Permission,
    PermissionView,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from app.workflow.actor import Actor


def authorisers(session: Session, operator: Actor) -> list[str]:
    """Their names; nobody who is one hand with the operator."""
    roles = (
        select(assoc_permissionview_role.c.role_id)
        .join(PermissionView, PermissionView.id == assoc_permissionview_role.c.permission_view_id)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
        .where(Permission.name == AUTHORISE, ViewMenu.name == LOADING)
    )
    holders = select(assoc_user_role.c.user_id).where(assoc_user_role.c.role_id.in_(roles))
    found = (
        select(Employee.name).join(User, User.id == Employee.user_id)
        .where(User.active, User.id.in_(holders), User.id.not_in(operator.hands)).order_by(Employee.id)
    )
    return list(session.scalars(found))
