"""Flask-AppBuilder's security manager, with one look-up of the person a request instead of one a permission."""

from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_appbuilder.security.sqla.manager import SecurityManager as BaseSecurityManager
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from app.areas.organisation.operations import load_actor
from app.clock import now
from app.database import db, transaction
from app.security import login, passwords, views
from app.security.interface import SecurityInterface
from app.security.urls import here, wants_json
from app.workflow.actor import Actor


def current_actor() -> Actor | None:
    """The person of this request, or None before login. Loaded once a request."""
    user = g.get("user") or current_user  # `g.user` is the token's owner where a token was sent
    if not user or not user.is_authenticated:
        return None
    actor: Actor | None = g.get("actor")
    if actor is None or actor.user_id != user.id:
        actor = load_actor(db.session(), user)
        g.actor = actor
    return actor


def to_login() -> Response:
    """The answer to somebody who is not logged in: the login page, and back from there."""
    if wants_json():
        abort(401)
    return redirect(url_for("AuthDBView.login", next=here() or None))


def home() -> str:
    """Where a page of the security screens is left to: its list, the account that it is about, else the workbench."""
    view, actor = request.blueprint or "", current_actor()
    if user_id := request.args.get("pk", type=int):
        return url_for("UserDBModelView.show", pk=user_id)
    if actor and actor.may("can_list", view) and request.endpoint != "UserDBModelView.userinfo":
        return url_for(f"{view}.list")
    return url_for("Workbench.index")


class SecurityManager(BaseSecurityManager):
    """Permissions come from the actor; nobody is an administrator by name."""

    authdbview = login.AuthDBView
    userdbmodelview = views.UserDBModelView
    rolemodelview = views.RoleModelView
    permissionviewmodelview = views.PermissionViewModelView
    resetmypasswordview = passwords.ResetMyPasswordView
    resetpasswordview = passwords.ResetPasswordView
    userinfoeditview = views.UserInfoEditView
    groupmodelview = views.UserGroupModelView
    security_api = login.SecurityApi
    userstatschartview = None  # its charts are drawn by a script of Google's

    def __init__(self, appbuilder: Any) -> None:
        # permissions are shown with their resources, in one list
        current_app.config.setdefault("FAB_ADD_SECURITY_PERMISSION_VIEW", False)
        current_app.config.setdefault("FAB_ADD_SECURITY_VIEW_MENU_VIEW", False)
        super().__init__(appbuilder)
        for view in (self.userdbmodelview, self.rolemodelview, self.permissionviewmodelview):
            view.datamodel = SecurityInterface(view.datamodel.obj)

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Flask-Login, which sends people who are not logged in to the login page."""
        manager: LoginManager = super().create_login_manager(app)
        manager.unauthorized_handler(to_login)
        return manager

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the person of this request has the permission."""
        actor = current_actor()
        if actor is None:
            return False
        return actor.may(permission_name, view_name)

    def is_item_public(self, permission_name: str, view_name: str) -> bool:
        """Nothing is: what strangers may see has no permission at all."""
        return False

    def _get_user_permission_view_menus(
        self, user: Any, permission_name: str, view_menus_name: list[str]
    ) -> set[str]:
        actor = current_actor()
        return {name for name in view_menus_name if actor and actor.may(permission_name, name)}

    def update_user_auth_stat(self, user: Any, success: bool = True) -> None:
        """Counts an attempt to log in; locks the database only now, after the slow comparison of the password."""
        with transaction(db.session()):
            user.fail_login_count = 0 if success else (user.fail_login_count or 0) + 1
            if success:
                user.login_count = (user.login_count or 0) + 1
                user.last_login = now()
        (self.on_user_login if success else self.on_user_login_failed)(user)

    def noop_user_update(self, user: Any) -> None:
        """What an attempt with an unknown name writes, so that it takes as long as one with a known name."""
        with transaction(db.session()):
            super().noop_user_update(user)
