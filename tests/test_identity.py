"""People are who they say: passwords, sessions, one-time codes (security 9, 10; articles 79.4, 105)."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.audit.models import AuditAction, AuditEntry
from app.clock import at, now
from app.database import transaction
from app.engine.catalogue import catalogue
from app.security import codes, entering, passwording, sessions
from app.security.devices import device
from app.security.models import (
    AccountSecurity,
    PasswordHistory,
    RecoveryCode,
    Role,
    User,
    UserSession,
)
from tests.threads import in_threads

WORD, OTHER = "Correct-Horse-7", "Another-Word-77"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0"
API = "/api/v1/security/login"


@dataclass
class Person:
    """An account of a real installation, not of the demonstration."""

    app: Flask
    session: Session
    id: int
    name: str = "reader"

    def enter(self, password: str = WORD) -> FlaskClient:
        """A client after the login page."""
        client = self.app.test_client()
        client.post("/login/", data={"username": self.name, "password": password}, headers={"User-Agent": FIREFOX})
        return client

    def token(self, password: str = WORD, **more: Any) -> Any:
        """The API's answer to a login."""
        sent = {"username": self.name, "password": password, "provider": "db", "refresh": True, **more}
        return self.app.test_client().post(API, json=sent)

    def kept(self) -> AccountSecurity:
        self.session.rollback()
        return self.session.get_one(AccountSecurity, self.id)

    def set(self, **values: Any) -> None:
        """Sets what is kept of the account."""
        with transaction(self.session) as session:
            session.execute(update(AccountSecurity).where(AccountSecurity.user_id == self.id).values(**values))


def inside(client: FlaskClient) -> bool:
    """Whether the client is let onto the workbench."""
    return client.get("/").status_code == 200


@pytest.fixture
def person(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Somebody with a fresh account who has done everything that the first login asks for."""
    monkeypatch.setitem(app.config, "JWT_SECRET_KEY", "a key that is long enough for its algorithm")
    with transaction(session):
        user = session.scalar(select(User).where(User.username == "reader"))
        if user is None:
            user = User(username="reader", first_name="阅", last_name="读", email="reader@example.com", active=True)
            session.add(user)
            session.flush()
        for model in (PasswordHistory, UserSession, RecoveryCode, AccountSecurity):
            session.execute(delete(model).where(model.user_id == user.id))
        session.expire_all()
        user.active, user.fail_login_count, user.password = True, 0, None
        user.roles = [session.scalars(select(Role).where(Role.name == "数据采集员")).one()]
        passwording.set_password(session, user, WORD)
        session.get_one(AccountSecurity, user.id).acknowledged_at = now()
        found = Person(app, session, user.id)
    yield found
    with transaction(session):
        session.get_one(User, found.id).active = False
        session.get_one(User, found.id).roles = []


def parameter(session: Session, code: str, value: str) -> None:
    with transaction(session):
        model: Any = catalogue.register("parameters").model
        session.connection().execute(update(model.__table__).where(model.code == code).values(value=value))


@pytest.fixture
def tokens_for_staff(session: Session) -> Iterator[None]:
    """Staff must use one-time codes."""
    parameter(session, "staff_token", "是")
    yield
    parameter(session, "staff_token", "否")


@pytest.mark.article("79.4")
def test_first_login_leads_to_a_new_password_and_nowhere_else(person: Person) -> None:
    """security 9: first login; pages lead there, the API says so by code."""
    with transaction(person.session) as session:
        passwording.require_change(session, person.id)
    client = person.enter()
    for page in ("/", "/tasks/", "/users/userinfo/", "/account/sessions"):
        assert client.get(page).location == "/resetmypassword/form"
    answer = client.get("/api/v1/tasks/")
    assert (answer.status_code, answer.json["code"]) == (403, "password_expired")
    bearer = {"Authorization": f"Bearer {person.token().json['access_token']}"}
    assert client.application.test_client().get("/api/v1/tasks/", headers=bearer).json["code"] == "password_expired"
    client = person.enter()
    change(client, WORD, OTHER)
    assert inside(client)


def change(client: FlaskClient, old: str, new: str) -> str:
    sent = {"old_password": old, "password": new, "conf_password": new}
    return client.post("/resetmypassword/form", data=sent).get_data(as_text=True)


@pytest.mark.article("105")
def test_the_password_is_changed_every_month(person: Person) -> None:
    """security 9: a reminder before, forced after."""
    person.set(password_at=now() - timedelta(days=10))
    client = person.enter()
    assert "天到期" not in client.get("/").get_data(as_text=True)
    person.set(password_at=now() - timedelta(days=27))
    assert "还有 3 天到期" in client.get("/").get_data(as_text=True)
    person.set(password_at=now() - timedelta(days=30))
    assert client.get("/").location == "/resetmypassword/form"


def test_rules_of_passwords(person: Person, session: Session) -> None:
    """security 9: length, kinds of characters, not the user name, none of the last five, the old one needed."""
    user = session.get_one(User, person.id)
    for wrong in ("Short-1", "onlysmallletters", "x-Reader-2026", WORD, "Correct-Horse\0-8"):
        assert passwording.faults(session, user, wrong), wrong
    assert not passwording.faults(session, user, OTHER)
    words = [f"Correct-Horse-{number}" for number in range(20, 25)]
    for word in words:
        with transaction(session):
            passwording.set_password(session, session.get_one(User, person.id), word)
    user = session.get_one(User, person.id)
    assert all(passwording.faults(session, user, word) for word in words)
    assert not passwording.faults(session, user, WORD)
    client = person.enter(words[-1])
    assert "原密码不正确" in change(client, "wrong", OTHER)
    assert "不能与最近" in change(client, words[-1], words[0])
    change(client, words[-1], OTHER)
    assert inside(client)
    assert inside(person.enter(OTHER))


def ended_by(person: Person, happening: str) -> None:
    """Something that ends all sessions."""
    with transaction(person.session) as session:
        user = session.get_one(User, person.id)
        if happening == "disabled":
            user.active = False
        elif happening == "roles":
            user.roles = [session.scalars(select(Role).where(Role.name == "档案管理员")).one()]
        elif happening == "reset":
            passwording.set_password(session, user, OTHER)
        elif happening == "raw password":
            session.execute(update(User).where(User.id == user.id).values(password="x"))
        else:
            sessions.end_sessions(session, user.id)


@pytest.mark.parametrize("happening", ["disabled", "roles", "reset", "raw password", "ended"])
def test_sessions_and_tokens_end_at_the_next_request(person: Person, happening: str) -> None:
    """security 10: the cookie and the token are refused, access and refresh alike."""
    parameter(person.session, "one_session", "否")
    client, given, outside = person.enter(), person.token().json, person.app.test_client()
    parameter(person.session, "one_session", "是")
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    assert inside(client)
    assert outside.get("/api/v1/tasks/", headers=bearer).status_code == 200
    ended_by(person, happening)
    assert client.get("/").status_code == 302
    assert outside.get("/api/v1/tasks/", headers=bearer).status_code == 401
    refresh = {"Authorization": f"Bearer {given['refresh_token']}"}
    assert outside.post("/api/v1/security/refresh", headers=refresh).status_code in (401, 422)


def test_a_cookie_replayed_after_logout_is_refused(person: Person) -> None:
    """security 10"""
    client = person.enter()
    assert inside(client)
    cookie = client.get_cookie("session")
    assert cookie is not None
    client.post("/logout/")
    thief = person.app.test_client()
    thief.set_cookie("session", cookie.value)
    assert not inside(thief)


def test_idle_and_absolute_limits(person: Person) -> None:
    """security 10: idle 30 minutes, 12 hours at most, however busy."""
    started, client = now(), person.enter()
    with at(started + timedelta(minutes=29)):
        assert inside(client)
    with at(started + timedelta(minutes=58)):
        assert inside(client)
    with at(started + timedelta(minutes=89)):
        assert not inside(client)
    client = person.enter()
    with transaction(person.session) as session:
        session.execute(update(UserSession).where(UserSession.user_id == person.id).values(created_at=started - timedelta(hours=12)))
    assert not inside(client)


@pytest.mark.article("105")
def test_one_session_per_account(person: Person) -> None:
    """Articles 36, 105: a login ends the one before, which is told why."""
    first = person.enter()
    assert inside(first)
    second = person.enter()
    assert "已在别处登录" in first.get("/", follow_redirects=True).get_data(as_text=True)
    assert inside(second)


def test_own_and_others_sessions(person: Person, client_for: Callable[[str], FlaskClient]) -> None:
    """security 10: one's own are listed and ended; others' by who keeps accounts alone, and that is recorded."""
    client = person.enter()
    page = client.get("/account/sessions").get_data(as_text=True)
    assert "Firefox 121 · Windows" in page
    assert "本次登录" in page
    other = person.session.scalars(select(User.id).where(User.username == "archivist")).one()
    assert client.get(f"/account/sessions/{other}").status_code == 403
    assert client.post(f"/account/sessions/{other}/end").status_code == 403
    client_for("sysadmin").post(f"/account/sessions/{person.id}/end")
    assert not inside(client)
    person.session.rollback()
    ended = select(AuditEntry.user_name).where(AuditEntry.action == AuditAction.LOG_OUT, AuditEntry.record == person.name)
    assert "sysadmin" in "".join(str(row) for row in person.session.execute(
        ended.add_columns(AuditEntry.user_id, User.username).join(User, User.id == AuditEntry.user_id)
    ))


@pytest.mark.article("105")
def test_acknowledgement_at_first_login(person: Person) -> None:
    """Article 105: the account is lent to nobody."""
    person.set(acknowledged_at=None)
    client = person.enter()
    assert client.get("/").location == "/account/acknowledge"
    page = client.get("/account/acknowledge").get_data(as_text=True)
    assert all(one in page for one in ("不得转借", "最长使用 30 天", "只能同时在一处登录"))
    parameter(person.session, "password_days", "45")
    parameter(person.session, "one_session", "否")
    page = client.get("/account/acknowledge").get_data(as_text=True)
    parameter(person.session, "password_days", "30")
    parameter(person.session, "one_session", "是")
    assert "最长使用 45 天" in page
    assert "一处登录" not in page
    client.post("/account/acknowledge")
    assert inside(client)
    assert person.kept().acknowledged_at is not None


def bind(client: FlaskClient, person: Person) -> tuple[str, list[str]]:
    """The secret and the recovery codes of a newly bound token."""
    client.post("/account/token/propose")
    secret = codes.proposed(person.kept()) or ""
    assert "<svg" in client.get("/account/token").get_data(as_text=True)
    wrong = client.post("/account/token/confirm", data={"code": "000000x"})
    assert wrong.status_code == 422
    page = client.post("/account/token/confirm", data={"code": pyotp.TOTP(secret).now()}).get_data(as_text=True)
    return secret, re.findall(r"[0-9a-f]{8}-[0-9a-f]{8}", page)


def test_a_token_is_bound_asked_for_and_removed(person: Person) -> None:
    """security 9: TOTP; wrong codes count towards the lock, codes and recovery codes count once."""
    secret, recovery = bind(person.enter(), person)
    assert len(set(recovery)) == codes.RECOVERY_CODES
    assert recovery[0] not in str([row.hash for row in person.session.scalars(select(RecoveryCode))])
    client = person.enter()
    assert not inside(client)
    client.post("/login/code", data={"code": "123"})
    assert not inside(client)
    person.session.rollback()
    assert person.session.get_one(User, person.id).fail_login_count == 1
    client = person.enter()  # the right password alone forgets no failure
    client.post("/login/code", data={"code": "123"})
    person.session.rollback()
    assert person.session.get_one(User, person.id).fail_login_count == 2
    client.post("/login/code", data={"code": recovery[0]})
    assert inside(client)
    assert person.token(code=recovery[0]).status_code == 401
    assert person.token().status_code == 401
    assert person.token(code=recovery[1]).status_code == 200
    client = person.enter()
    client.post("/login/code", data={"code": recovery[2]})
    client.post("/account/token/remove", data={"password": "wrong", "code": recovery[3]})
    assert codes.opened(person.id, person.kept().totp_secret) == secret
    client.post("/account/token/remove", data={"password": WORD, "code": recovery[3]})
    assert person.kept().totp_secret is None


def test_the_database_holds_no_usable_secret(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 9: neither proposed nor bound; what is planted or taken from another account gives no codes."""
    client = person.enter()
    client.post("/account/token/propose")
    secret = codes.proposed(person.kept())
    assert secret
    assert secret in client.get("/account/token").get_data(as_text=True)
    assert secret not in (person.kept().totp_new or "")
    client.post("/account/token/confirm", data={"code": pyotp.TOTP(secret).now()})
    kept = person.kept().totp_secret or ""
    assert kept
    for usable in (secret, secret.lower(), base64.b32decode(secret).hex()):
        assert usable not in kept
        assert usable not in base64.b64decode(kept).decode("latin-1")
    other = person.session.scalars(select(User.id).where(User.username == "archivist")).one()
    assert codes.opened(person.id, kept) == secret
    assert codes.opened(other, kept) is None
    for planted in (codes.sealed(other, secret), secret, "", "口令"):
        person.set(totp_secret=planted, totp_used=None)
        assert person.token(code=pyotp.TOTP(secret).now()).status_code == 401, planted
    person.set(totp_secret=kept, totp_used=None)
    assert person.token(code=pyotp.TOTP(secret).now()).status_code == 200
    monkeypatch.setitem(person.app.config, "SECRETS_KEY", "another key")
    person.set(totp_used=None)
    assert person.token(code=pyotp.TOTP(secret).now()).status_code == 401


def test_a_recovery_code_opens_where_the_secret_does_not(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """With another SECRETS_KEY people still come in, and bind their token anew."""
    _secret, recovery = bind(person.enter(), person)
    monkeypatch.setitem(person.app.config, "SECRETS_KEY", "another key")
    client = person.enter()
    client.post("/login/code", data={"code": recovery[0]})
    assert inside(client)
    client.post("/account/token/remove", data={"password": WORD, "code": recovery[1]})
    bind(client, person)


def test_five_wrong_codes_lock(person: Person) -> None:
    """security 9: not even the right code opens then."""
    _secret, recovery = bind(person.enter(), person)
    client = person.enter()
    for _number in range(5):
        client.post("/login/code", data={"code": "123"})
    client.post("/login/code", data={"code": recovery[0]})
    assert not inside(client)


def test_whoever_must_have_a_token_binds_it_first(person: Person, tokens_for_staff: None) -> None:
    """security 9: TOTP where required."""
    client = person.enter()
    assert client.get("/").location == "/account/token"
    assert client.get("/api/v1/tasks/").json["code"] == "token_required"
    bind(client, person)
    assert inside(client)


def test_unknown_users_take_as_long_and_get_the_same(person: Person, app: Flask) -> None:
    """security 9: on the page and for the API; a stopped account too, and an e-mail address is no user name."""
    with transaction(person.session) as session:
        session.get_one(User, person.id).active = False
    for path in (API, "/login/"):
        told, took = set(), {}
        for name in (person.name, "nobody", "archivist2", "reader@example.com"):
            sent = {"username": name, "password": "wrong", "provider": "db"}
            started = time.perf_counter()
            answer = app.test_client().post(path, **{"json" if path == API else "data": sent})
            took[name] = time.perf_counter() - started
            told.add((answer.status_code, "不正确" in unicodes(answer)))
        assert told == {(401 if path == API else 200, True)}
        assert min(took.values()) > max(took.values()) / 4, took


def unicodes(answer: Any) -> str:
    """What an answer says, JSON's escapes read."""
    return str(answer.json["message"] if answer.is_json else answer.get_data(as_text=True))


def test_guessing_the_old_password_locks(person: Person) -> None:
    """security 9: an open page is no place to guess: failures count, and the right one does not help any more."""
    client = person.enter()
    for _number in range(5):
        assert "原密码不正确" in change(client, "wrong", OTHER)
    assert "锁定" in change(client, WORD, OTHER)
    person.session.rollback()
    assert person.session.get_one(User, person.id).fail_login_count == 5
    assert person.token().status_code == 401
    assert person.token(OTHER).status_code == 401


def test_a_token_is_logged_out(person: Person) -> None:
    """security 10: replayed afterwards, access and refresh token are refused, and so is a second logout."""
    given, outside = person.token().json, person.app.test_client()
    access, again = ({"Authorization": f"Bearer {given[name]}"} for name in ("access_token", "refresh_token"))
    renewed = outside.post("/api/v1/security/refresh", headers=again).json
    assert renewed
    later = {"Authorization": f"Bearer {renewed['access_token']}"}
    for headers in (access, later):
        assert outside.get("/api/v1/tasks/", headers=headers).status_code == 200
    assert outside.post("/api/v1/security/logout").status_code == 401
    assert outside.post("/api/v1/security/logout", headers=access).status_code == 204
    for headers in (access, later):
        assert outside.get("/api/v1/tasks/", headers=headers).status_code == 401
    assert outside.post("/api/v1/security/refresh", headers=again).status_code == 401
    assert outside.post("/api/v1/security/logout", headers=access).status_code == 401
    assert outside.post("/api/v1/security/logout", headers=again).status_code == 401


def test_tokens_idle_and_get_old(person: Person) -> None:
    """security 10: renewing a token does not lengthen the session beyond its limits."""
    started, given, outside = now(), person.token().json, person.app.test_client()
    again = {"Authorization": f"Bearer {given['refresh_token']}"}
    with at(started + timedelta(minutes=31)):
        assert outside.post("/api/v1/security/refresh", headers=again).status_code == 401
    given = person.token().json
    again = {"Authorization": f"Bearer {given['refresh_token']}"}
    assert outside.post("/api/v1/security/refresh", headers=again).status_code == 200
    with transaction(person.session) as session:
        session.execute(update(UserSession).where(UserSession.user_id == person.id).values(created_at=started - timedelta(hours=12)))
    assert outside.post("/api/v1/security/refresh", headers=again).status_code == 401


def test_a_session_planted_before_the_login_is_worth_nothing(person: Person) -> None:
    """security 9: a new session id at login; what a cookie held before, it holds no more."""
    planted = person.app.test_client()
    planted.get("/login/")
    with planted.session_transaction() as before:
        before["sid"], before["note"] = "chosen-by-somebody-else", "x"
    victim = person.app.test_client()
    cookie = planted.get_cookie("session")
    assert cookie is not None
    victim.set_cookie("session", cookie.value)
    victim.post("/login/", data={"username": person.name, "password": WORD})
    assert inside(victim)
    assert not inside(planted)
    with victim.session_transaction() as after:
        first = after["sid"]
        assert first != "chosen-by-somebody-else"
        assert "note" not in after
    with person.enter().session_transaction() as after:
        assert after["sid"] != first


def test_the_password_alone_is_no_session(person: Person) -> None:
    """security 9: between the two steps nothing is open; the wait is short, and a new password ends it."""
    bind(person.enter(), person)
    client = person.enter()
    for path in ("/", "/account/token", "/api/v1/tasks/"):
        assert client.get(path).status_code in (302, 401), path
    assert client.get("/login/code").status_code == 200
    with transaction(person.session) as session:
        passwording.set_password(session, session.get_one(User, person.id), OTHER)
    assert client.get("/login/code").status_code == 302


def test_another_token_is_issued(person: Person) -> None:
    """Article 82.1.4: a new token by form 22 unbinds the old one; the same number changes nothing."""
    secret, _recovery = bind(person.enter(), person)
    with transaction(person.session) as session:
        codes.issue(session, person.id, "LP-900001")
    assert person.kept().totp_secret is None
    client = person.enter()
    assert inside(client)
    assert "LP-900001" in client.get("/account/token").get_data(as_text=True)
    bind(client, person)
    with transaction(person.session) as session:
        codes.issue(session, person.id, "LP-900001")
    assert codes.opened(person.id, person.kept().totp_secret) not in (None, secret)


def test_a_lost_token_is_taken_off_by_command(person: Person) -> None:
    """Where nobody could by form 22: recorded, and no session stays open."""
    bind(person.enter(), person)
    client = person.enter()
    runner = person.app.test_cli_runner()
    assert not runner.invoke(args=["security", "unbind", person.name], catch_exceptions=False).exit_code
    assert runner.invoke(args=["security", "unbind", "nobody"]).exit_code
    assert person.kept().totp_secret is None
    assert not inside(client)
    found = select(AuditEntry).where(AuditEntry.action == AuditAction.PASSWORD, AuditEntry.record == person.name)
    assert "no token" in person.session.scalars(found.order_by(AuditEntry.id.desc()).limit(1)).one().detail


def test_demo_accounts_only_where_demo_data_is(person: Person, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Article 79.4: known passwords need no change in a demonstration, which every page says; anywhere else at once."""
    from app.demo.people import PASSWORD

    client = app.test_client()
    client.post("/login/", data={"username": "archivist", "password": PASSWORD})
    for path in ("/", "/account/sessions", "/nothing", "/login/", "/tasks/"):
        assert "演示环境" in client.get(path, follow_redirects=True).get_data(as_text=True), path
    assert "archivist" in app.test_client().get("/login/").get_data(as_text=True)
    monkeypatch.setitem(app.config, "DEMO", False)
    assert client.get("/").location == "/resetmypassword/form"
    page = app.test_client().get("/login/").get_data(as_text=True)
    assert "archivist" not in page
    assert "演示环境" not in page
    assert not inside(client)
    assert inside(person.enter())


def test_a_login_overtaken_by_a_reset_opens_nothing(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 10: what changes between the right password and the session counts."""
    first_step = entering.first_step

    def overtaken(name: str, password: str) -> Any:
        known = first_step(name, password)
        with transaction(person.session) as session:
            passwording.set_password(session, session.get_one(User, person.id), OTHER)
        return known

    monkeypatch.setattr(entering, "first_step", overtaken)
    assert not inside(person.enter())
    assert person.token(OTHER).status_code in (200, 401)
    monkeypatch.undo()
    person.session.rollback()
    assert inside(person.enter(OTHER))


def test_logins_of_one_moment_leave_one_session(person: Person) -> None:
    """Articles 36, 105: ten logins at once, one session."""
    known = entering.Known(person.id, sessions.stamp_of(person.session, person.id))
    person.session.rollback()

    def login(own: Session, _index: int) -> None:
        with person.app.test_request_context("/login/"):
            assert entering.enter(known)

    assert in_threads(person.app, 10, login) == [None] * 10
    person.session.rollback()
    assert len(sessions.live(person.session, person.id)) == 1


@pytest.mark.parametrize(("agent", "words"), [
    (FIREFOX, "Firefox 121 · Windows"),
    ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0", "Edge 120 · Linux"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1", "Safari 17 · iPhone"),
    ("python-requests/2.31.0", "python-requests 2.31.0"), (None, "—"),
])
def test_devices_in_words(agent: str | None, words: str) -> None:
    assert device(agent) == words
