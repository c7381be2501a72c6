"""The backstop: documents, lines, trails and registers are written by operations alone, whatever a screen tries."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.documents.models import Attachment, DocumentLink, NumberSequence
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.register import RegisterModel
from app.registers.models import ProposedChange, RegisterVersion
from app.workflow.models import SignOff, Task

GUARDED = (
    Document, Line, RegisterModel, Attachment, DocumentLink, NumberSequence, SignOff, Task, ProposedChange, RegisterVersion,
)
_OPEN = "writing_open"


class NotByTheDoor(RuntimeError):
    """Something tried to write a guarded row outside an operation. A programming error, or an attack."""


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """Opens the session for guarded rows; operations use it, nothing else does. Flushes before it closes again."""
    before = session.info.get(_OPEN, False)
    session.info[_OPEN] = True
    try:
        yield
        session.flush()
    finally:
        session.info[_OPEN] = before


def install() -> None:
    """Sets the guard on every session. Calling it again changes nothing."""
    if not event.contains(Session, "before_flush", refuse_outsiders):
        event.listen(Session, "before_flush", refuse_outsiders)


def refuse_outsiders(session: Session, context: object, instances: object) -> None:
    """Refuses a flush with guarded rows in it outside `writing`."""
    if session.info.get(_OPEN):
        return
    for row in (*session.new, *session.deleted, *(one for one in session.dirty if session.is_modified(one))):
        if isinstance(row, GUARDED):
            raise NotByTheDoor(f"{type(row).__name__} is written by operations only")
