"""The table of arrivals."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.organisation.registers import ExternalOrganisation
from app.engine.base import Model
from app.engine.choice import Choice, ChoiceType
from app.engine.declare import foreign_key


class Way(Choice):
    """到件途径."""

    DROP = "drop", _("前置机目录")
    UPLOAD = "upload", _("网页上传")


class ArrivalState(Choice):
    """Where an arrival stands."""

    WAITING = "waiting", _("待取件")
    DAMAGED = "damaged", _("校验不符")
    FETCHED = "fetched", _("已取件")


class Arrival(Model):
    """到件: one file of a provider, kept below `DATA_DIR/arrivals` as `stored`.

    `announced`: the SHA-256 that the provider sent beside it. `records`: counted, where the file is open and as agreed.
    `register`: the form 2 that it was fetched for; where that draft is deleted, the file waits again.
    """

    __tablename__ = "arrival"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    provider_id: Mapped[int] = mapped_column(foreign_key("external_organisation"), index=True)
    provider: Mapped[ExternalOrganisation] = relationship()
    name: Mapped[str] = mapped_column(String(200))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    announced: Mapped[str | None] = mapped_column(String(64))
    records: Mapped[int | None] = mapped_column()
    way: Mapped[Way] = mapped_column(ChoiceType(Way))
    arrived_at: Mapped[datetime] = mapped_column(index=True)
    uploaded_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    uploaded_by_name: Mapped[str | None] = mapped_column(String(64))
    fetched_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    fetched_by_name: Mapped[str | None] = mapped_column(String(64))
    fetched_at: Mapped[datetime | None] = mapped_column()
    register_id: Mapped[int | None] = mapped_column(ForeignKey("collection_file_register.id", ondelete="SET NULL"), index=True)
    register: Mapped[CollectionFileRegister | None] = relationship()

    @property
    def state(self) -> ArrivalState:
        """Where it stands, by what is known of it."""
        if self.announced not in (None, self.sha256):
            return ArrivalState.DAMAGED
        return ArrivalState.FETCHED if self.register_id is not None else ArrivalState.WAITING
