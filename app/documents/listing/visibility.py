"""Which rows of a list a person may know of: the one place that says so for lists, counts, exports and searches."""

from flask_babel import lazy_gettext as _
from sqlalchemy import and_, or_

from app.documents.listing.conditions import BY_ID, Condition, Reach, Side
from app.engine.document import Document, State
from app.engine.spec import AnySpec
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.permissions import READ


def refuse_strangers(actor: Actor, spec: AnySpec) -> None:
    """Refuses people whose positions do not read the form or register; raises Denied."""
    if not actor.may(READ, spec.resource):
        raise Denied(_("您的岗位不能查看“%(title)s”", title=spec.title))


def readable_documents(actor: Actor) -> Condition:
    """As `workflow.options.readable`, for many at once: nobody sees other people's drafts, outsiders only their organisation's."""
    mine = Document.maker_id == actor.user_id
    known = or_(Document.state != State.DRAFT, mine)
    if not actor.external:
        return Condition(Side.BASE, known)
    if actor.circle == {actor.user_id}:
        return Condition(Side.BASE, mine, Reach.PERSON, BY_ID)
    return Condition(Side.BASE, and_(Document.maker_id.in_(actor.circle), known), Reach.PERSON)
