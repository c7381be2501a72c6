"""Fixtures: the application on a database made by the real migrations, with the demo company in it."""

import os
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session

pytest_plugins = ["tests.browsing"]

REQUIRED = os.environ.get("REQUIRE", "").split()
"""What must be there: a test that would be skipped for want of it fails instead."""

POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")


def lacking(what: str, reason: str) -> None:
    """Skips for want of a service, or fails where CI promised it."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here: {reason}")
    pytest.skip(f"{what}: {reason}")


@contextmanager
def empty_database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database: a file in the folder, or one on the PostgreSQL server, dropped in the end."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'app.db'}"
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


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of each kind; PostgreSQL only where a server answers."""
    with empty_database(request.param, tmp_path_factory.mktemp("database")) as url:
        yield url


def settings_for(url: str, data: Path) -> dict[str, Any]:
    """Configuration of a test application."""
    for folder in ("attachments", "uploads"):
        (data / folder).mkdir(parents=True, exist_ok=True)
    return {
        "TESTING": True,
        "SQLALCHEMY_DATABASE_URI": url,
        "DATA_DIR": data,
        "REDIS_URL": "memory://",  # jobs are run by the tests themselves
        "SECRET_KEY": "a key of this test run alone, long enough",
        "AUDIT_KEY": "the key of this test run's record, long enough too",
        "SERVER_NAME": None,
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
        "DEMO": True,
        "DEMO_DOCUMENTS": False,
    }


class OwnContext(FlaskClient):
    """Gives each request a context of its own, as a server does, though the test holds one open."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Company:
    """The application on the demo company's people and registers, which can be put back as they were at first."""

    def __init__(self, application: Flask, template: Path) -> None:
        self.application, self.template, self.used = application, template, False
        url = make_url(application.config["SQLALCHEMY_DATABASE_URI"])
        self.name, self.file = url.database, Path(url.database or "") if url.get_backend_name() == "sqlite" else None
        self.data: Path = application.config["DATA_DIR"]

    def keep(self) -> None:
        """Remembers the database and the files as they are."""
        self._leave()
        shutil.copytree(self.data, self.template / "data")
        if self.file is not None:
            copied(self.file, self.template / "app.db")
        else:
            self._on_server(f'CREATE DATABASE "{self.name}_t" TEMPLATE "{self.name}"')

    def put_back(self) -> None:
        """Makes database and files what was remembered, unless nobody has used them since."""
        if not self.used:
            self.used = True
            return
        self._leave()
        shutil.rmtree(self.data)
        shutil.copytree(self.template / "data", self.data)
        if self.file is not None:
            copied(self.template / "app.db", self.file)
        else:
            self._on_server(f'DROP DATABASE "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_t"')

    def forget(self) -> None:
        """Removes what was remembered on a server."""
        self._leave()
        if self.file is None:
            self._on_server(f'DROP DATABASE "{self.name}_t" WITH (FORCE)')

    def _leave(self) -> None:
        """Closes every connection that is not in use."""
        from app.database import db

        with self.application.app_context():
            db.session.remove()
            db.engine.dispose()

    def _on_server(self, *statements: str) -> None:
        server = create_engine(POSTGRES.replace("postgresql://", "postgresql+psycopg://", 1), isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        server.dispose()


def copied(source: Path, target: Path) -> None:
    """Puts the content of an SQLite database into another, whoever has that open still."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target, timeout=30)) as other:
        one.backup(other)


@pytest.fixture(scope="session")
def company(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The application, migrated and filled, once a kind of database."""
    from app import create_app

    application = create_app(settings_for(database_url, tmp_path_factory.mktemp("data")))
    application.test_client_class = OwnContext
    with application.app_context():
        application.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
    found = Company(application, tmp_path_factory.mktemp("template"))
    found.keep()
    yield found
    found.forget()


@pytest.fixture(scope="module")
def app(company: Company) -> Flask:
    """The application, migrated and filled with the demo company's people and registers; no module meets what another left."""
    company.put_back()
    return company.application


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    from app import create_app
    from app.database import db

    with empty_database(request.param, tmp_path) as url:
        application = create_app(settings_for(url, tmp_path / "data"))
        yield application
        with application.app_context():
            db.session.remove()
            db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session inside an application context; what a test commits stays in the database."""
    from app.database import db

    celery = app.extensions["celery"]  # tasks run in the application made last; a test may have made another
    celery.set_current()
    celery.set_default()
    with app.app_context():
        own = db.session()
        yield own
        own.close()  # where a test has put another one in its place meanwhile
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


@pytest.fixture
def before_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before first set-up is over: the built-in security screens change accounts and roles."""
    monkeypatch.setattr("app.security.manager.initialised", lambda session: False)
