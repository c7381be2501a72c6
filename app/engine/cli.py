"""`flask forms`: what is declared."""

import json
from typing import Any

import click
from flask.cli import AppGroup

from app.engine.catalogue import catalogue
from app.engine.checks import check
from app.engine.fields import FieldSpec, StepSpec
from app.engine.spec import FormSpec

forms = AppGroup("forms", help="Forms as they are declared.")


def described(spec: FormSpec) -> dict[str, Any]:
    """A form in a line."""
    return {
        "code": spec.code,
        "slug": spec.slug,
        "title": str(spec.title),
        "articles": list(spec.articles),
        "fields": len(spec.fields),
        "lines": {line.name: len(line.fields) for line in spec.lines},
        "maker": [position.code for position in spec.makers],
        "steps": [step.name for step in spec.chain],
        "copies": [str(copy) for copy in spec.copies],
    }


@forms.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def list_forms(as_json: bool) -> None:
    """Every form: code, slug, title, articles, number of fields and of lines, makers, steps, copies."""
    rows = [described(spec) for spec in catalogue.forms]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(
            "\t".join(
                [
                    row["code"],
                    row["slug"],
                    row["title"],
                    ",".join(row["articles"]),
                    str(row["fields"]),
                    ",".join(f"{name}({number})" for name, number in row["lines"].items()) or "-",
                    ",".join(row["maker"]),
                    " → ".join(row["steps"]) or "-",
                    "、".join(row["copies"]) or "-",
                ]
            )
        )


@forms.command("check")
def check_forms() -> None:
    """Checks every declaration; ends with 1 where there is a fault."""
    from app.procedure import knows_article

    faults = check(catalogue, knows_article)
    for fault in faults:
        click.echo(str(fault), err=True)
    click.echo(f"{len(catalogue.forms)} forms, {len(catalogue.registers)} registers, {len(faults)} faults")
    raise SystemExit(1 if faults else 0)


@forms.command("show")
@click.argument("slug")
def show_form(slug: str) -> None:
    """One form: its fields, lines and chain."""
    try:
        spec = catalogue.form(slug)
    except KeyError:
        raise click.ClickException(f"no form {slug!r}; see `flask forms list`") from None
    click.echo(f"{spec.heading} {spec.title} ({spec.slug})")
    for group in spec.groups:
        click.echo(f"\n{group.title}")
        for one in group.fields:
            click.echo(f"  {field_line(one)}")
    for line in spec.lines:
        click.echo(f"\n{line.label} ({line.name})")
        for one in line.fields:
            click.echo(f"  {field_line(one)}")
    click.echo("\n" + "、".join(str(position.title) for position in spec.makers))
    for step in spec.chain:
        click.echo(f"  → {step_line(spec, step)}")


def field_line(one: FieldSpec) -> str:
    """A field in a line."""
    flags = [
        flag
        for flag, on in (("required", one.required), ("computed", one.computed), (f"at {one.filled_at}", one.filled_at))
        if on
    ]
    target = f" → {one.target.slug}" if one.target else ""
    return f"{one.name}: {one.label} [{type(one.codec).__name__.removesuffix('Codec')}{target}] {', '.join(flags)}".rstrip()


def step_line(spec: FormSpec, step: StepSpec) -> str:
    """A step in a line."""
    who = "、".join(str(position.title) for position in spec.signers(step))
    return f"{step.name}: {step.label} [{step.kind}] {who}"
