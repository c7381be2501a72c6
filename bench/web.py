"""The real application on a bench's database, and somebody logged in to it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

PASSWORD = "Bench-2026!"


def application(url: str, folder: Path) -> Flask:
    """The application on a database, its files in a folder."""
    os.environ["DATA_DIR"] = str(folder)
    from app import create_app

    settings: dict[str, Any] = {
        "SQLALCHEMY_DATABASE_URI": url,
        "SECRET_KEY": "bench",
        "RATELIMIT_ENABLED": False,
        "WTF_CSRF_ENABLED": False,
        "DEMO_DOCUMENTS": False,
    }
    return create_app(settings)


@contextmanager
def with_demo_company(url: str) -> Iterator[Flask]:
    """The application, migrated, with the demo company's people and registers and no documents; inside its context."""
    with TemporaryDirectory(prefix="bench") as folder:
        app = application(url, Path(folder))
        with app.app_context():
            app.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
            yield app


@contextmanager
def logged_in(engine: Engine, user: str, role: str) -> Iterator[FlaskClient]:
    """A client of the application on a seeded database, as one of its people in one role."""
    from werkzeug.security import generate_password_hash

    from app.database import db, transaction
    from app.engine.catalogue import catalogue
    from app.security.models import Role, User
    from app.security.sync import sync

    with TemporaryDirectory(prefix="bench") as folder:
        app = application(engine.url.render_as_string(hide_password=False), Path(folder))
        with app.app_context(), transaction(db.session()) as session:
            sync(session, catalogue, app.appbuilder.baseviews)  # type: ignore[attr-defined]
            person = session.query(User).filter_by(username=user).one()
            person.password = generate_password_hash(PASSWORD)
            person.roles = [session.query(Role).filter_by(name=role).one()]
        client = app.test_client()
        answer = client.post("/login/", data={"username": user, "password": PASSWORD})
        assert answer.status_code == 302, answer.get_data(as_text=True)[:500]
        client.application = app
        yield client
