"""`flask audit`: the record is verified, its head exported, its table shut to all but adding."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import text

from app.audit import exporting, verifying
from app.audit.grants import statements
from app.database import db, transaction

audit = AppGroup("audit", help="The record of what everybody did.")


def key() -> bytes:
    """The key of the chain."""
    return str(current_app.config["AUDIT_KEY"]).encode()


def folder() -> Path:
    """Where heads are kept."""
    return Path(current_app.config["DATA_DIR"])


@audit.command("verify")
def verify_command() -> None:
    """Checks every entry, and that none was cut off; names the first that is not in order, with exit code 1."""
    with db.engine.connect() as connection:
        result = verifying.verify(connection, key(), folder())
    if result.fault:
        raise click.ClickException(f"{result.fault}; {result.count} entries before it are in order")
    click.echo(f"{result.count} entries, in order")


@audit.command("head")
def head_command() -> None:
    """Notes now where the record stands, as the scheduler does each hour."""
    line = exporting.export(db.session(), key(), folder())
    click.echo(f"{line.at} {line.number} {line.digest}" if line else "no entries yet")


@audit.command("grants")
@click.argument("role")
@click.option("--apply", is_flag=True, help="Run the statements instead of printing them.")
def grants_command(role: str, apply: bool) -> None:
    """Prints what gives a PostgreSQL ROLE its rights on all tables, and on the record only to read and to add."""
    if not apply:
        click.echo("".join(f"{one};\n" for one in statements(role)), nl=False)
        return
    if db.engine.dialect.name != "postgresql":
        raise click.ClickException("only PostgreSQL has roles")
    with transaction(db.session()) as session:
        for one in statements(role):
            session.execute(text(one))
    click.echo(f"{role} may read and add to the record, and write all other tables")
