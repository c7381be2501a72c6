"""Proofs of identity (身份验证) in the body of a decision: the authoriser's on the spot (现场授权, article 19), or one's own."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.documents.values import Fault, Invalid
from app.security.proving import prove
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.door import SIGN_PASSWORD
from app.workflow.options import Action, option
from app.workflow.proof import Proof

Sent = Mapping[str, str]

PROVEN = (Action.AUTHORISE, Action.APPROVE, Action.RETURN)
"""Decisions that a proof may come with."""


def needs_proof(case: Case, action: Action) -> bool:
    """Whether the decision is taken only with a proof."""
    return action is Action.AUTHORISE or (action in PROVEN and case.switched_on(SIGN_PASSWORD))


def proof_sent(session: Session, actor: Actor, case: Case, action: Action, sent: Sent | None) -> Proof | None:
    """The proof that came with a decision, where it needs one; raises Invalid, Unproven.

    None where none was sent, or where the actor may not take the decision at all: the door says why.
    """
    if sent is None:
        return None
    if action not in PROVEN:
        raise Invalid([Fault(("proof",), _("身份验证"), _("这项办理不需要身份验证"))])
    if not needs_proof(case, action) or not option(actor, case, action).allowed:
        return None
    own = actor.username if action is not Action.AUTHORISE else ""
    return prove(session, actor, sent.get("user_name", own).strip(), sent.get("password", ""), sent.get("code", ""))
