"""Flask-AppBuilder's security manager, with one look-up of the person a request instead of one a permission."""

from typing import Any

from flask import Flask, abort, current_app, g, redirect, request, session, url_for
from flask_appbuilder.security.sqla.manager import SecurityManager as BaseSecurityManager
from flask_login import LoginManager, current_user
from werkzeug.wrappers import Response

from app.areas.organisation.operations import load_actor
from app.audit.recording import by
from app.database import db, transaction
from app.security import entering, gate, login, passwords, recorded, views
from app.security.initialised import at_set_up_only, initialised
from app.security.interface import SecurityInterface
from app.security.models import User
from app.security.passwording import require_change, set_password
from app.security.urls import here, wants_json
from app.workflow.actor import Actor


def current_actor() -> Actor | None:
    """The person of this request, or None before login. Loaded once a request."""
    user = g.get("user") or current_user  # `g.user` is the token's owner where a token was sent
    if not user or not user.is_authenticated:
        return None
    actor: Actor | None = g.get("actor")
    if actor is None or actor.user_id != user.id:
        actor = load_actor(db.session(), user, recorded.origin())
        g.actor = actor
        by(db.session(), actor)
    return actor


def to_login() -> Response:
    """The answer to somebody who is not logged in: the login page, and back from there."""
    if wants_json():
        abort(401)
    gate.say_why()
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

    def register_views(self) -> None:
        """The built-in screens, and the pages of one's own account."""
        from app.security.account import Account  # which asks this module who the person is

        super().register_views()
        self.appbuilder.add_view_no_menu(Account)

    def create_login_manager(self, app: Flask) -> LoginManager:
        """Flask-Login, which sends people who are not logged in to the login page."""
        manager: LoginManager = super().create_login_manager(app)
        manager.unauthorized_handler(to_login)
        return manager

    def has_access(self, permission_name: str, view_name: str) -> bool:
        """Whether the person of this request has the permission; what serves first set-up is nobody's after it."""
        actor = current_actor()
        if actor is None or (at_set_up_only(permission_name, view_name) and initialised(db.session())):
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

    def auth_user_db(self, username: str, password: str) -> Any:
        """The person behind a name and password, or None."""
        known = entering.first_step(username or "", password or "")
        return db.session.get(User, known.user_id) if known else None

    def load_user(self, pk: int) -> Any:
        """The owner of the cookie's session, or None where it is over."""
        return self.owner(int(pk), session.get(gate.SID))

    def load_user_jwt(self, _jwt_header: Any, jwt_data: Any) -> Any:
        """The owner of the token's session, or None where it is over."""
        user = self.owner(int(jwt_data["sub"]), jwt_data.get(gate.SID))
        if user is not None:
            g.user = user
        return user

    def owner(self, user_id: int, token: Any) -> Any:
        """The account, where the token names a session of it that is not over."""
        return super().load_user(user_id) if gate.standing(user_id, token) else None

    def reset_password(self, userid: int, password: str) -> None:
        """Sets a password that its owner must change first."""
        with transaction(db.session()) as open_session:
            set_password(open_session, open_session.get_one(User, userid), password)
            require_change(open_session, userid)

    def update_user(self, user: Any, commit: bool = True) -> None:
        """Saves an account; an error, such as a record that cannot be written, is not passed over in silence."""
        if super().update_user(user, commit) is False:
            raise RuntimeError("the account was not saved")
