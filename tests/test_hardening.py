"""What protects the application from outside: limits, addresses, cookies, keys, hosts (security 8, 9, 15)."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from waitress import create_server
from waitress.server import BaseWSGIServer

from app.demo.people import PASSWORD
from app.serve import limits
from config import cookies, hosts, settings, unsafe

ROOT = Path(__file__).parent.parent
KEY, OTHER, THIRD = "kX8-0pQ2vR7_sT4uW9yZ1aB3cD5eF6gH", "hG6fE5dC3bA1zY9wU4tS7_rV2qP0-8Xk", "mN3-bV6cX9zL2_kJ5hG8fD1sA4qW7eR0"
SERVER = {"DATABASE_URL": "postgresql://x/y", "SECRET_KEY": KEY, "AUDIT_KEY": OTHER, "SECRETS_KEY": THIRD,
          "TRUSTED_HOSTS": "zx.example"}
CONFIG = ("TESTING", "SQLALCHEMY_DATABASE_URI", "DATA_DIR", "SECRET_KEY", "AUDIT_KEY", "WTF_CSRF_ENABLED", "DEMO")


@pytest.fixture
def limited(app: Flask) -> Iterator[Flask]:
    """The application with its limits, counted afresh."""
    from app import create_app
    from app.database import db

    made = create_app({**{name: app.config[name] for name in CONFIG}, "JWT_SECRET_KEY": KEY})
    yield made
    with made.app_context():
        db.engine.dispose()


def post(client: FlaskClient, path: str, address: str, times: int, **values: Any) -> list[int]:
    """The answers to the same request, so often."""
    sent: dict[str, Any] = {"json": values} if path.startswith("/api/") else {"data": values}
    return [client.post(path, environ_base={"REMOTE_ADDR": address}, **sent).status_code for _number in range(times)]


@pytest.mark.parametrize("path", ["/login/", "/login/code", "/api/v1/security/login", "/api/v1/security/refresh"])
def test_every_way_in_is_limited_by_address(limited: Flask, path: str) -> None:
    """security 9: each login path, for one address and not for the next; also with headers that name another one."""
    client = limited.test_client()
    found = post(client, path, "192.0.2.1", 31, username="", password="")
    assert found[-1] == 429
    assert 429 not in found[:30]
    client.environ_base["HTTP_X_FORWARDED_FOR"] = "192.0.2.2"
    assert post(client, path, "192.0.2.1", 1, username="", password="") == [429]
    assert post(client, path, "192.0.2.3", 1, username="", password="") != [429]


def test_the_login_with_and_without_a_limit(limited: Flask) -> None:
    """security 9: looking at the page is not an attempt."""
    client = limited.test_client()
    assert {client.get("/login/").status_code for _number in range(40)} == {200}
    assert post(client, "/login/", "127.0.0.1", 1, username="collector", password=PASSWORD) == [302]


class Listening:
    """The web server as it runs, with an application that tells what it is told of the caller."""

    def __init__(self, proxy: str) -> None:
        def tell(environ: Any, start: Any) -> list[bytes]:
            start("200 OK", [("Content-Type", "text/plain")])
            return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]

        config = {"MAX_CONTENT_LENGTH": 1000, "MAX_DELIVERY_LENGTH": 4000, "TRUSTED_PROXY": proxy}
        self.server: BaseWSGIServer = create_server(tell, host="127.0.0.1", port=0, threads=1, **limits(config))

    def answer(self, headers: str, body: bytes = b"") -> str:
        with socket.create_connection(("127.0.0.1", self.server.effective_port), timeout=10) as sent:  # type: ignore[attr-defined]
            sent.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n".encode() + body)
            sent.settimeout(0.05)
            found = b""
            for _turn in range(200):
                self.server.asyncore.loop(timeout=0.02, count=1, map=self.server._map)  # type: ignore[attr-defined]
                try:
                    part = sent.recv(65536)
                except TimeoutError:
                    continue
                if not part:
                    break
                found += part
        return found.decode()

    def close(self) -> None:
        """Leaves nothing open."""
        self.server.task_dispatcher.shutdown()  # type: ignore[attr-defined]
        self.server.asyncore.close_all(self.server._map)  # type: ignore[attr-defined]
        self.server.close()


@pytest.mark.parametrize(("proxy", "told"), [("", "127.0.0.1 http"), ("192.0.2.9", "127.0.0.1 http"), ("127.0.0.1", "203.0.113.7 https")])
def test_only_the_proxy_says_where_a_request_comes_from(proxy: str, told: str) -> None:
    """security 9: the address that limits count by and the record keeps is not the caller's to choose."""
    server = Listening(proxy)
    try:
        headers = "X-Forwarded-For: 198.51.100.1, 203.0.113.7\r\nX-Forwarded-Proto: https\r\nContent-Length: 0\r\n"
        assert server.answer(headers).endswith(told)
        assert " 200 " in server.answer("Content-Length: 3500\r\n", b"0" * 3500).split("\r\n")[0]
        assert " 413 " in server.answer("Content-Length: 5000\r\n").split("\r\n")[0]
    finally:
        server.close()


def test_too_large_a_request_is_refused_in_words(app: Flask, client_for: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 15: 413, with the limit, on pages and over REST."""
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1024 * 1024)
    client = client_for("collector")
    for path, part in (
        ("/forms/collection_file_register/add", "attachment"), ("/api/v1/forms/collection_file_register/1/attachments", "file"),
        ("/forms/collection_file_register/import", "file"),
    ):
        head = f'--x\r\nContent-Disposition: form-data; name="{part}"; filename="x.pdf"\r\n\r\n'.encode()
        body = head + b"x" * 1024 * 1025 + b"\r\n--x--\r\n"
        answer = client.post(path, data=body, content_type="multipart/form-data; boundary=x")
        assert answer.status_code == 413, path
        told = answer.get_json()["message"] if path.startswith("/api/") else answer.get_data(as_text=True)
        assert "1 MB" in told


# ---------- settings ----------


def test_the_server_profile_needs_its_secrets_and_names() -> None:
    """security 8, 9: keys from the environment, long, not of one letter, not the same one twice; names of the host."""
    assert unsafe({}) == []
    assert unsafe(SERVER) == []
    for wrong, name in (
        ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"AUDIT_KEY": OTHER[:31]}, "AUDIT_KEY"), ({"SECRET_KEY": "k" * 64}, "SECRET_KEY"),
        ({"AUDIT_KEY": KEY}, "AUDIT_KEY"), ({"SECRETS_KEY": ""}, "SECRETS_KEY"), ({"SECRETS_KEY": KEY}, "SECRETS_KEY"),
        ({"SECRETS_KEY": OTHER}, "SECRETS_KEY"), ({"TRUSTED_HOSTS": "", "HOST": "0.0.0.0"}, "TRUSTED_HOSTS"),
    ):
        assert [one.split(":")[0] for one in unsafe(SERVER | wrong)] == [name]
    assert unsafe(SERVER | {"TRUSTED_HOSTS": ""}) == []  # it listens on this machine alone
    assert hosts({}) == ["127.0.0.1", "localhost", "[::1]"]


@pytest.mark.parametrize("command", [["-m", "app.serve"], ["-m", "flask", "--app", "app", "setup"], ["-c", "import app.jobs.worker"]])
def test_no_process_of_a_server_starts_without_them(tmp_path: Path, command: list[str]) -> None:
    """security 9: web, worker and commands end at once, and say what is missing."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "SECRET_KEY": "secret", **{
        name: SERVER[name] for name in ("DATABASE_URL", "AUDIT_KEY", "SECRETS_KEY", "TRUSTED_HOSTS")
    }}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "SECRET_KEY: a random text" in done.stderr
    assert "Traceback" not in done.stderr


def test_settings_of_both_profiles(tmp_path: Path) -> None:
    """security 8, 9: over loopback plain HTTP and demo data; a server HTTPS, limits counted in Redis, no demo data."""
    here = {"DATA_DIR": str(tmp_path)}
    embedded, server = settings(here), settings(here | SERVER | {"REDIS_URL": "redis://127.0.0.1:1/0"})
    for found in (embedded, server):
        assert found["SESSION_COOKIE_HTTPONLY"]
        assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
        assert found["MAX_CONTENT_LENGTH"]
        assert not found["AUTH_USER_REGISTRATION"]
    assert (embedded["SESSION_COOKIE_SECURE"], embedded["DEMO_DATA"], embedded["RATELIMIT_STORAGE_URI"]) == (False, True, "memory://")
    assert (server["SESSION_COOKIE_SECURE"], server["DEMO_DATA"]) == (True, False)
    assert server["RATELIMIT_STORAGE_URI"] == "redis://127.0.0.1:1/0"
    assert server["RATELIMIT_IN_MEMORY_FALLBACK_ENABLED"]
    assert settings(here | SERVER | {"DEMO_DATA": "1", "HTTPS": "0"})["DEMO_DATA"]
    assert not settings(here | SERVER | {"HTTPS": "0"})["SESSION_COOKIE_SECURE"]
    assert not settings(here | {"DEMO_DATA": "no"})["DEMO_DATA"]


@pytest.mark.parametrize(("https", "attributes"), [(True, ["__Host-session=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"]),
                                                   (False, ["session=", "HttpOnly", "SameSite=Lax", "Path=/"])])
def test_the_cookie(app: Flask, monkeypatch: pytest.MonkeyPatch, https: bool, attributes: list[str]) -> None:
    """security 8: no script reads it, no other site sends it along, and over HTTPS it never goes in clear."""
    for name, value in cookies(https).items():
        monkeypatch.setitem(app.config, name, value)
    base = f"http{'s' if https else ''}://localhost/"
    client = app.test_client()
    answer = client.post("/login/", base_url=base, data={"username": "collector", "password": PASSWORD})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(attributes[0])
    assert set(attributes[1:]) <= set(cookie.split("; "))
    assert ("Secure" in cookie) is https
    assert "Domain" not in cookie
    assert ("Strict-Transport-Security" in answer.headers) is https
    assert client.get("/", base_url=base).status_code == 200


# ---------- addresses ----------


def test_nothing_changes_the_language_or_leads_back_by_get(app: Flask) -> None:
    """security 8: Flask-AppBuilder's own addresses for both are gone."""
    client = app.test_client()
    for path in ("/lang/en", "/back", "/back?next=//evil.example"):
        assert client.get(path).status_code == 404, path


def test_no_route_that_changes_anything_is_opened_by_get(app: Flask) -> None:
    """security 8: what is named like a change is posted, or refuses what is not."""
    for rule in app.url_map.iter_rules():
        if {"delete", "end", "act", "remove", "recall", "revoke", "claim", "take", "release", "logout", "discard", "autosave"} & set(
            rule.rule.split("/")
        ) and not rule.rule.startswith(("/users/", "/roles/", "/permissionviews/")):
            assert "GET" not in (rule.methods or ()), rule


@pytest.mark.parametrize("path", ["/login/?next=", "/login/code?next="])
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_way_in_leads_elsewhere(app: Flask, path: str, wanted: str) -> None:
    """security 8: nor with a forged host."""
    client = app.test_client()
    data = {"username": "collector", "password": PASSWORD}
    for base in ("http://localhost", "http://evil.example"):
        location = client.post(path + wanted, base_url=base, data=data).location or "/"
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
