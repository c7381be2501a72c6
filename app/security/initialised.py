"""First set-up (初始设置) and its end: from then on accounts and roles change by forms 22 and 26 alone.

Set-up is over once every governing position is held by an account in use: with these people forms 21 and 22 can be seen
through. No form takes the last holder of such a position away, so it stays over. The demo company counts as set up.
"""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.positions import Position
from app.engine.text import Text
from app.security.models import Role, User, assoc_user_role

GOVERNING = (
    Position.SYSADMIN, Position.SUPERVISOR_ADMIN, Position.INSPECTOR, Position.GENERAL_MANAGER, Position.ADMIN_HEAD,
)
"""三员, and who approves and files what they enter; the first three are different people (security 11)."""

SCREENS = frozenset({"UserDBModelView", "RoleModelView", "ResetPasswordView"})
CHANGING = frozenset({
    "can_add", "can_edit", "can_delete", "can_muldelete", "resetpasswords", "can_this_form_get", "can_this_form_post",
})
"""What the built-in screens do to accounts and roles."""


def initialised(session: Session) -> bool:
    """Whether first set-up is over."""
    return {one.role for one in GOVERNING} <= held(session, GOVERNING)


def at_set_up_only(permission: str, resource: str) -> bool:
    """Whether a permission on a built-in screen serves first set-up alone."""
    return resource in SCREENS and permission in CHANGING


def held(session: Session, positions: Iterable[Position], besides: int | None = None) -> set[str]:
    """The roles among those of the positions that somebody holds whose account is in use."""
    statement = (
        select(Role.name).join(assoc_user_role, assoc_user_role.c.role_id == Role.id)
        .join(User, User.id == assoc_user_role.c.user_id)
        .where(User.active, Role.name.in_([one.role for one in positions])).distinct()
    )
    if besides is not None:
        statement = statement.where(User.id != besides)
    return set(session.scalars(statement))


def would_be_missing(session: Session, user_id: int, roles: Iterable[str]) -> Text | None:
    """Why an account cannot lose these roles: it is the last that holds a governing position."""
    left = held(session, GOVERNING, besides=user_id)
    last = next((one for one in GOVERNING if one.role in set(roles) - left), None)
    return _("%(position)s不能没有在用的人员，请先安排接任者", position=last.title) if last else None
