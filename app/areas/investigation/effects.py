"""Effects of chapter 6's forms."""

from app.areas.investigation.forms.report_review_opinion import (
    ReportReviewOpinion,
    ReportReviewRound,
    ReviewLevel,
    Verdict,
)
from app.workflow.effects import Happening, effect
from app.workflow.models import Decision

LEVELS = {"department": ReviewLevel.ONE, "leader": ReviewLevel.TWO, "committee": ReviewLevel.THREE}


@effect("record_report_review")
def record_report_review(happening: Happening) -> None:
    """Adds the round to 评审记录: every level's opinions are kept, of every version (article 60.6)."""
    report, signed, step = happening.case.document, happening.signed, happening.step
    assert isinstance(report, ReportReviewOpinion)
    assert signed is not None
    assert step is not None
    passed = signed.decision is Decision.APPROVE
    report.rounds.append(ReportReviewRound(
        line_no=len(report.rounds) + 1, round=signed.round, level=LEVELS[step.name], version=report.report_version,
        reviewer=signed.user_name, decision=Verdict.PASSED if passed else Verdict.RETURNED, opinion=signed.opinion,
        reviewed_at=signed.at,
    ))
