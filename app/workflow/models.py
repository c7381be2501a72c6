"""Tables of chains at work: sign-offs and tasks."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key
from app.engine.document import Document


class Decision(Choice):
    """What a person did with a document at a step."""

    SUBMIT = "submit", _("提交")
    RESUBMIT = "resubmit", _("重新提交")
    APPROVE = "approve", _("同意")
    RETURN = "return", _("退回")
    WITHDRAW = "withdraw", _("撤回")


class SignOff(Model):
    """签批记录: one decision, with the version and digest of what was decided on. Only ever added."""

    __tablename__ = "sign_off"
    __table_args__ = (UniqueConstraint("document_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"))
    sequence: Mapped[int] = mapped_column()
    round: Mapped[int] = mapped_column()
    step: Mapped[str | None] = mapped_column(String(40))
    decision: Mapped[Decision] = mapped_column(ChoiceType(Decision))
    back_to: Mapped[str | None] = mapped_column(String(40))
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    user_name: Mapped[str] = mapped_column(String(64))
    position: Mapped[str] = mapped_column(String(255))
    opinion: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()
    version: Mapped[int] = mapped_column()
    digest: Mapped[str] = mapped_column(String(64))
    voided: Mapped[bool] = mapped_column(default=False)
    """Set when the document was returned to before this step: the signature no longer stands."""


class Task(Model):
    """任务: a step that waits for somebody: the holder of a duty (`FJ02.receive`), or the one named user."""

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_duty_done_at", "duty", "done_at", "document_id"),
        Index("ix_task_user_id_done_at", "user_id", "done_at", "document_id"),
        Index("ix_task_document_id_done_at", "document_id", "done_at"),
        Index("ix_task_done_by_id", "done_by_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"))
    step: Mapped[str] = mapped_column(String(40))
    duty: Mapped[str | None] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    opened_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    document: Mapped[Document] = relationship()
