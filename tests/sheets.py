"""What a browser would send for a sheet."""

from collections.abc import Mapping
from typing import Any

from app.engine.codecs import ChoiceSetCodec
from app.engine.spec import FormSpec


def sheet_data(spec: FormSpec, raw: Mapping[str, Any], **hidden: str) -> dict[str, Any]:
    """Raw values as form data; `hidden` are the fields with a leading underscore, such as do="submit"."""
    data: dict[str, Any] = {f"_{name}": value for name, value in hidden.items()}
    tables = {line.name for line in spec.lines}
    for name, value in raw.items():
        if name in tables:
            for number, row in enumerate(value):
                data |= {f"{name}-{number}-{column}": cell for column, cell in row.items()}
        else:
            several = isinstance(spec.field(name).codec, ChoiceSetCodec) and isinstance(value, str)
            data[name] = value.split(",") if several else value
    return data
