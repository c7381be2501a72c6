"""Chapter 12: what signers fill in on the way."""

from typing import Any

from sqlalchemy.orm import Session

from app.demo.choosing import me, staff
from app.engine.positions import Position
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]


def fetched(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Two collectors fetch the corrected file."""
    first, second = staff(session, Position.COLLECTOR)[:2]
    raw |= {"first_collector": first.staff_no, "second_collector": second.staff_no}
    for line in case.document.items:  # type: ignore[attr-defined]
        raw["items"][str(line.id)]["confirmed_value"] = line.value_claimed


def notify(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Whoever signs has told the applicant."""
    raw["notified_by"] = me(session, actor)


def hand_over(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """To the handler who filed the dispute."""
    dispute: Any = case.read("dispute")
    raw |= {"recipient": dispute.handler_name, "recipient_resident_id": dispute.handler_resident_id}


STEPS = {
    ("dispute_verification_letter", "answer"): fetched,
    ("dispute_reply", "notify"): notify,
    ("dispute_reply", "hand_over"): hand_over,
}
