"""`flask collection`: the bureau's GPG key, which providers encrypt their deliveries to."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.areas.collection.extraction import gnupg
from app.areas.collection.extraction.operations import spec
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction

collection = AppGroup("collection", help="Deliveries of providers.")


@collection.command("gpg-key")
@click.option("--make", nargs=2, metavar="NAME EMAIL", help="Makes a key pair of that name first.")
@click.option("--import", "source", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Takes one from a file first.")
def gpg_key_command(make: tuple[str, str] | None, source: Path | None) -> None:
    """Prints the bureau's public keys, to be given to providers. The private ones stay in DATA_DIR/gnupg; new ones are on record."""
    home = current_app.config["DATA_DIR"] / "gnupg"
    try:
        made = [gnupg.make_key(home, *make)] if make else []
        made += gnupg.import_key(home, source.read_text("utf-8")) if source else []
        found = gnupg.own_keys(home)
    except gnupg.NoGpg:
        raise click.ClickException("there is no gpg program on this machine; install GnuPG") from None
    except (gnupg.NoKey, UnicodeDecodeError) as error:
        raise click.ClickException(f"no private key: {error}") from None
    if made:
        with transaction(db.session()) as session:
            for fingerprint in made:
                record(session, None, AuditAction.SYSTEM, spec().resource, fingerprint, detail={"kind": "gpg_key"})
    if not found:
        raise click.ClickException("the bureau has no key yet: --make NAME EMAIL, or --import FILE")
    for one in found:
        click.echo(f"{one.fingerprint}  {'; '.join(one.names)}")
        click.echo(one.public)
