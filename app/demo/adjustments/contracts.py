"""Chapter 5: contracts, and what signers fill in on the way of an order."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.business.forms.product_contract import ProductContract
from app.areas.organisation.registers import CoveredProduct
from app.demo.adjustments.business import PAPERS, product_of
from app.demo.choosing import document
from app.demo.outsiders import customer, outsider
from app.demo.sources import sources
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]
KINDS = (CoveredProduct.STANDARD, CoveredProduct.DEPTH, CoveredProduct.STANDARD, CoveredProduct.ANALYSIS)


def product_contract(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """One or two products of one kind at their list price; for an order where one is named, else signed in advance."""
    one, order = customer(number), document(session, raw["application"]) if raw["application"] else None
    kind = order.product_kind.covered if order else KINDS[number % len(KINDS)]
    product = product_of(session, kind)
    price = product.price or Decimal(3000)
    raw |= {
        "application": order.number if order else None,
        "customer_name": order.customer_name if order else one.name,
        "customer_uscc": order.customer_uscc if order else one.uscc,
        "signatory": outsider(number).name,
        "phone": outsider(number).phone,
        "product_kinds": kind.value,
    }
    for line in raw["products"]:
        amount = price * int(line["quantity"])
        line |= {"kind": kind.value, "product": product.code, "price": str(price), "amount": str(amount)}
    raw["amount"] = str(sum(Decimal(line["amount"]) for line in raw["products"]))


def verify(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """All the papers that such a customer brings are there and genuine."""
    raw["verified"] = ",".join(PAPERS[case.read("customer_kind").value])


def contract(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The order's own contract, else one that waits for an order of this customer."""
    order: Any = case.document
    own = select(ProductContract).where(ProductContract.application == order)
    waiting = [
        one
        for one in sources(session, "product_contract")
        if one.customer_name == order.customer_name and order.product_kind.covered in one.product_kinds
    ]
    found = [*session.scalars(own), *waiting]
    if found:
        raw |= {"contract": found[0].number, "fee": str(found[0].amount), "due_date": found[0].due_date.isoformat()}


def register(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The contract, and the papers."""
    contract(session, actor, case, raw)
    verify(session, actor, case, raw)


def confirm(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """What the agreement says of the price."""
    raw["fee"] = "3000.00"


ADJUSTMENTS = {"product_contract": product_contract}
STEPS = {
    ("brief_report_application", "check"): verify,
    ("investigation_application", "register"): register,
    ("investigation_application", "enter"): contract,
    ("investigation_application", "check"): verify,
    ("investigation_application", "confirm"): confirm,
}
