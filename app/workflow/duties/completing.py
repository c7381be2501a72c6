"""Whether a form's chain can be walked to its end: for every maker, and for any."""

from dataclasses import dataclass

from app.engine.spec import FormSpec
from app.workflow.duties.holdings import Holdings
from app.workflow.duties.matching import assignable, neighbours_of
from app.workflow.duties.parts import MAKER, Part, Parts, candidates, makers, meeting, parts_of


@dataclass(frozen=True)
class Walk:
    """How far a form gets. `nobody`: signatures that nobody may give; `stuck`: makers whose documents stop, and where."""

    spec: FormSpec
    makers: frozenset[int]
    nobody: tuple[Part, ...]
    stuck: dict[int, tuple[Part, ...]]

    @property
    def passable(self) -> bool:
        """Whether somebody's document can come to its end."""
        return bool(self.makers - set(self.stuck))


def walk(spec: FormSpec, holdings: Holdings, merged: bool = False) -> Walk:
    """How far a form gets with these people; `merged`: delegates count as one with whom they stand for."""
    parts = parts_of(spec)
    nobody = tuple(part for part in parts.steps if not candidates(spec, part, holdings))
    stuck = {}
    if not roomy(spec, parts, holdings, merged):
        for maker in makers(spec, holdings):
            if steps := blocked(parts, domains_of(spec, parts, holdings, maker, merged)):
                stuck[maker] = steps
    return Walk(spec, makers(spec, holdings), nobody, stuck)


def roomy(spec: FormSpec, parts: Parts, holdings: Holdings, merged: bool) -> bool:
    """Whether so many may have each part that nobody's documents can stop, without a look at each maker."""
    neighbours = neighbours_of(parts.apart)
    for part in parts.parts:
        people = candidates(spec, part, holdings)
        hands = {holdings.hands[one] for one in people} if merged else people
        if (part.step and part.step.relation) or 0 < len(hands) <= len(neighbours[part.name]):
            return False
    return True


def domains_of(
    spec: FormSpec, parts: Parts, holdings: Holdings, maker_id: int, merged: bool
) -> dict[str, frozenset[int]]:
    """Who may have which part in a document of this maker. Signatures that nobody may give are told of elsewhere."""
    maker, hands = holdings.people[maker_id], holdings.hands if merged else {}
    found = {}
    for part in parts.parts:
        people = candidates(spec, part, holdings, maker)
        if people or (part.step and candidates(spec, part, holdings)):
            found[part.name] = frozenset(hands.get(one, one) for one in people)
            if frozenset((MAKER, part.name)) in parts.apart:
                found[part.name] -= {hands.get(maker_id, maker_id)}
    return found


def blocked(parts: Parts, domains: dict[str, frozenset[int]]) -> tuple[Part, ...]:
    """The signatures that cannot all be given by people kept apart: one, two, else all; empty where all is well."""
    apart = [pair for pair in parts.apart if MAKER not in pair]
    if all(domains.values()) and assignable(domains, apart):
        return ()
    alone = [part for part in parts.steps if part.name in domains and not domains[part.name]]
    if alone:
        return (alone[0],)
    for one, other in meeting(parts):
        if one.name in domains and other.name in domains:
            two = {name: domains[name] for name in (one.name, other.name)}
            if not assignable(two, apart):
                return one, other
    return tuple(part for part in parts.steps if part.name in domains)
