"""Notices that the system sends, and what everybody does with the own ones: read and count (article 106)."""

from collections.abc import Iterable

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import Session, contains_eager

from app.clock import now
from app.engine.document import Document
from app.engine.text import Text
from app.notices.models import Notice, NoticeKind, NoticeReceipt
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.errors import Missing

TITLE = 120
"""Letters of a title at most."""
SYSTEM = _("系统")


def notify(
    session: Session, user_ids: Iterable[int], title: Text, body: Text = "", *, document: Document | None = None
) -> None:
    """A notice by the system (系统通知) to those of the users who are active; nothing where there are none."""
    readers = active(session, user_ids)
    if not readers:
        return
    with force_locale("zh"):
        notice = Notice(
            kind=NoticeKind.SYSTEM, title=str(title)[:TITLE], body=str(body), sent_by_name=str(SYSTEM), sent_at=now(),
            audience=str(_("%(count)s 人", count=len(readers))), document_id=document.id if document else None,
        )
    deliver(session, notice, readers)


def active(session: Session, user_ids: Iterable[int]) -> list[int]:
    """Those of the users who may still log in, each once."""
    wanted = set(user_ids)
    if not wanted:
        return []
    return list(session.scalars(select(User.id).where(User.id.in_(wanted), User.active).order_by(User.id)))


def deliver(session: Session, notice: Notice, readers: Iterable[int]) -> None:
    """The notice, with a copy for each reader."""
    session.add(notice)
    session.add_all(NoticeReceipt(notice=notice, user_id=reader) for reader in readers)


def read(session: Session, actor: Actor, notice_id: int) -> Notice:
    """The actor's own notice, read from now on: the first time is kept; raises Missing."""
    receipt = own(session, actor, notice_id)
    session.execute(
        update(NoticeReceipt).where(NoticeReceipt.id == receipt.id, NoticeReceipt.read_at.is_(None)).values(read_at=now())
    )
    return receipt.notice


def read_all(session: Session, actor: Actor) -> None:
    """All of the actor's notices are read from now on."""
    unread = NoticeReceipt.user_id == actor.user_id, NoticeReceipt.read_at.is_(None)
    session.execute(update(NoticeReceipt).where(*unread).values(read_at=now()))


def own(session: Session, actor: Actor, notice_id: int) -> NoticeReceipt:
    """The actor's copy of a notice; raises Missing for others'."""
    receipt = session.scalar(
        select(NoticeReceipt).join(NoticeReceipt.notice).options(contains_eager(NoticeReceipt.notice))
        .where(NoticeReceipt.notice_id == notice_id, NoticeReceipt.user_id == actor.user_id)
    )
    if receipt is None:
        raise Missing
    return receipt


def count_unread(session: Session, actor: Actor, most: int = 1000) -> int:
    """How many notices the actor has not read, counted no further than `most`."""
    return session.scalar(select(unread_count(actor, most))) or 0


def unread_count(actor: Actor, most: int) -> ScalarSelect[int]:
    """The count of `count_unread` as part of a statement."""
    unread = NoticeReceipt.user_id == actor.user_id, NoticeReceipt.read_at.is_(None)
    rows = select(NoticeReceipt.id).where(*unread).limit(most).subquery()
    return select(func.count()).select_from(rows).scalar_subquery()
