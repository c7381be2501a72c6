"""One's own account: 我的会话, 动态令牌, and the acknowledgement that it is lent to nobody (账号不得转借, article 105)."""

from typing import Any

import pyotp
import segno
from flask import abort, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import gettext as _
from flask_login import login_required
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.areas.organisation.operations import full_name
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.database import db, transaction
from app.documents.paper import COMPANY
from app.documents.parameters import parameter_text
from app.security import codes, gate, passwording, sessions
from app.security.devices import device
from app.security.locking import security_of
from app.security.manager import current_actor
from app.security.models import AccountSecurity, User, UserSession
from app.security.proving import prove
from app.security.recorded import ACCOUNTS
from app.workflow.actor import Actor
from app.workflow.errors import Unproven

ID = "<int(max=2147483647):pk>"
NEVER_STORED = {"Cache-Control": "no-store"}
"""For pages that show a secret once."""


class Account(BaseView):
    """/account/"""

    route_base = "/account"
    default_view = "sessions"

    @expose("/sessions")
    @login_required
    def sessions(self) -> str:
        """我的会话."""
        return self._sessions(me().user_id, _("我的会话"))

    @expose(f"/sessions/{ID}")
    @login_required
    def sessions_of(self, pk: int) -> str:
        """Sessions of somebody else, for who keeps accounts."""
        administrator()
        user = db.session.get(User, pk) or abort(404)
        return self._sessions(pk, _("%(name)s的会话", name=full_name(user)))

    @expose(f"/sessions/{ID}/end", ("POST",))
    @login_required
    def end(self, pk: int) -> Response:
        """Ends the session named in the form, or all but this one."""
        actor = me() if pk == me().user_id else administrator()
        with transaction(db.session()) as session:
            count = end_chosen(session, pk, request.form.get("session"))
            noted(session, actor, AuditAction.LOG_OUT, pk, kind="ended", sessions=count)
        flash(_("已结束 %(count)s 个会话", count=count), "success")
        return redirect(url_for(".sessions") if pk == actor.user_id else url_for(".sessions_of", pk=pk))

    @expose("/acknowledge", ("GET", "POST"))
    @login_required
    def acknowledge(self) -> Any:
        """账号使用确认: shown at the first login, and recorded."""
        actor = me()
        if request.method == "GET":
            return self.render_template(
                "account/acknowledge.html", title=_("账号使用确认"), days=passwording.longest_days(db.session()),
                one_session=sessions.one_at_a_time(db.session()),
            )
        with transaction(db.session()) as session:
            security_of(session, actor.user_id).acknowledged_at = now()
            noted(session, actor, AuditAction.CHANGE, actor.user_id, kind="acknowledged")
        return redirect(url_for("Workbench.index"))

    @expose("/token")
    @login_required
    def token(self) -> Response:
        """动态令牌: none yet, one to be confirmed, or the one there is."""
        return self._token()

    @expose("/token/propose", ("POST",))
    @login_required
    def propose(self) -> Response:
        """Begins to bind a token."""
        with transaction(db.session()) as session:
            codes.propose(session, me().user_id)
        return redirect(url_for(".token"))

    @expose("/token/confirm", ("POST",))
    @login_required
    def confirm(self) -> Response:
        """Binds the token that the code is of; shows recovery codes this once."""
        actor = me()
        with transaction(db.session()) as session:
            made = codes.enrol(session, actor.user_id, request.form.get("code", ""))
            if made:
                noted(session, actor, AuditAction.PASSWORD, actor.user_id, kind="token")
        return self._token(made, "" if made else _("口令不正确，请核对手机时间后再填一次"))

    @expose("/token/remove", ("POST",))
    @login_required
    def remove(self) -> Response:
        """Unbinds the token, with password and code: failures count towards the lock."""
        actor = me()
        try:
            prove(db.session(), actor, actor.username, request.form.get("password", ""), request.form.get("code", ""))
        except Unproven as wrong:
            return self._token(wrong=str(wrong.reason))
        with transaction(db.session()) as session:
            codes.remove(session, actor.user_id)
            sessions.end_sessions(session, actor.user_id, gate.own_key())
            noted(session, actor, AuditAction.PASSWORD, actor.user_id, kind="no token")
        flash(_("动态令牌已解除"), "success")
        return redirect(url_for(".token"))

    def _sessions(self, user_id: int, title: str) -> str:
        return str(self.render_template(
            "account/sessions.html", title=title, user_id=user_id, rows=sessions.live(db.session(), user_id),
            own=gate.own_key(), device=device, mine=user_id == me().user_id, kept=db.session.get(AccountSecurity, user_id),
        ))

    def _token(self, made: list[str] | None = None, wrong: str = "") -> Response:
        actor, session = me(), db.session()
        kept = session.get(AccountSecurity, actor.user_id)
        secret = codes.proposed(kept)
        page = self.render_template(
            "account/token.html", title=_("动态令牌"), bound=bool(kept and kept.totp_secret), secret=secret, made=made,
            picture=picture(session, actor, secret) if secret else None, left=codes.codes_left(session, actor.user_id),
            wrong=wrong, number=kept.token_no if kept else None,
        )
        return make_response(page, 422 if wrong else 200, NEVER_STORED)


def me() -> Actor:
    """The person of this request."""
    actor = current_actor()
    assert actor is not None
    return actor


def administrator() -> Actor:
    """The person of this request, who must be one that keeps accounts."""
    actor = me()
    return actor if actor.may("can_edit", ACCOUNTS) else abort(403)


def end_chosen(session: Session, user_id: int, key: str | None) -> int:
    """Ends one session of the account, or all but that of this request; their number."""
    if not key:
        return sessions.end_sessions(session, user_id, gate.own_key())
    found = session.get(UserSession, key)
    if found is None or found.user_id != user_id or found.ended_at is not None:
        abort(404)
    sessions.end(session, key, "ended")
    return 1


def noted(session: Session, actor: Actor, action: AuditAction, user_id: int, **detail: Any) -> None:
    """Records what was done to an account."""
    record(session, actor, action, ACCOUNTS, session.get_one(User, user_id).username, detail=detail)


def picture(session: Session, actor: Actor, secret: str) -> Markup:
    """The secret as a picture for the application on the phone."""
    uri = pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=parameter_text(session, COMPANY))
    return Markup(segno.make(uri).svg_inline(scale=5, border=2))
