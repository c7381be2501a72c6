"""Which products use an indicator, and which of them still want their own maintenance before it changes (article 30.4.3).

A product uses the indicators that the proposal behind its last executed maintenance notice lists, and those for which
a notice of indicators names it.
"""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.products.forms.indicator_maintenance_notice import IndicatorAction, IndicatorMaintenanceNotice
from app.areas.products.forms.product_maintenance_notice import ProductMaintenanceNotice
from app.areas.products.forms.product_proposal import ProductProposal
from app.areas.products.forms.product_review_opinion import ProductReviewOpinion

BETWEEN = re.compile(r"[、，,；;\s]+")


def used_indicators(session: Session) -> dict[str, set[str]]:
    """Codes of the indicators that each product in production uses, by the product's code."""
    executed = select(ProductMaintenanceNotice).where(ProductMaintenanceNotice.executed_at.is_not(None))
    found: dict[str, set[str]] = {}
    for notice in session.scalars(executed.order_by(ProductMaintenanceNotice.executed_at, ProductMaintenanceNotice.id)):
        proposal = notice.basis.proposal if isinstance(notice.basis, ProductReviewOpinion) else None
        if isinstance(proposal, ProductProposal):
            found[proposal.product_code] = {one.indicator.code for one in proposal.indicators if one.indicator}
    return found


def products_using(session: Session, notice: IndicatorMaintenanceNotice) -> list[str]:
    """Codes of the products that use any indicator of the notice, and of those that it names."""
    named = {code for one in notice.indicators for code in BETWEEN.split(one.products or "") if code}
    if notice.action is not IndicatorAction.CREATE:
        touched = {one.code for one in notice.indicators}
        named |= {code for code, used in used_indicators(session).items() if used & touched}
    return sorted(named)


def not_maintained(session: Session, notice: IndicatorMaintenanceNotice) -> list[str]:
    """Codes of the products that use the notice's indicators and have no executed maintenance notice for it.

    It is the one that the notice of indicators names, or any executed since that was made.
    """
    done = {
        one.code or (one.product.code if one.product else "")
        for one in session.scalars(
            select(ProductMaintenanceNotice).where(
                ProductMaintenanceNotice.executed_at.is_not(None),
                (ProductMaintenanceNotice.executed_at >= notice.created_at)
                | (ProductMaintenanceNotice.id == notice.product_notice_id),  # type: ignore[attr-defined]
            )
        )
    }
    return [code for code in products_using(session, notice) if code not in done]
