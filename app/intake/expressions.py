"""字段比较: a field held against others of its row, such as `<=应缴金额` or `=本金+利息`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from app.intake.layout import Field
from app.intake.terms import FieldType

OPERATORS = {"<=": le, "<": lt, ">=": ge, ">": gt, "=": eq, "!=": ne}
NUMERIC = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.AMOUNT)
TIMED = (FieldType.DATE, FieldType.MOMENT)

_COMPARISON = re.compile(r"\s*(<=|>=|!=|=|<|>)\s*(.+)", re.DOTALL)
_SIGN = re.compile(r"\s*([+-])\s*")


class BadExpression(ValueError):
    """A comparison that cannot be carried out: `unknown` is the name that no field has, None where the form is wrong."""

    def __init__(self, unknown: str | None = None) -> None:
        super().__init__(unknown)
        self.unknown = unknown


@dataclass(frozen=True)
class Comparison:
    """`fields[place] operator sum of terms`: the terms are the places of fields, each with its sign."""

    place: int
    operator: str
    terms: tuple[tuple[int, int], ...]
    numeric: bool

    def broken(self, columns: Sequence[Sequence[str]]) -> Iterator[int]:
        """The rows, by their place in columns of standard values, where it does not hold; an empty value says nothing."""
        left = columns[self.place]
        terms = [columns[at] for _sign, at in self.terms]
        compare = OPERATORS[self.operator]
        equal_holds = compare(0, 0)
        if len(terms) == 1 and self.terms[0][0] > 0:
            read: Any = Decimal if self.numeric else str
            for at, (one, other) in enumerate(zip(left, terms[0], strict=True)):
                if one and other and not (equal_holds if one == other else compare(read(one), read(other))):
                    yield at
            return
        signs = [sign for sign, _at in self.terms]
        for at, (one, *others) in enumerate(zip(left, *terms, strict=True)):
            if one and all(others):
                total = sum(sign * Decimal(other) for sign, other in zip(signs, others, strict=True))
                if not compare(Decimal(one), total):
                    yield at


def comparison(fields: Sequence[Field], place: int, expression: str) -> Comparison:
    """Reads the comparison of the field at a place; raises BadExpression."""
    found = _COMPARISON.fullmatch(expression)
    if found is None:
        raise BadExpression
    names = {one.title: at for at, one in enumerate(fields)} | {one.name: at for at, one in enumerate(fields)}
    terms = terms_of(names, found[2].strip())
    types = {fields[at].type for _sign, at in terms} | {fields[place].type}
    numeric = types <= set(NUMERIC)
    if not numeric and (len(terms) > 1 or terms[0][0] < 0 or not (len(types) == 1 or types <= set(TIMED))):
        raise BadExpression
    return Comparison(place, found[1], terms, numeric)


def terms_of(names: dict[str, int], text: str) -> tuple[tuple[int, int], ...]:
    """The signed places of a sum of fields; raises BadExpression."""
    if text in names:
        return ((1, names[text]),)
    parts = _SIGN.split(text)
    signs = [1, *(1 if one == "+" else -1 for one in parts[1::2])]
    terms = []
    for sign, name in zip(signs, parts[::2], strict=True):
        if name not in names:
            raise BadExpression(name)
        terms.append((sign, names[name]))
    return tuple(terms)
