"""Entries of the record before they are numbered: who did what to what, in plain values of bounded length."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from app.audit.models import AuditAction
from app.clock import now
from app.engine.document import Document
from app.engine.positions import Position
from app.engine.text import clean, masked, msgid
from app.standards.uscc import is_plain_uscc
from app.workflow.actor import Actor, Origin

Change = tuple[str, str]
"""Old and new value as people read them; empty for none."""

SEALING = frozenset({
    AuditAction.CREATE, AuditAction.CHANGE, AuditAction.DECIDE, AuditAction.ATTACH, AuditAction.IMPORT, AuditAction.HAND_OVER,
})
"""Acts that may leave a document with another content."""
SEAL = "sealed"
"""Where an entry keeps the digest of the document as the act has left it: what the document is to be from then on."""

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_BORN = re.compile(r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
"""The birth date in a resident's number."""


@dataclass
class Entry:
    """One act. What only the end of the transaction knows (a document's key, number, version) is read from `document`."""

    actor: Actor | None
    action: AuditAction
    resource: str
    record: str | None
    document: Document | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    user_name: str = ""
    origin: Origin = field(default=Origin())
    changes: dict[str, Change] = field(default_factory=dict)
    at: datetime = field(default_factory=now)
    version: int | None = None
    """Set where the document moves on within the transaction; else its version at the end is it."""

    def row(self) -> dict[str, Any]:
        """The columns, but for number and chain."""
        actor, document = self.actor, self.document
        return {
            "at": self.at,
            "user_id": actor.user_id if actor else None,
            "user_name": cut(actor.name if actor else self.user_name, 64),
            "position": cut(positions(actor), 255) if actor else "",
            "channel": self.origin.channel,
            "address": cut(self.origin.address, 45) if self.origin.address else None,
            "action": self.action.value,
            "resource": cut(self.resource, 80),
            "record": cut(self.key, 64) or None,
            "document_id": document.id if document else None,
            "version": self.version or (document.version if document else None),
            "detail": told({**self.detail, **self.seal}, self.changes),
        }

    @property
    def seal(self) -> dict[str, str]:
        """The digest that the act leaves; of several acts of a transaction the last one on the document has it."""
        if self.document is None or self.version is not None or self.action not in SEALING:
            return {}
        return {SEAL: self.document.digest}

    def add(self, changes: Mapping[str, Change]) -> None:
        """Adds later changes: the first old value and the last new one stay."""
        for name, (old, new) in changes.items():
            self.changes[name] = (self.changes.get(name, (old, new))[0], new)

    @property
    def key(self) -> str:
        """The row's key: the document's number where nothing else is given."""
        return self.record or (self.document.number if self.document else "")


def told(detail: Mapping[str, Any], changes: Mapping[str, Change]) -> str:
    """The detail as JSON, in Chinese whoever acts, without any identity number in clear."""
    content = {**detail, "changes": changes} if changes else dict(detail)
    with force_locale("zh"):
        text = json.dumps(content, ensure_ascii=False, default=str)
    return _IDENTITY.sub(lambda found: without_identity(found[0]), safe(text))


def without_identity(text: str) -> str:
    """Eighteen digits, masked unless they are a credit code, which is public, and no resident's number as well."""
    return text if is_plain_uscc(text) and not _BORN.match(text, 6) else masked(text)


def positions(actor: Actor) -> str:
    """The actor's positions in Chinese, in the procedure's order."""
    return "、".join(msgid(one.title) for one in Position if one in actor.positions)


def cut(text: str, most: int) -> str:
    """Text that fits its column."""
    return safe(clean(text))[:most]


def safe(text: str) -> str:
    """Text that every database and encoding takes."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
