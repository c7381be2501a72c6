"""Fill-in steps (填写): a later signer completes given fields, and only those."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.documents.resolver import DatabaseResolver
from app.documents.sealing import seal
from app.documents.values import Fault, Invalid, check_rules, fill, line_label, needed, read_fields
from app.engine.fields import FieldSpec, StepSpec
from app.workflow.actor import Actor
from app.workflow.case import Case


def complete(session: Session, actor: Actor, case: Case, step: StepSpec, filled: Mapping[str, Any]) -> None:
    """Puts the raw values of the step's fields, and only those, into the document; raises Invalid."""
    foreign = set(filled) - set(step.fills) - {name for name, _column in step.line_fills}
    if foreign:
        raise Invalid([Fault((name,), name, _("本步骤不填写此项")) for name in sorted(foreign)])
    if not step.fills_fields:
        return
    faults: list[Fault] = []
    resolver = DatabaseResolver(session, actor)
    document, spec = case.document, case.spec
    fields = [spec.field(name) for name in step.fills]
    values = read_fields(fields, filled, resolver, faults)
    with session.no_autoflush:
        fill(session, document, fields, values)
        faults += unfilled(fields, document, step.optional)
        for line in spec.lines:
            columns = [line.field(column) for name, column in step.line_fills if name == line.name]
            given = filled.get(line.name) or {}
            for number, row in enumerate(getattr(document, line.name) if columns else ()):
                raw = given.get(str(row.id)) or {}
                path, prefix = (line.name, str(row.id)), line_label(line, number)
                fill(session, row, columns, read_fields(columns, raw, resolver, faults, path, prefix))
                may_stay_empty = tuple(one.removeprefix(f"{line.name}.") for one in step.optional)
                faults += unfilled(columns, row, may_stay_empty, path, prefix)
        own = {*step.fills, *(name for name, _column in step.line_fills)}
        faults = faults or [fault for fault in check_rules(spec, document) if fault.path[0] in own]
    if faults:
        raise Invalid(faults)
    reseal(session, case)


def unfilled(
    fields: Sequence[FieldSpec], row: Any, optional: tuple[str, ...], path: tuple[str | int, ...] = (), prefix: str = ""
) -> list[Fault]:
    """Fields that the step's signer has to complete and has left empty."""
    plain = [one for one in fields if not one.required_when and one.name not in optional and one.read(row) is None]
    faults = [Fault((*path, one.name), f"{prefix}{one.label}", _("必填")) for one in plain]
    return [*faults, *needed([one for one in fields if one.name not in optional], row, path, prefix)]


def reseal(session: Session, case: Case) -> None:
    """Renews what follows from a document's content after a change of it."""
    case.forget_conditions()
    session.flush()
    seal(session, case.spec, case.document)
