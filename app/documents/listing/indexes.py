"""Indexes that lists of documents need beside those of `Document` itself: each begins with what every list fixes, its form.

Declared here, where the queries are that they serve; Alembic sees them like any other.
"""

from sqlalchemy import Index, Table, UniqueConstraint

from app.engine.document import Document

FOR_LISTS = tuple(
    Index(f"ix_document_{'_'.join(names)}", *(getattr(Document, name) for name in names))
    for names in (
        ("form_code", "created_at", "id"),
        ("form_code", "due_at", "id"),
        ("form_code", "maker_name", "id"),
        ("form_code", "archive_state", "state", "id"),
        ("maker_id", "form_code", "id"),
    )
)


def in_order(table: Table, fixed: tuple[str, ...] = ()) -> frozenset[str]:
    """The columns that an index, after the `fixed` ones, gives the order of: (…, column, id), or unique and never empty."""
    wanted, found = len(fixed), set()
    for index in table.indexes:
        names = tuple(one.name for one in index.columns)
        if names[:wanted] == fixed and names[wanted + 1 :] == ("id",):
            found.add(names[wanted])
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            columns = tuple(constraint.columns)
            if tuple(one.name for one in columns[:wanted]) == fixed and len(columns) == wanted + 1:
                found |= {columns[-1].name} if not columns[-1].nullable else set()
    return frozenset(found)


__all__ = ["FOR_LISTS", "in_order"]
