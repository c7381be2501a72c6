"""Document (单据): what every form has, in one table, so that tasks, links, archives and searches are one query."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import DateTime, Index, String, UniqueConstraint
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.choice import Choice, ChoiceType
from app.engine.codecs import ChoiceCodec, CodeCodec, DateTimeCodec, LongTextCodec, TextCodec
from app.engine.declare import Declared, foreign_key
from app.engine.declaring import Declaring


class State(Choice):
    """Where a document stands. At PENDING, `step` says at which step of its chain."""

    DRAFT = "draft", _("草稿")
    PENDING = "pending", _("办理中")
    RETURNED = "returned", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
    DONE = "done", _("已办结")
    TERMINATED = "terminated", _("已终止")

    @property
    def with_maker(self) -> bool:
        """The maker has it, may change it and submit it."""
        return self in (State.DRAFT, State.RETURNED, State.WITHDRAWN)


class ArchiveState(Choice):
    """归档状态."""

    NONE = "none", _("未归档")
    HANDED_OVER = "handed_over", _("已移交")
    FILED = "filed", _("已归档")


def system(codec: object, label: object) -> dict[str, object]:
    """Info of a column that only the system writes."""
    return {"codec": codec, "declared": Declared(label, computed=True), "system": True}


class Document(Declaring):
    """One filled-in form. Its number, state, maker, times, version and digest are written by the system alone."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)
    form_code: Mapped[str] = mapped_column(String(8))
    number: Mapped[str] = mapped_column(String(24), info=system(CodeCodec(24, sample="FJ02-2026-000017"), _("编号")))
    summary: Mapped[str] = mapped_column(String(255), default="", info=system(TextCodec(255), _("摘要")))
    state: Mapped[State] = mapped_column(
        ChoiceType(State), default=State.DRAFT, info=system(ChoiceCodec(State), _("状态"))
    )
    step: Mapped[str | None] = mapped_column(String(40))
    round: Mapped[int] = mapped_column(default=0)
    maker_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    maker_name: Mapped[str] = mapped_column(String(64), info=system(TextCodec(64), _("制表人")))
    department_code: Mapped[str | None] = mapped_column(String(30))
    department_name: Mapped[str | None] = mapped_column(String(60), info=system(TextCodec(60), _("制表部门")))
    created_at: Mapped[datetime] = mapped_column(DateTime, info=system(DateTimeCodec(), _("制表时间")))
    updated_at: Mapped[datetime] = mapped_column(DateTime, info=system(DateTimeCodec(), _("更新时间")))
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime, info=system(DateTimeCodec(), _("提交时间")))
    finished_at: Mapped[datetime | None] = mapped_column(DateTime, info=system(DateTimeCodec(), _("办结时间")))
    due_at: Mapped[datetime | None] = mapped_column(DateTime, info=system(DateTimeCodec(), _("期限")))
    archive_state: Mapped[ArchiveState] = mapped_column(
        ChoiceType(ArchiveState), default=ArchiveState.NONE, info=system(ChoiceCodec(ArchiveState), _("归档状态"))
    )
    amends_id: Mapped[int | None] = mapped_column(foreign_key("document"), index=True)
    """更正: the finished document that this one corrects."""
    remarks: Mapped[str | None] = mapped_column(
        SqlText, sort_order=10_000, info={"codec": LongTextCodec(2000), "declared": Declared(_("备注"), full=True)}
    )
    version: Mapped[int] = mapped_column()
    digest: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        UniqueConstraint("form_code", "number"),
        Index("ix_document_form_code_id", "form_code", "id"),
        Index("ix_document_form_code_state_id", "form_code", "state", "id"),
        Index("ix_document_maker_id_state_id", "maker_id", "state", "id"),
        Index("ix_document_number", "number"),
    )
    __mapper_args__ = {"polymorphic_on": "form_code", "version_id_col": version}

    def __str__(self) -> str:
        return self.number
