"""Tables of imports: each run and what was wrong with its workbook."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from openpyxl.utils import get_column_letter
from sqlalchemy import Index, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key
from app.excel.layout import Kind


class ImportState(Choice):
    """Where an import stands."""

    RECEIVED = "received", _("等待检查")
    CHECKING = "checking", _("正在检查")
    CHECKED = "checked", _("已试导入")
    IMPORTING = "importing", _("正在导入")
    IMPORTED = "imported", _("已导入")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")

    @property
    def running(self) -> bool:
        """Whether work on it is under way or waits for the worker."""
        return self in (ImportState.RECEIVED, ImportState.CHECKING, ImportState.IMPORTING)

    @property
    def open(self) -> bool:
        """Whether it may still be cancelled or confirmed."""
        return self.running or self is ImportState.CHECKED


class ImportBatch(Model):
    """导入批次: one workbook brought in. The row is the truth about the run, whatever the queue has lost."""

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_user_id_id", "user_id", "id"), Index("ix_import_batch_state", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(ChoiceType(ImportState), default=ImportState.RECEIVED)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    user_name: Mapped[str] = mapped_column(String(64))
    confirmed_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    confirmed_by_name: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column()
    sha256: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column()
    started_at: Mapped[datetime | None] = mapped_column()
    heartbeat_at: Mapped[datetime | None] = mapped_column()
    finished_at: Mapped[datetime | None] = mapped_column()
    attempts: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Rows of the main sheet."""
    done: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    faulty: Mapped[int] = mapped_column(default=0)
    """Rows with a fault."""
    faults: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    first_row: Mapped[int] = mapped_column(default=0)
    last_row: Mapped[int] = mapped_column(default=0)
    first_number: Mapped[str | None] = mapped_column(String(64))
    last_number: Mapped[str | None] = mapped_column(String(64))
    problem: Mapped[str | None] = mapped_column(SqlText)
    """Why it failed, in words for people."""

    @property
    def of_register(self) -> bool:
        """Whether it brings rows of a register, which a second person confirms."""
        return self.kind == Kind.REGISTER


class ImportFault(Model):
    """差错明细: one fault or remark of a dry run; rows and columns are Excel's."""

    __tablename__ = "import_fault"
    __table_args__ = (Index("ix_import_fault_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(foreign_key("import_batch"))
    warning: Mapped[bool] = mapped_column()
    sheet: Mapped[str] = mapped_column(String(64))
    row: Mapped[int] = mapped_column()
    column: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column(String(255))
    value: Mapped[str] = mapped_column(SqlText)
    reason: Mapped[str] = mapped_column(SqlText)
    mend: Mapped[str] = mapped_column(SqlText)

    @property
    def letter(self) -> str:
        """The column as Excel names it."""
        return get_column_letter(self.column) if self.column else ""
