"""Who sees which jobs: one's own, those of documents that one reads, and all for those who look after them."""

from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.jobs.models import Job, JobState
from app.jobs.permissions import INSPECT, RESOURCE
from app.workflow.actor import Actor
from app.workflow.errors import Missing
from app.workflow.options import readable


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: everybody's jobs or one's own, of a state, of a kind."""

    all: bool = False
    state: JobState | None = None
    kind: str | None = None


def inspects(actor: Actor) -> bool:
    """Whether the person sees everybody's jobs."""
    return actor.may(INSPECT, RESOURCE)


def jobs(actor: Actor, asked: Asked) -> Select[Job, Document]:
    """The jobs with their documents, in no order; others' only for those who see all."""
    found = select(Job, Document).outerjoin(Document, Document.id == Job.document_id)
    if not (asked.all and inspects(actor)):
        found = found.where(Job.user_id == actor.user_id)
    if asked.state is not None:
        found = found.where(Job.state == asked.state)
    return found.where(Job.kind == asked.kind) if asked.kind else found


def find(session: Session, actor: Actor, job_id: int) -> tuple[Job, Document | None]:
    """A job that the person may see, with its document; raises Missing."""
    job = session.get(Job, job_id)
    if job is None:
        raise Missing
    document = session.get(Document, job.document_id) if job.document_id else None
    if job.user_id == actor.user_id or inspects(actor) or (document is not None and reads(actor, document)):
        return job, document
    raise Missing


def reads(actor: Actor, document: Document) -> bool:
    """Whether the person may read the document that a job is for."""
    return readable(actor, catalogue.form(document.form_code), document)
