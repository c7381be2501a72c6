"""A document's values as a person would type them: what a sheet shows before anything is changed."""

from typing import Any

from app.engine.codecs import Codec, CodeTableCodec, DecimalCodec, IntegerCodec, Resolver, Widget
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec


def typed_values(spec: FormSpec, document: Any, resolver: Resolver) -> dict[str, Any]:
    """A document's values as a person would type them."""
    values: dict[str, Any] = {one.name: typed(one, document, resolver) for one in spec.writable}
    for line in spec.lines:
        if line.writable:
            columns = [one for one in line.fields if one.writable]
            rows = getattr(document, line.name)
            values[line.name] = [{one.name: typed(one, row, resolver) for one in columns} for row in rows]
    return values


def typed(one: FieldSpec, row: Any, resolver: Resolver) -> Any:
    """One value as a person would type it: references with their names, numbers with separators."""
    value = one.read(row)
    if value is None:
        return [] if one.codec.widget is Widget.TICKS else ""
    if one.target:
        return reference_text(str(getattr(value, one.target.key)), str(getattr(value, one.target.name)))
    codec: Codec = one.codec
    if isinstance(codec, CodeTableCodec):
        return reference_text(value, resolver.code_title(codec.table, value))
    if codec.widget is Widget.TICKS:
        return list(codec.to_json(value))
    if isinstance(codec, IntegerCodec):
        return f"{value:,}"
    if isinstance(codec, DecimalCodec):
        return f"{value:,.{codec.places}f}"
    return codec.key(value)


def reference_text(key: str, name: str) -> str:
    """A row as it stands in the field that refers to it: code and name."""
    return key if key == name else f"{key} {name}"
