"""Chapter 5: orders by the four channels, the website's list, and deliveries."""

from collections.abc import Iterable
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.business.forms.brief_report_application import BriefReportApplication
from app.areas.business.forms.investigation_application import InvestigationApplication
from app.areas.business.terms import OrderedKind
from app.areas.organisation.registers import Agreement, CoveredProduct, ExternalOrganisation, Status
from app.areas.products.registers import Environment, Product, ProductStatus
from app.clock import today
from app.demo.choosing import document, row
from app.demo.outsiders import COURT, customer, outsider
from app.demo.sources import sources
from app.engine.positions import Position
from app.workflow.actor import Actor

Raw = dict[str, Any]

CHANNELS = {
    Position.WEB_CLERK: "website",
    Position.CLERK: "outlet",
    Position.MARKETER: "marketing",
    Position.MEMBER_OPERATOR: "member",
}
PAPERS = {
    "ordinary": ("licence", "identity_card", "introduction"),
    "member": ("membership_proof", "identity_card", "introduction"),
    "judicial": ("officer_card", "assistance_letter"),
}
"""What a customer of each kind shows and leaves (article 48)."""


def channel_of(actor: Actor) -> str:
    """The channel that the actor takes orders by."""
    return next(channel for position, channel in CHANNELS.items() if position in actor.positions)


def product_of(session: Session, kind: CoveredProduct) -> Product:
    """A product of that kind that is sold."""
    wanted = select(Product).where(Product.kind == kind, Product.environment == Environment.PRODUCTION)
    return session.scalars(wanted.where(Product.status == ProductStatus.ENABLED).order_by(Product.id).limit(1)).one()


def ordered(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """What both applications share: who orders, and with which papers. Member users order for their own company."""
    raw["channel"] = raw["channel"] or channel_of(actor)
    if raw["channel"] == "member":
        raw["customer_kind"] = "member"
        assert actor.organisation_id is not None
        raw["member"] = session.get_one(ExternalOrganisation, actor.organisation_id).code
    kind = raw["customer_kind"]
    who = outsider(number)
    if kind == "member":
        member = row(session, "external_organisations", raw["member"])
        raw |= {"customer_name": member.name, "customer_uscc": member.uscc}
    else:
        one = COURT if kind == "judicial" else customer(number)
        raw |= {"customer_name": one.name, "customer_uscc": one.uscc, "member": None, "agreement": None}
    raw |= {"handler_name": who.name, "phone": who.phone}
    if kind == "judicial":
        raw["handler_resident_id"] = None
    raw["materials"] = [
        {"material": one, "shown": "0" if one == "introduction" else "1", "kept": "1"} for one in PAPERS[kind]
    ]


def named(session: Session, targets: Iterable[Raw]) -> None:
    """Names and codes of the target enterprises as they are registered."""
    for line in targets:
        enterprise = row(session, "target_enterprises", line["enterprise"])
        line |= {"name": enterprise.name, "uscc": enterprise.uscc, "found": "1"}
        for name in ("return_reason", "refund", "returned_on"):
            line.pop(name, None)


def brief_report_application(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Brief reports at their list price; members pay by agreement, courts nothing."""
    ordered(session, actor, raw, number)
    product = product_of(session, CoveredProduct.BRIEF)
    free = raw["customer_kind"] == "judicial"
    price = Decimal(0) if free else product.price or Decimal(200)
    named(session, raw["targets"])
    for line in raw["targets"]:
        line["fee"] = str(price)
    raw |= {"product": product.code, "fee": str(price * len(raw["targets"]))}
    if raw["channel"] == "member":
        raw |= {"payment": "agreement", "agreement": covering(session, raw["member"], CoveredProduct.BRIEF)}
    elif free:
        raw["payment"] = "free"


def covering(session: Session, member: str, kind: CoveredProduct) -> str | None:
    """The number of the member's agreement in force that covers products of that kind."""
    wanted = select(Agreement).join(Agreement.party).where(ExternalOrganisation.code == member)
    rows = session.scalars(wanted.where(Agreement.valid_to >= today(), Agreement.status == Status.ACTIVE))
    return next((one.agreement_no for one in rows if kind in (one.products or ())), None)


def investigation_application(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """An order for the customer of a contract that waits for one; members order what their agreement covers."""
    waiting = sources(session, "product_contract")
    ordered(session, actor, raw, number)
    if raw["channel"] == "member":
        agreement = covering(session, raw["member"], CoveredProduct.STANDARD)
        raw |= {"product_kind": "standard", "inside_agreement": "1" if agreement else "0", "agreement": agreement}
        raw["payment"] = "agreement" if agreement else "transfer"
    else:
        raw |= {"inside_agreement": "0", "agreement": None}
        if waiting:
            contract = waiting[number % len(waiting)]
            kind = next(one for one in OrderedKind if one.covered in contract.product_kinds)
            raw |= {"product_kind": kind.value, "customer_name": contract.customer_name}
            raw["customer_uscc"] = contract.customer_uscc
    raw["product"] = product_of(session, OrderedKind.of(raw["product_kind"]).covered).code
    named(session, raw["targets"])
    for line in raw["targets"]:
        line.pop("fee", None)
        line["contact"] = outsider(number + 3).name


def website_intake_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """As many applications as it says, each with a number of its own."""
    for at, line in enumerate(raw["items"]):
        one = customer(number + at)
        line |= {"website_no": f"WZ{today():%Y%m%d}{number % 90 + 10}{at + 1:02d}", "customer_name": one.name}
        line |= {"customer_uscc": one.uscc, "handler_name": outsider(number + at).name}
    raw |= {"count": str(len(raw["items"])), "export_file": f"网站申请单{today():%Y%m%d}.zip"}
    raw["sha256"] = sha256(raw["export_file"].encode()).hexdigest()


def delivery_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The reports of a finished order, in the way agreed."""
    if raw["application"] is None:
        return
    order = document(session, raw["application"])
    brief = isinstance(order, BriefReportApplication)
    assert brief or isinstance(order, InvestigationApplication)
    raw |= {
        "customer_name": order.customer_name,
        "product_kind": "brief" if brief else order.product_kind.value,
        "mode": order.delivery_mode.value if order.delivery_mode else "pick_up",
        "recipient_officer_card_no": None,
    }
    targets = order.targets[: max(len(raw["reports"]), 1)]
    raw["reports"] = [
        {
            "report_no": f"BG-{order.number[5:]}-{at + 1}",
            "version": "1",
            "enterprise_name": one.name,
            "copies": "1",
            "pages": "6",
        }
        for at, one in enumerate(targets)
    ] or raw["reports"]
    raw["copies"] = str(sum(int(line["copies"]) for line in raw["reports"]))


ADJUSTMENTS = {
    one.__name__: one
    for one in (brief_report_application, investigation_application, website_intake_register, delivery_register)
}
