"""Effects (办结后果): what a signature or a finished chain causes, by the name that the declaration gives it.

An area registers its functions in its `effects` module: `@effect("record_review")`. They run in the decision's
transaction, after the signature and before the document moves on, and may fill in what the system computes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.engine.chain import Effect
from app.engine.fields import StepSpec
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.models import SignOff


@dataclass(frozen=True)
class Happening:
    """What has just been decided: by whom, on what, at which step (None: the chain's end)."""

    session: Session
    actor: Actor
    case: Case
    step: StepSpec | None
    signed: SignOff | None


Function = Callable[[Happening], None]
_FUNCTIONS: dict[str, Function] = {}


def effect(name: str) -> Callable[[Function], Function]:
    """Registers what the effect of that name does; raises ValueError where there is one already."""

    def register(function: Function) -> Function:
        if name in _FUNCTIONS:
            raise ValueError(f"effect {name} is registered twice")
        _FUNCTIONS[name] = function
        return function

    return register


def registered(name: str) -> bool:
    """Whether the system carries the effect out, or people do (the declaration then only says so)."""
    return name in _FUNCTIONS


def run(effects: tuple[Effect, ...], happening: Happening, *, returned: bool = False) -> bool:
    """Runs the effects that the system carries out; says whether there were any."""
    due = [_FUNCTIONS[one.name] for one in effects if registered(one.name) and (one.returned or not returned)]
    for function in due:
        function(happening)
    return bool(due)
