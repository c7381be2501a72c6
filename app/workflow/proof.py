"""A proof of identity, given on the spot."""

from dataclasses import dataclass
from datetime import datetime

from app.workflow.actor import Actor


@dataclass(frozen=True)
class Proof:
    """身份验证: `actor` has just given password and, where set, one-time code. Made by `app.security.proving` alone."""

    actor: Actor
    at: datetime
