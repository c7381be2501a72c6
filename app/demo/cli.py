"""`flask demo`: made-up data."""

import time
from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import func, select, update

from app.clock import at
from app.database import db, transaction
from app.demo.documents import fill_documents
from app.demo.fill import fill_registers, is_empty
from app.demo.load.year import Year, is_loaded, table
from app.demo.people import accounts_table
from app.demo.prerequisites import everybody, finish, prepare
from app.engine.catalogue import catalogue
from app.registers.accounts import every
from app.registers.models import RegisterVersion
from app.registers.versions import baseline
from app.workflow.models import SignOff

BEGIN = datetime(2026, 1, 1)
"""What set-up makes has been there when the demo company's year begins."""

demo = AppGroup("demo", help="Made-up people, registers and documents.")


def fill_if_wanted() -> bool:
    """At the first start, the demo company where it is asked for: by DEMO_DATA, which only the embedded profile has by itself."""
    return bool(current_app.config["DEMO_DATA"]) and fill()


def fill() -> bool:
    """Fills an empty database: registers, people, and documents unless DEMO_DOCUMENTS is off; says whether it did."""
    session = db.session()
    if not is_empty(session):
        return False
    data = current_app.config["DATA_DIR"]
    with transaction(session):
        fill_registers(session)
        with at(BEGIN):
            baseline(session, every(catalogue))
        session.execute(update(RegisterVersion).where(RegisterVersion.at > BEGIN).values(at=BEGIN))
        if current_app.config["DEMO_DOCUMENTS"]:
            fill_documents(session, data / "attachments")
    (data / "demo").touch()
    current_app.config["DEMO"] = True  # for this process; others find the mark at their start
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


@demo.command("load")
@click.option("--enterprises", type=click.IntRange(100, 1_000_000), default=20_000, show_default=True,
              help="How many enterprises the files are about.")
@click.option("--months", type=click.IntRange(1, 36), default=12, show_default=True, help="How many months back it begins.")
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed gives the same files.")
def load_command(enterprises: int, months: int, seed: int) -> None:
    """Brings a made-up year of seven providers in, by the real path: five to ten minutes for the usual size.

    Every file is received, extracted, imported and loaded by the demo people through the one door, at its moment. Best
    while no worker runs: it would take the jobs up at today's time.
    """
    session = db.session()
    if is_loaded(session):
        raise click.ClickException("the providers of the demo load are there already")
    started = time.monotonic()
    tallies = Year(session, current_app.config["DATA_DIR"], enterprises, months, seed).live(click.echo)
    click.echo(table(tallies))
    click.echo(f"{time.monotonic() - started:.0f} s")
