"""Lists of documents and register rows: page by page, counted, or all of them one after the other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.documents.listing.columns import list_columns
from app.documents.listing.keys import Key, read_key
from app.documents.listing.reading import Reading
from app.documents.listing.selection import BadSelection, Selection
from app.documents.listing.titles import code_titles
from app.documents.listing.way import way_to
from app.engine.spec import AnySpec
from app.workflow.actor import Actor


@dataclass(frozen=True)
class Page:
    """Rows with all that a list shows of them, and the keys of the neighbouring pages; None where there is none."""

    rows: Sequence[Any]
    next: str | None = None
    previous: str | None = None
    titles: Mapping[tuple[str, str], str] = field(default_factory=dict)


def page(
    session: Session,
    actor: Actor,
    spec: AnySpec,
    selection: Selection,
    *,
    after: str | None = None,
    before: str | None = None,
    size: int = 20,
) -> Page:
    """The page behind or before a key, the first without one; raises Denied, BadSelection."""
    way = way_to(session, actor, spec, selection)
    keys, previous, following = turn(session, way, after, before, size)
    rows = rows_of(session, spec, keys)
    return Page(rows, following, previous, code_titles(session, spec, rows))


def count(session: Session, actor: Actor, spec: AnySpec, selection: Selection, most: int = 1000) -> int:
    """How many rows there are, counted no further than one more than `most`; raises Denied, BadSelection."""
    return way_to(session, actor, spec, selection).count(session, most + 1)


def stream(session: Session, actor: Actor, spec: AnySpec, selection: Selection, chunk: int = 500) -> Iterator[Any]:
    """All rows in the order of the list. It holds a chunk at a time and no cursor; raises Denied at the first row."""
    for part in chunks(session, actor, spec, selection, chunk):
        yield from part.rows


def chunks(session: Session, actor: Actor, spec: AnySpec, selection: Selection, size: int = 500) -> Iterator[Page]:
    """As `stream`, in pages: for those who need the titles of codes."""
    way = way_to(session, actor, spec, selection)
    keys = way.keys(session, None, size)
    while keys:
        rows = rows_of(session, spec, keys)
        yield Page(rows, titles=code_titles(session, spec, rows))
        keys = way.keys(session, keys[-1], size) if len(keys) == size else []


def turn(
    session: Session, way: Reading, after: str | None, before: str | None, size: int
) -> tuple[Sequence[Key], str | None, str | None]:
    """The keys of a page, and the texts of the keys that the pages before and behind it are asked for by.

    The page before a key is the first page where fewer rows than a page stand before it.
    """
    if after and before:
        raise BadSelection(before)
    back = way.keys(session, key_of(way, before), size + 1, backwards=True) if before else []
    if before and len(back) >= size:
        keys, earlier, later = back[:size][::-1], len(back) > size, True
    else:
        found = way.keys(session, key_of(way, after) if after else None, size + 1)
        keys, earlier, later = found[:size], bool(after), len(found) > size
    if not keys:
        return [], None, None
    first, last = (keys[at].written(way.order.name) for at in (0, -1))
    return keys, first if earlier else None, last if later else None


def key_of(way: Reading, text: str) -> Key:
    """The key of the text, for the order at hand; raises BadSelection."""
    return read_key(text, way.order.name, way.order.column)


def rows_of(session: Session, spec: AnySpec, keys: Sequence[Key]) -> list[Any]:
    """The rows of keys, in their order, with what they refer to; rows that are gone meanwhile are left out."""
    if not keys:
        return []
    model: Any = spec.model
    referring = [joinedload(getattr(model, one.name)) for one in list_columns(spec) if one.target]
    statement = select(model).where(model.id.in_([key.id for key in keys])).options(*referring)
    found = {row.id: row for row in session.scalars(statement)}
    return [found[key.id] for key in keys if key.id in found]
