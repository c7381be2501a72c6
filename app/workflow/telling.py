"""System notices from chains (article 106): the people concerned hear how a document ended or that it came back."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.notices.operations import notify
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.models import Decision, SignOff


def tell(session: Session, actor: Actor, case: Case, signed: SignOff) -> None:
    """Tells the maker of a return or the end, and the signers of a termination; nobody of what they did themselves."""
    document, title = case.document, case.spec.title
    if signed.decision is Decision.TERMINATE:
        people = {one.user_id for one in case.trail}
        words = _("%(form)s %(number)s 已终止", form=title, number=document.number)
    else:
        people = {document.maker_id}
        back = signed.decision is Decision.RETURN
        words = (_("%(form)s %(number)s 已退回，请改正后重新提交", form=title, number=document.number) if back
                 else _("%(form)s %(number)s 已办结", form=title, number=document.number))
    notify(session, people - {actor.user_id}, words, signed.opinion or "", document=document)
