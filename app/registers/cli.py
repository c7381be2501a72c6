"""`flask registers`: what made a row what it is, and what no form explains."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.database import db
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.registers.accounts import register_of
from app.registers.models import RegisterVersion
from app.registers.reconciling import reconcile
from app.registers.telling import KINDS, form_of, part_title, source_title
from app.registers.versions import history
from app.workflow.models import SignOff

registers = AppGroup("registers", help="Registers, and the forms behind their rows.")


@registers.command("explain")
@click.argument("slug")
@click.argument("key")
def explain_command(slug: str, key: str) -> None:
    """Prints every version of the row KEY of register SLUG, with the form behind it and who signed that."""
    try:
        spec = register_of(catalogue, slug)
    except KeyError:
        raise click.ClickException(f"there is no register {slug}") from None
    session = db.session()
    row_id = session.scalar(select(RegisterVersion.row_id).where(
        RegisterVersion.register == slug, RegisterVersion.key == key).order_by(RegisterVersion.id.desc()).limit(1))
    if row_id is None:
        raise click.ClickException(f"{spec.title}: {key}?")
    for version in history(session, spec, row_id):
        document = session.get(Document, version.document_id) if version.document_id else None
        form = form_of(document) if document else None
        source = f"{document.number} {form.title if form else ''}".strip() if document else source_title(version)
        click.echo(f"{version.number}　{version.at:%Y-%m-%d %H:%M}　{KINDS.get(version.kind, version.kind)}　{source}")
        if document is not None:
            trail = select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)
            for one in session.scalars(trail):
                click.echo(f"    {one.at:%Y-%m-%d %H:%M}　{part_title(form, one)}　{one.user_name}　{one.decision.title}")


@registers.command("reconcile")
def reconcile_command() -> None:
    """Lists register values that no form, import or set-up explains; exits with 1 where there are any."""
    found = list(reconcile(db.session(), catalogue))
    for one in found:
        click.echo(f"{one.register}　{one.key}　{one.field}　{one.explained} → {one.found}")
    click.echo(f"{len(found)} unexplained")
    if found:
        raise SystemExit(1)
