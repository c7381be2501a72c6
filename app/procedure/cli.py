"""`flask procedure …`: what of the procedure is built and tested."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.procedure.book import requirements
from app.procedure.coverage import CoverageRow, FormCitation, Unplaced, collect_tests, unplaced
from app.procedure.coverage import coverage as cover
from app.procedure.tables import aligned

TESTS = Path(__file__).resolve().parents[2] / "tests"
HEADER = ("要求", "章", "内容", "表单", "测试")

procedure = AppGroup("procedure", help="The operating procedure and how the system meets it.")


@procedure.command("coverage")
@click.option("--uncovered", is_flag=True, help="Only the requirements that no test shows.")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")
@click.option("--tests", "tests_dir", type=click.Path(exists=True, file_okay=False, path_type=Path), default=TESTS,
              help="Where the tests are.")
def coverage_command(uncovered: bool, as_json: bool, tests_dir: Path) -> None:
    """Each requirement with the forms that cite it and the tests that show it."""
    from app.engine.catalogue import catalogue  # the forms: not needed, nor loaded, to read the procedure

    forms = [FormCitation(spec.code, str(spec.title), spec.articles) for spec in catalogue.forms]
    tests = collect_tests(tests_dir)
    rows = [row for row in cover(forms, tests) if row.uncovered or not uncovered]
    lost = unplaced(forms, tests)
    click.echo(to_json(rows, lost) if as_json else to_table(rows, lost))


def to_table(rows: Sequence[CoverageRow], lost: Sequence[Unplaced] = ()) -> str:
    """The table, a summary, and the references that count for no row."""
    missing = sum(row.uncovered for row in rows)
    lines = [aligned([HEADER, *map(_cells, rows)]), "", f"共 {len(requirements())} 项要求，{missing} 项未覆盖"]
    for one in lost:
        what = "不对应任何一项要求" if one.known else "规程中不存在"
        lines.append(f"{one.cited_by} 引用的 {one.ref} {what}")
    return "\n".join(lines)


def to_json(rows: Sequence[CoverageRow], lost: Sequence[Unplaced] = ()) -> str:
    """The same for programs."""
    data = {
        "requirements": [_record(row) for row in rows],
        "unplaced": [{"ref": one.ref, "cited_by": one.cited_by, "known": one.known} for one in lost],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _cells(row: CoverageRow) -> tuple[str, ...]:
    need = row.requirement
    return (
        need.id,
        str(need.chapter or ""),
        need.title,
        ", ".join(form.code for form in row.forms),
        str(len(row.tests)) if row.tests else "未覆盖",
    )


def _record(row: CoverageRow) -> dict[str, Any]:
    need = row.requirement
    return {
        "id": need.id,
        "chapter": need.chapter,
        "title": need.title,
        "forms": [{"code": form.code, "title": form.title} for form in row.forms],
        "tests": [test.name for test in row.tests],
        "uncovered": row.uncovered,
    }
