"""`flask duties`: who holds what, with conflicts of duties and steps without anybody."""

from collections.abc import Iterator

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from app.database import db
from app.engine.catalogue import catalogue
from app.engine.positions import Position
from app.workflow.duties import Finding, Holdings, Person, Severity, findings, load_holdings
from app.workflow.duties.apart import role_words
from app.workflow.permissions import MAKE, READ, sign

duties = AppGroup("duties", help="Positions, people and permissions; conflicts of duties.")


@duties.command("check")
@click.option("--all", "everything", is_flag=True, help="Also what is only to be known.")
def check_duties(everything: bool) -> None:
    """Prints conflicts of duties and steps without anybody; ends with 1 where there is an error."""
    with force_locale("zh"):
        found = findings(catalogue, load_holdings(db.session()))
        for one in found:
            if everything or one.severity is not Severity.INFO:
                click.echo(line(one))
    numbers = [sum(one.severity is severity for one in found) for severity in Severity]
    click.echo("{} errors, {} warnings, {} notes".format(*numbers))
    raise SystemExit(1 if numbers[0] else 0)


@duties.command("show")
@click.argument("name", required=False)
def show_duties(name: str | None) -> None:
    """The picture: departments, positions and people; of one POSITION or USER with all permissions."""
    holdings = load_holdings(db.session())
    with force_locale("zh"):
        lines = list(everybody(holdings) if name is None else one(holdings, name))
    if not lines:
        raise click.ClickException(f"no position and no user {name!r}; see `flask duties show`")
    click.echo("\n".join(lines))


def line(found: Finding) -> str:
    """A finding in a row of the table."""
    return "\t".join([found.code, found.severity, str(found.where), found.names or "-", str(found.what), str(found.hint)])


def everybody(holdings: Holdings) -> Iterator[str]:
    """Every position with its people, by department."""
    department = None
    for position in Position:
        if position.department is not department:
            department = position.department
            yield str(department.title)
        yield f"  {position.title} ({position.code}): {people_of(holdings, position.role)}"


def one(holdings: Holdings, name: str) -> Iterator[str]:
    """What one position or one person may do."""
    for position in Position:
        if name in (position.code, position.role):
            yield f"{position.department.title} → {position.title} ({position.code}): {people_of(holdings, position.role)}"
            yield from permitted(holdings.roles.get(position.role, frozenset()))
    for person in holdings.people.values():
        if name in (person.username, person.name):
            yield f"{person.name} ({person.username}) {'、'.join(str(role_words(role)) for role in sorted(person.roles))}"
            yield from permitted(holdings.permissions(person))


def people_of(holdings: Holdings, role: str) -> str:
    """The people of a role in a row."""
    people: list[Person] = [holdings.people[key] for key in sorted(holdings.members(role))]
    return "、".join(f"{person.name} ({person.username})" for person in people) or "-"


def permitted(held: frozenset[tuple[str, str]]) -> Iterator[str]:
    """Permissions on forms, a form a line."""
    for spec in catalogue.forms:
        words = [word for permission, word in ((MAKE, "制单"), (READ, "查看")) if (permission, spec.resource) in held]
        words += [str(step.label) for step in spec.chain if (sign(step), spec.resource) in held]
        if words:
            yield f"  {spec.prefix} {spec.title}: {'、'.join(words)}"
