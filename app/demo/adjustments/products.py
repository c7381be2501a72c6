"""Chapter 4: products and indicators."""

from collections import Counter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Employee
from app.areas.products.depending import used_indicators
from app.areas.products.forms.product_proposal import ProductProposal
from app.areas.products.forms.product_test_report import ProductTestReport
from app.areas.products.registers import Environment, Indicator, IndicatorStatus, Product, ProductStatus
from app.demo.choosing import document, free, row, staff
from app.engine.positions import Position
from app.workflow.actor import Actor

Raw = dict[str, Any]


def product_proposal(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new product under a code of its own, or a change of one that is sold."""
    if raw["action"] == "create":
        raw["product_code"] = free(session, ProductProposal.product_code, lambda turn: f"CP{turn % 9000 + 10:04d}", number)
    else:
        product = row(session, "products", raw["product"])
        raw |= {"product_code": product.code, "product_name": product.name, "product_type": product.kind.value}
    for line in raw["indicators"]:
        line["name"] = row(session, "indicators", line["indicator"]).name


def product_test_report(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The plan for the proposed product, in the development environment."""
    if raw["proposal"] is None:
        return
    proposal: ProductProposal = document(session, raw["proposal"])
    raw |= {
        "product_code": proposal.product_code,
        "product_name": proposal.product_name,
        "product_type": proposal.product_type.value,
        "environment": "development",
        "simulated_data": "1",
    }
    for at, case in enumerate(raw["cases"]):
        case["case_no"] = f"C{at + 1:03d}"


def product_review_opinion(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """About a tested product; director and members of the committee are called."""
    if raw["test_report"] is None:
        return
    report: ProductTestReport = document(session, raw["test_report"])
    proposal: Any = report.proposal
    applicant = session.scalars(select(Employee).where(Employee.user_id == proposal.maker_id)).one()
    called = [*staff(session, Position.COMMITTEE_DIRECTOR)[:1], *staff(session, Position.COMMITTEE_MEMBER)]
    raw |= {
        "proposal": proposal.number,
        "product_name": proposal.product_name,
        "applicant": applicant.staff_no,
        "members": [{"member": one.staff_no, "duty": "主任" if at == 0 else "委员"} for at, one in enumerate(called)],
    }


def product_maintenance_notice(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Puts into force what the committee has passed; stopping and starting need no review."""
    if raw["action"] in ("stop", "start"):
        raw |= {"changes": [], "price": None, "content": None, "product": maintainable(session, raw) or raw["product"]}
        return
    if raw["basis"] is None:
        return
    proposal = document(session, raw["basis"]).proposal
    if proposal.action.value == "create":
        raw |= {"action": "create", "code": proposal.product_code, "name": proposal.product_name, "changes": []}
        raw |= {"kind": proposal.product_type.value, "product": None}
    else:
        raw |= {"action": "change", "product": proposal.product.code, "content": None}


def maintainable(session: Session, raw: Raw) -> str | None:
    """The newest product that can be stopped, or started; what is sold alone of its kind goes on."""
    sold = ProductStatus.ENABLED if raw["action"] == "stop" else ProductStatus.STOPPED
    wanted = select(Product).where(Product.environment == Environment.PRODUCTION)
    known = list(session.scalars(wanted.order_by(Product.id.desc())))
    kinds = Counter(one.kind for one in known if one.status is ProductStatus.ENABLED)
    alone = raw["action"] == "stop"
    found = (one.code for one in known if one.status is sold and not (alone and kinds[one.kind] == 1))
    return next(found, None)


def untouched(session: Session, newest: bool) -> list[str]:
    """Indicators in production that no product uses."""
    used = {code for codes in used_indicators(session).values() for code in codes}
    wanted = select(Indicator).where(
        Indicator.environment == Environment.PRODUCTION, Indicator.status == IndicatorStatus.ACTIVE
    )
    order = Indicator.id.desc() if newest else Indicator.id
    return [one.full_code for one in session.scalars(wanted.order_by(order)) if one.code not in used]


def indicator_maintenance_notice(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """New indicators under codes of their own, or those of production as they are."""
    unused = untouched(session, newest=raw["action"] == "delete")
    if raw["action"] != "create":
        raw["indicators"] = raw["indicators"][:len(unused)] or raw["indicators"][:1]
    for at, line in enumerate(raw["indicators"]):
        if raw["action"] == "create":
            turn = number * 7 + at * 3001
            line |= {
                "indicator": None,
                "code": free(session, Indicator.code, lambda one: f"ZB{one % 9000 + 1000}", turn),
            }
        else:
            known = row(session, "indicators", unused[at] if unused else line["indicator"])
            line["indicator"] = known.full_code
            line |= {"code": known.code, "name": known.name, "type": known.type.value, "unit": known.unit}
    raw["indicators"] = [{name: one for name, one in line.items() if one is not None} for line in raw["indicators"]]


ADJUSTMENTS = {
    one.__name__: one
    for one in (
        product_proposal,
        product_test_report,
        product_review_opinion,
        product_maintenance_notice,
        indicator_maintenance_notice,
    )
}
