"""Tables of register changes: what is proposed, and every version that a row has had."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.base import Model
from app.engine.declare import foreign_key


class ProposedChange(Model):
    """变更: what a form proposes to do to a register, fixed when it is handed in.

    `base` is the row's version that it was proposed on, `patch` {field: [old, new]} as keyed text. `row_id` is None for
    a new row until it is applied.
    """

    __tablename__ = "proposed_change"
    __table_args__ = (Index("ix_proposed_change_register", "register", "row_id"),)

    document_id: Mapped[int] = mapped_column(foreign_key("document"), primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int | None] = mapped_column()
    kind: Mapped[str] = mapped_column(String(16))
    base: Mapped[int] = mapped_column()
    patch: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    proposed_at: Mapped[datetime] = mapped_column()
    entered_by_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"))
    entered_at: Mapped[datetime | None] = mapped_column()
    applied_at: Mapped[datetime | None] = mapped_column()


class RegisterVersion(Model):
    """版本: a register row as it stood from `at` on, and the form that made it so.

    Without a form, `source` names the import (file, people); neither: first set-up.
    """

    __tablename__ = "register_version"
    __table_args__ = (
        UniqueConstraint("register", "row_id", "number"),
        Index("ix_register_version_register_at", "register", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(40))
    row_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    """new, changed, or deleted."""
    at: Mapped[datetime] = mapped_column()
    document_id: Mapped[int | None] = mapped_column(foreign_key("document"), index=True)
    source: Mapped[str | None] = mapped_column(String(400))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
