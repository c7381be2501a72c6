"""Leaves out what a form asks for in other cases only: the medium's number where there is no medium."""

from collections.abc import Container, Iterable
from typing import Any

from app.documents.values import no_parameters
from app.engine.codecs import BoolCodec, ChoiceCodec, ChoiceSetCodec
from app.engine.conditions import holds
from app.engine.fields import FieldSpec


def drop_needless(
    fields: Iterable[FieldSpec], raw: dict[str, Any], given: Container[str] = (), document: Any = None
) -> None:
    """Takes out of the raw values, save the `given`, the fields whose `required_when` does not hold.

    `document` has the fields that are not among these.
    """
    by_name = {one.name: one for one in fields}

    def read(name: str) -> Any:
        if name not in by_name:
            return getattr(document, name, raw.get(name))
        return typed(by_name[name], raw.get(name))

    for one in by_name.values():
        if one.name not in given and one.required_when and not holds(one.required_when, read, no_parameters):
            raw[one.name] = None


def typed(one: FieldSpec, raw: Any) -> Any:
    """A raw value as conditions compare it."""
    if raw in (None, ""):
        return None
    match one.codec:
        case ChoiceCodec(choice):
            return choice.find(str(raw))
        case ChoiceSetCodec(choice):
            return frozenset(choice.find(part) for part in str(raw).split(","))
        case BoolCodec():
            return str(raw) in ("1", "是", "True")
    return raw
