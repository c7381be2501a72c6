"""Conditions on a document's fields: as data, so that chains, required fields, screens and docs read the same one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any


@dataclass(frozen=True)
class When:
    """The field has one of the values; with no values: it has any value. `negated` turns it round."""

    field: Any
    values: tuple[Any, ...] = ()
    negated: bool = False

    def __invert__(self) -> "When":
        return When(self.field, self.values, not self.negated)

    def __and__(self, other: "Condition") -> "Every":
        return Every((self, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf((self, other))


@dataclass(frozen=True)
class AtLeast:
    """The number in `field` reaches the business parameter (业务参数) of that code."""

    field: Any
    parameter: str

    def __and__(self, other: "Condition") -> "Every":
        return Every((self, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf((self, other))


@dataclass(frozen=True)
class Every:
    """All of the conditions hold."""

    conditions: tuple["Condition", ...]

    def __and__(self, other: "Condition") -> "Every":
        return Every((*self.conditions, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf((self, other))


@dataclass(frozen=True)
class AnyOf:
    """One of the conditions holds."""

    conditions: tuple["Condition", ...]

    def __and__(self, other: "Condition") -> "Every":
        return Every((self, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        return AnyOf((*self.conditions, other))


Condition = When | AtLeast | Every | AnyOf


def when(field: Any, *values: Any) -> When:
    """`when(method, Method.BULK)`: the field has one of the values; `when(found)`: the field is filled."""
    return When(field, values)


def holds(condition: Condition, read: Callable[[str], Any], parameter: Callable[[str], Decimal]) -> bool:
    """Whether the (compiled) condition holds, given how to read a field and a parameter."""
    match condition:
        case When(field, values, negated):
            value = read(field)
            given = value is not None and value is not False and value != ""
            if not values:
                return given is not negated
            found = any(one in value for one in values) if isinstance(value, frozenset) else value in values
            return found is not negated
        case AtLeast(field, code):
            value = read(field)
            return value is not None and Decimal(value) >= parameter(code)
        case Every(conditions):
            return all(holds(one, read, parameter) for one in conditions)
        case AnyOf(conditions):
            return any(holds(one, read, parameter) for one in conditions)


def named(condition: Condition, name_of: Callable[[Any], str]) -> Condition:
    """The condition with its fields named by string instead of by declared object."""
    match condition:
        case When(field, values, negated):
            return When(name_of(field), values, negated)
        case AtLeast(field, code):
            return AtLeast(name_of(field), code)
        case Every(conditions):
            return Every(tuple(named(one, name_of) for one in conditions))
        case AnyOf(conditions):
            return AnyOf(tuple(named(one, name_of) for one in conditions))


def fields_of(condition: Condition) -> Iterable[str]:
    """The names of the fields that a compiled condition reads."""
    match condition:
        case When(field) | AtLeast(field):
            yield field
        case Every(conditions) | AnyOf(conditions):
            for one in conditions:
                yield from fields_of(one)


def as_json(condition: Condition) -> dict[str, Any]:
    """The compiled condition for the screen's script: it marks and shows fields while typing."""
    match condition:
        case When(field, values, negated):
            return {"field": field, "values": [v.value if isinstance(v, Enum) else v for v in values], "not": negated}
        case AtLeast(field, code):
            return {"field": field, "parameter": code}
        case Every(conditions):
            return {"all": [as_json(one) for one in conditions]}
        case AnyOf(conditions):
            return {"any": [as_json(one) for one in conditions]}
