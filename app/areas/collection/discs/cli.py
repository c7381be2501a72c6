"""`flask discs`: the sealed packages are proven."""

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from app.areas.collection.discs.verifying import verify
from app.areas.collection.forms.media_safe_record import MediaSafeRecord
from app.database import db

discs = AppGroup("discs", help="Sealed packages of delivered files.")


@discs.command("verify")
@click.argument("medium", required=False)
def verify_command(medium: str | None) -> None:
    """Compares every sealed package, or that of one MEDIUM, with its safe record; names what differs, with exit code 1."""
    statement = select(MediaSafeRecord).where(MediaSafeRecord.sha256.is_not(None)).order_by(MediaSafeRecord.id)
    if medium:
        statement = statement.where(MediaSafeRecord.medium_no == medium)
    records = db.session().scalars(statement).all()
    if medium and not records:
        raise click.ClickException(f"there is no sealed medium {medium}")
    wrong = 0
    for record in records:
        with force_locale("zh"):
            faults = [str(one) for one in verify(db.session(), record, current_app.config["DATA_DIR"] / "discs")]
        wrong += bool(faults)
        click.echo(f"{record.medium_no}　{record.number}　{'；'.join(faults) or '一致'}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(records)} do not match")
    click.echo(f"{len(records)} match")
