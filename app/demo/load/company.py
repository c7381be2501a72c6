"""What must stand before the first delivery: providers with agreements, indicators, structures, the agreed passwords."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.areas.collection.extraction import secrets
from app.areas.collection.registers import DataStructure
from app.areas.organisation.registers import Agreement, ExternalOrganisation
from app.areas.products.registers import Indicator
from app.demo.documents.hours import working
from app.demo.load.catalogue import INDICATORS, KINDS
from app.demo.load.desk import Desk
from app.demo.load.kinds import Kind
from app.demo.load.words import PROVINCE
from app.demo.packages import AGREED
from app.standards.uscc import make_uscc

BEFORE = timedelta(days=6)
"""So long before the first period all this is done."""
YEARS = 5


def found(desk: Desk, first: date) -> None:
    """Registers and agrees everything, by forms 23, 12 and 1."""
    desk.moment = working(datetime.combine(first - BEFORE, datetime.min.time()))
    for number, kind in enumerate(KINDS, 1):
        register(desk, kind, number)
    indicators(desk)
    for kind in KINDS:
        publish(desk, kind)


def register(desk: Desk, kind: Kind, number: int) -> None:
    """The provider with its agreement (form 23), and the password that it packs with."""
    signed = desk.moment.date()
    desk.to_the_end("external_org_registration", "collector", {
        "action": "create", "kind": "provider", "reason": "新签数据采集协议。", "code": kind.code, "name": kind.provider,
        "uscc": make_uscc(f"11420000MB9{number:06d}"), "region": "420102", "contact": "数据管理科", "phone": f"027-8700{number:04d}",
        "agreement_no": f"CJ-{kind.code}", "agreement_signed": signed.isoformat(), "agreement_from": signed.isoformat(),
        "agreement_to": signed.replace(year=signed.year + YEARS, day=min(signed.day, 28)).isoformat(), "data_covered": kind.subject,
        "cycle": kind.cycle.value, "agreement_scan": f"{kind.provider}数据采集协议.pdf",
    })
    with desk.act() as session:
        provider = session.scalars(select(ExternalOrganisation).where(ExternalOrganisation.code == kind.code)).one()
        secrets.keep(session, desk.people["data_manager"], provider, AGREED)


def indicators(desk: Desk) -> None:
    """The indicators that the data become (form 12), as far as there are none of their codes."""
    known = set(desk.session.scalars(select(Indicator.code)))
    new = [one for one in INDICATORS if one[0] not in known]
    if not new:
        return
    desk.to_the_end("indicator_maintenance_notice", "product_dev", {
        "action": "create", "title": f"{PROVINCE}公共信用数据指标", "reason": "新增供数单位，其数据须有对应的征信指标。",
        "indicators": [
            {name: value for name, value in (("code", code), ("name", title), ("type", type_.value), ("unit", unit)) if value}
            for code, title, type_, unit in new
        ],
    })


def publish(desk: Desk, kind: Kind) -> None:
    """The structure (form 1)."""
    agreement = desk.session.scalars(select(Agreement).where(Agreement.agreement_no == f"CJ-{kind.code}")).one()
    raw = kind.form() | {"provider": kind.code, "agreement": agreement.agreement_no}
    desk.to_the_end("data_structure_analysis", "data_manager", raw)


def structure_of(desk: Desk, kind: Kind) -> DataStructure:
    """The structure in force that the provider delivers by."""
    owner = DataStructure.provider.has(ExternalOrganisation.code == kind.code)
    return desk.session.scalars(select(DataStructure).where(owner).order_by(DataStructure.id.desc()).limit(1)).one()
