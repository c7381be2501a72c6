"""Locks (锁定): an account is locked for a while after several failures, whichever way they came (security 9)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.parameters import parameter_number
from app.security.models import AccountSecurity, User

FAILURES = "lock_failures"
MINUTES = "lock_minutes"


def locked(session: Session, user: Any) -> bool:
    """Whether the account is locked now."""
    failures = user.fail_login_count or 0
    return failures >= parameter_number(session, FAILURES) and recently_failed(session, user.id)


def locked_name(session: Session, username: str) -> bool:
    """Whether there is an account of that name and it is locked now."""
    user = session.scalar(select(User).where(User.username == username))
    return user is not None and locked(session, user)


def failed(session: Session, user: Any) -> None:
    """Counts a failure in the caller's transaction; those before an earlier lock ended count no more."""
    session.refresh(user, ["fail_login_count"], with_for_update=True)  # failures of one moment count one by one
    before = (user.fail_login_count or 0) if recently_failed(session, user.id) else 0
    user.fail_login_count = before + 1
    security_of(session, user.id).failed_at = now()


def succeeded(user: Any) -> None:
    """Forgets the failures, in the caller's transaction."""
    user.fail_login_count = 0


def recently_failed(session: Session, user_id: int) -> bool:
    """Whether the last failure is no longer ago than a lock lasts."""
    at = session.scalar(select(AccountSecurity.failed_at).where(AccountSecurity.user_id == user_id))
    return at is not None and now() < at + timedelta(minutes=int(parameter_number(session, MINUTES)))


def security_of(session: Session, user_id: int) -> AccountSecurity:
    """The account's row, made where it is missing."""
    found = session.get(AccountSecurity, user_id)
    if found is None:
        found = AccountSecurity(user_id=user_id)
        session.add(found)
    return found
