"""Corrections (更正) over REST: the finished document that a new one corrects, by id or number."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.resource import LARGEST
from app.documents.values import Fault, Invalid
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.options import readable


def amended_id(session: Session, spec: FormSpec, given: Any) -> int:
    """The id of the document that a body names; whether it can be corrected is for the operation to say.

    Raises Invalid.
    """
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given <= LARGEST:
        return given
    named = (Document.number == given, Document.form_code == spec.prefix)
    found = session.scalar(select(Document.id).where(*named)) if isinstance(given, str) and "\0" not in given else None
    if found is None:
        raise Invalid([Fault(("amends",), _("更正的单据"), _("没有这份单据；应为已办结单据的 id 或编号"))])
    return found


def amendments(session: Session, actor: Actor, spec: FormSpec, document: Document) -> dict[str, str | None]:
    """The numbers of the document that this one corrects, and of the one that corrects it; None for what is not to be seen."""
    before = session.get(Document, document.amends_id) if document.amends_id is not None else None
    later = select(Document).where(Document.amends_id == document.id).order_by(Document.id.desc()).limit(1)
    both = {"amends": before, "amended_by": session.scalar(later)}
    return {name: one.number if one is not None and readable(actor, spec, one) else None for name, one in both.items()}
