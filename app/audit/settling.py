"""Settling: changes that no operation has told of. Registers and accounts tell of themselves; documents may not."""

from typing import Any

from app.audit.accounts import PASSWORD
from app.audit.changes import specs
from app.audit.entries import Change, Entry
from app.audit.journal import Journal, Touched
from app.audit.models import AuditAction
from app.audit.versions import named
from app.engine.document import Document
from app.security.models import Role, User
from app.workflow.actor import Origin


class Unrecorded(RuntimeError):
    """A document was changed and nobody recorded it. A programming error: the transaction does not commit."""


def settle(journal: Journal) -> None:
    """Makes entries of what is touched, before the commit; raises Unrecorded."""
    settle_rows(journal)
    for touched in journal.touched.values():
        entry = journal.latest(touched.row)
        if entry is None:
            raise Unrecorded(f"{type(touched.row).__name__} {touched.row.number}: audit.recording.record was not called")
        entry.add(touched.changes)
    journal.touched = {}


def settle_rows(journal: Journal) -> None:
    """Makes entries of touched registers and accounts, by whoever acts in the transaction."""
    documents = {}
    for key, touched in journal.touched.items():
        if isinstance(touched.row, Document):
            documents[key] = touched
        elif touched.changes or touched.versions:
            journal.entries += entries_of(journal, touched)
    journal.touched = documents


def entries_of(journal: Journal, touched: Touched) -> list[Entry]:
    """The entries of one row; a new password has one of its own."""
    row = touched.row
    if not isinstance(row, User | Role):
        spec: Any = specs()[type(row)]
        made_by = next((one.key for one in journal.entries if one.document and one.document.id == row.made_by_id), None)
        return [entry(journal, touched, AuditAction.REGISTER, spec.resource, spec.field(spec.key).key(row), made_by=made_by)]
    resource, name = ("UserDBModelView", row.username) if isinstance(row, User) else ("RoleModelView", row.name)
    found = []
    if touched.changes.pop(PASSWORD, None) and not touched.new:
        found.append(entry(journal, touched, AuditAction.PASSWORD, resource, name, {}))
    if touched.changes or touched.versions:
        found.append(entry(journal, touched, AuditAction.PERMISSION, resource, name))
    return found


def entry(
    journal: Journal, touched: Touched, action: AuditAction, resource: str, record: str,
    changes: dict[str, Change] | None = None, made_by: str | None = None,
) -> Entry:
    """An entry of a touched row, of the time when it was touched."""
    detail: dict[str, Any] = {"kind": "new" if touched.new else "deleted" if touched.deleted else "changed"}
    if made_by:
        detail["by"] = made_by
    if changes is None:
        detail |= named(touched.versions)
    actor = journal.actor
    origin = actor.origin if actor else Origin()
    told = touched.changes if changes is None else changes
    return Entry(actor, action, resource, record, None, detail, "", origin, told, touched.at)
