"""Searching the record: by time, person, action, form or register, number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction, AuditEntry
from app.engine.document import Document
from app.engine.text import clean
from app.security.models import User


class BadQuery(ValueError):
    """A condition that is none."""


@dataclass(frozen=True)
class Query:
    """What is looked for; None and empty mean anything."""

    since: date | None = None
    until: date | None = None
    person: str = ""
    action: AuditAction | None = None
    resource: str = ""
    number: str = ""


def query_of(arguments: Mapping[str, str]) -> Query:
    """The query of an address; raises BadQuery."""
    def given(name: str) -> str:
        return clean(arguments.get(name) or "")[:80]

    try:
        return Query(
            date.fromisoformat(given("since")) if given("since") else None,
            date.fromisoformat(given("until")) if given("until") else None,
            given("person"),
            AuditAction.of(given("action")) if given("action") else None,
            given("resource"),
            given("number"),
        )
    except ValueError as error:
        raise BadQuery from error


def entries(session: Session, query: Query) -> Select[AuditEntry]:
    """The entries that a query means."""
    return select(AuditEntry).where(*conditions(session, query))


def conditions(session: Session, query: Query) -> list[ColumnElement[bool]]:
    """What the entries meet."""
    found: list[ColumnElement[bool]] = []
    if query.since:
        found.append(AuditEntry.at >= datetime.combine(query.since, time()))
    if query.until:
        found.append(AuditEntry.at < datetime.combine(query.until, time()) + timedelta(days=1))
    if query.action:
        found.append(AuditEntry.action == query.action)
    if query.resource:
        found.append(AuditEntry.resource == query.resource)
    if query.person:
        found.append(by(session, query.person))
    if query.number:
        found.append(about(session, query.number))
    return found


def by(session: Session, person: str) -> ColumnElement[bool]:
    """The condition that somebody with this name or user name did it."""
    name = User.last_name + User.first_name
    users = session.scalars(select(User.id).where(or_(User.username == person, name == person))).all()
    return AuditEntry.user_id.in_(users) if users else AuditEntry.user_name == person


def about(session: Session, number: str) -> ColumnElement[bool]:
    """The condition that it was done to the document, row or account of this number."""
    numbers = (number, number.upper())
    documents = session.scalars(select(Document.id).where(Document.number.in_(numbers))).all()
    return or_(AuditEntry.document_id.in_(documents) if documents else false(), AuditEntry.record.in_(numbers))
