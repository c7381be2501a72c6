"""Whether distinct people can be found for parts that must not all be the same person's."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

Domains = Mapping[str, frozenset[int]]
Apart = Iterable[frozenset[str]]


def assignable(domains: Domains, apart: Apart) -> bool:
    """Whether each part can get somebody of its domain, so that no two parts that are `apart` get the same person.

    A part with more candidates than neighbours never fails: it is left for last. What remains is small, and tried out.
    """
    neighbours = neighbours_of(apart)
    hard = set(domains)
    while easy := {part for part in hard if len(domains[part]) > len(neighbours[part] & hard)}:
        hard.remove(easy.pop())
    return tried({part: domains[part] for part in hard}, neighbours)


def tried(domains: Domains, neighbours: Mapping[str, set[str]]) -> bool:
    """As `assignable`, by trying: the part with the fewest candidates first."""
    if not domains:
        return True
    part = min(domains, key=lambda one: (len(domains[one]), one))
    for person in domains[part]:
        rest = {
            other: people - {person} if other in neighbours[part] else people
            for other, people in domains.items() if other != part
        }
        if all(rest.values()) and tried(rest, neighbours):
            return True
    return False


def neighbours_of(apart: Apart) -> dict[str, set[str]]:
    """For each part those that must be somebody else's."""
    found: dict[str, set[str]] = defaultdict(set)
    for pair in apart:
        for one in pair:
            found[one] |= pair - {one}
    return found
