"""按期报送: each period that was due against what was delivered for it (article 14: late deliveries shown as overdue)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.forms.collection_file_register import CollectionFile, CollectionFileRegister
from app.areas.collection.registers import Carrier, DataStructure
from app.areas.collection.sight.agreed import Agreed
from app.areas.collection.sight.cycles import Period, due, period_of, periods
from app.calendar.days import Calendar, calendar
from app.engine.choice import Choice
from app.engine.document import Document, State

LOOK_BACK = timedelta(days=366)
"""Periods are looked at so far back."""
COUNTED = (State.PENDING, State.DONE)
"""A delivery counts once its form 2 was handed in and is not back with its maker."""


class Punctuality(Choice):
    """Whether a period's report came when it was due."""

    ON_TIME = "on_time", _("按期")
    LATE = "late", _("迟报")
    OVERDUE = "overdue", _("逾期未报")
    WAITING = "waiting", _("未到期")


@dataclass(frozen=True)
class Delivered:
    """A form 2 of a period."""

    document_id: int
    number: str
    period: Period
    received_at: datetime
    records: int


@dataclass(frozen=True)
class Report:
    """报送 of one period: the first delivery decides whether it was in time; later ones are sent again."""

    period: Period
    due: datetime
    deliveries: tuple[Delivered, ...]
    state: Punctuality
    days: int
    """Working days that it was or is late; 0 where it was in time, or late by hours only."""

    @property
    def records(self) -> int:
        """Records of all deliveries."""
        return sum(one.records for one in self.deliveries)


def reports(session: Session, known: Sequence[Agreed], at: datetime, back: timedelta = LOOK_BACK) -> dict[int, list[Report]]:
    """By family: the periods that are over, the latest first."""
    found = delivered(session, [one.family_id for one in known], (at - back).date())
    days = calendar(session)
    return {one.family_id: list(reports_of(one, found[one.family_id], at, back, days)) for one in known}


def reports_of(one: Agreed, found: Iterable[Delivered], at: datetime, back: timedelta, days: Calendar) -> Iterable[Report]:
    """The periods of one structure that are over, the latest first."""
    deliveries = sorted(found, key=lambda each: each.received_at)
    last = min(at.date(), one.until + timedelta(days=1))
    expected = list(periods(one.cycle, max(one.since, (at - back).date()), last))
    for period in reversed(expected):
        mine = tuple(each for each in deliveries if overlap(each.period, period))
        deadline = due_of(one, period, days)
        state, late = judged(mine, deadline, at, days)
        yield Report(period, deadline, mine, state, late)


def due_of(one: Agreed, period: Period, days: Calendar) -> datetime:
    """When a period is due; without an agreed day at the end of the following period."""
    if one.day is not None:
        return due(period, one.day, one.at, days)
    following = period_of(one.cycle, period.end + timedelta(days=1))
    return due(period, (following.end - period.end).days, one.at, days)


def judged(found: tuple[Delivered, ...], deadline: datetime, at: datetime, days: Calendar) -> tuple[Punctuality, int]:
    """Whether it came in time, and the working days that it did not."""
    if found:
        first = found[0].received_at
        if first <= deadline:
            return Punctuality.ON_TIME, 0
        return Punctuality.LATE, max(0, days.between(deadline.date(), first.date()))
    if at <= deadline:
        return Punctuality.WAITING, 0
    return Punctuality.OVERDUE, max(0, days.between(deadline.date(), at.date()))


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common."""
    return one.start <= other.end and other.start <= one.end


def delivered(session: Session, families: list[int], since: date) -> defaultdict[int, list[Delivered]]:
    """The deliveries by family whose period ends on that day or later; corrections of disputes are none."""
    form, family = CollectionFileRegister, func.coalesce(DataStructure.family_id, DataStructure.id)
    records = (
        select(func.coalesce(func.sum(CollectionFile.records), 0)).where(CollectionFile.parent_id == form.id)  # type: ignore[attr-defined]
        .correlate(form).scalar_subquery()
    )
    statement = (
        select(family, form.id, Document.number, form.period_from, form.period_to, form.received_at, records)
        .join(DataStructure, DataStructure.id == form.structure_id)  # type: ignore[attr-defined]
        .where(family.in_(families), form.period_to >= since, Document.state.in_(COUNTED), form.carrier != Carrier.CORRECTION)
    )
    found = defaultdict[int, list[Delivered]](list)
    for key, document_id, number, start, end, received_at, count in session.execute(statement):
        found[key].append(Delivered(document_id, number, Period(start, end), received_at, int(count)))
    return found
