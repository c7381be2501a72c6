"""What a batch's preprocessing reads: plain data, so that no row of the database is held across transactions."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders
from app.areas.collection.base_store.merging import imported_before
from app.areas.collection.base_store.models import BaseBatch, BaseFile
from app.areas.collection.originals import OriginalFile
from app.intake.layout import Layout


@dataclass(frozen=True)
class Source:
    """One file. `same`: id and rows of a file with the very same content that is in already, or comes before it."""

    id: int
    name: str
    path: Path
    sha256: str
    same: tuple[int, int] | None


@dataclass(frozen=True)
class Task:
    """A batch and its files, in order."""

    batch_id: int
    folder: Path
    layout: Layout
    sources: list[Source]


def sources(session: Session, batch: BaseBatch) -> list[Source]:
    """The files of a batch."""
    found: list[Source] = []
    for file in batch.files:
        original = session.get_one(OriginalFile, file.original_id)
        before = next((one.id for one in found if one.sha256 == file.sha256), None)
        same = before or imported_before(session, batch.family_id, file.sha256)
        rows = session.get_one(BaseFile, same).total if same else 0
        path = folders.originals() / original.stored
        found.append(Source(file.id, file.name, path, file.sha256, (same, rows) if same else None))
    return found
