"""Loads that are killed in the middle: all of a load counts afterwards, or nothing, and no record twice (security 19).

KILLS: how often a load is killed at a random moment (50; a hundred at night).
"""

import os
import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.areas.business.registers import TargetEnterprise
from app.areas.collection.credit import evaluating, operations, reading
from app.areas.collection.credit.models import CreditFact, LoadFault, LoadState
from app.areas.collection.credit.reading import Asked
from app.clock import SHANGHAI, now
from app.database import transaction
from app.jobs.running import SILENT, run_waiting
from app.workflow.proof import Proof
from tests.credit_data import Store, again, code, fresh, store
from tests.killing import killed_at
from tests.test_faults import record_holds

Actors = Mapping[str, Any]
KILLS = int(os.environ.get("KILLS", "50"))
LATEST = 90
"""Moments of a load of these few records, more or less."""


@pytest.fixture
def base(session: Session, actors: Actors, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(evaluating, "AT_ONCE", 3)
    return store(session, actors["data_manager"])


def rows(numbers: list[int], value: str, month: date) -> list[dict[str, str]]:
    """Two facts of each enterprise; the last record has a fault."""
    found = [{"tyshxydm": code(one), "qymc": f"企业{one}", "ssq": month.isoformat(), "qsys": value, "qsje": "1"} for one in numbers]
    return [*found[:-1], {**found[-1], "qsys": "三"}]


def left_behind(session: Session) -> None:
    """The sweeper comes by once the killed run has been silent for long enough."""
    later = now().replace(tzinfo=SHANGHAI) + SILENT + timedelta(seconds=1)
    session.rollback()
    with clock.at(later):
        run_waiting(session)


@pytest.mark.article("19")
def test_killed_at_any_moment_a_load_counts_whole_or_not_at_all(session: Session, actors: Actors, base: Store) -> None:
    """security 19: matching and loading killed with -9 at moments drawn at random, resumed once."""
    operator, head = actors["data_manager"], actors["it_head"]
    draw, numbers, killed = random.Random(20261128), [fresh() for _ in range(8)], 0
    for number in range(KILLS):
        years, months = divmod(number // 5, 12)
        month = date(2026 + years, 1 + months, 1)
        batch_id = base.batch(rows(numbers, str(number), month))
        with transaction(session):
            load_id = operations.start(session, operator, batch_id).id
        if number % 2:
            killed += killed_at(draw.randint(1, LATEST), run_waiting)[0]
        left_behind(session)
        load = again(session, load_id)
        assert (load.state, load.records, load.matched, load.rejected, load.facts) == (LoadState.MATCHED, 8, 7, 1, 14)
        assert session.scalar(select(func.count()).select_from(LoadFault).where(LoadFault.load_id == load_id)) == 1
        with transaction(session):
            operations.authorise(session, operator, load_id, Proof(head, now()))
        if not number % 2:
            killed += killed_at(draw.randint(1, LATEST), run_waiting)[0]
        whole_or_nothing(session, load_id, numbers, month)
        left_behind(session)
        assert again(session, load_id).state is LoadState.LOADED
        whole_or_nothing(session, load_id, numbers, month)
    assert killed > KILLS // 2
    codes = [code(one) for one in numbers[:-1]]
    assert session.scalar(select(func.count()).select_from(TargetEnterprise).where(TargetEnterprise.uscc.in_(codes))) == 7
    assert record_holds()


def whole_or_nothing(session: Session, load_id: int, numbers: list[int], month: date) -> None:
    """What readers see of the load: everything once it is loaded, each record once, the corrected facts ended; else nothing."""
    load = again(session, load_id)
    first = session.scalar(select(TargetEnterprise.id).where(TargetEnterprise.uscc == code(numbers[0])))
    seen = reading.facts_of(session, first or 0, Asked()).facts
    own = [one for one in seen if one.fact.load_id == load_id]
    assert len(own) == (2 if load.state is LoadState.LOADED else 0)
    per_month = Counter((one.fact.indicator_id, one.fact.valid_from) for one in seen)
    assert set(per_month.values()) <= {1}
    if load.state is LoadState.LOADED:
        kept = select(CreditFact.record_id, CreditFact.indicator_id).where(CreditFact.load_id == load_id)
        pairs = session.execute(kept).all()
        assert (len(pairs), len(set(pairs)), load.facts, load.rejected) == (14, 14, 14, 1)
        assert all(one.fact.load_id == load_id for one in seen if one.fact.valid_from == month)
