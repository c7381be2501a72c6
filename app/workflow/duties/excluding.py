"""Which steps of a form no document ever has both: their conditions exclude each other."""

from app.engine.codecs import ChoiceSetCodec
from app.engine.conditions import AnyOf, Condition, Every, When
from app.engine.fields import StepSpec
from app.engine.spec import FormSpec


def exclude(spec: FormSpec, one: StepSpec, other: StepSpec) -> bool:
    """Whether the two steps never both apply; where it cannot be told they may."""
    return one.when is not None and other.when is not None and disjoint(spec, one.when, other.when)


def disjoint(spec: FormSpec, one: Condition, other: Condition) -> bool:
    """Whether the conditions can never both hold."""
    match one, other:
        case AnyOf(conditions), _:
            return all(disjoint(spec, each, other) for each in conditions)
        case _, AnyOf(conditions):
            return all(disjoint(spec, one, each) for each in conditions)
        case Every(conditions), _:
            return any(disjoint(spec, each, other) for each in conditions)
        case _, Every(conditions):
            return any(disjoint(spec, one, each) for each in conditions)
        case When(), When():
            return against(spec, one, other)
    return False


def against(spec: FormSpec, one: When, other: When) -> bool:
    """Whether two statements about one field contradict each other."""
    if one.field != other.field or isinstance(spec.field(one.field).codec, ChoiceSetCodec):
        return False
    if one.negated and not other.negated:
        one, other = other, one
    if one.negated:
        return False
    if other.negated:
        return set(one.values) <= set(other.values) if one.values and other.values else not other.values
    return bool(one.values and other.values) and set(one.values).isdisjoint(other.values)
