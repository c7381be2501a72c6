"""A machine that has random people do random things with random documents, and judges each act by `chain_rules`.

`Machine(session, seed).run(number)` is one story: a document, made and then pushed about. The same seed and number do
the same again on the same database; what was done is told with each rule that breaks.
"""

import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.areas.organisation.operations import load_actor
from app.areas.organisation.registers import Employee
from app.clock import now
from app.database import transaction
from app.demo.examples import example, step_example
from app.demo.prerequisites import everybody, prepare
from app.documents import operations
from app.documents.guard import writing
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.chain import Kind, Maker
from app.engine.document import State
from app.engine.spec import FormSpec
from app.security.models import User
from app.workflow.actor import Actor, Principal
from app.workflow.cases import case_of
from app.workflow.door import TO_MAKER, Shown, act
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.models import Delegation, Task
from app.workflow.options import Action
from app.workflow.proof import Proof
from tests.chain_pictures import Picture, picture
from tests.chain_rules import SIGNING, WITH_MAKER, Broken, Did, Facts, hands_of, judge

Hand = TypeVar("Hand", Actor, Principal)

TURNS = 15
LEAST = 20
REFUSALS = (Denied, Missing, Stale, Invalid)
NEVER = {"state": "done", "maker_id": "1", "number": "FJ02-2026-000001", "version": "1", "step": "", "digest": "0" * 64}
"""What nobody may key, whatever the channel (security 4)."""


@dataclass
class Tally:
    """What a machine has seen."""

    runs: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)
    steps: set[tuple[str, str]] = field(default_factory=set)
    """Steps that somebody has signed."""
    delegated: int = 0
    """Signatures on somebody's behalf."""

    @property
    def actions(self) -> int:
        return self.accepted.total() + self.refused.total()


class Machine:
    """Random stories on one database, whose prerequisites it makes."""

    def __init__(self, session: Session, seed: str, slugs: tuple[str, ...] = ()) -> None:
        self.session, self.seed, self.tally = session, seed, Tally()
        people = everybody(session)
        self.base: dict[int, Actor] = {one.user_id: one for one in people}
        self.specs = [one for one in catalogue.forms if one.chain and (not slugs or one.slug in slugs)]
        for spec in self.specs:
            prepare(session, spec, people)
        self.users: dict[int, int | None] = {}
        self.known: int | None = None
        model: Any = catalogue.register("parameters").model
        texts: dict[str, str | None] = dict(session.execute(select(model.code, model.value)).all())
        self.numbers = {code: float(text) for code, text in texts.items() if text and text.replace(".", "").isdigit()}

    def run(self, number: int) -> None:
        """One story; raises Broken with the log."""
        self.meet()
        story = Story(self, number)
        try:
            story.tell()
        except Exception as error:
            log = "\n".join(story.log)
            raise Broken(f"seed {self.seed}/{number}, {story.spec.slug}: {type(error).__name__}: {error}\n{log}") from error
        finally:
            story.end()
        self.tally.runs += 1

    def meet(self) -> None:
        """Gets to know accounts that earlier stories have made: form 22 makes some."""
        known = self.session.scalar(select(func.count()).select_from(User))
        if known != self.known:
            self.base |= {one.user_id: one for one in everybody(self.session)}
            self.users = dict(self.session.execute(select(Employee.id, Employee.user_id)).all())
            self.known = known
        self.session.rollback()


class Story:
    """One document's life."""

    def __init__(self, machine: Machine, number: int) -> None:
        self.machine, self.session, self.number = machine, machine.session, number
        self.chance = random.Random(f"{machine.seed}/{number}")
        self.spec: FormSpec = machine.specs[number % len(machine.specs)]
        self.log: list[str] = []
        self.delegated: list[tuple[int, int]] = []
        self.rows: list[int] = []
        self.known: dict[int, Actor] = {}
        self.shown: list[Shown] = []
        self.second = self.second_positions()
        self.people = {user: self.widened(one) for user, one in machine.base.items()}
        self.facts = Facts(self.people, machine.users, machine.numbers, self.delegated)

    def second_positions(self) -> dict[int, Actor]:
        """Some who have a part in the form have another's part as well (security 1: a second position)."""
        if self.chance.random() < 0.5:
            return {}
        wanted = {*self.spec.makers, *signers(self.spec)}
        part = [one for one in self.machine.base.values() if one.positions & wanted and not one.external]
        return {self.chance.choice(part).user_id: self.chance.choice(part) for _ in range(3)} if part else {}

    def widened(self, one: Hand) -> Hand:
        """The person with the second position."""
        other = self.second.get(one.user_id)
        if other is None:
            return one
        return replace(one, positions=one.positions | other.positions, permissions=one.permissions | other.permissions)

    def tell(self) -> None:
        """Makes the document and does so many things with it."""
        maker = self.chance.choice(self.makers())
        self.refuse_strangers()
        self.log += [f"{self.people[user].username} is {other.position_titles} too" for user, other in self.second.items()]
        with transaction(self.session):
            raw = example(self.session, maker, self.spec, self.chance.randrange(10_000))
            document = operations.create(self.session, maker, self.spec, raw, generated=self.spec.generated)
        self.key = document.id
        self.log.append(f"{maker.username} makes {document.number}")
        self.now = picture(self.session, self.spec, self.key)
        for _turn in range(TURNS):
            if not self.now.row:
                break
            self.turn()

    def end(self) -> None:
        """Ends the delegations and lets the session forget."""
        self.session.rollback()
        if self.rows:
            with transaction(self.session):
                self.session.execute(update(Delegation).where(Delegation.id.in_(self.rows)).values(revoked_at=now()))
        self.session.expunge_all()
        if getattr(self, "now", None) and self.now.state is State.DONE:
            self.machine.tally.finished[self.spec.slug] += 1

    def refuse_strangers(self) -> None:
        """Who does not make the form does not."""
        stranger = self.chance.choice(list(self.people.values()))
        if stranger.positions.intersection(self.spec.makers) and not self.spec.generated:
            return
        try:
            with transaction(self.session):
                operations.create(self.session, stranger, self.spec, {})
        except Denied:
            return
        raise Broken(f"{stranger.username} makes {self.spec.slug}")

    def turn(self) -> None:
        """One thing: around the document, or with it."""
        luck = self.chance.random()
        if luck < 0.10:
            self.delegate()
        elif luck < 0.13 and self.rows:
            self.revoke()
        elif luck < 0.17 and self.now.open:
            self.claim()
        else:
            self.do(*self.plan())

    # Around it

    def delegate(self) -> None:
        """Somebody, rather one who has to do with the document, lets another stand in."""
        part = [self.now.row["maker_id"], *(one["user_id"] for one in self.now.trail), *(taker for _, taker in self.delegated)]
        near = [one.user_id for one in self.holders([*self.spec.makers, *signers(self.spec)])]
        able = self.able_users() if self.now.state is State.PENDING else near
        giver = self.people[self.chance.choice(self.chance.choice([part, near, able, able]))]
        taker = self.people[self.chance.choice(self.chance.choice([part, part, near]))]
        if giver.user_id == taker.user_id:
            return
        with transaction(self.session):
            row = Delegation(
                from_user_id=giver.user_id, from_user_name=giver.name, to_user_id=taker.user_id, to_user_name=taker.name,
                starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1), reason="出差",
                created_by_id=giver.user_id, created_by_name=giver.name, created_at=now(),
            )
            self.session.add(row)
            self.session.flush()
            self.rows.append(row.id)
        self.delegated.append((giver.user_id, taker.user_id))
        self.around(f"{giver.username} lets {taker.username} stand in")

    def revoke(self) -> None:
        """A delegation ends."""
        place = self.chance.randrange(len(self.rows))
        with transaction(self.session):
            key = self.rows.pop(place)
            self.session.execute(update(Delegation).where(Delegation.id == key).values(revoked_at=now()))
        giver, taker = self.delegated.pop(place)
        self.around(f"{self.people[taker].username} no longer stands in for {self.people[giver].username}")

    def claim(self) -> None:
        """Somebody claims a task."""
        task, actor = self.chance.choice(self.now.open), self.somebody(0.8)
        with transaction(self.session), writing(self.session):
            values = {"claimed_by_id": actor.user_id, "claimed_by_name": actor.name, "claimed_at": now()}
            self.session.execute(update(Task).where(Task.id == task["id"]).values(**values))
        self.around(f"{actor.username} claims {task['step']}")

    def around(self, line: str) -> None:
        """Notes it, and looks anew."""
        self.known.clear()
        self.log.append(line)
        self.now = picture(self.session, self.spec, self.key)

    # With it

    def plan(self) -> tuple[Action, Actor, dict[str, Any]]:
        """What to do next, by whom: often something that may well work, else anything."""
        if self.chance.random() < 0.3:
            return self.anything()
        maker = self.actor(self.now.row["maker_id"])
        if self.now.state in WITH_MAKER:
            action = self.chance.choices([Action.SUBMIT, Action.EDIT, Action.TERMINATE, Action.DELETE], [70, 24, 3, 3])[0]
            return action, maker, {"raw": self.edited(maker)} if action is Action.EDIT else {"opinion": "不再办理"}
        if self.now.state is State.PENDING:
            action = self.chance.choices([Action.APPROVE, Action.RETURN, Action.WITHDRAW], [82, 12, 6])[0]
            return (action, maker, {}) if action is Action.WITHDRAW else self.signing(action)
        return self.anything()

    def signing(self, action: Action) -> tuple[Action, Actor, dict[str, Any]]:
        """A signature by one of those whom the step names."""
        signer = self.able()
        if action is Action.RETURN:
            return action, signer, {"opinion": "请改正", "back_to": self.target()}
        if self.now.step.kind is Kind.AUTHORISE:  # type: ignore[union-attr]
            operator = self.actor(self.now.row["maker_id"]) if self.chance.random() < 0.8 else self.somebody(0.5)
            return Action.AUTHORISE, operator, {"proof": Proof(signer, now()), "filled": self.filled(signer)}
        return action, signer, {"filled": self.filled(signer), "opinion": "同意"}

    def anything(self) -> tuple[Action, Actor, dict[str, Any]]:
        """Any action by anybody with anything."""
        actor, chance = self.somebody(0.6), self.chance
        more: dict[str, Any] = {"opinion": chance.choice(["随机", None]), "back_to": self.target()}
        if chance.random() < 0.5:
            more["filled"] = self.filled(actor) if chance.random() < 0.5 else chance.choice([NEVER, {"remarks": "改"}])
        if chance.random() < 0.4:
            more["proof"] = Proof(self.somebody(0.5), now())
        action = chance.choice(list(Action))
        return action, actor, {"raw": self.edited(actor)} if action is Action.EDIT and chance.random() < 0.7 else more

    def do(self, action: Action, actor: Actor, more: dict[str, Any]) -> None:
        """Does it, and judges what became of it."""
        shown = Shown(self.now.row["version"], self.now.row["digest"])
        self.shown.append(shown)
        if stale := self.chance.random() < 0.06:
            wrong = [Shown(shown.version + 1, shown.digest), Shown(shown.version, "0" * 64), self.shown[0]]
            shown = self.chance.choice(wrong)
            stale = shown != self.shown[-1]
        before, outcome = self.now, "done"
        try:
            with transaction(self.session):
                self.call(action, actor, shown, more)
        except REFUSALS as refusal:
            outcome = type(refusal).__name__
        self.now = picture(self.session, self.spec, self.key)
        self.log.append(f"{actor.username} {action} {self.words(more)}{'(stale) ' if stale else ''}-> {outcome}: "
                        f"{self.now.row.get('state')} {self.now.row.get('step')}")
        if outcome == "done":
            self.accepted(action, actor, more, before, stale)
        else:
            self.refused(actor, before, outcome)

    def call(self, action: Action, actor: Actor, shown: Shown, more: dict[str, Any]) -> None:
        """Through the door, or through the operation."""
        if action is Action.EDIT and "raw" in more:
            operations.change(self.session, actor, self.spec, self.key, more["raw"], shown)
        elif action is Action.DELETE:
            operations.delete(self.session, actor, self.spec, self.key, shown)
        else:
            act(self.session, actor, self.spec, self.key, action, shown, **{k: v for k, v in more.items() if k != "raw"})

    def accepted(self, action: Action, actor: Actor, more: dict[str, Any], before: Picture, stale: bool) -> None:
        """An accepted act keeps every rule."""
        tally, after = self.machine.tally, self.now
        tally.accepted[action] += 1
        if stale:
            raise Broken("done on something else than what was shown")
        if after.entries <= before.entries:
            raise Broken("nothing about it in the record")
        if action in (Action.EDIT, Action.DELETE):
            self.rewritten(action, actor, before)
            return
        signer: Actor = more["proof"].actor if action is Action.AUTHORISE else actor
        operator = actor.user_id if action is Action.AUTHORISE else None
        did = Did(action, signer.user_id, hands_of(self.delegated, signer.user_id), operator)
        judge(self.facts, did, before, after)
        if action in SIGNING:
            tally.steps.add((self.spec.slug, before.row["step"]))
            tally.delegated += after.trail[-1]["for_user_id"] is not None

    def rewritten(self, action: Action, actor: Actor, before: Picture) -> None:
        """The maker alone changes and deletes, while it is with the maker; the trail stays."""
        after = self.now
        if before.state not in WITH_MAKER or actor.user_id != before.row["maker_id"]:
            raise Broken(f"{action} by {actor.username} at {before.state}")
        if action is Action.DELETE:
            if before.state is not State.DRAFT or after.row or after.trail or after.tasks or any(after.lines.values()):
                raise Broken("deleted wrongly or in part")
            return
        system = ("state", "step", "round", "maker_id", "number", "submitted_at", "finished_at", "created_at")
        if before.trail != after.trail or before.tasks != after.tasks or any(before.row[one] != after.row[one] for one in system):
            raise Broken("an edit changed what is the system's")
        if (before.content() != after.content()) and not after.row["version"] > before.row["version"]:
            raise Broken("changed without a new version")

    def refused(self, actor: Actor, before: Picture, outcome: str) -> None:
        """A refused act leaves nothing behind, and tells nobody of what they may not know."""
        self.machine.tally.refused[outcome] += 1
        if self.now != before:
            raise Broken("a refused act left something behind")
        own = before.row["maker_id"] == actor.user_id
        reads = set(self.spec.reading).intersection(*[self.positions(actor)])
        maker = self.machine.base.get(before.row["maker_id"])
        theirs = own or (maker is not None and maker.organisation_id is not None and maker.organisation_id == actor.organisation_id)
        hidden = not reads or (actor.external and not theirs) or (not own and before.state is State.DRAFT)
        if hidden != (outcome == "Missing"):
            raise Broken(f"{outcome} for somebody who {'must not' if hidden else 'may'} know of it")

    # Whom and what

    def positions(self, actor: Actor) -> set[Any]:
        """The positions of the person and of those for whom the person stands directly."""
        givers = [giver for giver, taker in self.delegated if taker == actor.user_id]
        return {one for user in (actor.user_id, *givers) for one in self.people[user].positions}

    def actor(self, user_id: int) -> Actor:
        """The person as the next request would find them."""
        if not self.delegated:
            return self.people[user_id]
        if user_id not in self.known:
            found = load_actor(self.session, self.session.get_one(User, user_id))
            self.known[user_id] = replace(self.widened(found), principals=tuple(map(self.widened, found.principals)))
            self.session.rollback()
        return self.known[user_id]

    def holders(self, positions: Any) -> list[Actor]:
        """Everybody of some positions."""
        return [one for one in self.people.values() if one.positions.intersection(positions)]

    def makers(self) -> list[Actor]:
        """Those who make the form by their first position: by it the registers know whom a document may name."""
        first = [one.user_id for one in self.machine.base.values() if one.positions.intersection(self.spec.makers)]
        return [self.people[user] for user in first]

    def somebody(self, near: float) -> Actor:
        """Anybody; with a likelihood somebody who has to do with the form."""
        people = self.holders(self.spec.reading) if self.chance.random() < near else list(self.people.values())
        return self.actor(self.chance.choice(people).user_id)

    def able(self) -> Actor:
        """Somebody whom the step may well be for, or who stands in for such a one."""
        users = self.able_users()
        takers = [taker for giver, taker in self.delegated if giver in users]
        return self.actor(self.chance.choice(takers if takers and self.chance.random() < 0.6 else users))

    def able_users(self) -> list[int]:
        """The accounts that the step may well be for."""
        step = self.now.step
        assert step is not None
        if step.relation is Maker.MAKER:
            return [self.now.row["maker_id"]]
        if named := [one["user_id"] for one in self.now.open if one["user_id"] and step.kind is not Kind.AUTHORISE]:
            return named
        if step.person:
            user = self.machine.users[self.now.row[self.spec.field(step.person).attribute]]
            assert user is not None
            return [user]
        return [one.user_id for one in self.holders(self.spec.signers(step))]

    def target(self) -> str:
        """Where a return may go."""
        return self.chance.choice([TO_MAKER, TO_MAKER, *(one.name for one in self.spec.chain), "nowhere"])

    def filled(self, actor: Actor) -> Mapping[str, Any]:
        """What the step's signer fills in, now and then something else."""
        if self.now.step is None:
            return {}
        document: Any = self.session.get(self.spec.model, self.key)
        knows = actor if actor.employee_id else next(one for one in self.people.values() if one.employee_id)
        with transaction(self.session):  # what a step prepares, such as an extraction, stays
            values = step_example(self.session, knows, case_of(self.session, self.spec, document), self.now.step)
        luck = self.chance.random()
        if luck < 0.06:
            other = self.chance.choice([one.name for one in self.spec.fields if one.name not in self.now.step.fills])
            return {**values, other: "1"}
        return {} if luck < 0.10 else {**values, **NEVER} if luck < 0.13 else values

    def edited(self, actor: Actor) -> Mapping[str, Any]:
        """New values of the whole form, now and then with something in them that nobody may key."""
        maker = self.makers()[0]
        maker = actor if actor.user_id == self.now.row["maker_id"] else maker
        raw = example(self.session, maker, self.spec, self.chance.randrange(10_000))
        self.session.rollback()
        return {**raw, **NEVER} if self.chance.random() < 0.2 else raw

    @staticmethod
    def words(more: Mapping[str, Any]) -> str:
        """What a person brings to it, in a line."""
        proof = more.get("proof")
        told = {name: value for name, value in more.items() if value and name not in ("proof", "raw")}
        return f"{f'proof of {proof.actor.username} ' if proof else ''}{told or ''} "


def signers(spec: FormSpec) -> set[Any]:
    """The positions that have a part in the form's chain."""
    return {position for step in spec.chain for position in spec.signers(step)}


def drive(session: Session, seed: str, runs: int, slugs: tuple[str, ...] = (), seconds: float | None = None) -> Tally:
    """So many stories, or as many as fit into the seconds, but a few in any case."""
    machine, start = Machine(session, seed, slugs), time.monotonic()
    for number in range(runs):
        if seconds is not None and number >= LEAST and time.monotonic() - start > seconds:
            break
        machine.run(number)
    return machine.tally

