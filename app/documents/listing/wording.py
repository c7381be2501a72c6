"""Words in a list: the condition of a search, and how PostgreSQL looks hits up among the newest documents first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.documents import search
from app.documents.listing.conditions import BY_ID, Condition, Reach, Side
from app.documents.listing.keys import Key, Segment


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
        return select(search.key_of(self.dialect)).where(self._found())

    def among(self, blocks: Sequence[str]) -> Select[Any]:
        """The ids of the hits in some blocks, or (none named) of all: gathered before anything else looks at them."""
        found = select(search.key_of(self.dialect)).where(self._found(blocks)).cte("hits").prefix_with("MATERIALIZED")
        return select(found.c.document_id)

    def looked_up(self, key: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that the document of that id holds the words, looked up for it alone."""
        return search.holds(key, self.text)

    def _found(self, blocks: Sequence[str] = ()) -> ColumnElement[bool]:
        return search.found_by(self.dialect, self.text, self.forms, blocks)


def block_segments(
    session: Session, words: Words, row: ColumnElement[int], home: Sequence[ColumnElement[bool]], key: Key | None, *, down: bool
) -> Iterator[Segment]:
    """Stretches of ids with their hits, the nearest to the key first: two small blocks, two large ones, then the rest."""
    if key is not None:
        end = key.id - 1 if down else key.id + 1
    else:
        end = session.scalar(select(func.max(row) if down else func.min(row)).where(*home)) or 0
    limit = (row <= end) if down else (row >= end)
    for bits in search.BLOCKS:
        block = end >> bits
        other = block - 1 if down else block + 1
        far = max(other, 0) << bits if down else ((other + 1) << bits) - 1
        hits = words.among([f"{bits}.{one}" for one in (block, other) if one >= 0])
        yield Segment((limit, (row >= far) if down else (row <= far), row.in_(hits)), by_id=True)
        limit = (row < far) if down else (row > far)
    yield Segment((limit, row.in_(words.among(()))), by_id=True)
