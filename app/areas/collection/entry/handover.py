"""当日档案移交清单: the originals of what was keyed, handed to the archivist at the day's end (article 16.1.3.4)."""

from collections.abc import Sequence
from datetime import date

from flask_babel import force_locale, gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.entry.models import OriginalHandover
from app.areas.collection.entry.permissions import HANDOVER
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.registers import Method
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now, today
from app.workflow.actor import Actor
from app.workflow.effects import Happening, effect
from app.workflow.errors import Denied


@effect("hand_over_originals")
def hand_over_originals(happening: Happening) -> None:
    """Puts the originals of a keyed delivery on the day's list, once received; other deliveries have none."""
    register, session = happening.case.document, happening.session
    assert isinstance(register, CollectionFileRegister)
    if register.method is not Method.MANUAL:
        return
    with force_locale("zh"):
        kind = register.original.title if register.original else ""
        what = gettext("%(kind)s：%(what)s", kind=kind, what=register.remarks or register.summary)
    row = session.scalar(select(OriginalHandover).where(OriginalHandover.document_id == register.id))
    row = row or OriginalHandover(document_id=register.id)
    if row.taken_at is None:
        row.day, row.what = today(), what
        session.add(row)


def of_day(session: Session, day: date) -> Sequence[OriginalHandover]:
    """The list of a day, in the order of receipt."""
    return session.scalars(select(OriginalHandover).where(OriginalHandover.day == day).order_by(OriginalHandover.id)).all()


def take_over(session: Session, actor: Actor, day: date) -> int:
    """The archivist takes the day's originals over, within the caller's transaction; returns how many. Raises Denied."""
    rows = [one for one in of_day(session, day) if one.taken_at is None]
    if not rows:
        raise Denied(_("当日没有待移交的原始资料"))
    for one in rows:
        one.taken_by_id, one.taken_by_name, one.taken_at = actor.user_id, actor.name, now()
    record(session, actor, AuditAction.CHANGE, HANDOVER, day.isoformat(), detail={"rows": len(rows)})
    return len(rows)
