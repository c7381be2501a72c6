"""Register changes (变更对照): the values a record has now beside those that a form proposes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.documents.proposals import CHANGES, EMPTY, cleared, comparing_of, status_change
from app.documents.resolver import DatabaseResolver
from app.documents.words import Words, in_plain
from app.engine.catalogue import catalogue
from app.engine.codecs import Refused
from app.engine.document import State
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.errors import Missing
from app.workflow.permissions import READ

LONGEST = 255
"""Characters of a value that the comparison lines keep."""


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
    comparing = comparing_of(spec)
    if spec.change is None and comparing is None:
        return ()
    noted = {row.field: row for row in getattr(document, CHANGES)}
    if document.state in (State.DONE, State.TERMINATED) and (noted or comparing is None):
        return tuple(Row(row.field, row.old or "", emptied(row.old, row.new), True) for row in noted.values())
    if comparing is not None:
        return tuple(
            Row(one.label, one.old, emptied(one.old, one.new), one.old != one.new, moved(one.old, noted.get(one.label)))
            for one in comparing(session, document)
        )
    assert spec.change is not None
    record = getattr(document, spec.change.record)
    pairs = shared(spec)
    words.learn(session, [new for _old, new in pairs], [document])
    if record is not None:
        words.learn(session, [old for old, _new in pairs], [record])
    gone = cleared(spec, document)
    rows = tuple(compared(old, new, record, document, noted, words, clears=old.name in gone) for old, new in pairs)
    status = status_change(spec, document)
    return (*rows, Row(*status, changed=status[1] != status[2])) if status else rows


def emptied(old: str | None, new: str | None) -> str:
    """A new value in words: 空 where there was one before."""
    return new or (str(EMPTY) if old else "")


def moved(is_now: str, noted: Any) -> str | None:
    """What the value was when the form was handed in, where it is another by now."""
    if noted is None or (noted.old or "") in (is_now, is_now[:LONGEST]):
        return None
    return noted.old or ""


def compared(
    old: FieldSpec, new: FieldSpec, record: Any, document: Any, noted: dict[str, Any], words: Words, *, clears: bool
) -> Row:
    """One field, compared."""
    is_now = words(old, record) if record is not None else ""
    proposed = words(new, document)
    if clears and not proposed:
        proposed = str(EMPTY)
    label, changed = str(old.label), bool(proposed) and proposed != is_now
    before = noted[label].old or "" if label in noted and not old.sensitive else None
    stale = record is not None and before is not None and before != old.show(record)[:255]
    return Row(label, is_now, proposed if changed else is_now, changed, before if stale else None)


def present(session: Session, actor: Actor, spec: FormSpec, key: str) -> dict[str, str]:
    """The values of the record that was chosen on a sheet, by the names of the fields that propose new ones."""
    if spec.change is None:
        raise Missing
    if not actor.may(READ, catalogue.register(spec.change.register).resource):
        return {}
    target = spec.field(spec.change.record).target
    assert target is not None
    try:
        record = session.get(target.model, DatabaseResolver(session, actor).find(target, key))
    except Refused:
        return {}
    words = Words(plain=in_plain(actor, catalogue.register(spec.change.register)))
    words.learn(session, [old for old, _new in shared(spec)], [record])
    return {new.name: words(old, record) for old, new in shared(spec)}
