"""Proofs of identity that a page sends: the signer's own, and the authoriser's on the spot (现场授权, article 19)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.security.proving import prove
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.door import SIGN_PASSWORD
from app.workflow.options import Action, option
from app.workflow.proof import Proof

AUTHORISER, PASSWORD, CODE = "_authoriser", "_password", "_code"
"""Names of the fields; what is typed into the last two is never shown again."""


def sent(session: Session, actor: Actor, case: Case, action: Action, form: Mapping[str, str]) -> Proof | None:
    """The proof that a decision needs, from what was typed; None where it needs none; raises Unproven.

    Who may not take the decision at all proves nothing here: the door says why.
    """
    if not option(actor, case, action).allowed:
        return None
    if action is Action.AUTHORISE:
        return prove(session, actor, form.get(AUTHORISER, "").strip(), form.get(PASSWORD, ""), form.get(CODE, ""))
    if action in (Action.APPROVE, Action.RETURN) and case.switched_on(SIGN_PASSWORD):
        return own(session, actor, form)
    return None


def own(session: Session, actor: Actor, form: Mapping[str, str]) -> Proof:
    """The signer's own proof; raises Unproven."""
    return prove(session, actor, actor.username, form.get(PASSWORD, ""), form.get(CODE, ""))
