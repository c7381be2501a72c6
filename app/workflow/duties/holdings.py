"""Who holds what (岗位、角色、权限): everything that duties depend on, without the database."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.engine.positions import Position, position_of

Pair = tuple[str, str]
"""(permission, resource)"""

NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Person:
    """An account with its roles. `employed`: an employee of the bureau, whom documents can name."""

    id: int
    name: str
    username: str
    roles: frozenset[str]
    active: bool = True
    employed: bool = True
    department: str | None = None

    @property
    def positions(self) -> frozenset[Position]:
        """The positions among the roles."""
        return frozenset(position for role in self.roles if (position := position_of(role)))


@dataclass(frozen=True)
class Holdings:
    """All accounts by id, the permissions of all roles, and who stands for whom now: (principal, delegate)."""

    people: Mapping[int, Person]
    roles: Mapping[str, frozenset[Pair]]
    delegations: frozenset[tuple[int, int]] = field(default=frozenset())

    @cached_property
    def active(self) -> tuple[Person, ...]:
        """The people who can act at all."""
        return tuple(person for person in self.people.values() if person.active)

    @cached_property
    def _members(self) -> Mapping[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for person in self.active:
            for role in person.roles:
                found[role].add(person.id)
        return {role: frozenset(members) for role, members in found.items()}

    @cached_property
    def _holders(self) -> Mapping[Pair, frozenset[int]]:
        found: dict[Pair, set[int]] = defaultdict(set)
        for role, members in self._members.items():
            for pair in self.roles.get(role, ()):
                found[pair] |= members
        return {pair: frozenset(holders) for pair, holders in found.items()}

    def members(self, role: str) -> frozenset[int]:
        """The active people who have a role."""
        return self._members.get(role, NOBODY)

    def holders(self, permission: str, resource: str) -> frozenset[int]:
        """The active people who have a permission."""
        return self._holders.get((permission, resource), NOBODY)

    def permissions(self, person: Person) -> frozenset[Pair]:
        """Everything that a person's roles allow."""
        return frozenset().union(*(self.roles.get(role, frozenset()) for role in person.roles))

    def names(self, people: Iterable[int]) -> tuple[str, ...]:
        """Names of people, told apart by user names where two are alike."""
        found = [self.people[one] for one in sorted(people)]
        alike = [person.name for person in found]
        return tuple(
            f"{one.name}（{one.username}）" if alike.count(one.name) > 1 else one.name for one in found
        )

    def principals(self, user_id: int) -> frozenset[int]:
        """Everybody for whom a person stands, directly or through others."""
        found: set[int] = set()
        ask = {user_id}
        while ask:
            ask = {one for one, to in self.delegations if to in ask} - found - {user_id}
            found |= ask
        return frozenset(found)

    @cached_property
    def hands(self) -> Mapping[int, int]:
        """People who count as one while delegations stand, each by the least id among them."""
        hands = {one: one for one in self.people}
        for one, other in sorted(self.delegations):
            if one in hands and other in hands:
                least, most = sorted((hands[one], hands[other]))
                hands = {user: least if hand == most else hand for user, hand in hands.items()}
        return hands

    def with_person(self, person: Person) -> "Holdings":
        """As it is when an account is like this."""
        return replace(self, people={**self.people, person.id: person})

    def with_role(self, name: str, permissions: Iterable[Pair]) -> "Holdings":
        """As it is when a role has these permissions."""
        return replace(self, roles={**self.roles, name: frozenset(permissions)})

    def without_role(self, name: str) -> "Holdings":
        """As it is when a role is no more."""
        people = {key: replace(one, roles=one.roles - {name}) for key, one in self.people.items()}
        return replace(self, people=people, roles={key: held for key, held in self.roles.items() if key != name})

    def with_delegations(self, delegations: Iterable[tuple[int, int]]) -> "Holdings":
        """As it is when these delegations stand."""
        return replace(self, delegations=frozenset(delegations))
