"""Flask-AppBuilder's security manager, with one look-up of the person a request instead of one a permission."""

from typing import Any

from flask import g
from flask_appbuilder.security.sqla.manager import SecurityManager as BaseSecurityManager
from flask_login import current_user

from app.areas.organisation.operations import load_actor
from app.database import db
from app.workflow.actor import Actor


def current_actor() -> Actor | None:
    """The person of this request, or None before login. Loaded once a request."""
    if not current_user or not current_user.is_authenticated:
        return None
    actor: Actor | None = g.get("actor")
    if actor is None or actor.user_id != current_user.id:
        actor = load_actor(db.session(), current_user._get_current_object())
        g.actor = actor
    return actor


class SecurityManager(BaseSecurityManager):  # type: ignore[misc]
    """Permissions come from the actor; nobody is an administrator by name."""

    def has_access(self, permission_name: str, view_name: str) -> bool:
        actor = current_actor()
        if actor is None:
            return bool(self.is_item_public(permission_name, view_name))
        return actor.may(permission_name, view_name)

    def _get_user_permission_view_menus(
        self, user: Any, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        actor = current_actor()
        return {name for name in view_menus_name if actor and actor.may(permission_name, name)}
