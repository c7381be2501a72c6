"""The trail (签批记录): what was decided, by whom, for whom, on which version; and the same in the record."""

from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record as write_down
from app.clock import now
from app.workflow.actor import Actor, Principal
from app.workflow.case import Case
from app.workflow.models import Decision, SignOff
from app.workflow.people import Person


def record(
    session: Session,
    actor: Actor,
    case: Case,
    decision: Decision,
    opinion: str | None = None,
    back_to: str | None = None,
    *,
    principal: Principal | None = None,
    seat: str | None = None,
    operator: Actor | None = None,
    before: Person | None = None,
) -> SignOff:
    """Adds a decision to the trail, with the version and digest that the person decided on.

    `before`: who had the document before a hand-over.
    """
    document, whose = case.document, principal or before
    signed = SignOff(
        document_id=document.id, sequence=len(case.trail) + 1, round=document.round, step=document.step,
        decision=decision, back_to=back_to, seat=seat, user_id=actor.user_id, user_name=actor.name,
        position=(principal or actor).position_titles,
        for_user_id=whose.user_id if whose else None, for_user_name=whose.name if whose else None,
        operator_id=operator.user_id if operator else None, operator_name=operator.name if operator else None,
        opinion=opinion, at=now(), version=document.version, digest=document.digest, voided=False,
    )
    session.add(signed)
    case.trail.append(signed)
    detail = {
        "decision": decision.value, "step": document.step, "back_to": back_to, "opinion": opinion,
        "for": signed.for_user_name, "operator": signed.operator_name, "digest": document.digest,
    }
    write_down(
        session, actor, AuditAction.DECIDE, case.spec.resource, document.number, document=document,
        detail={name: value for name, value in detail.items() if value is not None},
    )
    return signed
