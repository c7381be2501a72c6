"""Effects of chapter 7's forms."""

from app.areas.value_added.forms.plan_review_opinion import (
    PlanReviewLevel,
    PlanReviewOpinion,
    PlanReviewRound,
    PlanVerdict,
)
from app.workflow.effects import Happening, effect
from app.workflow.models import Decision

LEVELS = {"department": PlanReviewLevel.ONE, "leader": PlanReviewLevel.TWO}


@effect("record_plan_review")
def record_plan_review(happening: Happening) -> None:
    """Adds the round to 评审记录: both levels' opinions are kept, of every version (article 68.4)."""
    plan, signed, step = happening.case.document, happening.signed, happening.step
    assert isinstance(plan, PlanReviewOpinion)
    assert signed is not None
    assert step is not None
    passed = signed.decision is Decision.APPROVE
    plan.rounds.append(PlanReviewRound(
        line_no=len(plan.rounds) + 1, round=signed.round, level=LEVELS[step.name], version=plan.plan_version,
        reviewer=signed.user_name, decision=PlanVerdict.PASSED if passed else PlanVerdict.RETURNED,
        opinion=signed.opinion, reviewed_at=signed.at,
    ))
