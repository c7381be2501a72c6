"""The table of jobs (作业): work that takes longer than a request. The row is the truth, whatever the queue has lost."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, Index, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key


class JobState(Choice):
    """Where a job stands."""

    QUEUED = "queued", _("等待运行")
    RUNNING = "running", _("正在运行")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")

    @property
    def open(self) -> bool:
        """Whether it still runs or will."""
        return self in (JobState.QUEUED, JobState.RUNNING)


class Job(Model):
    """作业: `kind` names the function; `attempt` is the run that may write, `stalled` counts runs without progress.

    `checkpoint`: where the next run goes on; `result`: what came out; `problem`: why it failed, in words for people.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state_id", "state", "id"), Index("ix_job_document_id_id", "document_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[JobState] = mapped_column(ChoiceType(JobState), default=JobState.QUEUED)
    user_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"), index=True)
    user_name: Mapped[str] = mapped_column(String(64), default="")
    document_id: Mapped[int | None] = mapped_column(foreign_key("document"))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    checkpoint: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attempt: Mapped[int] = mapped_column(default=0)
    stalled: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    queued_at: Mapped[datetime] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    heartbeat_at: Mapped[datetime | None] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    problem: Mapped[str | None] = mapped_column(SqlText)

    @property
    def seconds(self) -> float:
        """How long it has been at it, from its first start to its end or last sign of life."""
        last = self.finished_at or self.heartbeat_at
        return (last - self.started_at).total_seconds() if self.started_at and last else 0.0

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> int | None:
        """Seconds left, where that can be told."""
        if self.state is not JobState.RUNNING or not self.rate or not self.total:
            return None
        return round(max(0, self.total - self.done) / self.rate)
