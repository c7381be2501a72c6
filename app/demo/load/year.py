"""The year of the seven providers: every delivery at its moment, and what came in and what failed."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import ExternalOrganisation
from app.calendar.days import calendar
from app.clock import now
from app.demo.load.bringing import Outcome, answer, bring, resent
from app.demo.load.catalogue import KINDS
from app.demo.load.company import found, structure_of
from app.demo.load.content import Content, content
from app.demo.load.desk import Desk, Over
from app.demo.load.kinds import Kind
from app.demo.load.population import Market, market
from app.demo.load.schedule import Delivery, begin, deliveries
from app.demo.prerequisites import everybody
from app.engine.document import Document

Say = Callable[[str], None]


@dataclass
class Tally:
    """What came of one provider's deliveries."""

    kind: Kind
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def add(self, delivery: Delivery, made: Content, outcome: Outcome | None) -> None:
        """Counts a delivery; without an outcome it is under way."""
        more = Counter(deliveries=1, late=int(delivery.at > delivery.due), rows=made.rows)
        self.faults += made.faults
        if outcome is None:
            self.counts += more + Counter(open=1)
            return
        if outcome.batch is None:
            more["unreadable"] += 1
        else:
            for name in ("good", "rejected", "imported", "corrections", "duplicates"):
                more[name] += getattr(outcome.batch, name)
            more["unreadable"] += not outcome.batch.good
        for load in outcome.loads:
            more["facts"] += load.facts
            more["enterprises"] += load.new_enterprises
            more["unloaded"] += 0 if load.reload_of_id else load.rejected
        self.counts += more


class Year:
    """Brings a year's deliveries in. `data`: DATA_DIR."""

    def __init__(self, session: Session, data: Path, enterprises: int, months: int, seed: int) -> None:
        self.session, self.seed, self.enterprises = session, seed, enterprises
        self.until = now()
        self.first = begin(self.until.date(), months)
        self.desk = Desk(session, everybody(session), data, self.until)
        self.tallies = {one.key: Tally(one) for one in KINDS}
        self.reloaded: defaultdict[str, int] = defaultdict(int)
        self.waiting: dict[str, tuple[Document, ...]] = {}

    def live(self, say: Say) -> list[Tally]:
        """Everything, from the agreements on."""
        town = market(self.seed, self.enterprises)
        found(self.desk, self.first)
        waiting = [(one.at, at, one) for at, one in enumerate(self.planned(town))]
        heapq.heapify(waiting)
        number = len(waiting)
        say(f"{number} deliveries of {len(KINDS)} providers about {self.enterprises:,} enterprises")
        done = 0
        while waiting:
            _at, order, delivery = heapq.heappop(waiting)
            again = self.deliver(town, delivery)
            if again is not None and again.at <= self.until:
                heapq.heappush(waiting, (again.at, number + order, again))
            done += 1
            if done % 10 == 0:
                say(f"{done} of {done + len(waiting)}, {delivery.at:%Y-%m-%d}")
        return list(self.tallies.values())

    def planned(self, town: Market) -> Iterator[Delivery]:
        """All deliveries of the year."""
        days = calendar(self.session)
        for kind in KINDS:
            agreed = structure_of(self.desk, kind).published
            yield from deliveries(kind, town, agreed, self.until, days)

    def deliver(self, town: Market, delivery: Delivery) -> Delivery | None:
        """One delivery; the one that is sent in its place, where its file could not be read."""
        kind, made = delivery.kind, content(town, delivery)
        try:
            outcome = bring(self.desk, delivery, made, reload=not self.reloaded[kind.key])
        except Over:
            self.tallies[kind.key].add(delivery, made, None)
            return None
        self.reloaded[kind.key] += any(one.rejected for one in outcome.loads)
        self.tallies[kind.key].add(delivery, made, outcome)
        for notice in self.waiting.pop(delivery.name, ()):
            answer(self.desk, notice, outcome.register)
        if outcome.notices:
            self.waiting[delivery.name] = outcome.notices
        self.session.expire_all()
        return resent(delivery, self.desk.moment) if delivery.mistaken else None


def is_loaded(session: Session) -> bool:
    """Whether the providers are there already."""
    codes = [one.code for one in KINDS]
    return session.scalar(select(ExternalOrganisation.id).where(ExternalOrganisation.code.in_(codes)).limit(1)) is not None


COLUMNS = (
    ("deliveries", "报送"), ("late", "迟报"), ("open", "在办"), ("unreadable", "不可读"), ("rows", "记录"), ("good", "合格"),
    ("rejected", "拒收"), ("imported", "导入"), ("corrections", "更正"), ("duplicates", "重复"), ("facts", "信用信息"),
    ("enterprises", "新企业"), ("unloaded", "装载差错"),
)


def table(tallies: list[Tally]) -> str:
    """What came in and what failed, a line a provider."""
    width = max(len(one.kind.subject) for one in tallies)
    lines = ["　" * width + "".join(f"{title:>{9 - len(title)}}" for _name, title in COLUMNS)]
    for one in tallies:
        cells = "".join(f"{one.counts[name]:>9,}" for name, _title in COLUMNS)
        lines.append(one.kind.subject + "　" * (width - len(one.kind.subject)) + cells)
    total = sum((one.counts for one in tallies), Counter[str]())
    lines.append("合计" + "　" * (width - 2) + "".join(f"{total[name]:>9,}" for name, _title in COLUMNS))
    faults = sum((one.faults for one in tallies), Counter[str]())
    lines.append("")
    lines.append("放入的差错：" + "，".join(f"{name} {count:,}" for name, count in faults.most_common()))
    return "\n".join(lines)
