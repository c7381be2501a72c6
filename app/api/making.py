"""Making a document once: the same Idempotency-Key of the same person names the document it made (security 17)."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.api.errors import Refusal
from app.documents import once, operations
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.cases import open_case

T = TypeVar("T")

LONGEST_KEY = 200


def unraced(write: Callable[[], T]) -> T:
    """What a transaction gives, tried again where another took its key or unique value in the same moment."""
    try:
        return write()
    except IntegrityError:  # the second time it finds what the other has written, and says so
        return write()


def make(session: Session, actor: Actor, spec: FormSpec, raw: dict[str, Any]) -> tuple[Document, bool]:
    """The document, and whether an earlier request had made it already; raises as the operations do."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return operations.create(session, actor, spec, raw), False
    if not 0 < len(given) <= LONGEST_KEY:
        raise Refusal(422, _("Idempotency-Key 应为 1 至 %(most)s 个字符", most=LONGEST_KEY))
    key, whole = once.key_of(f"api {spec.slug}", given), once.key_of(f"api {spec.slug}", [given, repr(raw)])
    before = once.made_before(session, actor, key)
    if before is None:
        document = operations.create(session, actor, spec, raw)
        for one in (key, whole):
            once.remember(session, actor, one, document.id)
        return document, False
    if once.made_before(session, actor, whole) != before:
        raise Refusal(422, _("这个 Idempotency-Key 已用于另一份内容"))
    return open_case(session, actor, spec, before).document, True
