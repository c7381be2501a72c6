"""Tables of entry by hand: sheets, their rows, and the originals that go to the archivist."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Original
from app.areas.collection.registers import DataStructure
from app.areas.organisation.registers import Employee
from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key


class SheetState(Choice):
    """Where an entry sheet stands."""

    KEYING = "keying", _("录入中")
    REVIEWING = "reviewing", _("待复核")
    DONE = "done", _("已复核")


class Review(Choice):
    """What the reviewer found of a row."""

    SAME = "same", _("一致")
    DIFFERENT = "different", _("不符")


class EntrySheet(Model):
    """录入表: one source (a list on paper, a file) of one structure. `version` moves with every save.

    `first_collector` brought the original; of electronic sources that person keys it as well.
    """

    __tablename__ = "entry_sheet"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    structure_id: Mapped[int] = mapped_column(foreign_key("data_structure"), index=True)
    structure: Mapped[DataStructure] = relationship()
    original: Mapped[Original] = mapped_column(ChoiceType(Original))
    source: Mapped[str] = mapped_column(String(120))
    period_from: Mapped[date] = mapped_column()
    period_to: Mapped[date] = mapped_column()
    state: Mapped[SheetState] = mapped_column(ChoiceType(SheetState), index=True)
    first_collector_id: Mapped[int] = mapped_column(foreign_key("employee"))
    first_collector: Mapped[Employee] = relationship(foreign_keys=[first_collector_id])
    received_at: Mapped[datetime] = mapped_column()
    keyed_by_id: Mapped[int | None] = mapped_column(foreign_key("employee"))
    keyed_by: Mapped[Employee | None] = relationship(foreign_keys=[keyed_by_id])
    keyed_on: Mapped[date | None] = mapped_column()
    reviewed_by_id: Mapped[int | None] = mapped_column(foreign_key("employee"))
    reviewed_by: Mapped[Employee | None] = relationship(foreign_keys=[reviewed_by_id])
    version: Mapped[int] = mapped_column(default=1)
    register_id: Mapped[int | None] = mapped_column(ForeignKey("collection_file_register.id", ondelete="SET NULL"), index=True)
    register: Mapped[CollectionFileRegister | None] = relationship()
    rows: Mapped[list["EntryRow"]] = relationship(back_populates="sheet", order_by="EntryRow.row_no", cascade="all, delete-orphan")


class EntryRow(Model):
    """One record. `values` as keyed, `read` as the reviewer reads the original where that differs."""

    __tablename__ = "entry_row"
    __table_args__ = (UniqueConstraint("sheet_id", "row_no"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(foreign_key("entry_sheet"))
    sheet: Mapped[EntrySheet] = relationship(back_populates="rows")
    row_no: Mapped[int] = mapped_column()
    values: Mapped[list[str]] = mapped_column(JSON)
    review: Mapped[Review | None] = mapped_column(ChoiceType(Review))
    read: Mapped[list[str] | None] = mapped_column(JSON)


class OriginalHandover(Model):
    """原始资料移交: the originals of a form 2, on the day's list for the archivist (article 16.1.3.4)."""

    __tablename__ = "original_handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"), unique=True)
    register: Mapped[CollectionFileRegister] = relationship(
        primaryjoin="OriginalHandover.document_id == foreign(CollectionFileRegister.id)", viewonly=True, uselist=False
    )
    day: Mapped[date] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(Text)
    taken_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    taken_by_name: Mapped[str | None] = mapped_column(String(64))
    taken_at: Mapped[datetime | None] = mapped_column()
