"""Claims (认领) and copies to read (抄送) as a page offers them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.document import Document
from app.workflow.actor import Actor
from app.workflow.models import Task
from app.workflow.tasks import mine


@dataclass(frozen=True)
class Claim:
    """What the person may do about a task before doing it: 认领, 释放 or 接手 it, or tick it off as read (已阅)."""

    task: Task
    action: str

    @property
    def holder(self) -> str | None:
        """Who has claimed the task, where that is somebody else."""
        return self.task.claimed_by_name if self.action == "take" else None


def claim_of(actor: Actor, task: Task) -> Claim | None:
    """What the actor, who could do this task, may do about it; None for one by name, which needs no claim."""
    if task.reading:
        return Claim(task, "read")
    if task.user_id is not None:
        return None
    if task.claimed_by_id is None:
        return Claim(task, "claim")
    return Claim(task, "release" if task.claimed_by_id == actor.user_id else "take")


def claims(session: Session, actor: Actor, document: Document) -> list[Claim]:
    """The same for all open tasks of a document that the actor could do."""
    wanted = (Task.document_id == document.id, Task.done_at.is_(None), mine(actor, claimed=True))
    statement = select(Task).join(Document, Document.id == Task.document_id).where(*wanted).order_by(Task.id)
    return [found for task in session.scalars(statement) if (found := claim_of(actor, task)) is not None]
