"""Faults that real files have, put into sound rows: by a fixed share each, and counted, so that what came in can be compared."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from app.demo.load.kinds import Kind, Row
from app.demo.load.population import Market
from app.intake.terms import FieldType, FileFormat, Role, Validation

Spoil = Callable[["Spoiler", Row], list[Row] | None]
"""The rows that stand in the place of one; None where this fault cannot happen to it."""

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
TEXTUAL = (FileFormat.CSV, FileFormat.TXT, FileFormat.FIXED)


@dataclass
class Spoiler:
    """Spoils the rows of one delivery. `done`: how often each fault was made."""

    kind: Kind
    market: Market
    chance: Random
    done: Counter[str] = field(default_factory=Counter)

    def spoil(self, rows: Iterable[Row]) -> list[Row]:
        """The rows as they are delivered."""
        found: list[Row] = []
        names, shares = list(FAULTS), [share for share, _spoil in FAULTS.values()]
        total = sum(shares)
        for row in rows:
            made = None
            if self.chance.random() < total:
                name = self.chance.choices(names, shares)[0]
                made = FAULTS[name][1](self, row)
                self.done[name] += made is not None
            found += [row] if made is None else made
        return found

    def place(self, wanted: Callable[[int], bool]) -> int | None:
        """The place of some column of which that holds, or None."""
        places = [at for at in range(len(self.kind.columns)) if wanted(at)]
        return self.chance.choice(places) if places else None

    def put(self, row: Row, place: int | None, value: str) -> list[Row] | None:
        """The row with another value at a place; None where it would be the same, or there is no place."""
        if place is None or row[place] == value:
            return None
        return [[*row[:place], value, *row[place + 1 :]]]


def wrong_uscc(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """A digit mistyped: the check character no longer fits."""
    place = spoiler.kind.of_role(Role.USCC)
    if place is None or not row[place]:
        return None
    digit = str((int(row[place][7]) + 1) % 10)
    return spoiler.put(row, place, row[place][:7] + digit + row[place][8:])


def missing(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """A required field left empty."""
    columns = spoiler.kind.columns
    return spoiler.put(row, spoiler.place(lambda at: columns[at].required and not columns[at].key), "")


def bad_date(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """31 February; of a month without days, a thirteenth month."""
    place = spoiler.place(lambda at: spoiler.kind.columns[at].type is FieldType.DATE and bool(row[at]))
    if place is None:
        return None
    value = row[place]
    if len(value) == 6:
        return spoiler.put(row, place, f"{value[:4]}13")
    return spoiler.put(row, place, f"{value[:4]}{value[4]}02{value[4]}31")


def wrong_code(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """A code that the table has not, or a word that was not agreed."""
    columns = spoiler.kind.columns
    coded = spoiler.place(lambda at: columns[at].type is FieldType.CODE or columns[at].validation is Validation.REGEX)
    return spoiler.put(row, coded, "9X")


def duplicate(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """The same record twice in a file."""
    return [row, list(row)]


def field_count(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """A line that lost its end."""
    return [row[:-2]] if spoiler.kind.format in TEXTUAL else None


def full_width(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """Digits typed in full width."""
    place = spoiler.kind.of_role(Role.USCC)
    fixed = spoiler.kind.format is FileFormat.FIXED
    return None if place is None or fixed else spoiler.put(row, place, row[place].translate(FULL_WIDTH))


def not_a_number(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """An amount with its unit behind it."""
    numbers = (FieldType.AMOUNT, FieldType.DECIMAL, FieldType.INTEGER)
    place = spoiler.place(lambda at: spoiler.kind.columns[at].type in numbers and bool(row[at]))
    return None if place is None else spoiler.put(row, place, f"{row[place][:3]}元")


def by_name_alone(spoiler: Spoiler, row: Row) -> list[Row] | None:
    """Neither code nor number: only a name that two enterprises have; found out when it is loaded."""
    kind, places = spoiler.kind, (Role.USCC, Role.REGISTRATION_NO, Role.ORGANISATION_CODE)
    at, name = kind.of_role(Role.USCC), kind.of_role(Role.NAME)
    if at is None or name is None or kind.columns[at].required or not spoiler.market.twins:
        return None
    found = list(row)
    for place in map(kind.of_role, places):
        if place is not None:
            found[place] = ""
    found[name] = spoiler.chance.choice(spoiler.market.twins).name
    return [found]


FAULTS: dict[str, tuple[float, Spoil]] = {
    "校验位不符": (0.004, wrong_uscc), "必填为空": (0.003, missing), "日期不存在": (0.002, bad_date), "代码不在表中": (0.002, wrong_code),
    "同一文件重复": (0.002, duplicate), "字段数不符": (0.001, field_count), "全角数字": (0.001, full_width),
    "数字带单位": (0.002, not_a_number), "只有重名的企业名称": (0.004, by_name_alone),
}
"""Share of the rows, and how it is made."""
