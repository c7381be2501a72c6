"""Proofs of identity (身份验证): password and one-time code, counted failures, the lock on every way in (security 9)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.audit.models import AuditAction, AuditEntry
from app.clock import SHANGHAI
from app.database import transaction
from app.demo.people import PASSWORD
from app.security import codes, locking
from app.security.models import User
from app.security.proving import prove
from app.workflow.errors import Unproven
from tests.threads import in_threads

Actors = Mapping[str, Any]
Proving = Callable[..., Any]

NAME = "committee_secretary2"
WRONG = "Wrong-2026!"


@pytest.fixture(autouse=True)
def afresh(session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The account as it was before and after: not locked, no token."""
    monkeypatch.setitem(app.config, "JWT_SECRET_KEY", "a key that is long enough for its algorithm")
    arrange(session)
    yield
    arrange(session)


def arrange(session: Session, secret: str | None = None) -> None:
    with transaction(session):
        user = account(session)
        user.fail_login_count = 0
        row = locking.security_of(session, user.id)
        row.failed_at, row.totp_used = None, None
        row.totp_secret = codes.sealed(user.id, secret) if secret else None


def account(session: Session) -> User:
    return session.scalars(select(User).where(User.username == NAME)).one()


@pytest.fixture
def proving(session: Session, actors: Actors) -> Proving:
    """Whether NAME's proof in another's session holds."""
    operator = actors["data_manager"]

    def attempt(password: str = PASSWORD, code: str = "", name: str = NAME) -> bool:
        try:
            return bool(prove(session, operator, name, password, code).actor.username == name)
        except Unproven:
            return False

    return attempt


def ways_in(app: Flask, proving: Proving) -> list[bool]:
    """Whether the right password is taken: on the spot, at the login page, for a token."""
    body = {"username": NAME, "password": PASSWORD, "provider": "db"}
    return [
        proving(), app.test_client().post("/login/", data=body).status_code == 302,
        app.test_client().post("/api/v1/security/login", json=body).status_code == 200,
    ]


@pytest.mark.article("19")
def test_the_right_password_proves(proving: Proving) -> None:
    assert proving()
    assert not proving(WRONG)
    assert not proving(name="nobody")
    assert not proving(name="nobody\0")


def test_five_failures_lock_every_way_in(app: Flask, proving: Proving) -> None:
    """security 9: wrong proofs lock for 15 minutes, for the right password too; then it is free again."""
    moment = clock.now().replace(tzinfo=SHANGHAI)
    with clock.at(moment):
        for _number in range(4):
            assert not proving(WRONG)
        assert proving()
        for _number in range(5):
            assert not proving(WRONG)
        assert ways_in(app, proving) == [False, False, False]
    with clock.at(moment + timedelta(minutes=14, seconds=59)):
        assert ways_in(app, proving) == [False, False, False]
    with clock.at(moment + timedelta(minutes=15)):
        assert ways_in(app, proving) == [True, True, True]


def test_failures_of_all_ways_count_together(app: Flask, proving: Proving) -> None:
    """security 9: page, token and proof share the count."""
    body = {"username": NAME, "password": WRONG, "provider": "db"}
    for _number in range(2):
        app.test_client().post("/login/", data=body)
        assert app.test_client().post("/api/v1/security/login", json=body).status_code == 401
    assert not proving(WRONG)
    assert ways_in(app, proving) == [False, False, False]


def test_failures_of_one_moment_are_all_counted(app: Flask, session: Session, actors: Actors) -> None:
    """security 9: ten wrong proofs at once are not one failure."""
    operator = actors["data_manager"]
    in_threads(app, 10, lambda own, _index: prove(own, operator, NAME, WRONG))
    session.rollback()
    assert account(session).fail_login_count == 5


def test_a_code_is_taken_once(session: Session, proving: Proving) -> None:
    """security 9: TOTP, good for one use; nor does an older one count after it."""
    secret = pyotp.random_base32()
    arrange(session, secret)
    moment = clock.now().replace(tzinfo=SHANGHAI)
    with clock.at(moment):
        code = pyotp.TOTP(secret).at(moment)
        assert not proving()
        assert not proving(code="000000" if code != "000000" else "111111")
        assert proving(code=code)
        assert not proving(code=code)
        assert not proving(code=pyotp.TOTP(secret).at(moment - timedelta(seconds=30)))
    later = moment + timedelta(seconds=60)
    with clock.at(later):
        assert proving(code=pyotp.TOTP(secret).at(later))


def test_a_code_used_ten_times_at_once_is_taken_once(app: Flask, session: Session, actors: Actors) -> None:
    """security 9."""
    secret, operator = pyotp.random_base32(), actors["data_manager"]
    arrange(session, secret)
    code = pyotp.TOTP(secret).now()
    outcome = in_threads(app, 10, lambda own, _index: prove(own, operator, NAME, PASSWORD, code))
    assert [type(one) for one in outcome].count(type(None)) == 1


def test_the_record_has_failures_and_no_passwords(session: Session, proving: Proving) -> None:
    """security 25."""
    assert not proving(WRONG)
    session.rollback()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.action is AuditAction.PROVE_FAILED
    assert NAME in entry.detail
    assert not any(WRONG in detail or PASSWORD in detail for detail in session.scalars(select(AuditEntry.detail)))


def test_login_errors_in_two_languages(app: Flask) -> None:
    """The token's login says why in the client's language, in the shape of all errors."""
    body = {"username": NAME, "password": WRONG, "provider": "db"}
    chinese = app.test_client().post("/api/v1/security/login", json=body)
    assert (chinese.status_code, chinese.get_json()) == (401, {"message": "用户名、密码或动态口令不正确，或账号已停用、锁定"})
    assert set(app.test_client().post("/api/v1/security/login", data="x").get_json()) == {"message"}
    wrong = app.test_client().get("/api/v1/security/login", headers={"Accept-Language": "zh"})
    assert wrong.status_code == 405
    assert "按钮" not in wrong.get_json()["message"]
