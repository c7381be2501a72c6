"""Deadlines (期限) in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _

from app.clock import now
from app.engine.text import Text


@dataclass(frozen=True)
class Deadline:
    """What a deadline says, and how urgent it is: late, soon or muted."""

    words: Text
    urgency: str


def deadline(due: datetime | None, at: datetime | None = None) -> Deadline | None:
    """The deadline as seen at a moment (now), or None without one."""
    if due is None:
        return None
    at = at or now()
    time = f"{due:%H:%M}"
    if due < at:
        if due.date() == at.date():
            return Deadline(_("已逾期，应于今天 %(time)s", time=time), "late")
        return Deadline(_("已逾期，应于 %(day)s", day=day_of(due, at)), "late")
    if due.date() == at.date():
        return Deadline(_("今天 %(time)s 前", time=time), "soon")
    if due.date() == at.date() + timedelta(days=1):
        return Deadline(_("明天 %(time)s 前", time=time), "soon")
    return Deadline(_("%(day)s 前", day=day_of(due, at)), "muted")


def day_of(due: datetime, at: datetime) -> str:
    """The day, with its year where it is another one."""
    return f"{due:%m-%d}" if due.year == at.year else f"{due:%Y-%m-%d}"
