"""原始文件: what a delivery's files are once extracted, as preprocessing reads them and error files answer them (article 16)."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import BigInteger, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import now
from app.engine.base import Model
from app.engine.declare import foreign_key
from app.engine.document import Document

PIECE = 1024 * 1024


class OriginalFile(Model):
    """A file of a form 2 or S1 as it was extracted. `stored`: its name below `DATA_DIR/originals`; never changed or replaced."""

    __tablename__ = "original_file"
    __table_args__ = (UniqueConstraint("document_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"))
    name: Mapped[str] = mapped_column(String(255))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    records: Mapped[int | None] = mapped_column()
    kept_at: Mapped[datetime] = mapped_column()


@dataclass(frozen=True)
class Stored:
    """A file below `DATA_DIR/originals` that no row names yet."""

    stored: str
    bytes: int
    sha256: str


def store(folder: Path, source: Path, told: Callable[[float], None] = lambda share: None) -> Stored:
    """Copies a file into `folder` (DATA_DIR/originals), hashed on the way. `told`: the share that is done, now and then."""
    folder.mkdir(parents=True, exist_ok=True)
    name, size, hashed, whole = uuid4().hex, 0, hashlib.sha256(), max(source.stat().st_size, 1)
    try:
        with source.open("rb") as file, (folder / name).open("xb") as target:
            while piece := file.read(PIECE):
                size += len(piece)
                hashed.update(piece)
                target.write(piece)
                told(min(size / whole, 1.0))
    except BaseException:
        (folder / name).unlink(missing_ok=True)
        raise
    return Stored(name, size, hashed.hexdigest())


def keep(session: Session, document: Document, name: str, file: Stored, records: int | None = None) -> OriginalFile:
    """Notes a stored file as the document's, within the caller's transaction.

    An earlier file of that name is replaced: a faulty one is extracted again. `records`: rows without a header, where counted.
    """
    before = find(session, document.id, name)
    if before is not None:
        session.delete(before)
        session.flush()
    original = OriginalFile(
        document_id=document.id, name=name, stored=file.stored, bytes=file.bytes, sha256=file.sha256, records=records,
        kept_at=now(),
    )
    session.add(original)
    session.flush()
    return original


def find(session: Session, document_id: int, name: str) -> OriginalFile | None:
    """The document's original file of that name, or None."""
    same = (OriginalFile.document_id == document_id, OriginalFile.name == name)
    return session.scalar(select(OriginalFile).where(*same))


def of(session: Session, document_id: int) -> Sequence[OriginalFile]:
    """All original files of a document."""
    return session.scalars(select(OriginalFile).where(OriginalFile.document_id == document_id).order_by(OriginalFile.id)).all()


def digest_of(path: Path) -> str:
    """SHA-256 of a file of any size."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
