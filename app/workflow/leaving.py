"""What leaving means (离岗): the positions of somebody, who else holds each, and the steps that nobody would be left for.

A hand-over gives away what is under way; positions themselves change by forms 21 and 22.
"""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.engine.catalogue import catalogue
from app.engine.positions import Position
from app.workflow.delegations import stands
from app.workflow.duties import AccountChange, Finding, findings, findings_after, introduced, load_holdings
from app.workflow.models import Delegation


@dataclass(frozen=True)
class Post:
    """A position that the leaver holds, with the names of the others who do."""

    position: Position
    others: tuple[str, ...]


@dataclass(frozen=True)
class Duties:
    """The leaver's positions, standing delegations given and received, and what would stop without the leaver."""

    posts: tuple[Post, ...]
    delegations: tuple[Delegation, ...]
    gaps: tuple[Finding, ...]


def duties_of(session: Session, user_id: int) -> Duties:
    """The duties of somebody who may leave."""
    holdings = load_holdings(session)
    person = holdings.people[user_id]
    posts = tuple(
        Post(one, holdings.names(holdings.members(one.role) - {user_id})) for one in Position if one in person.positions
    )
    either = (Delegation.from_user_id == user_id) | (Delegation.to_user_id == user_id)
    delegations = session.scalars(select(Delegation).where(either, stands(now())).order_by(Delegation.id)).all()
    without = findings_after(catalogue, holdings, AccountChange(user_id, active=False)) if person.active else []
    return Duties(posts, tuple(delegations), tuple(introduced(findings(catalogue, holdings), without) if without else ()))
