"""Proposed register changes (forms 19–27): the comparison of old and new values, kept with the form as its lines."""

from typing import Any

from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.spec import FormSpec
from app.engine.text import masked

CHANGES = "changes"
"""The computed lines of such a form: field, old and new value."""


def describe_changes(session: Session, spec: FormSpec, document: Any) -> None:
    """Sets the form's comparison lines from the record it names and the values it proposes."""
    if spec.change is None:
        return
    register = catalogue.register(spec.change.register)
    line = spec.line(CHANGES)
    record = getattr(document, spec.change.record)
    proposed = {one.name: one for one in spec.fields}
    rows: list[Any] = []
    for one in register.fields:
        if one.name not in proposed or one.name in (spec.change.kind, spec.change.record):
            continue
        new = proposed[one.name].show(document)
        old = one.show(record) if record is not None else ""
        if new and new != old:
            if one.sensitive:
                old, new = masked(old), masked(new)
            rows.append(line.model(line_no=len(rows) + 1, field=str(one.label), old=old[:255] or None, new=new[:255]))
    setattr(document, CHANGES, rows)
