"""Logging in and out (登录、退出), by the page and for the API."""

from time import time

from flask import current_app, make_response, request, session, url_for
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security import views as base
from flask_appbuilder.security.api import SecurityApi as BaseSecurityApi
from flask_appbuilder.security.decorators import no_cache
from flask_appbuilder.security.forms import LoginForm_db
from flask_appbuilder.security.schemas import login_post
from flask_appbuilder.utils.limit import Limit
from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from flask_jwt_extended import create_access_token, create_refresh_token, get_jwt, get_jwt_identity, jwt_required
from flask_limiter.util import get_remote_address
from flask_login import current_user, login_user, logout_user
from marshmallow import ValidationError
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from app.database import db, transaction
from app.security import entering, gate, recorded, sessions
from app.security.codes import needs_code
from app.security.languages import client_language
from app.security.models import User, demo_accounts
from app.security.urls import local_url

FAILED = {
    400: _("请以 JSON 给出 username、password 和 provider（db）"),
    401: _("用户名、密码或动态口令不正确，或账号已停用、锁定"),
}
"""Why no token is given."""
PENDING = "pending"
"""What the cookie carries between the two steps: account, stamp, moment."""
PATIENCE = 300
"""Seconds between the two steps."""
CODE_DESCRIBED = """\
                    code:
                      description: The one-time code, where the account has a token
                      example: "123456"
                      type: string
                    provider:"""


class AuthDBView(base.AuthDBView):
    """登录 and 退出: back to pages of ours only; logging out is a change, so it is posted."""

    title = _("登录")

    @expose("/login/", methods=["GET", "POST"])
    @no_cache
    def login(self) -> Response | str:
        """The first step; what was typed wrong is said without telling which of the two it was."""
        if current_user.is_authenticated:
            return redirect(local_url(request.args.get("next")))
        form = LoginForm_db()
        if form.validate_on_submit():
            known = entering.first_step(form.username.data or "", form.password.data or "")
            if known and needs_code(db.session(), known.user_id):
                session[PENDING] = [known.user_id, known.stamp, int(time())]
                return redirect(url_for(".code", next=request.args.get("next")))
            if known and start_session(known):
                return redirect(local_url(request.args.get("next")))
        failed = request.method == "POST"
        accounts = demo_accounts(db.session()) if current_app.config["DEMO"] else ()
        return str(self.render_template("login.html", title=self.title, form=form, failed=failed, accounts=accounts))

    @expose("/login/code", methods=["GET", "POST"])
    @no_cache
    def code(self) -> Response | str:
        """The second step: the one-time code (动态口令) of who has just given name and password."""
        known = pending()
        if known is None:
            return redirect(url_for(".login", next=request.args.get("next")))
        failed = request.method == "POST"
        if failed and entering.second_step(known, request.form.get("code", "")) and start_session(known):
            return redirect(local_url(request.args.get("next")))
        return str(self.render_template("login_code.html", title=_("动态口令"), failed=failed))

    @expose("/logout/", methods=["POST"])
    def logout(self) -> Response:
        """Ends the session; the language stays."""
        if current_user.is_authenticated:
            with transaction(db.session()) as open_session:
                recorded.logged_out(open_session, open_session.get_one(User, int(current_user.get_id())))
                sessions.end(open_session, gate.own_key() or "", "logout")
        logout_user()
        empty_cookie()
        return redirect(self.appbuilder.get_url_for_login)


def pending() -> entering.Known | None:
    """Who has given name and password and not yet the code; not for long, and not after the account has changed."""
    user_id, stamp, at = session.get(PENDING) or (0, "", 0)
    user = db.session.get(User, user_id)
    if user is None or time() > at + PATIENCE or stamp != sessions.stamp_of(db.session(), user_id):
        return None
    return entering.Known(user_id, stamp)


def start_session(known: entering.Known) -> bool:
    """A new session, with nothing of the one before but the language; whether there is one."""
    token = entering.enter(known)
    if token is None:
        return False
    empty_cookie()
    session[gate.SID] = token
    login_user(db.session.get(User, known.user_id), remember=False)
    return True


def empty_cookie() -> None:
    """Leaves nothing in the cookie but the language."""
    locale = session.get("locale")
    session.clear()
    if locale:
        session["locale"] = locale


class SecurityApi(BaseSecurityApi):
    """Tokens for the REST API, asked for no more often than the login page may be used.

    Errors have the words and the shape of those of the other resources.
    """

    limits = [Limit("30 per minute", key_func=get_remote_address, methods=("POST",))]

    @expose("/login", methods=["POST"])
    def login(self) -> Response:
        sent = request.get_json(silent=True)
        code = sent.pop("code", "") if isinstance(sent, dict) else ""
        try:
            given = login_post.load(sent)
        except ValidationError:
            return refused(400)
        known = entering.first_step(given["username"], given["password"]) if given["provider"] == "db" else None
        token = entering.enter(known) if known and entering.second_step(known, str(code or "")) else None
        if known is None or token is None:
            return refused(401)
        owner, claims = str(known.user_id), {gate.SID: token}
        answer = {"access_token": create_access_token(owner, fresh=True, additional_claims=claims)}
        if given.get("refresh"):
            answer["refresh_token"] = create_refresh_token(owner, additional_claims=claims)
        return make_response(answer)

    login.__doc__ = (BaseSecurityApi.login.__doc__ or "").replace("                    provider:", CODE_DESCRIBED, 1)

    @expose("/logout", methods=["POST"])
    @jwt_required(verify_type=False)
    def logout(self) -> Response:
        """Ends the token's session: access and refresh token of this login are refused from now on
        ---
        post:
          description: >-
            End the session of the access or refresh token; both are refused from now on
          responses:
            204:
              description: Logged out
            401:
              $ref: '#/components/responses/401'
          security:
            - jwt: []
            - jwt_refresh: []
        """
        with transaction(db.session()) as open_session:
            recorded.logged_out(open_session, open_session.get_one(User, int(get_jwt_identity())))
            sessions.end(open_session, sessions.key_of(get_jwt()[gate.SID]), "logout")
        return make_response("", 204)

    @expose("/refresh", methods=["POST"])
    @jwt_required(refresh=True)
    def refresh(self) -> Response:
        claims = {gate.SID: get_jwt()[gate.SID]}
        return make_response({"access_token": create_access_token(get_jwt_identity(), additional_claims=claims)})

    refresh.__doc__ = BaseSecurityApi.refresh.__doc__


def refused(status: int) -> Response:
    """Why there is no token, in the client's language."""
    with force_locale(client_language()):
        return make_response({"message": str(FAILED[status])}, status)
