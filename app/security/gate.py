"""What stands before everything else: a session that is not over, and what its owner has to do first.

First the password (首次登录与每月改密, articles 79.4, 105), then the acknowledgement that the account is lent to nobody
(账号不得转借, article 105), then the token where the account must have one.
"""

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, flash, g, make_response, redirect, request, url_for
from flask import session as cookie
from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from flask_jwt_extended import verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_login import current_user
from jwt.exceptions import PyJWTError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.clock import now
from app.database import db, transaction
from app.documents.parameters import parameter_text
from app.engine.text import Text
from app.security import passwording, sessions
from app.security.languages import client_language, token_sent
from app.security.models import AccountSecurity, UserSession
from app.security.urls import wants_json

log = logging.getLogger(__name__)

SID = "sid"
"""What cookies and tokens carry their session's token under."""
WHY: dict[str, Text] = {
    "elsewhere": _("您的账号已在别处登录，此处已退出。如非本人操作，请立即修改密码。"),
    "idle": _("长时间没有操作，已自动退出，请重新登录。"),
    "password": _("密码已变更，请用新密码登录。"),
    "changed": _("您的账号或岗位有变动，请重新登录。"),
    "ended": _("这次登录已被结束，请重新登录。"),
}


@dataclass(frozen=True)
class Duty:
    """What has to be done first: a code for programs, the page where it is done, and words."""

    code: str
    endpoint: str
    words: Text


PASSWORD = Duty("password_expired", "ResetMyPasswordView.this_form_get", _("首次登录或密码到期，须先修改密码"))
ACKNOWLEDGE = Duty("not_acknowledged", "Account.acknowledge", _("首次登录须先确认账号不得转借"))
TOKEN = Duty("token_required", "Account.token", _("您的账号须先绑定动态令牌"))
OPEN = {
    "static", "appbuilder.static", "AuthDBView.login", "AuthDBView.code", "AuthDBView.logout", "LanguageView.change",
    "SecurityApi.login", "SecurityApi.refresh", "SecurityApi.logout",
}
THEIRS = {
    PASSWORD: {"ResetMyPasswordView.this_form_get", "ResetMyPasswordView.this_form_post"},
    ACKNOWLEDGE: {"Account.acknowledge"},
    TOKEN: {"Account.token", "Account.propose", "Account.confirm"},
}


def init_app(app: Flask) -> None:
    """Stands before every request."""
    app.before_request(stop)
    app.jinja_env.globals["password_due"] = password_due


def stop() -> Response | None:
    """Leads to what has to be done first; nothing where the request may go on."""
    if request.endpoint is None or request.endpoint in OPEN or not known():
        return None
    owner: Any = g.get("user") or current_user
    duty = open_duty(db.session(), kept_of(owner.id))
    if duty is None or request.endpoint in THEIRS[duty]:
        return None
    g.gated = True
    if wants_json() or token_sent():
        with force_locale(client_language()):
            return make_response({"message": str(duty.words), "code": duty.code}, 403)
    return redirect(url_for(duty.endpoint))


def known() -> bool:
    """Whether somebody asks who has entered; a wrong token is answered by what was asked for."""
    if not token_sent():
        return bool(current_user.is_authenticated)
    try:
        verify_jwt_in_request()
    except (JWTExtendedException, PyJWTError):
        return False
    return True


def kept_of(user_id: int) -> AccountSecurity | None:
    """What protects the account beside its password; asked once a request."""
    if "kept" not in g:
        g.kept = db.session.get(AccountSecurity, user_id)
    found: AccountSecurity | None = g.kept
    return found


def password_due() -> int | None:
    """Days until the person of this request must change the password, where it is time to be reminded."""
    return passwording.reminder(db.session(), kept_of(int(current_user.get_id())))


def open_duty(session: Session, kept: AccountSecurity | None) -> Duty | None:
    """What the account's owner has to do first; nothing of accounts that the demonstration brought."""
    if passwording.days_left(session, kept) == 0:
        return PASSWORD
    if passwording.is_demo(kept):
        return None
    if kept is None or kept.acknowledged_at is None:
        return ACKNOWLEDGE
    return TOKEN if not kept.totp_secret and must_have_token(session) else None


def must_have_token(session: Session) -> bool:
    """Whether the person of this request must use a one-time code (动态口令): members and providers, or staff."""
    from app.security.manager import current_actor

    actor = current_actor()
    outside = actor is not None and actor.organisation_id is not None
    return parameter_text(session, "member_token" if outside else "staff_token") == "是"


def standing(user_id: int, token: str | None) -> bool:
    """Whether a cookie or token names a session of the account that is not over; it then is seen."""
    session = db.session()
    found = session.get(UserSession, sessions.key_of(token)) if token else None
    if found is None or found.user_id != user_id:
        return False
    g.account, stamp = sessions.account(session, user_id)  # kept until the request ends: Flask-Login loads it next
    why = sessions.over(session, found, stamp)
    if why is not None:
        g.session_over = why
    if (why is not None and found.ended_at is None) or (why is None and now() >= found.seen_at + sessions.SEEN_EVERY):
        note(session, found.id, why)
    return why is None


def note(session: Session, key: str, why: str | None) -> None:
    """Writes down that a session is over, or was seen; what cannot be written down now is next time."""
    try:
        with transaction(session):
            if why is not None:
                sessions.end(session, key, why)
            elif (found := session.get(UserSession, key)) is not None:
                found.seen_at = now()
    except SQLAlchemyError:
        log.warning("session not noted", exc_info=True)


def own_key() -> str | None:
    """The id of the session that this request's cookie names."""
    token = cookie.get(SID)
    return sessions.key_of(token) if token else None


def say_why() -> None:
    """Says on the login page why one has to log in again."""
    if words := WHY.get(g.get("session_over", "")):
        flash(str(words), "warning")
        for name in (SID, "_user_id", "_fresh", "_id"):
            cookie.pop(name, None)
