"""Effects of chapter 12's forms: the statutory periods (法定期限) that begin with them."""

from datetime import timedelta

from app.areas.disputes.forms.dispute_application import DisputeApplication
from app.areas.disputes.forms.dispute_reply import DisputeReply
from app.areas.disputes.forms.dispute_verification_letter import DAYS_TO_ANSWER, DisputeVerificationLetter
from app.calendar.days import add_working_days
from app.workflow.effects import Happening, effect

DAYS_TO_REPLY = 20
"""Working days from the entry of a dispute to its answer (articles 110, 112)."""
DAYS_TO_NOTIFY = 7
"""Working days from a dispute's completion to the notice; they never extend the twenty (article 116)."""


@effect("set_answer_due")
def set_answer_due(happening: Happening) -> None:
    """回复期限: twenty working days after acceptance."""
    dispute = happening.case.document
    assert isinstance(dispute, DisputeApplication)
    dispute.answer_due = add_working_days(happening.session, dispute.accepted_on, DAYS_TO_REPLY)


@effect("set_notify_due")
def set_notify_due(happening: Happening) -> None:
    """通知期限: seven working days after completion, and not after the dispute's own limit."""
    reply = happening.case.document
    assert isinstance(reply, DisputeReply)
    day = add_working_days(happening.session, reply.completed_on, DAYS_TO_NOTIFY)
    limit = reply.dispute.answer_due if isinstance(reply.dispute, DisputeApplication) else None
    reply.notify_due = min(day, limit) if limit else day


@effect("set_provider_due")
def set_provider_due(happening: Happening) -> None:
    """答复期限: ten calendar days after the letter was sent (article 115.2.3)."""
    letter = happening.case.document
    assert isinstance(letter, DisputeVerificationLetter)
    if letter.sent_at is not None:
        letter.answer_due = letter.sent_at.date() + timedelta(days=DAYS_TO_ANSWER)
