"""Links between documents (关联单据): drawn from the fields that refer to other documents."""

from dataclasses import dataclass

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.documents.models import DocumentLink
from app.engine.document import Document
from app.engine.spec import FormSpec


@dataclass(frozen=True)
class Links:
    """What a document came from, and what it caused."""

    sources: list[Document]
    results: list[Document]


def link(session: Session, spec: FormSpec, document: Document) -> None:
    """Brings the links of a document in step with its reference fields."""
    wanted = {
        (source.id, one.name)
        for one in spec.fields
        if one.target and one.target.forms and (source := one.read(document)) is not None
    }
    for line in spec.lines:
        for one in line.fields:
            if one.target and one.target.forms:
                rows = getattr(document, line.name)
                wanted |= {
                    (source.id, f"{line.name}.{one.name}") for row in rows if (source := one.read(row)) is not None
                }
    if document.amends_id is not None:
        wanted.add((document.amends_id, "amends"))
    session.execute(delete(DocumentLink).where(DocumentLink.result_id == document.id))
    session.add_all(
        DocumentLink(source_id=source, result_id=document.id, field=field) for source, field in sorted(wanted)
    )


def links_of(session: Session, document: Document) -> Links:
    """The documents at both ends of a document's links, without their forms' own fields."""
    sources = select(DocumentLink.source_id).where(DocumentLink.result_id == document.id)
    results = select(DocumentLink.result_id).where(DocumentLink.source_id == document.id)

    def rows(keys: Select[int]) -> list[Document]:
        return list(session.scalars(select(Document).where(Document.id.in_(keys)).order_by(Document.id)))

    return Links(rows(sources), rows(results))
