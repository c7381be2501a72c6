"""The export of the head (链头导出): each hour, where the record stands, to a file beside the database, each line signed.

Copied to another machine or printed, the file shows later whether the record up to then is still the same.
"""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.clock import now

NAME = "audit_heads.log"


@dataclass(frozen=True)
class Line:
    """Where the record stood at a moment."""

    at: str
    number: int
    digest: str

    def text(self, key: bytes) -> str:
        """The line with its signature."""
        content = f"{self.at} {self.number} {self.digest}"
        return f"{content} {hmac.new(key, content.encode(), hashlib.sha256).hexdigest()}\n"


def export(session: Session, key: bytes, folder: Path) -> Line | None:
    """Adds a line to the file; None where there is no entry yet."""
    last = session.execute(select(AuditEntry.id, AuditEntry.digest).order_by(AuditEntry.id.desc()).limit(1)).first()
    if last is None:
        return None
    line = Line(f"{now():%Y-%m-%dT%H:%M:%S}", *last)
    with (folder / NAME).open("a", encoding="ascii") as file:
        file.write(line.text(key))
    return line


def lines(key: bytes, folder: Path) -> Iterator[Line | None]:
    """The lines of the file; None for one that is not as it was written."""
    path = folder / NAME
    if not path.exists():
        return
    with path.open(encoding="ascii", errors="replace") as file:
        for text in file:
            yield read(key, text)


def read(key: bytes, text: str) -> Line | None:
    """A line, if its signature is right."""
    parts = text.split(" ")
    if len(parts) != 4 or not (parts[1].isascii() and parts[1].isdigit()):
        return None
    line = Line(parts[0], int(parts[1]), parts[2])
    return line if hmac.compare_digest(line.text(key).encode(), text.encode("utf-8", "replace")) else None
