"""供数单位: what each provider has agreed and done, put together for its pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.sight import quality
from app.areas.collection.sight.agreed import Agreed, agreed
from app.areas.collection.sight.cycles import Period, period_of
from app.areas.collection.sight.punctuality import LOOK_BACK, Punctuality, Report, due_of, reports
from app.areas.organisation.registers import PROVIDER, ExternalOrganisation
from app.calendar.days import calendar
from app.workflow.errors import Missing


@dataclass(frozen=True)
class Stream:
    """One structure of a provider with its periods, the latest first."""

    agreed: Agreed
    reports: Sequence[Report]
    next_due: tuple[Period, datetime] | None = None
    """The period that is waited for and not overdue, if any, and when it is due."""

    @property
    def overdue(self) -> list[Report]:
        """Periods that are due and have not been delivered."""
        return [one for one in self.reports if one.state is Punctuality.OVERDUE]


@dataclass(frozen=True)
class Provider:
    """A provider with everything that it delivers; `records`, `rejected`: of the last year."""

    organisation: ExternalOrganisation
    streams: Sequence[Stream]
    records: int = 0
    rejected: int = 0

    @property
    def reports(self) -> list[Report]:
        """All periods of all structures."""
        return [one for stream in self.streams for one in stream.reports]

    def number(self, state: Punctuality) -> int:
        """How many periods are so."""
        return sum(one.state is state for one in self.reports)

    @property
    def overdue(self) -> int:
        """How many periods are overdue."""
        return self.number(Punctuality.OVERDUE)

    @property
    def longest(self) -> int:
        """Working days that the longest overdue period is late."""
        return max((one.days for one in self.reports if one.state is Punctuality.OVERDUE), default=0)

    @property
    def in_time(self) -> float | None:
        """Periods delivered in time of all that were due, in per cent; None where none was due."""
        judged = [one for one in self.reports if one.state is not Punctuality.WAITING]
        return self.number(Punctuality.ON_TIME) * 100 / len(judged) if judged else None

    @property
    def last(self) -> datetime | None:
        """When the last delivery came."""
        return max((each.received_at for one in self.reports for each in one.deliveries), default=None)

    @property
    def share(self) -> float | None:
        """Rejected records of all, in per cent; None where there were none."""
        return self.rejected * 100 / self.records if self.records else None


def overview(session: Session, at: datetime) -> list[Provider]:
    """All providers with structures in force; those with overdue periods first."""
    known = agreed(session)
    found = put_together(session, known, at)
    return sorted(found, key=lambda one: (-one.longest, -one.overdue, one.organisation.code))


def provider(session: Session, provider_id: int, at: datetime) -> Provider:
    """One provider, with structures in force or not; raises Missing."""
    organisation = session.scalar(select(ExternalOrganisation).where(ExternalOrganisation.id == provider_id, PROVIDER))
    if organisation is None:
        raise Missing
    found = put_together(session, agreed(session, [provider_id]), at)
    return found[0] if found else Provider(organisation, ())


def put_together(session: Session, known: Sequence[Agreed], at: datetime) -> list[Provider]:
    """The providers of what is agreed, with their periods and counts."""
    by_family = reports(session, known, at)
    counts = quality.rejected_shares(session, {one.provider.id for one in known}, at - LOOK_BACK)
    found: dict[int, tuple[ExternalOrganisation, list[Stream]]] = {}
    for one in known:
        due = next_due(session, one, by_family[one.family_id], at)
        found.setdefault(one.provider.id, (one.provider, []))[1].append(Stream(one, by_family[one.family_id], due))
    return [Provider(organisation, streams, *counts.get(key, (0, 0))) for key, (organisation, streams) in found.items()]


def next_due(session: Session, one: Agreed, found: Sequence[Report], at: datetime) -> tuple[Period, datetime] | None:
    """The earliest period that is not delivered and not overdue: one that is over, else the one under way."""
    waiting = next((report for report in reversed(found) if report.state is Punctuality.WAITING), None)
    if waiting is not None:
        return waiting.period, waiting.due
    period = period_of(one.cycle, at.date())
    return (period, due_of(one, period, calendar(session))) if period.end <= one.until else None


def since(at: datetime, months: int = quality.MONTHS) -> datetime:
    """The first moment of the months that pages show."""
    first = quality.starts(at.date(), months)[0]
    return datetime.combine(first, datetime.min.time())
