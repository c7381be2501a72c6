"""Addresses of documents and registers, for those who may read them."""

from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import AnySpec
from app.screens import paths
from app.screens.exposing import the_actor
from app.workflow.options import readable
from app.workflow.permissions import READ


def form_url(slug: str, pk: int) -> str | None:
    """The page of a document by its form and key, None for those who do not read such forms."""
    return shown(catalogue.form(slug), pk)


def register_url(slug: str, pk: int | None) -> str | None:
    """The page of a register's row, None for those who do not read the register."""
    return shown(catalogue.register(slug), pk) if pk else None


def document_url(document: Document) -> str | None:
    """The page of a document, None for those who may not read it."""
    spec = paths.form_of(document)
    return paths.document_url(document) if readable(the_actor(), spec, document) else None


def shown(spec: AnySpec, pk: int) -> str | None:
    """The page of a document or row."""
    return paths.url(spec, "show", pk=pk) if the_actor().may(READ, spec.resource) else None
