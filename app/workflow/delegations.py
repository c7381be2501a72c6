"""Delegations (委托): for a period one person may do another's tasks; whoever does counts as both (security 1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from app.clock import now
from app.workflow.models import Delegation


@dataclass(frozen=True)
class Standing:
    """For whom somebody stands now: `direct` are the principals, `all` those too for whom these stand."""

    direct: tuple[int, ...]
    all: frozenset[int]


def stands(at: datetime) -> ColumnElement[bool]:
    """The condition that a delegation is in force at a moment."""
    return and_(Delegation.starts_at <= at, Delegation.ends_at > at, Delegation.revoked_at.is_(None))


def standing_for(session: Session, user_id: int) -> Standing:
    """For whom a user stands now. One query where there is none; a delegate of a delegate counts as all three."""
    direct = principals_of(session, [user_id])
    found, ask = set(direct), set(direct)
    while ask:
        ask = set(principals_of(session, ask)) - found - {user_id}
        found |= ask
    return Standing(direct, frozenset(found))


def principals_of(session: Session, user_ids: Iterable[int]) -> tuple[int, ...]:
    """Whose delegates these users are now."""
    given = select(Delegation.from_user_id).where(Delegation.to_user_id.in_(user_ids), stands(now())).distinct()
    return tuple(sorted(session.scalars(given)))
