"""Documents that others can follow from: finished, and with the outcome that allows the next one."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from app.areas.business.forms.product_contract import ProductContract
from app.areas.collection.forms.collection_file_register import CollectionFile, CollectionFileRegister, Extraction
from app.areas.collection.forms.public_collection_report import PublicCollectionReport
from app.areas.collection.registers import Carrier
from app.areas.disputes.forms.dispute_application import Acceptance, DisputeApplication
from app.areas.disputes.forms.dispute_reply import DisputeReply, DisputeReplyItem, ItemResult
from app.areas.disputes.forms.dispute_statement import DisputeStatement, StatementKind, StatementReview
from app.areas.products.checking import UNUSED
from app.areas.products.forms.product_maintenance_notice import ProductMaintenanceNotice
from app.areas.products.forms.product_proposal import ProductProposal
from app.areas.products.forms.product_review_opinion import ProductReviewOpinion, ReviewResult
from app.areas.products.forms.product_test_report import Conclusion, ProductTestReport
from app.engine.catalogue import catalogue
from app.engine.document import Document, State

FEW = 20
DONE = Document.state == State.DONE

SUITABLE: dict[str, Callable[[], ColumnElement[bool]]] = {
    "collection_file_register": lambda: (
        DONE
        & (CollectionFileRegister.carrier != Carrier.CORRECTION)
        & CollectionFileRegister.files.any(
            or_(CollectionFile.result.is_(None), CollectionFile.result != Extraction.FAULTY)
        )
    ),
    "public_collection_report": lambda: DONE | PublicCollectionReport.step.in_(("receive", "archive")),
    "product_proposal": lambda: DONE & ~maintained(ProductProposal.id),
    "product_test_report": lambda: (
        DONE & (ProductTestReport.conclusion == Conclusion.PASSED) & ~maintained(column_of(ProductTestReport))
    ),
    "product_review_opinion": lambda: (
        DONE & (ProductReviewOpinion.result == ReviewResult.PASSED) & ~maintained(column_of(ProductReviewOpinion))
    ),
    "product_contract": lambda: (DONE | (ProductContract.step == "archive")) & ~ProductContract.application.has(),
    "dispute_application": lambda: DONE & (DisputeApplication.acceptance == Acceptance.ACCEPTED),
    "dispute_reply": lambda: (
        DONE & DisputeReply.receipt.has() & DisputeReply.items.any(DisputeReplyItem.result != ItemResult.CORRECTED)
    ),
    "dispute_statement": lambda: (
        DONE & (DisputeStatement.review == StatementReview.PASSED) & (DisputeStatement.kind == StatementKind.RAISE)
    ),
}
"""By slug, beside having been finished."""


def column_of(model: Any) -> Any:
    """The column of a form's proposal."""
    return model.proposal_id


def maintained(proposal: Any) -> ColumnElement[bool]:
    """Whether a maintenance notice has put the proposal of that id into force already."""
    notice, review = aliased(ProductMaintenanceNotice, flat=True), aliased(ProductReviewOpinion, flat=True)
    taken = select(notice.id).join(review, review.id == notice.basis_id)  # type: ignore[attr-defined]
    same = review.proposal_id == proposal  # type: ignore[attr-defined]
    return taken.where(same, notice.state.not_in(UNUSED)).exists()


def sources(session: Session, slug: str) -> list[Any]:
    """The latest documents of a form that others can follow from, the latest first."""
    model = catalogue.form(slug).model
    condition = SUITABLE.get(slug, lambda: DONE)()
    return list(session.scalars(select(model).where(condition).order_by(model.id.desc()).limit(FEW)))


def source(session: Session, slug: str, number: int = 0) -> Any:
    """One of them by turns, or None."""
    found = sources(session, slug)
    return found[number % len(found)] if found else None
