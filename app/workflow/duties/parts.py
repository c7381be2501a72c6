"""The parts (经手人) that people have in a form: its maker, its steps, the people it names; and which are kept apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from app.engine.chain import Kind, Maker
from app.engine.fields import StepSpec
from app.engine.positions import Position
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.workflow.duties.excluding import exclude
from app.workflow.duties.holdings import Holdings, Person
from app.workflow.permissions import MAKE, sign

MAKER = "maker"
"""The part of who fills the form in, and of every step that is the maker's own."""


@dataclass(frozen=True)
class Part:
    """A signature of a step, in countersigning one of several, or a person named in a field (`step` is None)."""

    name: str
    label: Text
    step: StepSpec | None = None
    position: Position | None = None
    """The position that people of this part are chosen from, beside the permission."""
    named: bool = False
    """Whether the document names the person, who then must be an employee."""


@dataclass(frozen=True)
class Parts:
    """The parts of a form beside its maker's, and which of all are kept apart; parts that never meet are not."""

    parts: tuple[Part, ...]
    apart: frozenset[frozenset[str]]

    @property
    def steps(self) -> tuple[Part, ...]:
        """The parts that sign."""
        return tuple(part for part in self.parts if part.step)


def parts_of(spec: FormSpec) -> Parts:
    """The parts of a form."""
    signing = [part for step in spec.chain if step.waits and step.relation is not Maker.MAKER for part in seats(spec, step)]
    wanted = {name for part in signing if part.step for name in part.step.differs}
    fields = [
        Part(one.name, one.label, None, one.target.position, named=True)
        for one in spec.fields if one.target and one.name in wanted
    ]
    apart = {frozenset((MAKER, part.name)) for part in signing}
    for at, part in enumerate(signing):
        apart |= {frozenset((part.name, name)) for name in before(spec, part, signing[:at])}
    apart |= {frozenset((part.name, one.name)) for part in signing for one in fields if part.step and one.name in part.step.differs}
    return Parts((*signing, *fields), frozenset(pair for pair in apart if len(pair) == 2))


def seats(spec: FormSpec, step: StepSpec) -> Iterator[Part]:
    """The signatures of a step: countersigned ones one a position."""
    if step.kind is Kind.COUNTERSIGN and step.positions:
        for position in step.positions:
            yield Part(f"{step.name}.{position.code}", step.label, step, position)
        return
    named = bool(step.person or step.each)
    positions = spec.signers(step) if named or step.team else ()
    yield Part(step.name, step.label, step, positions[0] if len(positions) == 1 else None, named)


def before(spec: FormSpec, part: Part, earlier: list[Part]) -> Iterator[str]:
    """The earlier signatures whose people may not give this one, among those that the same document can need."""
    step = part.step
    for other in earlier:
        if step is None or other.step is None or exclude(spec, step, other.step):
            continue
        if other.step.name in step.differs or step.judges or other.step is step:
            yield other.name


def candidates(spec: FormSpec, part: Part, holdings: Holdings, maker: Person | None = None) -> frozenset[int]:
    """The people who may have a part; `maker` where it depends on who made the document."""
    if part.step is None:
        found = holdings.members(part.position.role) if part.position else frozenset(one.id for one in holdings.active)
    else:
        found = holdings.holders(sign(part.step), spec.resource)
        if part.position:
            found &= holdings.members(part.position.role)
    if part.named:
        found = frozenset(one for one in found if holdings.people[one].employed)
    if maker and part.step and part.step.relation is Maker.DEPARTMENT_HEAD:
        found = frozenset(one for one in found if holdings.people[one].department == maker.department)
    return found


def makers(spec: FormSpec, holdings: Holdings) -> frozenset[int]:
    """The people who may fill a form in."""
    return holdings.holders(MAKE, spec.resource)


def meeting(parts: Parts) -> Iterator[tuple[Part, Part]]:
    """Pairs of signatures that must be two people's."""
    for one, other in combinations(parts.steps, 2):
        if frozenset((one.name, other.name)) in parts.apart:
            yield one, other
