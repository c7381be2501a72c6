"""Field changes of guarded rows, seen as the session flushes them: old and new value as people read them."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from flask_babel import force_locale
from sqlalchemy import inspect, select
from sqlalchemy.orm import PassiveFlag, Session
from sqlalchemy.orm.attributes import get_history

from app.audit import accounts
from app.audit.journal import journal_of
from app.engine.catalogue import catalogue
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.fields import FieldSpec, LineSpec
from app.engine.register import RegisterModel
from app.engine.spec import AnySpec
from app.engine.text import masked
from app.security.models import Role, User

GUARDED = (Document, Line, RegisterModel, User, Role)
NO_LOAD = PassiveFlag.PASSIVE_NO_INITIALIZE
FULL = 8
"""Sensitive text up to this length is masked whole."""


def before_flush(session: Session, context: object, instances: object) -> None:
    """Notes what is changed and deleted, while old values are still to be seen."""
    rows = [(one, True) for one in session.deleted if isinstance(one, GUARDED)]
    rows += [(one, False) for one in session.dirty if isinstance(one, GUARDED) and inspect(one).committed_state]
    if rows:
        with force_locale("zh"):
            for row, gone in rows:
                note_deleted(session, row) if gone else note_changed(session, row)


def after_flush(session: Session, context: object) -> None:
    """Notes what is new, when defaults are set."""
    rows = [one for one in session.new if isinstance(one, GUARDED)]
    if rows:
        with force_locale("zh"):
            for row in rows:
                note_new(session, row)


def note_changed(session: Session, row: Any) -> None:
    """Notes the changed fields of a row."""
    if isinstance(row, User | Role):
        accounts.note_changed(journal_of(session), row)
        return
    owner, prefix, fields = place(row)
    if owner is None:
        return
    if isinstance(row, Document):
        for removed in removed_lines(row):
            note_deleted(session, removed, row)
        if "state" in inspect(row).committed_state:
            journal_of(session).touch(row)
    for one in fields:
        if change := changed(session, one, row):
            journal_of(session).touch(owner).add(prefix + one.name, *change)


def note_deleted(session: Session, row: Any, owner: Any = None) -> None:
    """Notes what a row held that is gone."""
    if isinstance(row, User | Role):
        accounts.note_deleted(journal_of(session), row)
        return
    parent, prefix, fields = place(row)
    owner = owner or parent
    if owner is not None:
        if inspect(row).expired_attributes:
            session.refresh(row)
        touched = journal_of(session).touch(owner)
        touched.deleted = touched.deleted or owner is row
        for one, text in filled(session, fields, row):
            touched.add(prefix + one.name, text, "")


def note_new(session: Session, row: Any) -> None:
    """Notes what a new row holds."""
    if isinstance(row, User | Role):
        accounts.note_new(journal_of(session), row)
        return
    owner, prefix, fields = place(row)
    if owner is not None:
        touched = journal_of(session).touch(owner)
        touched.new = touched.new or owner is row
        for one, text in filled(session, fields, row):
            touched.add(prefix + one.name, "", text)


def place(row: Any) -> tuple[Any, str, Iterable[FieldSpec]]:
    """The row that an entry tells of (of a line: its document), the prefix of its fields' names, and the fields."""
    if isinstance(row, Line):
        line = lines().get(type(row))
        return (row.parent, f"{line.name}[{row.line_no}].", line.fields) if line else (None, "", ())  # type: ignore[attr-defined]
    spec = specs().get(type(row))
    return (row, "", spec.fields) if spec else (None, "", ())


@cache
def specs() -> dict[type[Any], AnySpec]:
    """Forms and registers by their model."""
    return {one.model: one for one in catalogue}


@cache
def lines() -> dict[type[Any], LineSpec]:
    """Tables of lines by their model."""
    return {line.model: line for form in catalogue.forms for line in form.lines}


def removed_lines(document: Any) -> Iterator[Any]:
    """Lines that were taken out of a document."""
    state = inspect(document)
    for line in specs()[type(document)].lines:
        if line.name in state.committed_state:
            yield from get_history(document, line.name, NO_LOAD).deleted or ()


def changed(session: Session, one: FieldSpec, row: Any) -> tuple[str, str] | None:
    """Old and new value of a field in words, or None where it stays."""
    before = inspect(row).committed_state
    if one.attribute not in before and one.name not in before:
        return None
    new = current(session, one, row)
    old = former(session, one, row)
    return None if old is new or old == new else (words(one, old), words(one, new))


def current(session: Session, one: FieldSpec, row: Any) -> Any:
    """The value that a row has now; of a reference the row referred to."""
    value = row.__dict__.get(one.attribute)
    if one.target is None:
        return value
    related = row.__dict__.get(one.name)
    if related is not None and (value is None or related.id == value or one.name in inspect(row).committed_state):
        return related
    return None if value is None else session.get(one.target.model, value)


def former(session: Session, one: FieldSpec, row: Any) -> Any:
    """The value that a row had; asked of the database in the rare case that it was set without having been read."""
    state = inspect(row)
    if one.target is not None and one.name in state.committed_state:
        gone = get_history(row, one.name, NO_LOAD).deleted
        if gone and gone[0] is not None:
            return gone[0]
    if one.attribute not in state.committed_state:
        value = state.dict.get(one.attribute)
    elif gone := get_history(row, one.attribute, NO_LOAD).deleted:
        value = gone[0]
    else:
        model = type(row)
        value = session.scalar(select(getattr(model, one.attribute)).where(model.id == state.identity[0]))
    return value if value is None or one.target is None else session.get(one.target.model, value)


def filled(session: Session, fields: Iterable[FieldSpec], row: Any) -> Iterator[tuple[FieldSpec, str]]:
    """The fields of a row that have a value, with it in words."""
    for one in fields:
        if (value := current(session, one, row)) is not None:
            yield one, words(one, value)


def words(one: FieldSpec, value: Any) -> str:
    """A value as people read it, masked where it is sensitive."""
    if value is None:
        return ""
    text = one.codec.show(value)
    if not one.sensitive:
        return text
    return masked(text) if len(text) > FULL else "*" * len(text)
