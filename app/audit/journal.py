"""What a session has to record by the end of its transaction; savepoints that are rolled back take theirs along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session, SessionTransaction

from app.audit.entries import Change, Entry
from app.audit.versions import Version
from app.clock import now
from app.workflow.actor import Actor

_KEY = "audit"
ACTOR = "actor"
"""Where a session keeps whose it is."""


@dataclass
class Touched:
    """A guarded row with the changes of it that no entry has told of yet; none where only the fact counts."""

    row: Any
    new: bool = False
    deleted: bool = False
    changes: dict[str, Change] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    versions: list[Version] = field(default_factory=list)

    def add(self, name: str, old: str, new: str) -> None:
        """Adds a change to those of earlier flushes: the first old value stays."""
        before = self.changes.get(name)
        self.changes[name] = (before[0] if before else old, new)

    def copy(self) -> "Touched":
        """The same, to be restored."""
        return Touched(self.row, self.new, self.deleted, dict(self.changes), self.at, list(self.versions))


@dataclass
class Journal:
    """Entries, rows of entries made in bulk, touched rows and the last entry of each document by identity."""

    entries: list[Entry] = field(default_factory=list)
    bulk: list[tuple[Entry, Mapping[str, Any]]] = field(default_factory=list)
    touched: dict[int, Touched] = field(default_factory=dict)
    last: dict[int, Entry] = field(default_factory=dict)
    actor: Actor | None = None
    head: tuple[int, str] | None = None
    saved: dict[SessionTransaction, "Journal"] = field(default_factory=dict)

    def touch(self, row: Any) -> Touched:
        """The note on a row."""
        return self.touched.setdefault(id(row), Touched(row))

    def latest(self, document: Any) -> Entry | None:
        """The last entry on a document."""
        return self.last.get(id(document))

    def add(self, entry: Entry) -> None:
        """Adds an entry."""
        self.entries.append(entry)
        if entry.document is not None:
            self.last[id(entry.document)] = entry

    def copy(self) -> "Journal":
        """The journal as it is now, to come back to."""
        touched = {key: one.copy() for key, one in self.touched.items()}
        return Journal(list(self.entries), list(self.bulk), touched, dict(self.last), self.actor)

    def back_to(self, other: "Journal") -> None:
        """Forgets what came after the copy was made."""
        self.entries, self.bulk, self.touched = other.entries, other.bulk, other.touched
        self.last, self.actor = other.last, other.actor

    def rows(self) -> Iterator[dict[str, Any]]:
        """Everything to be written, in the order in which it was done; what was made in bulk comes last."""
        return chain((entry.row() for entry in self.entries), self.bulk_rows())

    def bulk_rows(self) -> Iterator[dict[str, Any]]:
        """The rows of what was made in bulk; what they share is worked out once."""
        shared: dict[int, dict[str, Any]] = {}
        for entry, given in self.bulk:
            yield {**(shared.get(id(entry)) or shared.setdefault(id(entry), entry.row())), **given}


def journal_of(session: Session) -> Journal:
    """The session's journal of this transaction."""
    found: Journal | None = session.info.get(_KEY)
    if found is None:
        found = session.info[_KEY] = Journal(actor=session.info.get(ACTOR))
    return found


def open_journal(session: Session) -> Journal | None:
    """The journal, if anything was noted."""
    return session.info.get(_KEY)


def close_journal(session: Session) -> None:
    """Forgets everything: the transaction is over."""
    session.info.pop(_KEY, None)
