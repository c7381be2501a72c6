"""Linked documents (关联单据) as the person may see them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.documents.links import links_of
from app.engine.document import Document, State
from app.engine.text import Text
from app.screens.paths import document_url
from app.screens.status import form_of
from app.workflow.actor import Actor
from app.workflow.options import readable


@dataclass(frozen=True)
class Connection:
    """A linked document; `url` only where the person may read it."""

    document: Document
    title: Text
    url: str | None


@dataclass(frozen=True)
class Connections:
    """What a document came from, and what it caused."""

    sources: tuple[Connection, ...]
    results: tuple[Connection, ...]
    corrected: tuple[Connection, ...] = ()
    """The document that this one corrects (更正), and `corrections`: those that correct this one."""
    corrections: tuple[Connection, ...] = ()


def links(session: Session, actor: Actor, document: Document) -> Connections:
    """The links of a document. Outsiders learn nothing of documents that are not their own; nobody of others' drafts."""
    found = links_of(session, document)

    def seen(documents: list[Document]) -> tuple[Connection, ...]:
        return tuple(each for one in documents if (each := connection(actor, one)) is not None)

    corrected = [one for one in found.sources if one.id == document.amends_id]
    corrections = [one for one in found.results if one.amends_id == document.id and one.state is not State.TERMINATED]
    return Connections(seen(found.sources), seen(found.results), seen(corrected), seen(corrections))


def connection(actor: Actor, document: Document) -> Connection | None:
    """One linked document."""
    form = form_of(document.form_code)
    if form is None:
        return None
    if readable(actor, form, document):
        return Connection(document, form.title, document_url(document))
    draft = document.submitted_at is None
    return None if actor.external or draft else Connection(document, form.title, None)
