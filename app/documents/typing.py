"""Typing not yet saved (未保存的录入): kept while a person fills in a form, and offered when they come back."""

from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.documents.models import SavedTyping
from app.engine.spec import FormSpec
from app.workflow.actor import Actor

NEW = 0
"""`document_id` of typing for a document that does not exist yet."""


def keep(session: Session, actor: Actor, spec: FormSpec, document_id: int, values: dict[str, Any]) -> SavedTyping:
    """Keeps raw values in place of what was kept before."""
    kept_before = kept(session, actor, spec, document_id)
    saved = kept_before or SavedTyping(user_id=actor.user_id, slug=spec.slug, document_id=document_id)
    saved.values = values
    saved.saved_at = now()
    session.add(saved)
    session.flush()
    return saved


def kept(session: Session, actor: Actor, spec: FormSpec, document_id: int) -> SavedTyping | None:
    """What the person typed for that document and has not saved."""
    return session.scalar(select(SavedTyping).where(
        SavedTyping.user_id == actor.user_id, SavedTyping.slug == spec.slug, SavedTyping.document_id == document_id
    ))


def forget(session: Session, actor: Actor, spec: FormSpec, document_id: int) -> None:
    """Lets it go: it was saved, or the person does not want it."""
    session.execute(delete(SavedTyping).where(
        SavedTyping.user_id == actor.user_id, SavedTyping.slug == spec.slug, SavedTyping.document_id == document_id
    ))
