"""Addresses of generated screens."""

from typing import Any

from flask import url_for

from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import AnySpec, FormSpec


def endpoint(spec: AnySpec) -> str:
    """The name under which Flask knows a spec's screen; also the name of its class."""
    return f"{spec.model.__name__}Screen"


def url(spec: AnySpec, view: str = "list", /, **arguments: Any) -> str:
    """A page of a spec's screen."""
    return url_for(f"{endpoint(spec)}.{view}", **arguments)


def below(spec: AnySpec, rest: str) -> str:
    """An address below a spec's pages that another room serves, such as `template.xlsx`."""
    return f"{url(spec).removesuffix('list')}{rest}"


def document_url(document: Document) -> str:
    """The page of a document of any form."""
    return url(form_of(document), "show", pk=document.id)


def form_of(document: Document) -> FormSpec:
    """The form of a document."""
    return catalogue.form(document.form_code)
