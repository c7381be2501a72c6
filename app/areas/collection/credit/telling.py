"""Who is told of a load, and as whom its job acts."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.credit.models import LoadBatch
from app.areas.collection.credit.permissions import LOAD, LOADING
from app.areas.organisation.operations import load_actor
from app.engine.document import Document
from app.engine.text import Text
from app.jobs.running import Refused
from app.notices.operations import notify
from app.security.models import User
from app.workflow.actor import Actor, Origin


def person(session: Session, user_id: int) -> Actor | None:
    """Somebody as they stand now, acting by a job; None where the account is stopped."""
    user = session.get(User, user_id)
    return load_actor(session, user, Origin("job")) if user is not None and user.active else None


def operator_of(session: Session, load: LoadBatch) -> Actor:
    """The load's operator, who must still be one (security 10); raises Refused."""
    operator = person(session, load.operator_id)
    if operator is None or not operator.may(LOAD, LOADING):
        raise Refused(_("装载操作人 %(name)s 的账号已停用或不再装载数据", name=load.operator_name))
    return operator


def tell(session: Session, load: LoadBatch, what: Text, body: Text = "") -> None:
    """A notice to the operator and to whoever authorised, with the form 6."""
    readers = [one for one in (load.operator_id, load.authoriser_id) if one is not None]
    title = _("装载批次 %(number)s：%(what)s", number=load.number, what=what)
    notify(session, readers, title, body or counted(load), document=session.get(Document, load.batch.register_id))


def counted(load: LoadBatch) -> Text:
    """The figures of a load in a sentence."""
    return _("记录 %(records)s 条，可装载 %(matched)s 条，差错 %(rejected)s 条，新增目标企业 %(new)s 家，信用信息 %(facts)s 项",
             records=load.records, matched=load.matched, rejected=load.rejected, new=load.new_enterprises, facts=load.facts)
