"""`flask products`: development and production side by side."""

import click
from flask.cli import AppGroup

from app.database import db
from app.engine.catalogue import catalogue
from app.registers.environments import differences, paired

products = AppGroup("products", help="Products and indicators in both environments.")


@products.command("differences")
def differences_command() -> None:
    """Lists what the two environments have not the same; exits with 1 where there is anything."""
    found = list(differences(db.session(), paired(catalogue)))
    for one in found:
        click.echo(f"{one.register}　{one.key}　{one.field}　{one.development} / {one.production}")
    click.echo(f"{len(found)} differences")
    if found:
        raise SystemExit(1)
