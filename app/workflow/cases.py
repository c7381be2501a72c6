"""Loads a document with what decisions on it depend on."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.parameters import parameter_number, parameter_text
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.errors import Missing
from app.workflow.models import SignOff, Task
from app.workflow.options import may_read


def case_of(session: Session, spec: FormSpec, document: Document) -> Case:
    """The case of a loaded document."""
    trail = list(session.scalars(select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)))
    tasks = open_tasks(session, document) if document.state is State.PENDING else ()
    return Case(spec, document, trail, tasks, partial(parameter_number, session), partial(parameter_text, session))


def open_tasks(session: Session, document: Document) -> Sequence[Task]:
    """The tasks of a document that wait for a signature."""
    waiting = (Task.document_id == document.id, Task.done_at.is_(None), Task.reading.is_(False))
    return session.scalars(select(Task).where(*waiting).order_by(Task.id)).all()


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
