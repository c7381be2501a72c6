"""Lists of notices: received, sent, and every announcement; how many of their readers have read them."""

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.notices.models import Notice, NoticeKind, NoticeReceipt
from app.workflow.actor import Actor


def inbox(actor: Actor, read: bool | None = None) -> Select[NoticeReceipt, Notice]:
    """The actor's copies with their notices: all, only those read, or only those not read."""
    found = select(NoticeReceipt, Notice).join(NoticeReceipt.notice).where(NoticeReceipt.user_id == actor.user_id)
    if read is None:
        return found
    return found.where(NoticeReceipt.read_at.is_not(None) if read else NoticeReceipt.read_at.is_(None))


def sent(actor: Actor) -> Select[Notice]:
    """What the actor has sent."""
    return select(Notice).where(Notice.sent_by_id == actor.user_id)


def announcements() -> Select[Notice]:
    """What anybody has sent."""
    return select(Notice).where(Notice.kind == NoticeKind.ANNOUNCEMENT)


def latest_unread(session: Session, actor: Actor, most: int) -> list[Notice]:
    """The actor's latest notices that are unread."""
    statement = inbox(actor, read=False).order_by(NoticeReceipt.notice_id.desc()).limit(most)
    return [notice for _copy, notice in session.execute(statement)]


def readings(session: Session, notices: Iterable[int]) -> dict[int, tuple[int, int]]:
    """(read, sent to) of notices."""
    count = select(NoticeReceipt.notice_id, func.count(NoticeReceipt.read_at), func.count())
    rows = session.execute(count.where(NoticeReceipt.notice_id.in_(list(notices))).group_by(NoticeReceipt.notice_id))
    return {notice: (read, all_of_them) for notice, read, all_of_them in rows}
