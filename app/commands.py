"""Commands: `flask --app app …`. Each room brings its own group."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade


def register(app: Flask) -> None:
    """Adds the command groups."""
    from app.areas.collection.cli import credit
    from app.areas.collection.discs.cli import discs
    from app.areas.collection.extraction.cli import collection
    from app.areas.products.cli import products
    from app.demo.cli import demo
    from app.engine.cli import forms
    from app.evidence.cli import audit
    from app.initialising import init
    from app.procedure.cli import procedure
    from app.registers.cli import registers
    from app.security.cli import security
    from app.workflow.cli import duties

    app.cli.add_command(setup)
    app.cli.add_command(init)
    for group in (forms, procedure, security, duties, audit, registers, products, credit, collection, discs, demo):
        app.cli.add_command(group)


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Migrates the database, brings roles in step, fills code tables, parameters, the calendar; demo data where asked for."""
    from app.database import db, transaction
    from app.demo.cli import fill_if_wanted
    from app.demo.fill import is_empty
    from app.engine.catalogue import catalogue
    from app.registers.accounts import every
    from app.registers.versions import baseline

    prepare()
    filled = fill_if_wanted()
    with transaction(db.session()) as session:
        baseline(session, every(catalogue))
    if filled:
        click.echo("演示数据已填入")
    elif is_empty(db.session()):
        click.echo("还没有用户，请运行 flask --app app init 完成初始设置")


def prepare(company: str | None = None) -> None:
    """What every installation starts from: the schema, roles, code tables, parameters and the calendar."""
    from app.areas.system.operations import seed_calendar, seed_code_tables, seed_parameters
    from app.database import db, transaction
    from app.engine.catalogue import catalogue
    from app.security.sync import sync

    upgrade()
    with transaction(db.session()) as session:
        sync(session, catalogue, current_app.extensions["appbuilder"].baseviews)
        seed_code_tables(session)
        seed_parameters(session, {"company_name": company} if company else {})
        seed_calendar(session)
