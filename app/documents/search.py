"""Search by a stretch of a summary: pairs of neighbouring characters in a full-text index of the database's own.

Chinese has no blanks between words, and people type two characters; so text is cut into overlapping pairs, and a
search is a phrase of pairs: "税务局" is "税务 务局". SQLite keeps them in FTS5, PostgreSQL in a tsvector with GIN.
The table `document_search` differs between the two and stands outside the models; migrations make it by dialect.

FTS5 hands its hits out in the order of ids, one by one; GIN gathers all of them first. So on PostgreSQL each entry also
carries its form and the blocks of ids that it lies in, and a list asks for the newest blocks first (`listing.wording`).
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.engine.document import Document
from app.engine.text import half_width

CREATE: dict[str, tuple[str, ...]] = {
    "sqlite": (
        # `ascii` takes every other character as it is: the pairs are normalised here, whatever Unicode SQLite knows.
        "CREATE VIRTUAL TABLE document_search USING fts5(form, pairs, tokenize = 'ascii', columnsize = 0)",
    ),
    "postgresql": (
        "CREATE TABLE document_search (document_id INTEGER CONSTRAINT pk_document_search PRIMARY KEY "
        "CONSTRAINT fk_document_search_document_id REFERENCES document (id) ON DELETE CASCADE, pairs TSVECTOR NOT NULL)",
        # Without a pending list, which every search would have to read through after an import.
        "CREATE INDEX ix_document_search_pairs ON document_search USING gin (pairs) WITH (fastupdate = off)",
    ),
}
DROP: dict[str, tuple[str, ...]] = dict.fromkeys(CREATE, ("DROP TABLE document_search",))

BLOCKS = (9, 14)
"""Sizes of blocks of ids, as powers of two, by which a search on PostgreSQL asks for a stretch of the hits."""

INDEX = table(
    "document_search",
    column("rowid"),
    column("document_id"),
    column("form"),
    column("pairs"),
    column("document_search"),
)

_WORD = re.compile(r"[^\W_]+")
_PUT = {
    "sqlite": "INSERT OR REPLACE INTO document_search (rowid, form, pairs) "
    "SELECT id, form_code, :pairs FROM document WHERE id = :id",
    # Cast, not to_tsvector: its parser drops Chinese where the database's character type is C.
    "postgresql": "INSERT INTO document_search (document_id, pairs) SELECT id, CAST(:pairs || ' =' || form_code"
    + "".join(f" || ' ={bits}.' || (id >> {bits})" for bits in BLOCKS)
    + " AS tsvector) FROM document WHERE id = :id ON CONFLICT (document_id) DO UPDATE SET pairs = excluded.pairs",
}


def letters_of(content: str) -> str:
    """The letters, digits and characters of a text in one case and width, without anything between them."""
    return "".join(_WORD.findall(half_width(content).lower()))


def pairs(content: str) -> list[str]:
    """Overlapping pairs: "A税务局" gives a税, 税务, 务局, and 局 by itself, so that single characters are found too."""
    letters = letters_of(content)
    return [letters[at : at + 2] for at in range(len(letters))]


def put(session: Session, entries: Iterable[tuple[int, str]]) -> None:
    """Indexes (document id, summary) of saved documents; an id that is there already gets the new text."""
    dialect = session.connection().dialect.name
    rows = [{"id": key, "pairs": written(pairs(summary), dialect)} for key, summary in entries]
    if rows:
        session.connection().execute(text(_PUT[dialect]), rows)


def written(found: list[str], dialect: str) -> str:
    """Pairs as the index takes them; PostgreSQL wants their positions."""
    if dialect == "sqlite":
        return " ".join(found)
    return " ".join(f"{pair}:{at}" for at, pair in enumerate(found, 1))


def vector(key: int, form: str, summary: str) -> str:
    """PostgreSQL: a document's entry as text, for those who write many past `put`."""
    blocks = " ".join(f"={bits}.{key >> bits}" for bits in BLOCKS)
    return f"{written(pairs(summary), 'postgresql')} ={form} {blocks}"


def drop(session: Session, document_ids: Sequence[int]) -> None:
    """Takes documents out of the index."""
    if not document_ids:
        return
    connection = session.connection()
    key = "rowid" if connection.dialect.name == "sqlite" else "document_id"
    connection.execute(text(f"DELETE FROM document_search WHERE {key} = :id"), [{"id": one} for one in document_ids])


def matches(connection: Connection, wanted: str) -> ColumnElement[bool] | None:
    """The condition that a document's summary holds `wanted`; None where it has no letter to search by."""
    if not letters_of(wanted):
        return None
    dialect = connection.dialect.name
    return Document.id.in_(select(key_of(dialect)).where(found_by(dialect, wanted)))


def key_of(dialect: str) -> ColumnElement[int]:
    """The index's column with the document's id."""
    return INDEX.c.rowid if dialect == "sqlite" else INDEX.c.document_id


def found_by(dialect: str, wanted: str, forms: Sequence[str] = (), blocks: Sequence[str] = ()) -> ColumnElement[bool]:
    """The condition on the index that an entry holds `wanted`, in one of the forms and (PostgreSQL) blocks if given.

    `wanted` must have a letter.
    """
    found = pairs(wanted)
    if dialect == "sqlite":
        # the last letter by itself matters only where it is all there is
        phrase = f'pairs : "{found[0]}" *' if len(found) == 1 else f'pairs : "{" ".join(found[:-1])}"'
        limits = " AND (" + " OR ".join(f'form : "{form}"' for form in forms) + ")" if forms else ""
        return INDEX.c.document_search.op("MATCH", is_comparison=True)(phrase + limits)
    parts = [phrase_of(found)]
    parts += [" | ".join(f"'={one}'" for one in group) for group in (forms, blocks) if group]
    return contains(INDEX.c.pairs, " & ".join(f"({part})" for part in parts))


def phrase_of(found: list[str]) -> str:
    """PostgreSQL's query for pairs one behind the other."""
    return f"'{found[0]}':*" if len(found) == 1 else " <-> ".join(f"'{pair}'" for pair in found[:-1])


def contains(vector: ColumnElement[Any], query: str) -> ColumnElement[bool]:
    """PostgreSQL: the tsvector meets the query."""
    return vector.op("@@", is_comparison=True)(cast(query, TSQUERY))


def holds(key: ColumnElement[int], wanted: str) -> ColumnElement[bool]:
    """PostgreSQL: as `matches`, but looked up document by document, never through the index: where few are in question."""
    entry = select(INDEX.c.pairs).where(INDEX.c.document_id == key).scalar_subquery()
    return contains(entry, phrase_of(pairs(wanted)))
