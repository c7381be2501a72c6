"""Register changes (变更对照): the values a record has now beside those that a form proposes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.documents.proposals import CHANGES
from app.documents.resolver import DatabaseResolver
from app.documents.words import Words, in_plain
from app.engine.catalogue import catalogue
from app.engine.codecs import Refused
from app.engine.document import State
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.errors import Missing


@dataclass(frozen=True)
class Row:
    """One field of the record: what it is, what it shall be, and what it was when the form was filled in."""

    label: str
    old: str
    new: str
    changed: bool
    moved: str | None = None
    """The value at the time of filling in, where the record has moved on since."""


def shared(spec: FormSpec) -> list[tuple[FieldSpec, FieldSpec]]:
    """The register's fields with the form's that propose their new values."""
    if spec.change is None:
        return []
    proposed = {one.name: one for one in spec.fields if one.name not in (spec.change.kind, spec.change.record)}
    register = catalogue.register(spec.change.register)
    return [(one, proposed[one.name]) for one in register.fields if one.name in proposed]


def comparison(session: Session, spec: FormSpec, document: Any, words: Words) -> tuple[Row, ...]:
    """Old and new side by side; of a finished form, what it changed."""
    if spec.change is None:
        return ()
    noted = {row.field: row for row in getattr(document, CHANGES)}
    if document.state in (State.DONE, State.TERMINATED):
        return tuple(Row(row.field, row.old or "", row.new or "", True) for row in noted.values())
    record = getattr(document, spec.change.record)
    pairs = shared(spec)
    words.learn(session, [new for _old, new in pairs], [document])
    if record is not None:
        words.learn(session, [old for old, _new in pairs], [record])
    return tuple(compared(old, new, record, document, noted, words) for old, new in pairs)


def compared(
    old: FieldSpec, new: FieldSpec, record: Any, document: Any, noted: dict[str, Any], words: Words
) -> Row:
    """One field, compared."""
    is_now = words(old, record) if record is not None else ""
    proposed = words(new, document)
    label, changed = str(old.label), bool(new.show(document)) and proposed != is_now
    before = noted[label].old or "" if label in noted and not old.sensitive else None
    stale = record is not None and before is not None and before != old.show(record)[:255]
    return Row(label, is_now, proposed if changed else is_now, changed, before if stale else None)


def present(session: Session, actor: Actor, spec: FormSpec, key: str) -> dict[str, str]:
    """The values of the record that was chosen on a sheet, by the names of the fields that propose new ones."""
    if spec.change is None:
        raise Missing
    target = spec.field(spec.change.record).target
    assert target is not None
    try:
        record = session.get(target.model, DatabaseResolver(session, actor).find(target, key))
    except Refused:
        return {}
    words = Words(plain=in_plain(actor, catalogue.register(spec.change.register)))
    words.learn(session, [old for old, _new in shared(spec)], [record])
    return {new.name: words(old, record) for old, new in shared(spec)}
