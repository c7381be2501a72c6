"""`flask demo`: made-up data."""

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.database import db, transaction
from app.demo.documents import fill_documents
from app.demo.fill import fill_registers, is_empty
from app.demo.people import accounts_table
from app.demo.prerequisites import everybody, finish, prepare
from app.engine.catalogue import catalogue
from app.workflow.models import SignOff

demo = AppGroup("demo", help="Made-up people, registers and documents.")


def fill() -> bool:
    """Fills an empty database: registers, people, and documents unless DEMO_DOCUMENTS is off; says whether it did."""
    session = db.session()
    if not is_empty(session):
        return False
    data = current_app.config["DATA_DIR"]
    with transaction(session):
        fill_registers(session)
        if current_app.config["DEMO_DOCUMENTS"]:
            fill_documents(session, data / "attachments")
    (data / "demo").touch()
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


@demo.command("walk")
@click.argument("slug")
def walk_command(slug: str) -> None:
    """Makes one example of a form, by SLUG or prefix (FJ02), walks it to the end and prints its trail."""
    try:
        spec = catalogue.form(slug)
    except KeyError:
        raise click.ClickException(f"there is no form {slug}; `flask forms list` names them") from None
    session = db.session()
    people = everybody(session)
    prepare(session, spec, people)
    number = session.scalar(select(func.count()).select_from(spec.model)) or 0
    document = finish(session, spec, people, number)
    click.echo(f"{document.number}　{spec.title}　{document.summary}")
    trail = select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)
    for one in session.scalars(trail):
        label = spec.step(one.step).label if one.step else "制表"
        click.echo(
            f"  {one.at}　{label}　{one.user_name}（{one.position}）　{one.decision}　{one.opinion or ''}".rstrip("　")
        )
