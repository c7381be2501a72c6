"""What a step waits for beside its signer (办理条件): by the name that the declaration gives it.

An area registers its functions as it does effects: `@ready("preprocessed")`. They are asked wherever `options` is: for
the buttons, the tasks, the API and at the door itself.
"""

from collections.abc import Callable

from app.engine.fields import StepSpec
from app.engine.text import Text
from app.workflow.case import Case

Function = Callable[[Case, bool], Text | None]
"""Says why the document cannot move yet: forward (True), or back to somebody (False); None where it can."""
_FUNCTIONS: dict[str, Function] = {}


def ready(name: str) -> Callable[[Function], Function]:
    """Registers what a step of that `ready` waits for; raises ValueError where there is one already."""

    def register(function: Function) -> Function:
        if name in _FUNCTIONS:
            raise ValueError(f"readiness {name} is registered twice")
        _FUNCTIONS[name] = function
        return function

    return register


def not_ready(case: Case, step: StepSpec, *, forward: bool) -> Text | None:
    """Why the document cannot leave the step yet, whoever signs; raises KeyError for a name that nobody registered."""
    return _FUNCTIONS[step.ready](case, forward) if step.ready else None
