"""Rules of passwords (密码规则, articles 79.4 and 105), kept in parameters: how they are made, how old they get, none comes back."""

from datetime import timedelta
from math import ceil

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from app.clock import now
from app.documents.parameters import parameter_number
from app.engine.text import Text
from app.security.locking import security_of
from app.security.models import AccountSecurity, PasswordHistory, User
from app.security.sessions import end_sessions, restamp

LEAST, CLASSES, HISTORY = "password_least_length", "password_classes", "password_history"
DAYS, REMIND = "password_days", "password_remind_days"
LONGEST = 128


def faults(session: Session, user: User, new: str) -> list[Text]:
    """What the rules have against a new password; nothing where it may be set."""
    return [*made_wrong(session, user.username or "", new), *had_before(session, user, new)]


def made_wrong(session: Session, username: str, new: str) -> list[Text]:
    """What is wrong with how a password is made, whoever had which before."""
    least, classes = int(parameter_number(session, LEAST)), int(parameter_number(session, CLASSES))
    found: list[Text] = []
    if not least <= len(new) <= LONGEST:
        found.append(_("密码须为 %(least)s 至 %(most)s 位", least=least, most=LONGEST))
    if classes_of(new) < classes:
        found.append(_("大写字母、小写字母、数字、符号中至少要有 %(count)s 种", count=classes))
    if username and username.casefold() in new.casefold():
        found.append(_("密码不能含有用户名"))
    if any(not one.isprintable() for one in new):
        found.append(_("密码不能含有控制字符"))
    return found


def classes_of(new: str) -> int:
    """How many kinds of characters there are: capital and small letters, digits, others."""
    kinds = {"A" if one.isupper() else "a" if one.islower() else "0" if one.isdigit() else "-" for one in new}
    return len(kinds)


def had_before(session: Session, user: User, new: str) -> list[Text]:
    """A fault where the account has had the password lately, or has it now."""
    count = int(parameter_number(session, HISTORY))
    statement = (
        select(PasswordHistory.hash).where(PasswordHistory.user_id == user.id)
        .order_by(PasswordHistory.id.desc()).limit(count)
    )
    known = {*session.scalars(statement), *([user.password] if user.password else [])}
    if any(check_password_hash(one, new) for one in known):
        return [_("不能与最近 %(count)s 次用过的密码相同", count=count)]
    return []


def set_password(session: Session, user: User, new: str, besides: str | None = None) -> None:
    """Sets a password, in the caller's transaction: remembered, and all the account's sessions but `besides` end.

    The rules are the caller's to ask for: `faults`. Who sets another's password calls `require_change` after it.
    """
    kept = security_of(session, user.id)
    if user.password and not session.scalar(select(PasswordHistory.id).filter_by(user_id=user.id).limit(1)):
        session.add(PasswordHistory(user_id=user.id, hash=user.password, at=kept.password_at or now()))
        session.flush()
    user.password = hashed(new)
    remember(session, user)
    kept.must_change = False
    session.flush()
    end_sessions(session, user.id, besides, "password")
    if besides:
        restamp(session, besides)


def remember(session: Session, user: User) -> None:
    """Keeps the password that the account has from now on among those that it must not have again."""
    session.add(PasswordHistory(user_id=user.id, hash=user.password, at=now()))
    security_of(session, user.id).password_at = now()


def hashed(password: str) -> str:
    """A password as it is kept."""
    method = current_app.config.get("FAB_PASSWORD_HASH_METHOD", "scrypt")
    return generate_password_hash(password, method, current_app.config.get("FAB_PASSWORD_HASH_SALT_LENGTH", 16))


def require_change(session: Session, user_id: int) -> None:
    """The account's owner must change the password before anything else (首次登录改密, article 79.4)."""
    kept = security_of(session, user_id)
    kept.must_change = True
    kept.password_at = kept.password_at or now()


def longest_days(session: Session) -> int:
    """How many days a password is good for (密码有效天数)."""
    return int(parameter_number(session, DAYS))


def days_left(session: Session, kept: AccountSecurity | None) -> int | None:
    """Days until the password is too old (每月改密, article 105), 0 where it must be changed now; None for demo accounts."""
    if kept is not None and kept.must_change:
        return 0
    if is_demo(kept):
        return None
    if kept is None or kept.password_at is None:
        return 0
    due = kept.password_at + timedelta(days=longest_days(session))
    return max(0, ceil((due - now()) / timedelta(days=1)))


def reminder(session: Session, kept: AccountSecurity | None) -> int | None:
    """Days until the password must be changed, where it is time to be reminded (到期前提醒, article 105)."""
    left = days_left(session, kept)
    return left if left is not None and left <= parameter_number(session, REMIND) else None


def is_demo(kept: AccountSecurity | None) -> bool:
    """Whether it is an account of the demonstration still: with the password that everybody knows."""
    return bool(current_app.config["DEMO"]) and (kept is None or kept.password_at is None)
