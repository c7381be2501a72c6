"""`flask audit documents`: documents are compared with the record."""

import click

from app.audit.cli import audit
from app.database import db
from app.engine.catalogue import catalogue
from app.evidence.agreeing import disagreements


@audit.command("documents")
def documents_command() -> None:
    """Checks that every document is what the record says; names those that are not, with exit code 1."""
    found = 0
    for one in disagreements(db.session(), catalogue):
        click.echo(str(one))
        found += 1
    if found:
        raise click.ClickException(f"{found} documents do not agree with the record")
    click.echo("all documents agree with the record")


__all__ = ["audit"]
