"""The made-up enterprises that the providers' files are about: the same for the same seed and number."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from app.demo.load import words
from app.standards.organisation_code import make_organisation_code
from app.standards.registration_number import make_registration_number
from app.standards.resident_id import make_resident_id
from app.standards.uscc import make_uscc

TWINS = 400
"""One enterprise in so many has another's name: by the name alone nobody can tell which is meant."""
WITHOUT = 60
"""One in so many has not exchanged its registration number for a unified code yet."""
CAPITALS = (10, 50, 100, 200, 500, 1000, 3000, 10000)
"""Registered capital, in 万元."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """企业. `uscc` is empty where it has none; `capital` in 万元; codes are of the code tables; `born`: its head."""

    number: int
    name: str
    uscc: str
    registration_no: str
    organisation_code: str
    head: str
    born: date
    type: str
    industry: str
    region: str
    address: str
    capital: int
    founded: date
    staff: int

    @property
    def head_id(self) -> str:
        """The resident identity number of its legal representative."""
        return make_resident_id(self.region, self.born, self.number % 1000)


@dataclass(frozen=True)
class Market:
    """All enterprises; `twins` share their name with another one."""

    seed: int
    enterprises: tuple[Enterprise, ...]
    twins: tuple[Enterprise, ...]

    def chance(self, *what: object) -> Random:
        """A source of chance of its own for each purpose, so that one file does not hang on another."""
        return Random(":".join(map(str, (self.seed, *what))))

    def some(self, chance: Random, share: float) -> list[Enterprise]:
        """That share of the enterprises, at least one, in their order."""
        number = max(1, round(len(self.enterprises) * share))
        return sorted(chance.sample(self.enterprises, number), key=lambda one: one.number)


def market(seed: int, number: int) -> Market:
    """So many enterprises."""
    found = tuple(enterprises(seed, number))
    names: dict[str, int] = {}
    for one in found:
        names[one.name] = names.get(one.name, 0) + 1
    return Market(seed, found, tuple(one for one in found if names[one.name] > 1))


def enterprises(seed: int, number: int) -> Iterator[Enterprise]:
    """So many enterprises, one after the other."""
    chance, taken, last = Random(f"{seed}:enterprises"), set[str](), ""
    for at in range(1, number + 1):
        name = name_of(chance, taken)
        if at % TWINS == 0:
            name = last
        last = name
        yield made(at, name, chance)


def name_of(chance: Random, taken: set[str]) -> str:
    """A name that nobody has yet."""
    while True:
        stem = chance.choice(words.FIRST) + chance.choice(words.SECOND)
        name = f"{words.CITY}{stem}{chance.choice(words.TRADES)}{chance.choice(words.FORMS)}"
        if name not in taken:
            taken.add(name)
            return name


def made(at: int, name: str, chance: Random) -> Enterprise:
    """One enterprise."""
    region = chance.choice(words.REGIONS)
    code = make_organisation_code(f"{at % 100_000_000:08d}")
    born = date(1955, 1, 1) + timedelta(chance.randrange(16_000))
    return Enterprise(
        number=at, name=name, organisation_code=code,
        uscc="" if at % WITHOUT == 0 else make_uscc(f"91{region}{code}"),
        registration_no=make_registration_number(f"{region}{at % 100_000_000:08d}"),
        head=chance.choice(words.SURNAMES) + chance.choice(words.GIVEN), born=born,
        type=chance.choice(words.TYPES), industry=chance.choice(words.INDUSTRIES), region=region,
        address=address_of(chance),
        capital=chance.choice(CAPITALS), founded=date(1996, 1, 1) + timedelta(chance.randrange(10_500)),
        staff=int(chance.paretovariate(0.9) * 4) % 3000 + 1,
    )


def address_of(chance: Random) -> str:
    """A street of the city with number, floor and room."""
    street, number = chance.choice(words.STREETS), chance.randrange(1, 800)
    return f"{words.CITY}市{street}{number}号{chance.randrange(1, 30)}层，{chance.randrange(100, 999)}室"
