"""`flask security`: roles and permissions."""

import click
from flask import current_app
from flask.cli import AppGroup

from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.security.sync import sync

security = AppGroup("security", help="Roles and permissions.")


@security.command("sync")
def sync_command() -> None:
    """Adds the roles and permissions that the declarations give rise to; run after `flask db upgrade`."""
    with transaction(db.session()) as session:
        added = sync(session, catalogue, current_app.extensions["appbuilder"].baseviews)
    click.echo(f"{added} grants added")
