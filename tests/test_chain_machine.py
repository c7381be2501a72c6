"""Random people doing random things with every form: no sequence breaks a rule (security 1 to 5).

Many more stories: `python -m bench chains --runs 10000`.
"""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.areas.organisation.operations import load_actor
from app.clock import now
from app.database import transaction
from app.demo.prerequisites import everybody, prepare
from app.demo.walk import make, step_on
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.security.models import User
from app.workflow.door import Shown, act
from app.workflow.errors import Denied
from app.workflow.models import Delegation
from app.workflow.options import Action
from tests.chain_machine import LEAST, drive

SEED = os.environ.get("CHAIN_SEED", "20261124")
SECONDS = 15.0


@pytest.mark.article("36")
def test_no_sequence_breaks_a_rule(session: Session) -> None:
    """security 1, 2, 3, 4, 5: as many stories as fit into the time, each told again by its seed."""
    tally = drive(session, SEED, runs=300, seconds=SECONDS)
    print(f"{tally.runs} stories, {tally.actions} acts, {tally.accepted.total()} accepted, {tally.delegated} by delegates")
    assert tally.runs >= LEAST
    assert tally.finished.total() > 0
    assert tally.accepted.total() > tally.actions / 5


def test_who_stood_in_for_the_maker_stays_the_makers_hand(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]]
) -> None:
    """security 1: found by the machine. A delegate sends the letter for its maker, and receives the answer later."""
    spec, people = catalogue.form("FJ30"), everybody(session)
    prepare(session, spec, people)
    maker, delegate = actors["collector"], actors["it_staff"]
    document: Any = make(session, maker, spec, example(spec, 31, given={}))
    step_on(session, spec, document, people)
    assert document.step == "send"
    row = stand_in(session, maker, delegate)
    standing = load_actor(session, session.get_one(User, delegate.user_id))
    sent = {"sent_at": "2026-11-24 09:30", "sent_how": "专人送达", "received_by": "孟晓棠"}
    with transaction(session):
        act(session, standing, spec, document.id, Action.APPROVE, Shown(document.version, document.digest), filled=sent)
    with transaction(session):
        session.execute(update(Delegation).where(Delegation.id == row).values(revoked_at=now()))
    step_on(session, spec, document, people)
    assert (document.state, document.step) == (State.PENDING, "receive")
    with pytest.raises(Denied), transaction(session):
        act(session, delegate, spec, document.id, Action.APPROVE, Shown(document.version, document.digest))


def stand_in(session: Session, giver: Any, taker: Any) -> int:
    """A delegation for these days."""
    with transaction(session):
        row = Delegation(
            from_user_id=giver.user_id, from_user_name=giver.name, to_user_id=taker.user_id, to_user_name=taker.name,
            starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1), reason="出差",
            created_by_id=giver.user_id, created_by_name=giver.name, created_at=now(),
        )
        session.add(row)
        session.flush()
        return row.id
