"""Effects of the forms that propose register changes (19–21, 23–25, 27)."""

from app.registers import changing
from app.workflow.effects import Happening, effect


@effect("propose_change")
def propose_change(happening: Happening) -> None:
    """试行变更: fixes the proposal and rehearses it."""
    changing.propose(happening.session, happening.actor, happening.case.spec, happening.case.document)


@effect("enter_change")
def enter_change(happening: Happening) -> None:
    """录入，待确认."""
    changing.enter(happening.session, happening.actor, happening.case.spec, happening.case.document)


@effect("apply_change")
def apply_change(happening: Happening) -> None:
    """变更生效."""
    changing.confirm(happening.session, happening.actor, happening.case.spec, happening.case.document)
