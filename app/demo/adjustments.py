"""What the examples of single forms need beyond their field types: values that keep the form's own rules."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from app.workflow.actor import Actor
from app.workflow.options import Case

Raw = dict[str, Any]
StepAdjust = Callable[[Session, Actor, Case, Raw], None]


def collection_file_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A delivery by line, of last month."""
    raw |= {"method": "network", "carrier": "line", "period_from": "2026-10-01", "period_to": "2026-10-31"}
    raw.pop("medium_no", None)


ADJUSTMENTS = {
    "collection_file_register": collection_file_register,
}
"""By slug: called with the raw values of a new document."""

STEPS: dict[tuple[str, str], StepAdjust] = {}
"""By slug and step: called with the raw values that the step's signer fills in."""
