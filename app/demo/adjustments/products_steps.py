"""Chapter 4: what signers fill in on the way."""

from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.demo.choosing import me, staff
from app.engine.positions import Position
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]


def test(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The maker of the plan tests."""
    for line in raw["cases"].values():
        line["tester"] = me(session, actor)


def record(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Every case has passed in its last round."""
    document: Any = case.document
    raw |= {"rounds": str(max(one.round for one in document.cases)), "conclusion": "passed"}
    for line in raw["cases"].values():
        line["passed"] = "passed"


def convene(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Whoever convenes is the chair."""
    director = Position.COMMITTEE_DIRECTOR in actor.positions
    raw |= {"chair": me(session, actor), "delegation": None if director else "主任因公外出，委托召集本次评审会。"}


def record_review(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """All are present and in favour."""
    raw["result"] = "passed"
    for line in raw["members"].values():
        line |= {"present": "1", "vote": "for"}


def execute(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """As it is signed."""
    raw["executed_at"] = f"{now():%Y-%m-%d %H:%M}"


def request_review(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """No product uses the indicators yet."""
    document: Any = case.document
    if not any(one.products for one in document.indicators):
        raw["product_notice"] = None


def announce(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The notice as it was drafted."""
    document: Any = case.document
    raw |= {"notice_title": document.notice_title, "notice_text": document.notice_text}


def committee_record(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The director was in the chair."""
    raw |= {"chair": staff(session, Position.COMMITTEE_DIRECTOR)[0].staff_no, "committee_result": "passed"}


STEPS = {
    ("product_test_report", "test"): test,
    ("product_test_report", "record"): record,
    ("product_review_opinion", "convene"): convene,
    ("product_review_opinion", "record"): record_review,
    ("product_maintenance_notice", "execute"): execute,
    ("product_maintenance_notice", "announce"): announce,
    ("indicator_maintenance_notice", "announce"): announce,
    ("indicator_maintenance_notice", "request_review"): request_review,
    ("indicator_maintenance_notice", "record_review"): committee_record,
}
