"""Logging in and out (登录、退出), by the page and for the API."""

from typing import Any

from flask import current_app, request, session
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security import views as base
from flask_appbuilder.security.api import SecurityApi as BaseSecurityApi
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.utils.limit import Limit
from flask_babel import lazy_gettext as _
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.database import db
from app.security.models import demo_accounts
from app.security.urls import local_url


class AuthDBView(base.AuthDBView):
    """登录 and 退出: back to pages of ours only; logging out is a change, so it is posted."""

    title = _("登录")

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Response | str:
        """The login page; what was typed wrong is said without telling which of the two it was."""
        if current_user.is_authenticated:
            return redirect(local_url(request.args.get("next")))
        form = LoginForm_db()
        if form.validate_on_submit():
            user = self.appbuilder.sm.auth_user_db(form.username.data, form.password.data)
            if user:
                start_session(user)
                return redirect(local_url(request.args.get("next")))
        failed = request.method == "POST"
        accounts = demo_accounts(db.session()) if current_app.config["DEMO"] else ()
        return str(self.render_template("login.html", title=self.title, form=form, failed=failed, accounts=accounts))

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Response:
        """Ends the session; the language stays."""
        locale = session.get("locale")
        logout_user()
        session.clear()
        if locale:
            session["locale"] = locale
        return redirect(self.appbuilder.get_url_for_login)


def start_session(user: Any) -> None:
    """A new session, with nothing of the one before but the language."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale
    login_user(user, remember=False)


class SecurityApi(BaseSecurityApi):
    """Tokens for the REST API, asked for no more often than the login page may be used."""

    limits = [Limit("30 per minute", key_func=get_remote_address, methods=("POST",))]
