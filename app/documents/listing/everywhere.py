"""Search over all forms at once, by number or by words: for the search field at the top of every page."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.listing.conditions import BY_ID, Condition, Reach, Side
from app.documents.listing.ground import Ground, ground_of
from app.documents.listing.numbers import Numbers, asked_for, bare
from app.documents.listing.pages import Page, turn
from app.documents.listing.reading import Order, is_few, reading_of
from app.documents.listing.visibility import readable_documents
from app.documents.listing.wording import Words
from app.documents.search import letters_of
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.workflow.actor import Actor
from app.workflow.permissions import READ


def find(
    session: Session, actor: Actor, text: str, *, after: str | None = None, before: str | None = None, size: int = 20
) -> Page:
    """The documents that the person may read and that a number or words mean, the newest first; raises BadSelection.

    The rows carry what all documents have; their forms' own fields are not loaded.
    """
    forms = tuple(spec.prefix for spec in catalogue.forms if actor.may(READ, spec.resource))
    if not forms or not letters_of(text):
        return Page([])
    ground = ground_of(None, session.connection().dialect.name)
    conditions = [Condition(Side.BASE, Document.form_code.in_(forms)), readable_documents(actor)]
    numbers = numbers_meant(session, ground, conditions, text, forms)
    order, words = Order(BY_ID, Side.BASE), None
    if numbers is None:
        words = Words(text, ground.dialect, forms if len(forms) < len(catalogue.forms) else ())
    else:
        conditions.append(Condition(Side.BASE, numbers.where, Reach.FEW, "number" if numbers.in_order else None))
        order = Order("number", Side.BASE, Document.number) if numbers.in_order else order  # type: ignore[arg-type]
    way = reading_of(session, ground, order, conditions, words)
    keys, previous, following = turn(session, way, after, before, size)
    found = {row.id: row for row in session.scalars(select(Document).where(Document.id.in_([key.id for key in keys])))}
    return Page([found[key.id] for key in keys if key.id in found], following, previous)


def numbers_meant(
    session: Session, ground: Ground, readable: list[Condition], text: str, forms: tuple[str, ...]
) -> Numbers | None:
    """The numbers that a text means: of the form it names, or, for a bare sequence, those that the person may read."""
    named = next(filter(None, (asked_for(text, form) for form in forms)), None)
    if named is not None:
        return named
    numbers = bare(text, forms, today().year)
    if numbers is None:
        return None
    where = numbers.where
    for one in readable:
        where = where & one.where
    return None if is_few(session, ground, Condition(Side.BASE, where), 0) else numbers
