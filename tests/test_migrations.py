"""Migrations upgrade a database that has data in it, and end where the declarations are."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, MetaData, create_engine, func, insert, select

from app.security import codes
from tests.conftest import empty_database

ROOT = Path(__file__).parent.parent
AT = datetime(2026, 3, 2, 9, 30)
FIRST = "0001"
SECRETS_KEY = "the third key of this test, no shorter"


def flask(url: str, folder: Path, *words: str) -> str:
    """The output of `flask …` on a database."""
    environment = {**os.environ, "DATABASE_URL": url.replace("+psycopg", ""), "DATA_DIR": str(folder), "PYTHONPATH": str(ROOT),
                   "SECRET_KEY": "of this test, and long enough for it", "AUDIT_KEY": "of this test too, and as long as that",
                   "SECRETS_KEY": SECRETS_KEY}
    if url.startswith("sqlite"):
        environment["DATABASE_URL"] = ""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout + done.stderr


def fill(connection: Connection, tables: MetaData) -> None:
    """A document of form S4 under way, as the first release wrote it."""
    user = {"id": 1, "first_name": "一", "last_name": "甲", "username": "jia", "email": "jia@example.com"}
    document = {
        "id": 1, "form_code": "S4", "number": "S4-2026-000001", "summary": "光盘", "state": "pending", "step": "witness",
        "round": 1, "maker_id": 1, "maker_name": "甲一", "created_at": AT, "updated_at": AT, "archive_state": "none",
        "version": 4, "digest": "a" * 64,
    }
    sign_off = {
        "id": 1, "document_id": 1, "sequence": 1, "round": 1, "decision": "submit", "user_id": 1, "user_name": "甲一",
        "position": "数据管理员", "at": AT, "version": 3, "digest": "a" * 64, "voided": False,
    }
    task = {"id": 1, "document_id": 1, "step": "witness", "user_id": 1, "opened_at": AT}
    rows: dict[str, dict[str, Any]] = {"ab_user": user, "document": document, "sign_off": sign_off, "task": task}
    for table, row in rows.items():
        connection.execute(insert(tables.tables[table]).values(**row))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_database_is_upgraded_with_its_rows(kind: str, tmp_path: Path) -> None:
    """security 23"""
    with empty_database(kind, tmp_path) as url:
        flask(url, tmp_path, "db", "upgrade", FIRST)
        engine, before, after = create_engine(url), MetaData(), MetaData()
        with engine.begin() as connection:
            before.reflect(connection)
            fill(connection, before)
        flask(url, tmp_path, "db", "upgrade")
        with engine.begin() as connection:
            after.reflect(connection)
            for name in ("ab_user", "document", "sign_off", "task"):
                old, new = before.tables[name], after.tables[name]
                kept = connection.execute(select(*(new.c[one.name] for one in old.columns))).mappings().one()
                assert kept["id"] == 1
                assert connection.scalar(select(func.count()).select_from(new)) == 1
            assert connection.scalar(select(after.tables["document"].c.number)) == "S4-2026-000001"
            assert connection.scalar(select(after.tables["task"].c.reading)) in (False, 0)
        engine.dispose()
        assert "No new upgrade operations" in flask(url, tmp_path, "db", "check")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_secrets_of_tokens_are_sealed_where_they_lie(kind: str, tmp_path: Path) -> None:
    """security 9: what an earlier release kept in clear opens for its account alone, and a downgrade gives it back."""
    plain = {1: ("A" * 32, None), 2: (None, "B" * 32), 3: (None, None)}
    with empty_database(kind, tmp_path) as url:
        flask(url, tmp_path, "db", "upgrade", "0016")
        engine, tables = create_engine(url), MetaData()
        with engine.begin() as connection:
            tables.reflect(connection)
            for key, (secret, new) in plain.items():
                name = f"u{key}"
                connection.execute(insert(tables.tables["ab_user"]).values(
                    id=key, first_name="一", last_name="甲", username=name, email=f"{name}@example.com",
                ))
                connection.execute(insert(tables.tables["account_security"]).values(
                    user_id=key, totp_secret=secret, totp_new=new, token_no=name, must_change=False,
                ))
        kept = tables.tables["account_security"]
        rows = select(kept.c.user_id, kept.c.totp_secret, kept.c.totp_new)
        flask(url, tmp_path, "db", "upgrade", "0017")
        application = Flask(__name__)
        application.config["SECRETS_KEY"] = SECRETS_KEY
        with engine.connect() as connection, application.app_context():
            for key, *sealed in connection.execute(rows):
                assert [codes.opened(key, one) for one in sealed] == list(plain[key])
                assert [codes.opened(key + 1, one) for one in sealed] == [None, None]
                assert not any(one in plain[key] for one in sealed if one)
        flask(url, tmp_path, "db", "downgrade", "0016")
        with engine.connect() as connection:
            assert {key: tuple(found) for key, *found in connection.execute(rows)} == plain
        flask(url, tmp_path, "db", "upgrade")
        assert "No new upgrade operations" in flask(url, tmp_path, "db", "check")
        engine.dispose()
