"""Proving identity on the spot (现场授权, article 19): user name, password and, where set, one-time code.

Nobody is logged in by it: the session stays the operator's. Failures count towards the lock and are recorded.
"""

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app.areas.organisation.operations import load_actor
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.database import transaction
from app.security import codes, locking
from app.security.entering import may_try, pretended
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.errors import Unproven
from app.workflow.proof import Proof

RESOURCE = "身份验证"


def prove(session: Session, operator: Actor, username: str, password: str, code: str = "") -> Proof:
    """The proof that somebody has just identified in the operator's session; raises Unproven.

    In a transaction of its own, before the decision's: a failure stays counted. Unknown names take as long as known.
    """
    username = username.replace("\0", "")  # PostgreSQL takes no such text, not even to compare
    user = session.scalar(select(User).where(User.username == username))
    compared = user.password if user is not None and may_try(session, user) else pretended()
    right = check_password_hash(compared, password)
    with transaction(session):
        user = session.scalar(select(User).where(User.username == username).with_for_update())
        known = user is not None and may_try(session, user)  # others may have failed meanwhile
        if user is not None and known and right and compared == user.password and coded(session, user, code):
            locking.succeeded(user)
            return Proof(load_actor(session, user, operator.origin), now())
        if user is not None and known:
            locking.failed(session, user)
        record(session, operator, AuditAction.PROVE_FAILED, RESOURCE, username[:64], detail={"user_name": username[:64]})
    raise Unproven(_("用户名、密码或动态口令不正确；连续输错将锁定账号"))


def coded(session: Session, user: User, code: str) -> bool:
    """Whether the one-time code is right, where the account has a token."""
    return not codes.needs_code(session, user.id) or codes.take_code(session, user.id, code)
