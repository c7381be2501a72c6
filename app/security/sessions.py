"""Sessions (会话) kept on the server (security 9, 10): what a cookie or token carries only names one of them.

A session ends by logging out, when it idles or gets old, and whenever its account becomes another: a new password, other
roles, disabled. The last is seen at the next request whichever way it came about, for each session keeps a stamp of it.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.parameters import parameter_numbers, parameter_text
from app.security.models import User, UserSession, assoc_user_role

IDLE, HOURS, ONE = "session_idle_minutes", "session_hours", "one_session"
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Caller:
    """Where a session is begun."""

    address: str | None = None
    agent: str | None = None


def one_at_a_time(session: Session) -> bool:
    """Whether an account is logged in at one place at a time (一个账号只能同时在一处登录)."""
    return parameter_text(session, ONE) == "是"


def begin(session: Session, user_id: int, caller: Caller, lent: bool = False) -> str:
    """A new session's token; the account's earlier ones end, unless it is a demo account, which many use at once (`lent`)."""
    if one_at_a_time(session) and not lent:
        end_sessions(session, user_id, why="elsewhere")
    token = secrets.token_urlsafe(32)
    session.add(UserSession(
        id=key_of(token), user_id=user_id, stamp=stamp_of(session, user_id), created_at=now(), seen_at=now(),
        address=caller.address, agent=(caller.agent or "")[:255] or None,
    ))
    session.flush()
    return token


def key_of(token: str) -> str:
    """The id of the session that a token is of."""
    return sha256(token.encode()).hexdigest()


def stamp_of(session: Session, user_id: int) -> str:
    """What the account is now: its password, its roles, and whether it may be used."""
    return account(session, user_id)[1]


def account(session: Session, user_id: int) -> tuple[User | None, str]:
    """The account as it is now, and its stamp."""
    rows = session.execute(
        select(User, assoc_user_role.c.role_id)
        .outerjoin(assoc_user_role, assoc_user_role.c.user_id == User.id)
        .where(User.id == user_id).order_by(assoc_user_role.c.role_id)
        .execution_options(populate_existing=True)
    ).all()
    stamp = sha256("|".join(f"{user.password} {bool(user.active)} {role}" for user, role in rows).encode()).hexdigest()
    return rows[0][0] if rows else None, stamp


def restamp(session: Session, key: str) -> None:
    """Lets a session go on after its owner's own change."""
    found = session.get(UserSession, key)
    if found is not None:
        found.stamp = stamp_of(session, found.user_id)


def over(session: Session, found: UserSession, stamp: str | None = None) -> str | None:
    """Why a session is over, or None where it goes on; `stamp` is that of its account, where it has been read already."""
    if found.ended_at is not None:
        return found.ended_why
    if now() >= ends_at(session, found):
        return "idle"
    return None if found.stamp == (stamp or stamp_of(session, found.user_id)) else "changed"


def ends_at(session: Session, found: UserSession) -> datetime:
    """When a session is over if nothing comes any more."""
    minutes, hours = map(int, parameter_numbers(session, IDLE, HOURS))
    return min(found.seen_at + timedelta(minutes=minutes), found.created_at + timedelta(hours=hours))


def live(session: Session, user_id: int) -> list[UserSession]:
    """The account's sessions that are not over, the latest first."""
    statement = select(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    found = session.scalars(statement.order_by(UserSession.created_at.desc(), UserSession.id))
    return [one for one in found if over(session, one) is None]


def end_sessions(session: Session, user_id: int, besides: str | None = None, why: str = "ended") -> int:
    """Ends an account's sessions, all but the one of the id `besides`, in the caller's transaction; their number."""
    statement = update(UserSession).where(UserSession.user_id == user_id, UserSession.ended_at.is_(None))
    if besides:
        statement = statement.where(UserSession.id != besides)
    ended = session.execute(statement.values(ended_at=now(), ended_why=why).execution_options(synchronize_session="fetch"))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def end(session: Session, key: str, why: str) -> None:
    """Ends one session, in the caller's transaction."""
    found = session.get(UserSession, key)
    if found is not None and found.ended_at is None:
        found.ended_at, found.ended_why = now(), why
