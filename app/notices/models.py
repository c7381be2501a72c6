"""Tables of notices."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key
from app.engine.document import Document


class NoticeKind(Choice):
    """Who sends a notice."""

    ANNOUNCEMENT = "announcement", _("公告")
    SYSTEM = "system", _("系统通知")


class Notice(Model):
    """通知 (article 106). `audience` says in words whom it went to; `document` is what it is about."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(ChoiceType(NoticeKind))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(String(255))
    sent_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"), index=True)
    sent_by_name: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column()
    recalled_at: Mapped[datetime | None] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(foreign_key("document"), index=True)
    document: Mapped[Document | None] = relationship(viewonly=True)


class NoticeReceipt(Model):
    """A person's copy of a notice, and when it was read."""

    __tablename__ = "notice_receipt"
    __table_args__ = (
        UniqueConstraint("notice_id", "user_id"),
        Index("ix_notice_receipt_user_id", "user_id", "read_at", "notice_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(foreign_key("notice"))
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    read_at: Mapped[datetime | None] = mapped_column()
    notice: Mapped[Notice] = relationship()
