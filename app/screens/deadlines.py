"""Deadlines (期限) in words, and the warning that the calendar behind them is incomplete."""

from dataclasses import dataclass
from datetime import datetime

from app.calendar.days import REGISTER, working_days_between, years_missing
from app.calendar.deadlines import LAST, remaining
from app.clock import now
from app.database import db
from app.engine.catalogue import catalogue
from app.engine.text import Text
from app.screens.translating import gettext as _
from app.workflow.actor import Actor
from app.workflow.permissions import CONFIRM_IMPORT, IMPORT


@dataclass(frozen=True)
class Deadline:
    """What a deadline says: the time left, the moment, and how urgent it is: late, soon or muted."""

    words: Text
    day: str
    urgency: str


def deadline(due: datetime | None, at: datetime | None = None) -> Deadline | None:
    """The deadline as seen at a moment (now), or None without one."""
    if due is None:
        return None
    at = at or now()
    return Deadline(remaining(db.session(), due, at), day_of(due, at), urgency(due, at))


def urgency(due: datetime, at: datetime) -> str:
    """How urgent it is: soon is by the end of the next working day."""
    if due < at:
        return "late"
    return "soon" if working_days_between(db.session(), at.date(), due.date()) <= 1 else "muted"


def day_of(due: datetime, at: datetime) -> str:
    """The moment, with its year where it is another one; the day alone where that counts to its end."""
    day = f"{due:%m-%d}" if due.year == at.year else f"{due:%Y-%m-%d}"
    return day if due.time() == LAST else f"{day} {due:%H:%M}"


def calendar_warning(actor: Actor, slug: str = REGISTER) -> str | None:
    """What to tell those who keep the calendar, on its list and on the workbench, where a year is missing in it."""
    resource = catalogue.register(REGISTER).resource
    if slug != REGISTER or not (actor.may(IMPORT, resource) or actor.may(CONFIRM_IMPORT, resource)):
        return None
    missing = years_missing(db.session())
    if not missing:
        return None
    years = _("、").join(map(str, missing))
    return _("工作日历中没有 %(years)s 年的节假日和调休，期限暂按周一至周五计算；请从 Excel 导入公布的放假安排", years=years)
