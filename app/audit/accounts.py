"""Changes of accounts and roles (用户、角色), whichever screen or command makes them. No password is ever told."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import get_history

from app.audit.journal import Journal
from app.security.models import Role, User

USER = ("username", "last_name", "first_name", "email", "active")
PASSWORD = "password"
"""The change that becomes an entry of its own."""


def note_new(journal: Journal, row: Any) -> None:
    """Notes a new account or role."""
    touched = journal.touch(row)
    touched.new = True
    for name in USER if isinstance(row, User) else ("name",):
        touched.add(name, "", shown(getattr(row, name)))
    collection = "roles" if isinstance(row, User) else "permissions"
    if held := titles(getattr(row, collection)):
        touched.add(collection, "", held)


def note_deleted(journal: Journal, row: Any) -> None:
    """Notes an account or role that is gone."""
    touched = journal.touch(row)
    touched.deleted = True
    for name in USER if isinstance(row, User) else ("name",):
        touched.add(name, shown(getattr(row, name)), "")


def note_changed(journal: Journal, row: Any) -> None:
    """Notes what is changed of an account or role; its permissions only as far as they differ."""
    before = inspect(row).committed_state
    for name in USER if isinstance(row, User) else ("name",):
        if name in before and (gone := get_history(row, name)).has_changes():
            journal.touch(row).add(name, shown(gone.deleted[0] if gone.deleted else None), shown(getattr(row, name)))
    if isinstance(row, User) and PASSWORD in before and get_history(row, PASSWORD).has_changes():
        journal.touch(row).add(PASSWORD, "", "")
    if isinstance(row, User) and "roles" in before and (roles := get_history(row, "roles")).has_changes():
        kept = list(roles.unchanged or ())
        journal.touch(row).add("roles", titles([*kept, *(roles.deleted or ())]), titles([*kept, *(roles.added or ())]))
    if isinstance(row, Role) and "permissions" in before and (held := get_history(row, "permissions")).has_changes():
        journal.touch(row).add("permissions", titles(held.deleted or ()), titles(held.added or ()))


def shown(value: Any) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def titles(rows: Iterable[Any]) -> str:
    """Roles by name, permissions with what they are on, in a fixed order."""
    return "、".join(sorted(one.name if isinstance(one, Role) else f"{one.permission} {one.view_menu}" for one in rows))
