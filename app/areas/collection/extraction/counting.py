"""Counts the records of a data file by its layout."""

from pathlib import Path

from sqlalchemy.orm import Session

from app.areas.collection.extraction.limits import Telling, untold
from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import NoLayout, layout_of
from app.intake.chunks import Unreadable
from app.intake.layout import Layout
from app.intake.reading import read


def layout_for(session: Session, structure: DataStructure) -> Layout | None:
    """The layout to count by; None for a structure that no form 1 describes."""
    try:
        return layout_of(session, structure)
    except NoLayout:
        return None


def records(path: Path, layout: Layout | None, told: Telling = untold) -> int | None:
    """Records of the file, None where they cannot be counted: then preprocessing says why."""
    if layout is None:
        return None
    found = 0
    try:
        for chunk in read(path, layout):
            found += len(chunk.rows) + len(chunk.broken)
            told(1.0)  # the packages are off; a sign of life
    except Unreadable:
        return None
    return found
