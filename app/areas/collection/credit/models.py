"""Tables of the credit database (征信数据库): load batches, credit facts, records that could not be loaded.

A fact counts once its load is `LOADED`. It is current until a correction of its record is loaded; superseded facts stay.
"""

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import Index, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.base_store.models import BaseBatch, BigKey
from app.areas.products.registers import Indicator
from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key


class LoadState(Choice):
    """Where a load batch stands: matched first, loaded once it is authorised on the spot."""

    MATCHING = "matching", _("正在装载预处理")
    MATCHED = "matched", _("待现场授权")
    LOADING = "loading", _("正在装载")
    LOADED = "loaded", _("已装载")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


class LoadBatch(Model):
    """装载批次 of an import batch: the first load, or a reload of what failed (`reload_of_id`). Both people are recorded."""

    __tablename__ = "load_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    batch_id: Mapped[int] = mapped_column(foreign_key("base_batch"), index=True)
    batch: Mapped[BaseBatch] = relationship(foreign_keys=[batch_id])
    reload_of_id: Mapped[int | None] = mapped_column(foreign_key("load_batch"), index=True)
    reload_of: Mapped["LoadBatch | None"] = relationship(foreign_keys=[reload_of_id], remote_side=[id])
    register_id: Mapped[int | None] = mapped_column(foreign_key("document"), index=True)
    """The form 7 that registers its errors; of a reload the form 7 that asked for it."""
    state: Mapped[LoadState] = mapped_column(ChoiceType(LoadState))
    records: Mapped[int] = mapped_column(default=0)
    matched: Mapped[int] = mapped_column(default=0)
    new_enterprises: Mapped[int] = mapped_column(default=0)
    facts: Mapped[int] = mapped_column(default=0)
    superseded: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    operator_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    operator_name: Mapped[str] = mapped_column(String(64))
    authoriser_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    authoriser_name: Mapped[str | None] = mapped_column(String(64))
    authorised_at: Mapped[datetime | None] = mapped_column()
    made_at: Mapped[datetime] = mapped_column()
    loaded_at: Mapped[datetime | None] = mapped_column(index=True)
    error_file: Mapped[str | None] = mapped_column(String(255))
    """Below `DATA_DIR/loads`: every record that was not loaded, with the reasons."""
    job_id: Mapped[int | None] = mapped_column(foreign_key("job"))
    """The job that matches or loads it, the latest."""


class LoadEnterprise(Model):
    """新增目标企业: an enterprise that a load's records name and the register does not have; registered once loading begins."""

    __tablename__ = "load_enterprise"
    __table_args__ = {"sqlite_with_rowid": False}

    load_id: Mapped[int] = mapped_column(foreign_key("load_batch"), primary_key=True, autoincrement=False)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    registration_no: Mapped[str | None] = mapped_column(String(15))
    record_id: Mapped[int] = mapped_column(BigKey)
    """The record that names it first."""
    enterprise_id: Mapped[int | None] = mapped_column(foreign_key("target_enterprise"), index=True)
    made: Mapped[bool] = mapped_column(default=False)
    """Whether this load registered it; another may have done so meanwhile."""


class CreditFact(Model):
    """信用信息: what one record says of an enterprise in one indicator. `valid_from`, `valid_to`: as the record dates it.

    `loaded_on` and `superseded_at` say when the bureau knew it: as of a day, a fact counts that was loaded by then and
    not yet superseded. Facts of one record belong together. Origin: record → file and row → batch → provider.
    """

    __tablename__ = "credit_fact"
    __table_args__ = (
        Index("ix_credit_fact_enterprise_id_indicator_id", "enterprise_id", "indicator_id"),
        Index("ix_credit_fact_record_id", "record_id"),
        Index("ix_credit_fact_load_id", "load_id"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(foreign_key("target_enterprise"))
    enterprise: Mapped[TargetEnterprise] = relationship()
    indicator_id: Mapped[int] = mapped_column(foreign_key("indicator"))
    indicator: Mapped[Indicator] = relationship()
    record_id: Mapped[int] = mapped_column(BigKey)
    load_id: Mapped[int] = mapped_column(foreign_key("load_batch"))
    load: Mapped[LoadBatch] = relationship(foreign_keys=[load_id])
    value: Mapped[str] = mapped_column(SqlText)
    """As standard text: 2026-11-28, 1234.50, a code, 1 or 0."""
    valid_from: Mapped[date | None] = mapped_column()
    valid_to: Mapped[date | None] = mapped_column()
    superseded_at: Mapped[datetime | None] = mapped_column()
    superseded_by_id: Mapped[int | None] = mapped_column(foreign_key("load_batch"))


class LoadFault(Model):
    """装载差错: a record that could not be loaded, in which field, and why; `cause` is one of form 7's."""

    __tablename__ = "load_fault"
    __table_args__ = (Index("ix_load_fault_load_id_record_id", "load_id", "record_id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    load_id: Mapped[int] = mapped_column(foreign_key("load_batch"))
    record_id: Mapped[int] = mapped_column(BigKey)
    field: Mapped[str | None] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(SqlText)
    cause: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(SqlText)
