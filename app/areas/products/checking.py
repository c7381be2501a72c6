"""What a product's forms must keep when they are handed in, beside their own rules."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.products.forms.product_maintenance_notice import ProductAction, ProductMaintenanceNotice
from app.areas.products.forms.product_proposal import ProductProposal, ProposalKind
from app.areas.products.maintaining import product
from app.documents.values import Fault, Invalid
from app.engine.document import State

UNUSED = (State.DRAFT, State.WITHDRAWN, State.TERMINATED)
"""States in which a maintenance notice takes up no review opinion."""


def check_code(session: Session, proposal: ProductProposal) -> None:
    """A new product's code is nobody else's in production; raises Invalid."""
    if proposal.action is ProposalKind.CREATE and product(session, proposal.product_code) is not None:
        raise Invalid([Fault(("product_code",), _("产品代码"), _("已有该代码的产品"), proposal.product_code)])


def check_basis(session: Session, notice: ProductMaintenanceNotice) -> None:
    """One maintenance notice for a review opinion (article 26.3.3); raises Invalid."""
    if notice.basis is None or notice.action in (ProductAction.STOP, ProductAction.START):
        return
    same = ProductMaintenanceNotice.basis_id == notice.basis.id  # type: ignore[attr-defined]
    others = select(ProductMaintenanceNotice.number).where(
        same, ProductMaintenanceNotice.id != notice.id, ProductMaintenanceNotice.state.not_in(UNUSED)
    )
    if number := session.scalar(others.limit(1)):
        raise Invalid([Fault(("basis",), _("评审意见书"), _("已用于产品维护通知单 %(number)s", number=number))])
    if notice.action is ProductAction.CREATE and product(session, str(notice.code)) is not None:
        raise Invalid([Fault(("code",), _("产品代码（新）"), _("已有该代码的产品"), notice.code)])
