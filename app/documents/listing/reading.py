"""How the keys of a list are read: from which table, by which index, in which order.

The condition whose index makes the list shortest leads, where it also gives the order. Where it does not, its rows are
counted up to a few: few are gathered and sorted; many are met soon enough on a walk in the order asked for. PostgreSQL
knows this from its statistics; SQLite has none, so it is told: conditions that do not lead are set aside.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, text
from sqlalchemy.orm import Session

from app.documents.listing.conditions import BY_ID, Condition, Reach, Side
from app.documents.listing.ground import Ground, aside
from app.documents.listing.keys import Key, Segment, segments
from app.documents.listing.wording import Span, Words, stretches

FEW = 2000
"""So many rows are gathered and sorted; more are walked through."""


@dataclass(frozen=True)
class Order:
    """By which column: its field's name and table; BY_ID and no column for the order of creation."""

    name: str
    side: Side
    column: "ColumnElement[Any] | None" = None
    nullable: bool = False
    descending: bool = True


@dataclass(frozen=True)
class Reading:
    """A list's keys: `id` and the order's column of one table, under conditions; `words` are looked up block by block."""

    ground: Ground
    order: Order
    id: ColumnElement[int]
    where: tuple[ColumnElement[bool], ...]
    gathered: bool = False
    words: Words | None = None

    def keys(self, session: Session, key: Key | None, most: int, *, backwards: bool = False) -> list[Key]:
        """At most so many keys beyond one (None: from the start), in order of distance from it."""
        down = self.order.descending != backwards
        columns = [self.id] if self.order.column is None else [self.id, self.order.column]
        found: list[Key] = []

        def wanted() -> int:
            return most - len(found)

        for segment in self._segments(session, key, wanted, down, backwards):
            statement = self._statement(segment, columns, down).order_by(*self._sorting(segment, down))
            rows = session.execute(statement.limit(wanted()))
            found += [Key(row[1] if len(columns) == 2 else None, row[0]) for row in rows]
            if len(found) >= most:
                break
        return found

    def count(self, session: Session, most: int) -> int:
        """How many keys there are, counted no further than `most`."""
        found = 0

        def wanted() -> int:
            return most - found

        for segment in self._segments(session, None, wanted, self.order.descending, False):
            rows = self._statement(segment, [self.id], None).limit(wanted()).subquery()
            found += session.scalar(select(func.count()).select_from(rows)) or 0
            if found >= most:
                break
        return found

    def _statement(self, segment: Segment, columns: list[ColumnElement[Any]], down: bool | None) -> Select[Any]:
        """The rows of a segment, unsorted; where it names ids, they come sorted, so that no more rows than needed are read."""
        statement = select(*columns).where(*self.where, *segment.where)
        if segment.among is None:
            return statement
        ids = segment.among if down is None else segment.among.order_by(text("1 DESC" if down else "1"))
        among = ids.subquery()
        return statement.join(among, among.c[0] == self.id)

    def _segments(
        self, session: Session, key: Key | None, wanted: Callable[[], int], down: bool, backwards: bool
    ) -> Iterator[Segment]:
        if self.words is not None:
            last = newest(session, self.ground) if key is None or not down else 0
            start = key.id + (-1 if down else 1) if key is not None else last if down else 0
            return stretches(self.words, self.id, Span(start, 0 if down else last, down), wanted)
        return segments(self.id, self.order.column, self.order.nullable, down, backwards, key)

    def _sorting(self, segment: Segment, down: bool) -> list[ColumnElement[Any]]:
        columns = [self.id] if segment.by_id or self.order.column is None else [self.order.column, self.id]
        if self.gathered:
            columns = [aside(one) for one in columns]
        return [one.desc() if down else one.asc() for one in columns]


def reading_of(
    session: Session, ground: Ground, order: Order, conditions: Sequence[Condition], words: Words | None
) -> Reading:
    """The way to read a list on the database at hand."""
    if ground.dialect == "sqlite" and Side.BASE in ground.ids:  # registers are short
        return on_sqlite(session, ground, order, [*conditions, *([words.condition] if words else [])])
    return on_postgresql(session, ground, order, conditions, words)


def on_sqlite(session: Session, ground: Ground, order: Order, conditions: Sequence[Condition]) -> Reading:
    """SQLite: one condition leads, or none; nothing else is left for its planner to choose."""
    lead = min(conditions, key=lambda one: one.reach, default=None)
    if lead is not None and lead.reach is Reach.NONE:
        lead = None
    if lead is not None and lead.order != order.name:
        if is_few(session, ground, lead):
            return gathered(ground, order, lead, [one for one in conditions if one is not lead])
        lead = None
    side = lead.side if lead is not None and order.name == BY_ID else order.side
    leading = [one for one in conditions if one is lead or (one.order == order.name != BY_ID and one.side is side)]
    rest = ground.said_of(side, [one for one in conditions if one not in leading])
    where = (*ground.limited(side), *(one.where for one in leading), *map(aside, rest))
    return Reading(ground, order, ground.ids[side], where)


def gathered(ground: Ground, order: Order, lead: Condition, others: Sequence[Condition]) -> Reading:
    """The few rows of the leading condition, sorted."""
    side = order.side
    first = lead.where if lead.side is side else ground.ids[side].in_(ground.rows_of(lead))
    home = ground.limited(side) if lead.side is side else ()
    where = (*home, first, *map(aside, ground.said_of(side, others)))
    return Reading(ground, order, ground.ids[side], where, gathered=True)


def is_few(session: Session, ground: Ground, condition: Condition, most: int = FEW) -> bool:
    """Whether no more than so many rows meet the condition; counted no further."""
    rows = ground.rows_of(condition).limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(rows)) or 0) <= most


def on_postgresql(
    session: Session, ground: Ground, order: Order, conditions: Sequence[Condition], words: Words | None
) -> Reading:
    """PostgreSQL: its planner chooses, but for words, whose stretches it takes for rarer than they are."""
    key = ground.ids[order.side]
    where = (*ground.limited(order.side), *ground.said_of(order.side, conditions))
    if words is None:
        return Reading(ground, order, key, where)
    if any(one.reach < Reach.WORDS for one in conditions):
        return Reading(ground, order, key, (*where, words.looked_up(key)))
    if order.name == BY_ID:
        return Reading(ground, order, key, where, words=words)
    common = words.common(session, newest(session, ground))
    return Reading(ground, order, key, (*where, words.looked_up(key) if common else key.in_(words.hits)))


def newest(session: Session, ground: Ground) -> int:
    """The id of the newest document; 0 where there is none."""
    return session.scalar(select(func.max(ground.ids[Side.BASE])).where(*ground.home)) or 0
