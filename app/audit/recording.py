"""Recording (记入审计日志): acts are noted as they happen and written, chained, just before the commit that makes them true.

If the record cannot be written, the transaction fails and the act has not happened (security 21, 25).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from flask import current_app
from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from app.audit import heads
from app.audit.chain import GENESIS, chained
from app.audit.changes import after_flush, before_flush
from app.audit.entries import Entry
from app.audit.journal import ACTOR, Journal, close_journal, journal_of, open_journal
from app.audit.models import AuditAction, AuditEntry
from app.audit.settling import settle, settle_rows
from app.audit.versions import VERSIONS, Version, named
from app.database import db
from app.engine.document import Document
from app.workflow.actor import Actor, Origin

AT_ONCE = 1_000
_LOCK = 0x61756469
"""The advisory lock that orders the commits of PostgreSQL; SQLite's writers stand in line already."""


def record(
    session: Session,
    actor: Actor | None,
    action: AuditAction,
    resource: str,
    record: str | None = None,
    *,
    document: Document | None = None,
    detail: Mapping[str, Any] | None = None,
    user_name: str = "",
    origin: Origin | None = None,
) -> None:
    """Notes an act of the caller's transaction; `document` brings its number, key, version and field changes along.

    `user_name` and `origin` are for acts of nobody who is known: a failed login.
    """
    journal = journal_of(session)
    settle_rows(journal)
    journal.actor = actor or journal.actor
    origin = origin or (actor.origin if actor else Origin())
    entry = Entry(actor, action, resource, record, document, detail or {}, user_name, origin)
    if document is not None:
        claim(journal, entry)
    journal.add(entry)


def claim(journal: Journal, entry: Entry) -> None:
    """Gives an entry the changes of its document that nobody has told of; those of an earlier moment to the one before."""
    before, touched = journal.latest(entry.document), journal.touched.pop(id(entry.document), None)
    if touched is not None:
        (before if before is not None and touched.at < entry.at else entry).add(touched.changes)
    if before is not None and before.version is None and entry.document is not None:
        before.version = entry.document.version


def record_many(
    session: Session, actor: Actor, action: AuditAction, resource: str, rows: Iterable[Mapping[str, Any]]
) -> None:
    """Notes one entry for each of many new rows, given as the columns `record`, `document_id`, `version`, `detail`."""
    entry = Entry(actor, action, resource, None, origin=actor.origin)
    acting(session, actor).bulk.extend((entry, row) for row in rows)


def seal_version(session: Session, row: Any, version: Version) -> None:
    """Notes the version of a row that was kept: the entry on the row's change names it."""
    journal_of(session).touch(row).versions.append(version)


def seal_versions(session: Session, kind: str, resource: str, register: str, versions: Sequence[Version]) -> None:
    """Notes versions that were kept together, by set-up or import, in entries of their own; one at least."""
    for at in range(0, len(versions) or 1, AT_ONCE):
        some = versions[at : at + AT_ONCE]
        detail = {"kind": kind, "rows": len(some), **(named(some) or {VERSIONS: {register: []}})}
        record(session, journal_of(session).actor, AuditAction.REGISTER, resource, detail=detail)


def acting(session: Session, actor: Actor | None) -> Journal:
    """Says who acts in this transaction, for changes of registers and accounts that are recorded by themselves."""
    journal = journal_of(session)
    journal.actor = actor or journal.actor
    return journal


def by(session: Session, actor: Actor) -> None:
    """Says whose session this is: the built-in screens change accounts and roles in it without naming anybody."""
    session.info[ACTOR] = actor
    acting(session, actor)


def install() -> None:
    """Has the application's sessions write their record. Calling it again changes nothing."""
    for name, listener in LISTENERS.items():
        if not event.contains(db.session, name, listener):
            event.listen(db.session, name, listener)


def write(session: Session) -> None:
    """Before the commit: writes what was noted, after the last entry there is."""
    if session.in_nested_transaction():
        return
    session.flush()
    journal = open_journal(session)
    if journal is None:
        return
    settle(journal)
    if not journal.entries and not journal.bulk:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    last = connection.execute(select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)).first()
    number, digest = last or (0, GENESIS)
    rows = chained(current_app.config["AUDIT_KEY"].encode(), number, digest, journal.rows())
    while some := list(islice(rows, AT_ONCE)):
        connection.execute(insert(AuditEntry.__table__), some)  # type: ignore[arg-type]
        journal.head = some[-1]["id"], some[-1]["digest"]
    journal.entries.clear()
    journal.bulk.clear()


def committed(session: Session) -> None:
    """After the commit: the head is noted outside the database, where who can write the database cannot."""
    journal = open_journal(session)
    if journal is not None and journal.head is not None:
        heads.note(current_app.config["DATA_DIR"], *journal.head)
        journal.head = None


def begun(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint begins: what was noted so far is what a rollback comes back to."""
    if transaction.nested:
        journal = journal_of(session)
        journal.saved[transaction] = journal.copy()


def rolled_back(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint was rolled back: what was noted in it did not happen."""
    journal = open_journal(session)
    if journal is not None and transaction in journal.saved:
        journal.back_to(journal.saved[transaction])


def ended(session: Session, transaction: SessionTransaction) -> None:
    """The transaction is over, one way or the other."""
    if transaction.parent is None:
        close_journal(session)


LISTENERS: dict[str, Any] = {
    "before_flush": before_flush,
    "after_flush": after_flush,
    "before_commit": write,
    "after_commit": committed,
    "after_transaction_create": begun,
    "after_soft_rollback": rolled_back,
    "after_transaction_end": ended,
}
