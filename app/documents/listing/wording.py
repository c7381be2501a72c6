"""Words in a list: the condition of a search, and how PostgreSQL looks hits up among the nearest documents first.

GIN finds all hits or none, and a common word has a million. So hits are asked for in stretches of ids, through the blocks
that each entry of the index names: a small stretch first, then as large a one as the hits so far let expect to be enough.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.documents import search
from app.documents.listing.conditions import BY_ID, Condition, Reach, Side
from app.documents.listing.keys import Segment

MOST_BLOCKS = 64
"""So many blocks are named in one query; a longer stretch takes larger ones."""
GROWTH = (4, 32)
"""By how much a stretch outgrows the one before, at least and at most."""
FEW_HITS = 1500
"""Where no more hits than these are to be expected, all are asked for."""
COMMON = 40
"""So many hits in MOST_BLOCKS of the smallest blocks, and one meets the words often enough in any order."""


@dataclass(frozen=True)
class Words:
    """A stretch of text to be found in the summaries of documents of some forms (none: of all); it has a letter."""

    text: str
    dialect: str
    forms: tuple[str, ...] = ()

    @property
    def condition(self) -> Condition:
        """The condition on the index, which gives hits in the order of ids where it is FTS5."""
        return Condition(Side.WORDS, self._found(), Reach.WORDS, BY_ID)

    @property
    def hits(self) -> Select[Any]:
        """The ids of all hits."""
        return self.among(())

    def among(self, blocks: Sequence[str]) -> Select[Any]:
        """The ids of the hits in some blocks, or (none named) of all."""
        return select(search.key_of(self.dialect)).where(self._found(blocks))

    def looked_up(self, key: ColumnElement[int]) -> ColumnElement[bool]:
        """PostgreSQL: the condition that the document of that id holds the words, looked up for it alone."""
        return search.holds(key, self.text)

    def common(self, session: Session, newest: int) -> bool:
        """PostgreSQL: whether many of the newest documents hold the words."""
        few = self.among(blocks_from(newest, search.BLOCKS[0], MOST_BLOCKS, down=True)).limit(COMMON).subquery()
        return session.scalar(select(func.count()).select_from(few)) == COMMON

    def _found(self, blocks: Sequence[str] = ()) -> ColumnElement[bool]:
        return search.found_by(self.dialect, self.text, self.forms, blocks)


def blocks_from(row: int, bits: int, count: int, *, down: bool) -> list[str]:
    """The names of some blocks of ids, from the one that an id lies in."""
    first = row >> bits
    numbers = range(max(first - count + 1, 0), first + 1) if down else range(first, first + count)
    return [f"{bits}.{one}" for one in numbers]


@dataclass(frozen=True)
class Span:
    """Ids from `start` to `end`, both included; `down`: to lesser ones."""

    start: int
    end: int
    down: bool

    def first(self, bits: int, count: int) -> tuple["Span", list[str]]:
        """Its beginning, up to the end of the last of some blocks, and their names."""
        block = self.start >> bits
        far = max(block - count + 1, 0) << bits if self.down else ((block + count) << bits) - 1
        return Span(self.start, far, self.down), blocks_from(self.start, bits, count, down=self.down)

    def holds(self, row: ColumnElement[int]) -> tuple[ColumnElement[bool], ...]:
        """The condition that an id lies in it."""
        return (row <= self.start, row >= self.end) if self.down else (row >= self.start, row <= self.end)


def stretches(words: Words, row: ColumnElement[int], span: Span, wanted: Callable[[], int]) -> Iterator[Segment]:
    """Stretches of a span of ids with their hits, the nearest first; `wanted` says how many hits are still wanted."""
    length, before, step = 2 << search.BLOCKS[0], wanted(), -1 if span.down else 1
    for bits in search.BLOCKS:
        while length >> bits <= MOST_BLOCKS:
            part, blocks = span.first(bits, max(length >> bits, 2))
            yield Segment(part.holds(row), True, words.among(blocks))
            span = Span(part.end + step, span.end, span.down)
            if span.start * step > span.end * step:
                return
            hits, before = before - wanted(), wanted()
            if (hits + 1) * abs(span.end - span.start) // length <= FEW_HITS:
                yield Segment(span.holds(row), True, words.hits)
                return
            length = longer(length, hits, before)
    yield Segment(span.holds(row), True, words.hits)


def longer(length: int, hits: int, wanted: int) -> int:
    """How long the next stretch should be, to have as many hits as are still wanted, and some to spare."""
    least, most = GROWTH
    return length * (most if hits <= 0 else min(max(2 * wanted // hits, least), most))
