"""Tables beside `document`: attachments, links, numbers, and typing not yet saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.engine.base import Model
from app.engine.declare import foreign_key
from app.engine.document import Document


class Attachment(Model):
    """附件: a file kept with a document. `stored` is its random name below DATA_DIR, `name` the one people gave it."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(foreign_key("document"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    stored: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column()
    media_type: Mapped[str] = mapped_column(String(100))
    sha256: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    added_by_name: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column()
    document: Mapped[Document] = relationship()


class DocumentLink(Model):
    """关联单据: `source` gave rise to `result`, by reference field `field`."""

    __tablename__ = "document_link"
    __table_args__ = (UniqueConstraint("source_id", "result_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(foreign_key("document"))
    result_id: Mapped[int] = mapped_column(foreign_key("document"), index=True)
    field: Mapped[str] = mapped_column(String(64))


class NumberSequence(Model):
    """The last number given to a form in a year. Numbers are gapless: it moves in the saving transaction only."""

    __tablename__ = "number_sequence"

    form_code: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column()


class SavedTyping(Model):
    """What somebody has typed into a form and not saved yet; kept so that nothing is lost."""

    __tablename__ = "saved_typing"
    __table_args__ = (UniqueConstraint("user_id", "slug", "document_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"), index=True)
    slug: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column(default=0)
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column()


class RequestKey(Model):
    """What a page made, by its one-time key: the same page sent again makes no second document (security 17)."""

    __tablename__ = "request_key"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    key: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[int] = mapped_column()
    at: Mapped[datetime] = mapped_column(index=True)


class ApiRequest(Model):
    """A changing REST request by its Idempotency-Key, with its answer: sent again, it is answered the same (security 17)."""

    __tablename__ = "api_request"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"))
    key: Mapped[str] = mapped_column(String(64))
    request: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, path and body: one key for another request is refused."""
    status: Mapped[int] = mapped_column()
    headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)
