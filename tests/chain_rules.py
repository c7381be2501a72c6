"""The rules that any story of a document must keep (security 1 to 5), told by its rows and the declaration alone.

Nothing here asks the code that decides: rights, options and cases are what is being judged.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.engine.chain import Kind, Maker
from app.engine.document import State
from app.engine.fields import StepSpec
from app.workflow.actor import Actor
from app.workflow.effects import registered
from app.workflow.options import Action
from tests.chain_pictures import Picture, Row, passes

WITH_MAKER = {State.DRAFT, State.RETURNED, State.WITHDRAWN}
SIGNING = {Action.APPROVE, Action.AUTHORISE}
MOVES: Mapping[Action, tuple[set[State], set[State]]] = {
    Action.SUBMIT: (WITH_MAKER, {State.PENDING, State.DONE}),
    Action.WITHDRAW: ({State.PENDING}, {State.WITHDRAWN}),
    Action.APPROVE: ({State.PENDING}, {State.PENDING, State.DONE}),
    Action.AUTHORISE: ({State.PENDING}, {State.PENDING, State.DONE}),
    Action.RETURN: ({State.PENDING}, {State.PENDING, State.RETURNED}),
    Action.TERMINATE: ({State.RETURNED, State.WITHDRAWN}, {State.TERMINATED}),
}
DECISIONS = {
    Action.SUBMIT: {"submit", "resubmit"}, Action.WITHDRAW: {"withdraw"}, Action.APPROVE: {"approve"},
    Action.AUTHORISE: {"approve"}, Action.RETURN: {"return"}, Action.TERMINATE: {"terminate"},
}


@dataclass(frozen=True)
class Did:
    """One accepted act: by whom, who counted as that person then, and in whose dialog."""

    action: Action
    who: int
    hands: frozenset[int]
    operator: int | None = None


@dataclass(frozen=True)
class Facts:
    """What the rules look up: everybody by account, accounts of employees, who stands for whom, numbers of parameters."""

    people: Mapping[int, Actor]
    users: Mapping[int, int | None]
    """Accounts by employee."""
    numbers: Mapping[str, Any]
    delegated: list[tuple[int, int]]
    """(from, to) of the delegations in force."""


class Broken(AssertionError):
    """A rule was broken."""


def hands_of(delegated: list[tuple[int, int]], user: int) -> frozenset[int]:
    """The person, and everybody for whom the person stands, directly or through others."""
    found, ask = {user}, [user]
    while ask:
        one = ask.pop()
        more = {giver for giver, taker in delegated if taker == one} - found
        found |= more
        ask += more
    return frozenset(found)


def judge(facts: Facts, did: Did, before: Picture, after: Picture) -> None:
    """Raises Broken with every rule that an accepted act has broken."""
    broken = [*moved(did, before, after), *trail_kept(did, before, after), *written(did, before, after), *tasks_right(facts, after)]
    if not broken and did.action in (*SIGNING, Action.RETURN):
        broken += signed_right(facts, did, before, after)
    if not broken and after.state is State.DONE:
        broken += finished(facts, after)
    if broken:
        raise Broken("; ".join(broken))


def moved(did: Did, before: Picture, after: Picture) -> Iterator[str]:
    """States follow one another; what is the maker's alone the maker did; versions only go up."""
    start, end = MOVES[did.action]
    if before.state not in start or after.state not in end:
        yield f"{did.action} from {before.state} to {after.state}"
    own = did.action in (Action.SUBMIT, Action.WITHDRAW, Action.TERMINATE)
    if own and did.who != before.row["maker_id"]:
        yield f"{did.action} by somebody else than the maker"
    gone = ("state", "step", "round", "digest")
    if after.row["version"] < before.row["version"] or (
        after.row["version"] == before.row["version"] and any(before.row[one] != after.row[one] for one in gone)
    ):
        yield "version did not go up"
    for name in ("number", "maker_id", "form_code", "created_at", "maker_name"):
        if before.row[name] != after.row[name]:
            yield f"{name} changed"
    if did.action is Action.WITHDRAW:
        since = last_submission(before.trail)
        if any(one["decision"].value in ("approve", "return") for one in before.trail[since:]):
            yield "withdrawn after somebody had signed"


def last_submission(trail: tuple[Row, ...]) -> int:
    places = [one["sequence"] for one in trail if one["decision"].value in ("submit", "resubmit")]
    return max(places, default=0)


def trail_kept(did: Did, before: Picture, after: Picture) -> Iterator[str]:
    """The trail has one entry more, without gaps; earlier ones are as they were, save that a return voids some."""
    if [one["sequence"] for one in after.trail] != list(range(1, len(before.trail) + 2)):
        yield "the trail has a gap"
        return
    names = [step.name for step in before.spec.chain]
    for old, new in zip(before.trail, after.trail, strict=False):
        if old == new:
            continue
        later = {**new, "voided": old["voided"]} == old and new["voided"] and did.action is Action.RETURN
        back = after.trail[-1]["back_to"]
        if not later or (back in names and names.index(old["step"]) < names.index(back)):
            yield f"entry {old['sequence']} of the trail changed"
    last = after.trail[-1]
    if last["decision"].value not in DECISIONS[did.action] or last["user_id"] != did.who:
        yield "the trail tells of another act"
    if last["step"] != before.row["step"] or last["operator_id"] != did.operator:
        yield "the trail names another step or operator"


def written(did: Did, before: Picture, after: Picture) -> Iterator[str]:
    """After submission nothing changes but what the step fills in, effects compute, or draft for the next to edit; digests bind."""
    old, new = before.content(), after.content()
    changed = {name for name in {*old, *new} if old.get(name) != new.get(name)}
    if bool(changed) != (before.row["digest"] != after.row["digest"]):
        yield f"digest and content part company: {sorted(changed)}"
    spec, step = before.spec, before.step if did.action in (*SIGNING, Action.RETURN) else None
    by_handing_in = did.action is Action.SUBMIT and bool(spec.handed_in)
    computed = {one.name for one in spec.fields if one.computed}
    by_effects = by_handing_in or bool(step and step.effects)
    lines = {line.name for line in spec.lines if line.computed} if by_effects else set()
    fills = set(step.fills) if step and did.action in SIGNING else set()
    columns = set(step.line_fills) if step and did.action in SIGNING else set()
    following = spec.step(after.row["step"]) if by_effects and after.row["step"] else None
    fills |= {one for one in (following.fills if following else ()) if not old.get(one)}
    for name in changed:
        line, _place, column = name.partition(".") if "." in name else (name, "", "")
        column = column.rpartition(".")[2]
        by_system = (step is not None or by_handing_in) and (name in computed or line in lines or computed_column(spec, line, column))
        if not (name in fills or (line, column) in columns or by_system):
            yield f"{name} changed by {did.action}"
    last = after.trail[-1]
    effects = [*(step.effects if step else ()), *(spec.effects if after.state is State.DONE else ())]
    fixed = last["digest"] == before.row["digest"] or bool(changed & fills or columns or by_handing_in)
    if not fixed or (last["digest"] != after.row["digest"] and not any(registered(one.name) for one in effects)):
        yield "the signature binds to something else"


def computed_column(spec: Any, line: str, column: str) -> bool:
    return any(one.name == column and one.computed for lines in spec.lines if lines.name == line for one in lines.fields)


def tasks_right(facts: Facts, after: Picture) -> Iterator[str]:
    """Tasks are open while the document waits, and only then: for the step that it waits at, a seat each."""
    if bool(after.open) != (after.state is State.PENDING):
        yield f"{len(after.open)} tasks open at {after.state}"
    if {one["step"] for one in after.open} - {after.row["step"]}:
        yield "a task of another step is open"
    step = after.step
    if step is None:
        return
    seats = sorted(str(one["seat"]) for one in after.open)
    if step.kind is Kind.COUNTERSIGN:
        taken = {one["seat"] for one in after.standing if one["step"] == step.name}
        if seats != sorted(key for key in seats_of(facts, after, step) if key not in taken):
            yield f"tasks do not match the seats that are free: {seats}"
    elif len(seats) != 1:
        yield f"{len(seats)} tasks for one signature"


def seats_of(facts: Facts, seen: Picture, step: StepSpec) -> set[str]:
    """Who all has to countersign: positions, or the people on lines."""
    if step.each is None:
        return {position.code for position in step.positions}
    line, column = step.each
    attribute = next(one for one in seen.spec.lines if one.name == line).field(column).attribute
    rows = [row for row in seen.lines[line] if step.among is None or row[step.among]]
    return {f"user:{facts.users[row[attribute]]}" for row in rows if row[attribute] is not None}


def makers_of(seen: Picture) -> set[int]:
    """Everybody who had the maker's hand in it: made it, handed it in, did a step of the maker's, or operated for it."""
    found = {seen.row["maker_id"]}
    for one in seen.trail:
        step = next((step for step in seen.spec.chain if step.name == one["step"]), None)
        own = step is not None and step.relation is Maker.MAKER and one["decision"].value == "approve"
        if own or one["decision"].value in ("submit", "resubmit"):
            found.add(one["user_id"])
        if one["decision"].value == "hand_over":
            found.add(one["for_user_id"])
        found.add(one["operator_id"])
    return found - {None}


def signed_right(facts: Facts, did: Did, before: Picture, after: Picture) -> Iterator[str]:
    """Who signed was entitled to, and had no hand in it that the step excludes."""
    step, row = before.step, after.trail[-1]
    if step is None:
        yield "signed at no step"
        return
    whom = row["for_user_id"] or did.who
    if row["for_user_id"] and (row["for_user_id"], did.who) not in facts.delegated:
        yield "signed for somebody without a delegation"
    yield from entitled(facts, facts.people[whom], before, step, row)
    if step.relation is not Maker.MAKER and makers_of(before) & did.hands:
        yield "somebody of the makers' hands signed"
    if step.kind is Kind.AUTHORISE and did.action is Action.APPROVE:
        yield "authorised without the operator's dialog"
    if did.operator is not None and hands_of(facts.delegated, did.operator) & did.hands:
        yield "operator and authoriser are one hand"
    for one in before.standing:
        if one["step"] == step.name and step.kind is not Kind.COUNTERSIGN:
            yield "a step was signed twice"
        barred = step.judges or one["step"] in step.differs or one["step"] == step.name
        if barred and {one["user_id"], one["for_user_id"]} & did.hands:
            yield f"who signed {one['step']} signs {step.name} too"
    before_it = {one.name for one in before.spec.chain[: before.spec.chain.index(step)] if one.fills_fields}
    for one in before.trail if step.judges else ():
        if one["voided"] and one["step"] in before_it and {one["user_id"], one["for_user_id"]} & did.hands:
            yield f"who filled in {one['step']} before a return signs {step.name}"
    for name in (*step.differs, *(("project_manager",) if step.judges else ())):
        field = next((one for one in before.spec.fields if one.name == name), None)
        if field is not None and facts.users.get(before.row[field.attribute]) in did.hands:
            yield f"{name} signs {step.name}"
    claimed = [one["claimed_by_id"] for one in before.open if one["duty"] and one["seat"] in (None, row["seat"])]
    if claimed and None not in claimed and not set(claimed) & did.hands:
        yield "a claimed task was done by another"


def entitled(facts: Facts, person: Actor, before: Picture, step: StepSpec, row: Row) -> Iterator[str]:
    """The person's position, name, department or seat gives the step."""
    spec = before.spec
    if step.relation is Maker.MAKER:
        if person.user_id != before.row["maker_id"]:
            yield "a maker's step by another"
        return
    if not person.positions.intersection(spec.signers(step)):
        yield f"{step.name} signed without the position"
    if step.person:
        named = facts.users.get(before.row[spec.field(step.person).attribute])
        moved = {one["user_id"] for one in before.open if step.kind is not Kind.AUTHORISE}
        if person.user_id not in {named} | moved:
            yield f"{step.name} signed by somebody not named"
    if step.relation is Maker.DEPARTMENT_HEAD and person.department_code != {
        "SJGL": "XXJS", "XTGL": "XXJS"
    }.get(code := before.row["department_code"], code):
        yield f"{step.name} signed by another department"
    if step.kind is Kind.COUNTERSIGN and row["decision"].value == "approve":
        own = {f"user:{person.user_id}", *(position.code for position in person.positions)}
        if row["seat"] not in seats_of(facts, before, step) & own:
            yield f"{step.name} signed from a seat of another"
        if row["seat"] in {one["seat"] for one in before.standing if one["step"] == step.name}:
            yield f"seat {row['seat']} of {step.name} taken twice"


def finished(facts: Facts, after: Picture) -> Iterator[str]:
    """At the end every step that applies is signed, in order, once or by every seat."""
    names = [step.name for step in after.spec.chain]
    places = [names.index(one["step"]) for one in after.standing]
    if places != sorted(places):
        yield "signed out of order"
    for step in after.spec.chain:
        signed = [one for one in after.standing if one["step"] == step.name]
        if passes(after, step, facts.numbers) and not signed:
            yield f"{step.name} was skipped"
        if step.kind is Kind.COUNTERSIGN and signed and {one["seat"] for one in signed} != seats_of(facts, after, step):
            yield f"a countersignature of {step.name} is missing"
        if step.kind is not Kind.COUNTERSIGN and len(signed) > 1:
            yield f"{step.name} was signed {len(signed)} times"
    if after.row["finished_at"] is None:
        yield "done at no time"
