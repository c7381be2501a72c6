"""Panels beside a document that an area brings along: by the slug of the form, as `app.areas.collection.screens` does.

A panel is a template that finds its values in `it`; the document page includes it below what the person may do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor

Values = Mapping[str, Any]
Function = Callable[[Session, Actor, Document], Values | None]
"""What the panel shows to that person, or None for no panel."""


@dataclass(frozen=True)
class Panel:
    """A panel that is to be shown."""

    template: str
    it: Values


_PANELS: dict[str, list[tuple[str, Function]]] = {}


def panel(slug: str, template: str) -> Callable[[Function], Function]:
    """Registers a panel of a form's documents."""

    def register(function: Function) -> Function:
        _PANELS.setdefault(slug, []).append((template, function))
        return function

    return register


def panels(session: Session, actor: Actor, spec: FormSpec, document: Document) -> list[Panel]:
    """The panels of a document, in the order they were registered."""
    found = ((template, function(session, actor, document)) for template, function in _PANELS.get(spec.slug, ()))
    return [Panel(template, values) for template, values in found if values is not None]
