"""What must have been done before a form can be filled in: made and walked to the end where the database has none."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.organisation.operations import load_actor
from app.database import transaction
from app.demo import loads
from app.demo.examples import NOTHING, example
from app.demo.sources import source
from app.demo.walk import make, to_the_end
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.security.models import User
from app.workflow.actor import Actor

LOAD_ERRORS = "load_error_register"
MOST_DELIVERIES = 5

NEEDS: dict[str, tuple[str, ...]] = {
    "error_file_return_notice": ("collection_file_register",),
    "public_collection_handover": ("public_collection_report",),
    "import_file_register": ("collection_file_register",),
    "load_error_register": ("import_file_register",),
    "product_test_report": ("product_proposal",),
    "product_review_opinion": ("product_test_report",),
    "product_maintenance_notice": ("product_review_opinion",),
    "investigation_application": ("product_contract",),
    "delivery_register": ("brief_report_application",),
    "report_review_opinion": ("investigation_application",),
    "plan_review_opinion": ("investigation_application",),
    "dispute_receipt": ("dispute_application",),
    "dispute_material_list": ("dispute_application",),
    "dispute_verification_letter": ("dispute_application",),
    "dispute_reply": ("dispute_receipt",),
    "dispute_statement": ("dispute_reply",),
    "dispute_statement_receipt": ("dispute_statement",),
    "query_difference_list": ("dispute_application",),
}
"""By slug: the forms of which one must be finished."""


def prerequisites(slug: str) -> tuple[str, ...]:
    """The slugs of all forms that come before, in order."""
    found: dict[str, None] = {}
    for needed in NEEDS.get(slug, ()):
        found |= dict.fromkeys((*prerequisites(needed), needed))
    return tuple(found)


def prepare(session: Session, spec: FormSpec, people: Iterable[Actor]) -> None:
    """Makes and walks, each in transactions of its own, what the database has none of."""
    known = list(people)
    for slug in prerequisites(spec.slug):
        if source(session, slug) is None:
            finish(session, catalogue.form(slug), known)
    if spec.slug == LOAD_ERRORS:
        load_with_errors(session, known)


def load_with_errors(session: Session, people: list[Actor]) -> None:
    """Delivers, imports and loads, in transactions of its own, until a load has errors, unless there is one."""
    known = {"provider": "TG008", "agreement": "CJ-2025-008", "structure": "SJ-0008-1"}
    first = session.scalar(select(func.count()).select_from(Document)) or 0  # deliveries that nobody has made before
    for number in range(first, first + MOST_DELIVERIES):
        if loads.with_errors(session) is not None:
            return
        finish(session, catalogue.form("collection_file_register"), people, number, known)
        register = finish(session, catalogue.form("import_file_register"), people, number, {"structure": "SJ-0008-1"})
        with transaction(session):
            batch = loads.batch_of(session, register)
            if batch is not None:
                loads.load(session, people, batch)
    raise LookupError("no load with errors")


def finish(
    session: Session, spec: FormSpec, people: Iterable[Actor], number: int = 0, given: Mapping[str, Any] = NOTHING
) -> Document:
    """An example by the first person who makes such forms, walked to the end."""
    known = list(people)
    maker = first_maker(spec, known)
    document = make(session, maker, spec, example(session, maker, spec, number, given=given))
    return to_the_end(session, spec, document, known)


def first_maker(spec: FormSpec, people: Iterable[Actor]) -> Actor:
    """The first person of the form's first position."""
    return next(one for one in people if spec.makers[0] in one.positions)


def everybody(session: Session) -> list[Actor]:
    """Everybody with an account in use, in the order of the accounts."""
    return [load_actor(session, user) for user in session.scalars(select(User).where(User.active).order_by(User.id))]
