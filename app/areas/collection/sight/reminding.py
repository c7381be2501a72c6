"""催报: collectors and their head hear once of every period that a provider has not delivered when it was due (article 14)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.sight.agreed import agreed
from app.areas.collection.sight.models import OverdueReminder
from app.areas.collection.sight.providers import Provider, put_together
from app.areas.collection.sight.punctuality import Punctuality, Report
from app.areas.collection.sight.wording import period_title
from app.engine.positions import Position
from app.engine.text import Text
from app.notices.operations import notify
from app.workflow.holders import Holders

READERS = (Position.COLLECTOR, Position.COLLECTION_HEAD)
FRESH = timedelta(days=31)
"""Periods that were due longer ago are on the page only."""
LISTED = 20
"""So many periods stand in a notice; the page shows them all."""

Due = tuple[int, Text, Report]
"""Family, structure's name and cycle in words, the period."""


def remind(session: Session, at: datetime) -> int:
    """A notice for each provider with periods newly overdue, in the caller's transaction; returns how many periods."""
    known = reminded(session)
    holders = Holders(session)
    people = frozenset[int]().union(*(holders.in_position(one) for one in READERS))
    count = 0
    for one in put_together(session, agreed(session), at):
        found = [due for due in overdue(one, at) if (due[0], due[2].period.start) not in known]
        if found:
            notify(session, people, title(one, found), "\n".join(str(words) for _family, words, _report in found[:LISTED]))
        session.add_all(
            OverdueReminder(family_id=family, period_start=report.period.start, reminded_at=at) for family, _words, report in found
        )
        count += len(found)
    return count


def overdue(one: Provider, at: datetime) -> list[Due]:
    """The periods of a provider that are overdue and were due lately."""
    return [
        (stream.agreed.family_id, line(stream.agreed.structure.name, period_title(stream.agreed.cycle, report.period), report), report)
        for stream in one.streams for report in stream.reports
        if report.state is Punctuality.OVERDUE and at - report.due < FRESH
    ]


def line(structure: str, period: Text, report: Report) -> Text:
    """纳税信息月报 2026-10：应于 2026-11-16 17:00 前报送."""
    return _("%(structure)s %(period)s：应于 %(due)s 前报送", structure=structure, period=period, due=f"{report.due:%Y-%m-%d %H:%M}")


def title(one: Provider, found: Sequence[Due]) -> Text:
    """云州省税务局逾期未报 2 期."""
    return _("%(provider)s逾期未报 %(count)s 期，请催报", provider=one.organisation.name, count=len(found))


def reminded(session: Session) -> set[tuple[int, object]]:
    """Family and first day of the periods that were reminded of."""
    return {(family, start) for family, start in session.execute(select(OverdueReminder.family_id, OverdueReminder.period_start))}
