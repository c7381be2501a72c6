"""Announcements (公告): published, recalled, and who has read them (article 106)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Department, Employee
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.values import Fault, Invalid
from app.engine.text import clean
from app.notices.audience import EMPLOYEE, Audience, in_words, recipients
from app.notices.models import Notice, NoticeKind, NoticeReceipt
from app.notices.operations import TITLE, deliver
from app.notices.permissions import INSPECT, RESOURCE
from app.security.models import User
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing
from app.workflow.permissions import MAKE

BODY = 5000
"""Letters of a text at most."""


class Reader(NamedTuple):
    """Somebody whom a notice went to; `read_at` is None while it is unread."""

    name: str
    department: str
    read_at: datetime | None


def publish(session: Session, actor: Actor, audience: Audience, title: str, body: str) -> Notice:
    """Sends an announcement to everybody of the audience but the sender; raises Denied, Invalid."""
    readers = checked(session, actor, audience, title, body)
    with force_locale("zh"):
        words = in_words(session, audience)
    notice = Notice(
        kind=NoticeKind.ANNOUNCEMENT, title=line(title), body=clean(body), audience=words,
        sent_by_id=actor.user_id, sent_by_name=actor.name, sent_at=now(),
    )
    deliver(session, notice, readers)
    session.flush()
    told = {"title": notice.title, "audience": words, "readers": len(readers)}
    record(session, actor, AuditAction.NOTIFY, RESOURCE, str(notice.id), detail=told)
    return notice


def require_sender(actor: Actor) -> None:
    """Raises Denied for people who may not send announcements."""
    if not actor.may(MAKE, RESOURCE):
        raise Denied(_("您的岗位不能发通知"))


def checked(session: Session, actor: Actor, audience: Audience, title: str, body: str) -> list[int]:
    """Whom an announcement by the actor would go to; raises Denied, Invalid."""
    require_sender(actor)
    readers = [reader for reader in recipients(session, audience) if reader != actor.user_id]
    if faults := [*written(line(title), clean(body)), *reached(readers)]:
        raise Invalid(faults)
    return readers


def line(text: str) -> str:
    """A text in one line."""
    return " ".join(clean(text).split())


def written(title: str, body: str) -> Iterable[Fault]:
    """What is wrong with an announcement's words."""
    for name, label, text, most in (("title", _("标题"), title, TITLE), ("body", _("正文"), body, BODY)):
        if not text:
            yield Fault((name,), label, _("必填"))
        elif len(text) > most:
            yield Fault((name,), label, _("最多 %(most)s 个字，现有 %(count)s 个", most=most, count=len(text)))


def reached(readers: list[int]) -> Iterable[Fault]:
    """The fault of an announcement that reaches nobody."""
    if not readers:
        yield Fault(("audience",), _("发送对象"), _("没有选到可以收通知的人员"))


def recall(session: Session, actor: Actor, notice_id: int) -> Notice:
    """Takes an announcement back, once: its text is no longer shown; raises Missing, and Denied for others than the sender."""
    notice = sight(session, actor, notice_id)
    if notice.sent_by_id != actor.user_id:
        raise Denied(_("只有发通知的人能撤回"))
    if notice.recalled_at is None:
        notice.recalled_at = now()
        record(session, actor, AuditAction.NOTIFY, RESOURCE, str(notice.id), detail={"title": notice.title, "recalled": True})
    return notice


def sight(session: Session, actor: Actor, notice_id: int) -> Notice:
    """A notice that the actor has sent or received, or may inspect; raises Missing."""
    notice = session.get(Notice, notice_id)
    if notice is None or not (traces(actor, notice) or received(session, actor, notice)):
        raise Missing
    return notice


def text(actor: Actor, notice: Notice, copy: NoticeReceipt | None) -> str | None:
    """The text as far as the actor may see it: one's own copy is opened first; what was recalled is gone for its readers."""
    unopened = copy is not None and copy.read_at is None
    gone = notice.recalled_at is not None and not traces(actor, notice)
    return None if unopened or gone else notice.body


def traces(actor: Actor, notice: Notice) -> bool:
    """Whether the actor may see who has read a notice: its sender, and the inspectors with every announcement."""
    inspects = actor.may(INSPECT, RESOURCE) and notice.kind is NoticeKind.ANNOUNCEMENT
    return notice.sent_by_id == actor.user_id or inspects


def received(session: Session, actor: Actor, notice: Notice) -> NoticeReceipt | None:
    """The actor's copy, if there is one."""
    copy = select(NoticeReceipt).where(NoticeReceipt.notice_id == notice.id, NoticeReceipt.user_id == actor.user_id)
    return session.scalar(copy)


def receipts(session: Session, actor: Actor, notice_id: int) -> list[Reader]:
    """Whom a notice went to: those who have not read it first, then by time; raises Missing, Denied."""
    notice = sight(session, actor, notice_id)
    if not traces(actor, notice):
        raise Denied(_("只有发通知的人和稽核人员能看阅读情况"))
    rows = session.execute(
        select(User.last_name, User.first_name, Department.name, NoticeReceipt.read_at)
        .select_from(NoticeReceipt).join(User, User.id == NoticeReceipt.user_id)
        .outerjoin(Employee, Employee.user_id == User.id).outerjoin(Department, Department.id == EMPLOYEE.department_id)
        .where(NoticeReceipt.notice_id == notice_id)
        .order_by(NoticeReceipt.read_at.is_not(None), NoticeReceipt.read_at, User.id)
    )
    return [Reader(f"{last or ''}{first or ''}", department or "", at) for last, first, department, at in rows]
