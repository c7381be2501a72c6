"""Loads a document with what decisions on it depend on."""

from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.parameters import parameter_number, switched_off
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.errors import Missing
from app.workflow.models import SignOff
from app.workflow.options import Case, may_read


def case_of(session: Session, spec: FormSpec, document: Document) -> Case:
    """The case of a loaded document."""
    trail = session.scalars(select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)).all()
    return Case(spec, document, trail, partial(parameter_number, session), partial(switched_off, session))


def open_case(session: Session, actor: Actor, spec: FormSpec, document_id: int, *, lock: bool = False) -> Case:
    """The case of a document that the actor may read, its row locked where it is to be changed; raises Missing."""
    if lock:
        session.execute(select(Document.id).where(Document.id == document_id).with_for_update())
    document = session.get(spec.model, document_id, populate_existing=lock)
    if document is None:
        raise Missing
    case = case_of(session, spec, document)
    if not may_read(actor, case):
        raise Missing
    return case
