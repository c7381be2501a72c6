"""Chapter 8: members and providers, and the agreements with them."""

from typing import Any

from sqlalchemy.orm import Session

from app.areas.organisation.registers import Agreement, ExternalOrganisation
from app.demo.adjustments.organisation import only_given
from app.demo.choosing import free, row
from app.demo.outsiders import CITY, outsider, uscc
from app.engine.positions import Position
from app.workflow.actor import Actor

Raw = dict[str, Any]
AGREEMENT = (
    "agreement_no",
    "agreement_signed",
    "agreement_from",
    "agreement_to",
    "data_covered",
    "cycle",
    "agreement_scan",
)
NAMES = {
    "member": ("云泽村镇银行", "江源融资担保有限公司"),
    "provider": ("云州市燃气集团有限公司", "云州市不动产登记中心"),
}


def external_org_registration(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Marketers register new members, collectors new providers with their agreement; others change a member's data."""
    collecting = Position.COLLECTOR in actor.positions
    raw["kind"] = "provider" if collecting else "member"
    if not (collecting or Position.MARKETER in actor.positions) and raw["action"] == "create":
        code = f"HY{number % 4 + 1:03d}"
        raw |= {"action": "change", "record": code, **another_contact(session, code, number)}
        return only_given(raw, "kind", "contact", "phone")
    if raw["action"] != "create":
        return only_given(raw, "kind", *(AGREEMENT if collecting and raw["action"] == "change" else ()))
    stem, names = ("TG", NAMES["provider"]) if collecting else ("HY", NAMES["member"])
    raw |= {
        "record": None,
        "code": free(session, ExternalOrganisation.code, lambda turn: f"{stem}{turn % 9000 + 101}", number),
        "name": names[number % len(names)],
        "uscc": uscc("11" if collecting else "91", 5000 + number),
        "address": f"{CITY}江北区沿江路 {number % 200 + 1} 号",
        "agreement_no": free(session, Agreement.agreement_no, lambda turn: f"CJ-2026-{turn % 9000 + 101}", number),
    }
    if not collecting:
        raw |= dict.fromkeys(AGREEMENT)
    return None


def another_contact(session: Session, code: str, number: int) -> Raw:
    """Somebody to speak to who is not in the register yet."""
    known = row(session, "external_organisations", code).contact
    who = next(one for one in map(outsider, (number, number + 1)) if one.name != known)
    return {"contact": who.name, "phone": who.phone}


def external_org_agreement(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new agreement with a member, or a newly signed one in place of an old."""
    if raw["action"] != "create":
        return only_given(raw, "kind", "signed", "scan", "valid_to", "quota")
    raw |= {
        "record": None,
        "registration": None,
        "party": f"HY{number % 4 + 1:03d}",
        "agreement_no": free(session, Agreement.agreement_no, lambda turn: f"HX-2026-{turn % 9000 + 101}", number),
    }
    return None


ADJUSTMENTS = {one.__name__: one for one in (external_org_registration, external_org_agreement)}
