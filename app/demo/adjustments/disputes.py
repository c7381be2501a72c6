"""Chapter 12: disputes, what follows from them, and statements."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.disputes.forms.dispute_application import COPIES, ORIGINALS, DisputeApplication
from app.areas.disputes.forms.dispute_reply import DisputeReply, ItemResult
from app.areas.disputes.forms.dispute_statement import COPIES as STATEMENT_COPIES
from app.areas.disputes.forms.dispute_statement import DAYS_TO_STATE, DisputeStatement
from app.areas.disputes.forms.dispute_statement import ORIGINALS as STATEMENT_ORIGINALS
from app.areas.organisation.registers import Status
from app.clock import today
from app.demo.choosing import document, row
from app.demo.outsiders import outsider
from app.workflow.actor import Actor

Raw = dict[str, Any]
WORKING_DAYS = 20
RESULTS = (
    ("unverifiable", "提供单位逾期未回复"),
    ("corrected", "提供单位同意更正并重新报送"),
    ("unfounded", "提供单位核实原数据无误"),
)
COMMON = ("record_no", "field", "value_in_report", "value_claimed")


def listed(materials: Any) -> str:
    """A set of materials as raw text."""
    return ",".join(sorted(one.value for one in materials))


def dispute_application(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """By the subject itself, with all its papers, passed at the counter."""
    enterprise = row(session, "target_enterprises", raw["enterprise"])
    if enterprise.uscc is None:
        known = TargetEnterprise.uscc.is_not(None), TargetEnterprise.status == Status.ACTIVE
        enterprise = session.scalars(select(TargetEnterprise).where(*known).order_by(TargetEnterprise.id).limit(1)).one()
        raw["enterprise"] = enterprise.code
    who = outsider(number)
    raw |= {
        "applicant_name": enterprise.name,
        "applicant_uscc": enterprise.uscc,
        "handler_name": who.name,
        "phone": who.phone,
        "report_no": f"BG-13-2026-{number % 999999 + 1:06d}-1",
        "originals": listed(ORIGINALS),
        "copies": listed(COPIES),
    }
    if raw["application"] is None or enterprise.name not in named_in(session, raw["application"]):
        raw["application"] = None
    for at, line in enumerate(raw["items"]):
        line["record_no"] = f"XX-{number % 999999:06d}-{at + 1:02d}"


def named_in(session: Session, application: str) -> set[str]:
    """The enterprises that a query was about."""
    return {one.name for one in document(session, application).targets}


def dispute_receipt(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """What the system takes from form 28."""
    if raw["dispute"] is None:
        return
    dispute: DisputeApplication = document(session, raw["dispute"])
    raw |= {
        "applicant_name": dispute.applicant_name,
        "handler_name": dispute.handler_name,
        "phone": dispute.phone,
        "report_no": dispute.report_no,
        "accepted_at": f"{dispute.submitted_at or dispute.created_at:%Y-%m-%d %H:%M}",
        "answer_due": weekdays_after(dispute.accepted_on, WORKING_DAYS).isoformat(),
        "items": [{name: getattr(one, name) for name in COMMON} for one in dispute.items],
    }


def weekdays_after(day: date, number: int) -> date:
    """The day so many weekdays later; holidays are left to the calendar of the system itself."""
    while number:
        day += timedelta(1)
        number -= day.weekday() < 5
    return day


def dispute_material_list(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The papers of one dispute."""
    if raw["dispute"] is not None:
        raw["applicant_name"] = document(session, raw["dispute"]).applicant_name
    raw["pages"] = str(sum(int(line["pages"]) for line in raw["materials"]))


def dispute_verification_letter(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Asks about every item of the dispute."""
    if raw["dispute"] is None:
        return
    dispute: DisputeApplication = document(session, raw["dispute"])
    raw["items"] = [
        {**{name: getattr(one, name) for name in COMMON}, "file_record": f"CY-{dispute.id:06d}-{at + 1}"}
        for at, one in enumerate(dispute.items)
    ]


def dispute_reply(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A result for every item of a dispute whose receipt is out: by turns, the first unsettled."""
    if raw["receipt"] is None:
        return
    dispute: DisputeApplication = document(session, raw["receipt"]).dispute
    raw |= {"dispute": dispute.number, "applicant_name": dispute.applicant_name, "report_no": dispute.report_no}
    raw["items"] = [answer(one, RESULTS[at % len(RESULTS)]) for at, one in enumerate(dispute.items)]


def answer(item: Any, result: tuple[str, str]) -> Raw:
    """The reply to one disputed item."""
    kind, basis = result
    found = {name: getattr(item, name) for name in ("record_no", "field", "value_claimed")}
    now = item.value_claimed if kind == "corrected" else item.value_in_report
    return {**found, "result": kind, "basis": basis, "value_now": now}


def dispute_statement(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """On an item that the reply left as it was, within the days allowed; or the removal of one that was passed."""
    if raw["kind"] == "remove":
        earlier: DisputeStatement = document(session, raw["earlier"])
        raw |= {name: getattr(earlier, name) for name in ("record_no", "field", "applicant_name", "applicant_uscc")}
        raw |= {"dispute": earlier.dispute.number, "enterprise": earlier.enterprise.code}
        return
    if raw["reply"] is None:
        return
    reply: DisputeReply = document(session, raw["reply"])
    dispute: Any = reply.dispute
    open_item = next(one for one in reply.items if one.result is not ItemResult.CORRECTED)
    raw |= {
        "filed_on": max(reply.issued_on, min(today(), reply.issued_on + timedelta(DAYS_TO_STATE))).isoformat(),
        "dispute": dispute.number,
        "receipt": reply.receipt.number if reply.receipt else None,
        "enterprise": dispute.enterprise.code,
        "originals": listed(STATEMENT_ORIGINALS),
        "copies": listed(STATEMENT_COPIES),
        "record_no": open_item.record_no,
        "field": open_item.field,
    }
    raw |= {name: getattr(dispute, name) for name in ("applicant_name", "applicant_uscc", "handler_name", "phone")}
    raw["handler_resident_id"] = dispute.handler_resident_id


def dispute_statement_receipt(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """What the system takes from form 32."""
    if raw["application"] is None:
        return
    statement: DisputeStatement = document(session, raw["application"])
    names = ("applicant_name", "handler_name", "record_no", "field", "statement")
    raw |= {name: getattr(statement, name) for name in names}
    raw["accepted_at"] = f"{statement.submitted_at or statement.created_at:%Y-%m-%d %H:%M}"


def query_difference_list(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The queries that the subject disputes."""
    if raw["dispute"] is None:
        return
    dispute: DisputeApplication = document(session, raw["dispute"])
    raw["applicant_name"] = dispute.applicant_name
    for at, line in enumerate(raw["items"]):
        line |= {"record_no": f"CX-{dispute.id:06d}-{at + 1:02d}", "report_no": dispute.report_no}


ADJUSTMENTS = {
    one.__name__: one
    for one in (
        dispute_application,
        dispute_receipt,
        dispute_material_list,
        dispute_verification_letter,
        dispute_reply,
        dispute_statement,
        dispute_statement_receipt,
        query_difference_list,
    )
}
