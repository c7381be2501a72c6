"""Search by a stretch of a summary: pairs of neighbouring characters in a full-text index of the database's own.

Chinese has no blanks between words, and people type two characters; so text is cut into overlapping pairs, and a
search is a phrase of pairs: "税务局" is "税务 务局". SQLite keeps them in FTS5, PostgreSQL in a tsvector with GIN.
The table `document_search` differs between the two and stands outside the models; migrations make it by dialect.
"""

import re
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, text
from sqlalchemy import literal_column as sql
from sqlalchemy.orm import Session

from app.engine.document import Document
from app.engine.text import half_width

_WORD = re.compile(r"[^\W_]+")


def pairs(content: str) -> list[str]:
    """Overlapping pairs of the letters, digits and characters of a text: "A税务局" gives a税, 税务, 务局."""
    letters = "".join(_WORD.findall(half_width(content).lower()))
    return [letters[at : at + 2] for at in range(len(letters) - 1)] or [letters] * bool(letters)


def put(session: Session, entries: Iterable[tuple[int, str]]) -> None:
    """Indexes (document id, summary); an id that is there already gets the new text."""
    rows = [{"id": key, "pairs": " ".join(pairs(summary))} for key, summary in entries]
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO document_search (rowid, pairs) VALUES (:id, :pairs)"
    else:
        statement = (
            "INSERT INTO document_search (document_id, pairs) VALUES (:id, to_tsvector('simple', :pairs)) "
            "ON CONFLICT (document_id) DO UPDATE SET pairs = excluded.pairs"
        )
    connection.execute(text(statement), rows)


def drop(session: Session, document_ids: Sequence[int]) -> None:
    """Takes documents out of the index."""
    connection = session.connection()
    column = "rowid" if connection.dialect.name == "sqlite" else "document_id"
    connection.execute(text(f"DELETE FROM document_search WHERE {column} = :id"), [{"id": one} for one in document_ids])


def matches(connection: Connection, wanted: str) -> ColumnElement[bool] | None:
    """The condition that a document's summary holds `wanted`; None where it has no letter to search by."""
    found = pairs(wanted)
    if not found:
        return None
    if connection.dialect.name == "sqlite":
        phrase = '"' + " ".join(found) + '"' + ("*" if len(found[0]) == 1 else "")
        keys = text("SELECT rowid FROM document_search WHERE document_search MATCH :phrase").bindparams(phrase=phrase)
    else:
        phrase = " <-> ".join(found) + (":*" if len(found[0]) == 1 else "")
        keys = text(
            "SELECT document_id FROM document_search WHERE pairs @@ to_tsquery('simple', :phrase)"
        ).bindparams(phrase=phrase)
    return Document.id.in_(keys.columns(sql("id")))  # type: ignore[arg-type]
