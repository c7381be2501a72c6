"""A document as the resources of chapter 3 name it: where it stands, and the address of its form's resource."""

from app.api.answers import MAYBE, TEXT, WHOLE, named, values
from app.api.reading import Json
from app.engine.catalogue import catalogue
from app.engine.document import Document, State

PAPER = named(
    id=WHOLE, number=TEXT, state=values(State), step=MAYBE, version=WHOLE, digest=TEXT, links=named(self=TEXT),
)


def paper_json(document: Document) -> Json:
    """The document in short."""
    slug = catalogue.form(document.form_code).slug
    return {
        "id": document.id, "number": document.number, "state": document.state.value, "step": document.step,
        "version": document.version, "digest": document.digest, "links": {"self": f"/api/v1/forms/{slug}/{document.id}"},
    }
