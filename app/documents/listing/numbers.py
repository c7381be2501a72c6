"""Search by number: whole, its beginning, or the bare sequence, by the index on (form, number)."""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_

from app.engine.document import Document
from app.engine.text import half_width

RECENT_YEARS = 5
"""A bare sequence means the documents of that many years, this one included."""

_NUMBER = re.compile(r"(?P<form>[A-Z]+\d+)(?:-(?P<year>\d{0,4})(?:(?<=\d{4})-(?P<sequence>\d{0,7}))?)?")
_BARE = re.compile(r"\d{1,7}")


@dataclass(frozen=True)
class Numbers:
    """Numbers that were asked for: those from `least` to below `below`, and those in `exactly`."""

    least: str = ""
    below: str = ""
    exactly: tuple[str, ...] = ()

    @property
    def in_order(self) -> bool:
        """Whether they are one stretch of numbers."""
        return bool(self.least) and not self.exactly

    @property
    def where(self) -> ColumnElement[bool]:
        """The condition on a document's number."""
        stretch = and_(Document.number >= self.least, Document.number < self.below)
        if not self.exactly:
            return stretch
        exactly = Document.number.in_(self.exactly)
        return or_(exactly, stretch) if self.least else exactly


def asked_for(text: str, form: str) -> Numbers | None:
    """The numbers of a form that a text means by naming the form: FJ02-2026-000129, fj02-2026-0001, FJ02-2026-129."""
    typed = _NUMBER.fullmatch(half_width(text).upper().replace(" ", ""))
    if typed is None or typed["form"] != form:
        return None
    year, sequence = typed["year"] or "", typed["sequence"] or ""
    if not year:
        return Numbers(f"{form}-1", f"{form}-9")  # every year
    # People leave leading zeros out: 129 is 000129 as well as the beginning of 129000.
    whole = (f"{form}-{year}-{int(sequence):06d}",) if sequence and sequence[0] != "0" and len(sequence) < 6 else ()
    return Numbers(*stretch(form, year, sequence), whole)


def stretch(form: str, year: str, sequence: str) -> tuple[str, str]:
    """The first number that begins so, and the first after them all; digits only differ, so any collation will do."""
    least = f"{form}-{year}" + (f"-{sequence}" if sequence else "")
    following = str(int(year + sequence) + 1).zfill(len(year + sequence))
    return least, f"{form}-{following[: len(year)]}" + (f"-{following[len(year) :]}" if sequence else "")


def bare(text: str, forms: tuple[str, ...], this_year: int) -> Numbers | None:
    """The numbers that a bare sequence, 129 or 000129, means."""
    typed = half_width(text).replace(" ", "")
    if not _BARE.fullmatch(typed):
        return None
    years = range(this_year, this_year - RECENT_YEARS, -1)
    return Numbers(exactly=tuple(f"{form}-{year}-{int(typed):06d}" for form in forms for year in years))
