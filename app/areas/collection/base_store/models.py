"""Tables of the base store (基础数据库): import batches, their files, records, and what was wrong.

A record counts once its batch is `IMPORTED`; until then its rows are nobody's. `base_current` says which record of a
key is the latest; a corrected record stays, its successor names it.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy import Text as SqlText
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.collection.registers import DataStructure
from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key

BigKey = BigInteger().with_variant(Integer, "sqlite")
"""Keys of tables with many millions of rows; SQLite's own row number is 64 bits wide."""


class BatchState(Choice):
    """Where an import batch stands."""

    PREPARING = "preparing", _("正在预处理")
    PREPARED = "prepared", _("已预处理")
    IMPORTING = "importing", _("正在导入")
    IMPORTED = "imported", _("已导入")
    FAILED = "failed", _("失败")
    CANCELLED = "cancelled", _("已取消")


class BaseBatch(Model):
    """导入批次 of one form 6. `family_id`: the family of its structure, within which keys are compared."""

    __tablename__ = "base_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    register_id: Mapped[int] = mapped_column(foreign_key("document"), index=True)
    structure_id: Mapped[int] = mapped_column(foreign_key("data_structure"), index=True)
    structure: Mapped[DataStructure] = relationship(foreign_keys=[structure_id])
    family_id: Mapped[int] = mapped_column(foreign_key("data_structure"), index=True)
    provider_id: Mapped[int | None] = mapped_column(foreign_key("external_organisation"), index=True)
    state: Mapped[BatchState] = mapped_column(ChoiceType(BatchState))
    total: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    """Rows without fault, after preprocessing."""
    rejected: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    imported: Mapped[int] = mapped_column(default=0)
    """Records that are new or correct an earlier one."""
    corrections: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    """Records that the base store had already, to the letter."""
    prepared_at: Mapped[datetime | None] = mapped_column()
    imported_at: Mapped[datetime | None] = mapped_column(index=True)
    operator_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    operator_name: Mapped[str | None] = mapped_column(String(64))
    witness_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    witness_name: Mapped[str | None] = mapped_column(String(64))
    standard_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the standard file that preprocessing wrote and importing reads."""
    files: Mapped[list["BaseFile"]] = relationship(back_populates="batch", order_by="BaseFile.id")


class BaseFile(Model):
    """One file of a batch, in the order of the form's lines."""

    __tablename__ = "base_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(foreign_key("base_batch"), index=True)
    batch: Mapped[BaseBatch] = relationship(back_populates="files")
    original_id: Mapped[int] = mapped_column(foreign_key("original_file"), index=True)
    source_id: Mapped[int] = mapped_column(foreign_key("document"), index=True)
    """The form 2 or S1 that brought it."""
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    total: Mapped[int] = mapped_column(default=0)
    good: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    imported: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    same_as_id: Mapped[int | None] = mapped_column(foreign_key("base_file"))
    """An imported file with the very same content, where there is one."""
    error_file: Mapped[str | None] = mapped_column(String(255))
    """Below `DATA_DIR/batches`: the rejected rows in the provider's own format, with the reasons."""


class BaseRecord(Model):
    """One record. `key`, `digest`: 16-byte hashes of its key and of its values; `values`: a JSON list in the structure's order.

    Batch and file are not held by foreign keys, nor is the family of `BaseCurrent`: one job writes a batch's records under
    its lock, batches and files are never deleted, and the checks of a million rows take PostgreSQL half of an import's time.
    """

    __tablename__ = "base_record"
    __table_args__ = (Index("ix_base_record_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    batch_id: Mapped[int] = mapped_column()
    file_id: Mapped[int] = mapped_column()
    row_no: Mapped[int] = mapped_column()
    key: Mapped[bytes] = mapped_column(LargeBinary(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    previous_id: Mapped[int | None] = mapped_column(BigKey)
    """The record of the same key that this one corrects."""
    values: Mapped[str] = mapped_column(SqlText)


class BaseCurrent(Model):
    """The latest record of each key of a family."""

    __tablename__ = "base_current"
    __table_args__ = {"sqlite_with_rowid": False}

    family_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    record_id: Mapped[int] = mapped_column(BigKey)
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))


class BaseFault(Model):
    """差错明细: one fault of a rejected row; a batch keeps the first 20,000, `base_fault_count` counts them all."""

    __tablename__ = "base_fault"
    __table_args__ = (Index("ix_base_fault_batch_id_id", "batch_id", "id"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    batch_id: Mapped[int] = mapped_column(foreign_key("base_batch"))
    file_id: Mapped[int] = mapped_column(foreign_key("base_file"))
    row_no: Mapped[int] = mapped_column()
    field: Mapped[str | None] = mapped_column(String(120))
    value: Mapped[str] = mapped_column(SqlText)
    rule: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(SqlText)


class BaseFaultCount(Model):
    """How often a rule was broken in a field of a file: the quality of a provider's data over time."""

    __tablename__ = "base_fault_count"

    file_id: Mapped[int] = mapped_column(foreign_key("base_file"), primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Empty for faults of whole rows."""
    rule: Mapped[str] = mapped_column(String(32), primary_key=True)
    batch_id: Mapped[int] = mapped_column(foreign_key("base_batch"), index=True)
    count: Mapped[int] = mapped_column()
