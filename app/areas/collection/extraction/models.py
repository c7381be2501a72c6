"""Tables of extraction: what came out of each delivered file, and the passwords agreed with providers."""

from datetime import datetime

from sqlalchemy import BigInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.collection.forms.collection_file_register import Extraction
from app.areas.organisation.registers import Employee
from app.engine.base import Model
from app.engine.choice import ChoiceType
from app.engine.declare import foreign_key


class ExtractedFile(Model):
    """提取记录 of one line of a form 2, as the system found it; extracting again replaces it.

    `name` is the line's. `bytes` and `sha256` are of the delivered file, `records` of the data file within.
    """

    __tablename__ = "extracted_file"
    __table_args__ = (UniqueConstraint("document_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"))
    name: Mapped[str] = mapped_column(String(255))
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64))
    layers: Mapped[str] = mapped_column(String(60), default="")
    """What was taken off, outermost first: "gpg zip"."""
    encrypted: Mapped[bool] = mapped_column(default=False)
    found_name: Mapped[str | None] = mapped_column(String(255))
    records: Mapped[int | None] = mapped_column()
    result: Mapped[Extraction] = mapped_column(ChoiceType(Extraction))
    fault: Mapped[str | None] = mapped_column(String(255))
    witness_id: Mapped[int] = mapped_column(foreign_key("employee"))
    witness: Mapped[Employee] = relationship()
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    user_name: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column()


class ProviderSecret(Model):
    """约定口令 of a provider, encrypted with a key from outside the database (`SECRETS_KEY`)."""

    __tablename__ = "provider_secret"

    provider_id: Mapped[int] = mapped_column(foreign_key("external_organisation"), primary_key=True, autoincrement=False)
    sealed: Mapped[str] = mapped_column(Text)
    kept_by_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    kept_by_name: Mapped[str] = mapped_column(String(64))
    kept_at: Mapped[datetime] = mapped_column()
