"""Chapters 6 and 7: what is asked of the enterprise, and the reviews of reports and plans."""

from typing import Any

from sqlalchemy.orm import Session

from app.areas.business.forms.investigation_application import InvestigationApplication
from app.areas.investigation.forms.report_review_opinion import LOWEST, ReviewedKind
from app.clock import today
from app.demo.choosing import document, row, staff
from app.engine.positions import Position
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]


def project_no(number: int) -> str:
    """XM-2026-0012."""
    return f"XM-{today():%Y}-{number + 1:04d}"


def material_request_list(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Asks a registered enterprise."""
    raw |= {
        "project_no": project_no(number),
        "enterprise_name": row(session, "target_enterprises", raw["enterprise"]).name,
    }


def report_review_opinion(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A report of the order's kind, at the lowest level for it."""
    if raw["order"] is None:
        return
    order: InvestigationApplication = document(session, raw["order"])
    kinds = {one.value: one for one in ReviewedKind}
    kind = kinds.get(order.product_kind.value, ReviewedKind.STANDARD)
    about = order.targets[0].name if order.targets else order.customer_name
    raw |= {
        "project_no": project_no(number),
        "customer_name": order.customer_name,
        "enterprise_name": about,
        "product_kind": kind.value,
        "level": LOWEST[kind].value,
        "report_no": f"BG-{order.number[5:]}-1",
        "report_title": f"{about}信用报告",
        "amount": str(order.fee or 3000),
    }


def plan_review_opinion(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A plan for the order's service."""
    if raw["order"] is None:
        return
    order: InvestigationApplication = document(session, raw["order"])
    bulk = order.product_kind.value == "bulk_data"
    raw |= {
        "project_no": project_no(number),
        "customer_name": order.customer_name,
        "service_kind": "bulk_data" if bulk else "analysis",
        "plan_title": f"{order.customer_name}{'批量数据' if bulk else '数据分析'}服务方案",
    }


def committee(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The director was in the chair."""
    raw["chair"] = staff(session, Position.COMMITTEE_DIRECTOR)[0].staff_no


ADJUSTMENTS = {one.__name__: one for one in (material_request_list, report_review_opinion, plan_review_opinion)}
STEPS = {("report_review_opinion", "committee"): committee}
