"""Who has a document now (当前办理): the person named by its open task, or the positions that may sign the step."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.document import State
from app.screens.status import form_of, step_of
from app.security.models import User
from app.workflow.models import Task


def of_documents(session: Session, documents: Iterable[Any]) -> dict[int, str]:
    """Who has each pending document, by its id, in one query."""
    pending = {one.id: one for one in documents if one.state is State.PENDING}
    if not pending:
        return {}
    employee: Any = catalogue.register("employees").model
    rows = session.execute(
        select(Task.document_id, employee.name, User.last_name, User.first_name).select_from(Task)
        .outerjoin(User, User.id == Task.user_id).outerjoin(employee, employee.user_id == Task.user_id)
        .where(Task.document_id.in_(pending), Task.done_at.is_(None), Task.reading.is_(False))
        .order_by(Task.id)
    )
    found: dict[int, dict[str, None]] = {}
    for document_id, name, last, first in rows:
        words = name or f"{last or ''}{first or ''}" or positions(pending[document_id])
        found.setdefault(document_id, {})[words] = None
    return {document_id: "、".join(names) for document_id, names in found.items()}


def positions(document: Any) -> str:
    """The positions that may sign the step that the document waits at."""
    spec, step = form_of(document.form_code), step_of(document.form_code, document.step)
    return "、".join(str(position.title) for position in spec.signers(step)) if spec and step else ""
