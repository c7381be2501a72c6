"""Commands: `flask --app app …`. Each room brings its own group."""

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade


def register(app: Flask) -> None:
    """Adds the command groups."""
    from app.demo.cli import demo
    from app.engine.cli import forms
    from app.procedure.cli import procedure
    from app.security.cli import security

    app.cli.add_command(setup)
    for group in (forms, procedure, security, demo):
        app.cli.add_command(group)


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Migrates the database, brings roles in step, fills code tables, parameters and, at the first start, demo data."""
    from app.areas.system.operations import seed_code_tables, seed_parameters
    from app.database import db, transaction
    from app.demo.cli import fill
    from app.engine.catalogue import catalogue
    from app.security.sync import sync

    upgrade()
    with transaction(db.session()) as session:
        sync(session, catalogue, current_app.extensions["appbuilder"].baseviews)
        seed_code_tables(session)
        seed_parameters(session)
    if fill():
        click.echo("演示数据已填入")
