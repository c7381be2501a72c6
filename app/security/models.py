"""Flask-AppBuilder's security tables, under the names this project uses, and the two queries that matter."""

from collections.abc import Iterable
from datetime import datetime
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
from sqlalchemy import Index, Select, String, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.engine.base import Model
from app.engine.declare import foreign_key


class AccountSecurity(Model):
    """What protects an account beside its password: the lock after failures, the secret of its one-time codes (动态令牌)."""

    __tablename__ = "account_security"

    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"), primary_key=True)
    failed_at: Mapped[datetime | None] = mapped_column()
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Sealed, like `totp_new`: see `codes`."""
    totp_used: Mapped[int | None] = mapped_column()
    """The time step of the last code taken: none is taken twice."""
    totp_new: Mapped[str | None] = mapped_column(String(255))
    """The secret of a token that is not confirmed by a code yet."""
    token_no: Mapped[str | None] = mapped_column(String(30), unique=True)
    """动态令牌编号: the token that form 22 has issued (article 82.1.4)."""
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The password was set by somebody else: its owner must change it before anything else (article 79.4)."""
    password_at: Mapped[datetime | None] = mapped_column()
    acknowledged_at: Mapped[datetime | None] = mapped_column()
    """When the owner acknowledged that the account is lent to nobody (账号不得转借, article 105)."""


class PasswordHistory(Model):
    """曾用密码: hashes of the passwords that an account has had, the present one among them."""

    __tablename__ = "password_history"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"), index=True)
    hash: Mapped[str] = mapped_column(String(256))
    at: Mapped[datetime] = mapped_column()


class UserSession(Model):
    """会话: one log-in, by page or for the API; `id` is the hash of what the cookie or token carries.

    `stamp` is what the account was at that moment (password, roles); where it has become another, the session is over.
    """

    __tablename__ = "user_session"
    __table_args__ = (Index("ix_user_session_user_id_ended_at", "user_id", "ended_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    stamp: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column()
    seen_at: Mapped[datetime] = mapped_column()
    ended_at: Mapped[datetime | None] = mapped_column()
    ended_why: Mapped[str | None] = mapped_column(String(16))
    address: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(255))


class RecoveryCode(Model):
    """恢复码: stands in for a lost token, once."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column()


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
    """(role, name, user name) of every account with the known password, for the login page of a demonstration."""
    rows = session.execute(
        select(Role.name, User.last_name, User.first_name, User.username)
        .join(assoc_user_role, assoc_user_role.c.role_id == Role.id).join(User, User.id == assoc_user_role.c.user_id)
        .outerjoin(AccountSecurity, AccountSecurity.user_id == User.id)
        .where(User.active, AccountSecurity.password_at.is_(None)).order_by(Role.id, User.id)
    )
    return [(role, f"{last}{first}", username) for role, last, first, username in rows]


__all__ = [
    "AccountSecurity",
    "PasswordHistory",
    "Permission",
    "PermissionView",
    "RecoveryCode",
    "Role",
    "User",
    "UserSession",
    "ViewMenu",
    "assoc_permissionview_role",
    "assoc_user_role",
    "role_permissions",
    "user_roles",
]
