"""Rows of a workbook beside what is there already."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.documents.values import Values
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec


def key_of(one: FieldSpec, value: Any) -> Any:
    """A value as it is compared: what the digest sees."""
    if value is None:
        return ""
    return value if one.target else one.codec.key(value)


def differing(fields: Sequence[FieldSpec], values: Mapping[str, Any], row: Any) -> list[FieldSpec]:
    """The fields whose values are others than the row's."""
    return [
        one for one in fields
        if key_of(one, values.get(one.attribute)) != key_of(one, getattr(row, one.attribute))
    ]


def same_document(spec: FormSpec, values: Values, document: Any) -> bool:
    """Whether a document holds these values already."""
    if differing(spec.writable, values.fields, document):
        return False
    for line in spec.lines:
        if not line.writable:
            continue
        rows, given = getattr(document, line.name), values.lines.get(line.name, [])
        fields = [one for one in line.fields if one.writable]
        if len(rows) != len(given) or any(differing(fields, new, old) for new, old in zip(given, rows, strict=True)):
            return False
    return True
