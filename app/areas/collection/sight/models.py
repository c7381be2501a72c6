"""What has been reminded of: each overdue period once."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.engine.base import Model
from app.engine.declare import foreign_key


class OverdueReminder(Model):
    """逾期催报: the notice that a period of a structure's family had not been delivered when it was due."""

    __tablename__ = "overdue_reminder"
    __table_args__ = (UniqueConstraint("family_id", "period_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(foreign_key("data_structure"))
    period_start: Mapped[date] = mapped_column()
    reminded_at: Mapped[datetime] = mapped_column()
