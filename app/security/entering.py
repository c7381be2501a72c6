"""Entering (登录): the first step by name and password, the second by a one-time code, then a session of one's own."""

from dataclasses import dataclass

from flask import current_app, request
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app.clock import now
from app.database import db, transaction
from app.security import codes, locking, sessions
from app.security.models import AccountSecurity, User
from app.security.passwording import is_demo
from app.security.recorded import logged_in, note_failed


@dataclass(frozen=True)
class Known:
    """Whose name and password were right, and what the account was at that moment (its stamp)."""

    user_id: int
    stamp: str


def first_step(typed: str, password: str) -> Known | None:
    """Who has this name and password, or None; an unknown name, a stopped and a locked account take as long as a wrong password."""
    typed, session = typed.replace("\0", ""), db.session()  # PostgreSQL takes no such text, not even to compare
    named = select(User).where(User.username == typed)
    user = session.scalar(named)
    known = user.password if user is not None and may_try(session, user) else None
    right = check_password_hash(known or pretended(), password)
    with transaction(session):
        user = session.scalar(named.with_for_update())
        open_ = user is not None and may_try(session, user)  # others may have failed meanwhile
        if user is not None and open_ and right and known and known == user.password:
            if not codes.needs_code(session, user.id):
                locking.succeeded(user)
            return Known(user.id, sessions.stamp_of(session, user.id))
        if user is not None and open_:
            locking.failed(session, user)
        note_failed(session, typed)
    return None


def second_step(known: Known, code: str) -> bool:
    """Whether the one-time code is right, where the account has a token; a wrong one counts as a failure."""
    with transaction(db.session()) as session:
        user = locked_row(session, known.user_id)
        if not codes.needs_code(session, user.id):
            return True
        open_ = may_try(session, user)
        if open_ and codes.take_code(session, user.id, code):
            locking.succeeded(user)
            return True
        if open_:
            locking.failed(session, user)
        note_failed(session, user.username)
    return False


def still_knows(user_id: int, password: str) -> bool:
    """Whether who has entered gives the account's own password; a wrong one counts as a failure, as at the login."""
    session = db.session()
    user = session.get_one(User, user_id)
    known = user.password if may_try(session, user) else None
    right = check_password_hash(known or pretended(), password)
    with transaction(session):
        user = locked_row(session, user_id)
        open_ = may_try(session, user)
        if right and open_ and known and known == user.password:
            return True
        if open_:
            locking.failed(session, user)
        note_failed(session, user.username)
    return False


def enter(known: Known) -> str | None:
    """Begins a session, counted and recorded; returns its token, or None where the account has become another meanwhile."""
    caller = sessions.Caller(request.remote_addr, request.headers.get("User-Agent"))
    with transaction(db.session()) as session:
        user = locked_row(session, known.user_id)  # logins of one moment come one after the other
        if sessions.stamp_of(session, user.id) != known.stamp:
            return None
        user.login_count, user.last_login = (user.login_count or 0) + 1, now()
        token = sessions.begin(session, user.id, caller, lent=is_demo(session.get(AccountSecurity, user.id)))
        logged_in(session, user)
    return token


def locked_row(session: Session, user_id: int) -> User:
    """The account as it is now, which stays so until the transaction ends."""
    return session.scalars(select(User).where(User.id == user_id).with_for_update().execution_options(populate_existing=True)).one()


def may_try(session: Session, user: User) -> bool:
    """Whether the account can be entered now: neither disabled nor locked."""
    return bool(user.active) and not locking.locked(session, user)


def pretended() -> str:
    """A hash compared where there is none, so that time tells nothing."""
    hashed: str = current_app.config["AUTH_DB_FAKE_PASSWORD_HASH_CHECK"]
    return hashed
