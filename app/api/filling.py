"""What a signer sends for the fields that a step completes: its shape, and nothing beyond the step's own fields."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from app.documents.values import Fault, Invalid
from app.workflow.case import Case

NOT_HERE = _("本步骤不填写此项")


def check_filled(case: Case, filled: dict[str, Any]) -> None:
    """Refuses what the step that the document waits at does not complete; raises Invalid."""
    if found := list(faults(case, filled)):
        raise Invalid(found)


def faults(case: Case, filled: dict[str, Any]) -> Iterator[Fault]:
    """Everything that is not the step's; lines are {line id: {column: value}}."""
    step = case.current
    columns: dict[str, set[str]] = {}
    for name, column in step.line_fills if step else ():
        columns.setdefault(name, set()).add(column)
    for name, given in filled.items():
        if name in columns:
            keys = {str(row.id) for row in getattr(case.document, name)}
            yield from line_faults(name, given, columns[name], keys)
        elif step is None or name not in step.fills:
            yield Fault((name,), name, NOT_HERE)


def line_faults(name: str, given: Any, columns: set[str], keys: set[str]) -> Iterator[Fault]:
    """What is wrong with the values for lines."""
    if not isinstance(given, dict):
        yield Fault((name,), name, _("应为 JSON 对象：明细行的 id 对应其各项"))
        return
    for key, row in given.items():
        if key not in keys:
            yield Fault((name, key), name, _("单据没有这一行"))
        elif not isinstance(row, dict):
            yield Fault((name, key), name, _("应为 JSON 对象"))
        else:
            yield from (Fault((name, key, column), column, NOT_HERE) for column in row if column not in columns)
