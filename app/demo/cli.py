"""`flask demo`: made-up data."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.database import db, transaction
from app.demo.fill import fill_registers, is_empty
from app.demo.people import accounts_table

demo = AppGroup("demo", help="Made-up people, registers and documents.")


def fill() -> bool:
    """Fills an empty database; says whether it did."""
    session = db.session()
    if not is_empty(session):
        return False
    with transaction(session):
        fill_registers(session)
    (current_app.config["DATA_DIR"] / "demo").touch()
    return True


@demo.command("fill")
def fill_command() -> None:
    """Fills an empty database with the demo company."""
    if not fill():
        raise click.ClickException("the database is not empty")
    click.echo(accounts_table())


@demo.command("accounts")
def accounts_command() -> None:
    """Prints the demo accounts."""
    click.echo(accounts_table())
