"""A document with what a decision on it depends on: its trail, its open tasks, and the parameters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.engine.chain import Maker
from app.engine.document import Document, State
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec
from app.workflow.models import Decision, SignOff, Task
from app.workflow.seats import Seat, seats

HANDED_IN = (Decision.SUBMIT, Decision.RESUBMIT)


@dataclass(frozen=True)
class Case:
    """A document at one moment. `tasks` are those that wait for a signature."""

    spec: FormSpec
    document: Document
    trail: list[SignOff]
    tasks: Sequence[Task]
    parameter: Callable[[str], Decimal]
    switch: Callable[[str], str | None]
    """The text of a yes-or-no parameter: 是, 否, or None where there is none."""
    _applies: dict[str, bool] = field(default_factory=dict)

    def read(self, name: str) -> Any:
        """The value of the document's field."""
        return self.spec.field(name).read(self.document)

    def applies(self, step: StepSpec) -> bool:
        """Whether the document passes the step: its condition holds, and nobody switched it off."""
        if step.name not in self._applies:
            off = step.control and self.switch(f"control.{self.spec.slug}.{step.name}") == "否"
            self._applies[step.name] = not off and step.applies(self.read, self.parameter)
        return step.waits and self._applies[step.name]

    def switched_on(self, code: str) -> bool:
        """Whether a yes-or-no parameter says yes; one that is missing says no."""
        return self.switch(code) == "是"

    def forget_conditions(self) -> None:
        """Asks conditions anew: the document's fields have changed."""
        self._applies.clear()

    @property
    def steps(self) -> list[StepSpec]:
        """The steps that the document passes, in order."""
        return [step for step in self.spec.chain if self.applies(step)]

    @property
    def current(self) -> StepSpec | None:
        """The step that the document waits at."""
        if self.document.state is not State.PENDING or self.document.step is None:
            return None
        return self.spec.step(self.document.step)

    def rest(self, name: str | None) -> Sequence[StepSpec]:
        """The steps of the chain after the one named; all for None."""
        names = [step.name for step in self.spec.chain]
        return self.spec.chain[names.index(name) + 1 :] if name else self.spec.chain

    def after(self, name: str | None) -> StepSpec | None:
        """The next step to be signed after the one named, from the first for None; None at the end of the chain."""
        return next((step for step in self.rest(name) if self.applies(step) and not self.complete(step)), None)

    def copies(self, after: str | None, before: StepSpec | None) -> list[StepSpec]:
        """The copies to read (抄送) that are due on the way from one step to another, or to the end."""
        found = []
        for step in self.rest(after):
            if before is not None and step.name == before.name:
                break
            if not step.waits and (step.when is None or step.applies(self.read, self.parameter)):
                found.append(step)
        return found

    @property
    def approvals(self) -> list[SignOff]:
        """The signatures that stand, the earliest first."""
        return [one for one in self.trail if one.decision is Decision.APPROVE and not one.voided and one.step]

    def filled_before(self, step: StepSpec) -> list[SignOff]:
        """Signatures of earlier steps that a return has voided, though what they filled in may still be there."""
        names = {one.name for one in self.spec.chain[: self.spec.chain.index(step)] if one.fills_fields}
        return [one for one in self.trail if one.decision is Decision.APPROVE and one.voided and one.step in names]

    @property
    def standing(self) -> dict[str, SignOff]:
        """The signature that stands of each step; of countersigned ones the last."""
        return {str(one.step): one for one in self.approvals}

    def signed(self, name: str) -> list[SignOff]:
        """The signatures of a step that stand: several where it is countersigned."""
        return [one for one in self.approvals if one.step == name]

    def seats(self, step: StepSpec) -> tuple[Seat, ...]:
        """The countersignatures that a step needs; none for other steps."""
        return seats(self.document, step)

    def free_seats(self, step: StepSpec) -> list[Seat]:
        """The countersignatures still wanting."""
        taken = {one.seat for one in self.signed(step.name)}
        return [seat for seat in self.seats(step) if seat.key not in taken]

    def complete(self, step: StepSpec) -> bool:
        """Whether a step is signed, by everybody who is to."""
        return bool(self.signed(step.name)) and not self.free_seats(step)

    @property
    def return_targets(self) -> list[StepSpec]:
        """Earlier steps that the document can be returned to, beside its maker."""
        current = self.current
        signed = self.standing
        if current is None or current.resumes:
            return []
        return [step for step in self.steps if step.name in signed and step.name != current.name]

    @property
    def makers(self) -> frozenset[int]:
        """Everybody who counts as the document's maker: who made it, handed it in, or had it before a hand-over.

        And who stood in for the maker at a step or as operator, though the delegation may have ended since.
        """
        own = {(Decision.APPROVE, step.name) for step in self.spec.chain if step.relation is Maker.MAKER}
        handed_in = (one.user_id for one in self.trail if one.decision in HANDED_IN or (one.decision, one.step) in own)
        before = (one.for_user_id for one in self.trail if one.decision is Decision.HAND_OVER and one.for_user_id)
        operators = (one.operator_id for one in self.trail if one.operator_id)
        return frozenset((self.document.maker_id, *handed_in, *before, *operators))

    def waiting_for(self, step: StepSpec) -> list[Task]:
        """The open tasks of a step."""
        return [task for task in self.tasks if task.step == step.name]

    def signed_since_submission(self) -> bool:
        """Whether anybody has signed since the maker last submitted."""
        for one in reversed(self.trail):
            if one.decision in HANDED_IN:
                return False
            if one.decision in (Decision.APPROVE, Decision.RETURN):
                return True
        return False
