"""Titles of what stands in an answer as a key: names of rows referred to, titles of codes and choices."""

from collections.abc import Iterable
from typing import Any

from app.documents.words import Words
from app.engine.codecs import ChoiceCodec, ChoiceSetCodec, CodeTableCodec
from app.engine.document import Document
from app.engine.fields import FieldSpec


def titles(words: Words, fields: Iterable[FieldSpec], row: Any) -> dict[str, Any]:
    """The titles of a row's values, by name; values that speak for themselves have none."""
    return {one.name: found for one in fields if (found := title(words, one, row)) is not None}


def title(words: Words, one: FieldSpec, row: Any) -> str | list[str] | None:
    """The title of a value, of each value in a list; None where it needs none."""
    value = one.read(row)
    if value is None:
        return None
    if one.target:
        return str(value.summary) if isinstance(value, Document) else str(getattr(value, one.target.name))
    match one.codec:
        case ChoiceCodec() | CodeTableCodec():
            return words(one, row)
        case ChoiceSetCodec(choice=choice):
            return [str(member.title) for member in choice if member in value]
    return words(one, row) if one.codec.worded else None
