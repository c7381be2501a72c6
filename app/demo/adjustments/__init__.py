"""What the examples of single forms need beyond their field types: values that keep the form's own rules."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.demo.adjustments import (
    business,
    collection,
    collection_steps,
    contracts,
    disputes,
    disputes_steps,
    external,
    investigation,
    organisation,
    products,
    products_steps,
    system,
)
from app.workflow.actor import Actor
from app.workflow.case import Case

Adjust = Callable[[Session, Actor, dict[str, Any], int], None]
StepAdjust = Callable[[Session, Actor, Case, dict[str, Any]], None]

ADJUSTMENTS: Mapping[str, Adjust] = {
    **collection.ADJUSTMENTS,
    **products.ADJUSTMENTS,
    **business.ADJUSTMENTS,
    **contracts.ADJUSTMENTS,
    **investigation.ADJUSTMENTS,
    **organisation.ADJUSTMENTS,
    **external.ADJUSTMENTS,
    **system.ADJUSTMENTS,
    **disputes.ADJUSTMENTS,
}
"""By slug: called with the raw values of a new document and its number."""

STEPS: Mapping[tuple[str, str], StepAdjust] = {
    **collection_steps.STEPS,
    **products_steps.STEPS,
    **contracts.STEPS,
    **investigation.STEPS,
    **disputes_steps.STEPS,
}
"""By slug and step: called with the raw values that the step's signer fills in."""
