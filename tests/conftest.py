"""Fixtures: the application on a database made by the real migrations, with the demo company in it."""

import os
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

REQUIRED = os.environ.get("REQUIRE", "").split()
"""What must be there: a test that would be skipped for want of it fails instead."""

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def lacking(what: str, reason: str) -> None:
    """Skips for want of a service, or fails where CI promised it."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here: {reason}")
    pytest.skip(f"{what}: {reason}")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of each kind; PostgreSQL only where a server answers."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'app.db'}"
        return
    url = POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1)
    name = f"test_{uuid.uuid4().hex[:12]}"
    server = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'"))
    except Exception as error:
        lacking("postgresql", f"no server at {POSTGRES.rsplit('@', 1)[-1]} ({type(error).__name__})")
    yield url.rsplit("/", 1)[0] + f"/{name}"
    with server.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    server.dispose()


def settings_for(url: str, data: Path) -> dict[str, Any]:
    """Configuration of a test application."""
    for folder in ("attachments", "uploads"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": url,
        "DATA_DIR": data,
        "SECRET_KEY": "a key of this test run alone, long enough",
        "SERVER_NAME": None,
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
        "DEMO_DOCUMENTS": False,
    }


class OwnContext(FlaskClient):
    """Gives each request a context of its own, as a server does, though the test holds one open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def app(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application, migrated and filled with the demo company's people and registers."""
    from app import create_app

    application = create_app(settings_for(database_url, tmp_path_factory.mktemp("data")))
    application.test_client_class = OwnContext
    with application.app_context():
        from app.database import db

        application.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
        db.session.remove()
    yield application
    with application.app_context():
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an application context; what a test commits stays in the database."""
    from app.database import db

    with app.app_context():
        yield db.session()
        db.session.remove()


@pytest.fixture
def actors(session: Session) -> Mapping[str, Any]:
    """Actors by position code; "data_manager/2" is the second data manager."""
    from app.areas.organisation.operations import load_actor
    from app.demo.people import user_name
    from app.engine.positions import Position
    from app.security.models import User

    class Actors(dict[str, Any]):
        def __missing__(self, key: str) -> Any:
            code, _slash, number = key.partition("/")
            position = next(one for one in Position if one.code == code)
            name = user_name(position, int(number or 1) - 1)
            user = session.scalars(select(User).where(User.username == name)).one()
            self[key] = load_actor(session, user)
            return self[key]

    return Actors()


@pytest.fixture
def client_for(app: Flask) -> Callable[[str], FlaskClient]:
    """Logged-in clients by position code, such as "data_manager/2"."""
    from app.demo.people import PASSWORD

    def login(key: str) -> FlaskClient:
        code, _slash, number = key.partition("/")
        client = app.test_client()
        name = code if number in ("", "1") else f"{code}{number}"
        answer = client.post("/login/", data={"username": name, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
        return client

    return login


@pytest.fixture
def example(session: Session, actors: Mapping[str, Any]) -> Callable[..., dict[str, Any]]:
    """Valid raw values of a form, by its first maker unless another actor is given."""
    from app.demo.examples import example as make

    def values(spec: Any, number: int = 0, actor: Any = None, **options: Any) -> dict[str, Any]:
        return make(session, actor or actors[spec.makers[0].code], spec, number, **options)

    return values
