"""`flask security`: roles and permissions."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.security import codes
from app.security.models import User
from app.security.recorded import ACCOUNTS
from app.security.sessions import end_sessions
from app.security.sync import sync

security = AppGroup("security", help="Roles and permissions.")


@security.command("unbind")
@click.argument("username")
def unbind_command(username: str) -> None:
    """Takes the token (动态令牌) off an account, where nobody is left who could by form 22; its sessions end."""
    with transaction(db.session()) as session:
        user = session.scalar(select(User).where(User.username == username))
        if user is None:
            raise click.ClickException(f"there is no account {username!r}")
        codes.remove(session, user.id)
        end_sessions(session, user.id)
        record(session, None, AuditAction.PASSWORD, ACCOUNTS, username, detail={"kind": "no token"})
    click.echo(f"{username} has no token any more")


@security.command("sync")
def sync_command() -> None:
    """Adds the roles and permissions that the declarations give rise to; run after `flask db upgrade`."""
    with transaction(db.session()) as session:
        added = sync(session, catalogue, current_app.extensions["appbuilder"].baseviews)
    click.echo(f"{added} grants added")
