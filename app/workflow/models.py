"""Tables of chains at work: sign-offs and tasks."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, String, Text, UniqueConstraint, false
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
    TERMINATE = "terminate", _("终止")
    HAND_OVER = "hand_over", _("交接")


class SignOff(Model):
    """签批记录: one decision, with the version and digest of what was decided on. Only ever added.

    `for_user_*`: the person on whose behalf a delegate acted (受托). `operator_*`: in whose session the person proved
    identity (现场授权, article 19).
    """

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
    seat: Mapped[str | None] = mapped_column(String(40))
    """会签: which of the countersignatures it is."""
    for_user_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    for_user_name: Mapped[str | None] = mapped_column(String(64))
    operator_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    operator_name: Mapped[str | None] = mapped_column(String(64))
    opinion: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column()
    version: Mapped[int] = mapped_column()
    digest: Mapped[str] = mapped_column(String(64))
    voided: Mapped[bool] = mapped_column(default=False)
    """Set when the document was returned to before this step: the signature no longer stands."""


class Task(Model):
    """任务: a step that waits for somebody: the holder of a duty (`FJ02.receive`), or the one named user.

    `reading`: a copy to read (抄送), which nothing waits for. `claimed_by_*`: the holder who has taken it on (认领).
    `reminded_at`, `escalated_at`: when its deadline was reminded of, and passed on to the head.
    """

    __tablename__ = "task"
    __table_args__ = (
        Index("ix_task_duty_done_at", "duty", "done_at", "document_id"),
        Index("ix_task_user_id_done_at", "user_id", "done_at", "document_id"),
        Index("ix_task_document_id_done_at", "document_id", "done_at"),
        Index("ix_task_done_by_id", "done_by_id", "done_at"),
        Index("ix_task_due_at", "done_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"))
    step: Mapped[str] = mapped_column(String(40))
    seat: Mapped[str | None] = mapped_column(String(40))
    duty: Mapped[str | None] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    reading: Mapped[bool] = mapped_column(default=False, server_default=false())
    claimed_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    claimed_by_name: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column()
    due_at: Mapped[datetime | None] = mapped_column()
    done_at: Mapped[datetime | None] = mapped_column()
    done_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    reminded_at: Mapped[datetime | None] = mapped_column()
    escalated_at: Mapped[datetime | None] = mapped_column()
    document: Mapped[Document] = relationship()


class Delegation(Model):
    """委托: for a period, one person may do another's tasks. Ended early by setting `revoked_at`; never deleted."""

    __tablename__ = "delegation"
    __table_args__ = (
        Index("ix_delegation_to_user_id", "to_user_id", "ends_at"),
        Index("ix_delegation_from_user_id", "from_user_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    from_user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    from_user_name: Mapped[str] = mapped_column(String(64))
    to_user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    to_user_name: Mapped[str] = mapped_column(String(64))
    starts_at: Mapped[datetime] = mapped_column()
    ends_at: Mapped[datetime] = mapped_column()
    reason: Mapped[str] = mapped_column(String(255))
    created_by_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    created_by_name: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column()
    revoked_by_name: Mapped[str | None] = mapped_column(String(64))
    revoked_at: Mapped[datetime | None] = mapped_column()
