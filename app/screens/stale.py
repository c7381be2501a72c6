"""What differs between a document as it is now and what somebody typed from an older version of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.documents.values import line_label
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec
from app.screens.translating import gettext as _

Difference = tuple[str, str, str]
"""The field in words, its value now, and what was typed."""


def differences(spec: FormSpec, now: Mapping[str, Any], typed: Mapping[str, Any]) -> Iterator[Difference]:
    """Every field and line whose typed value is not the present one."""
    for one in spec.writable:
        yield from compare(str(one.label), one, now.get(one.name), typed.get(one.name))
    for line in spec.lines:
        if not line.writable:
            continue
        before, after = now.get(line.name) or [], typed.get(line.name) or []
        for number in range(max(len(before), len(after))):
            old = before[number] if number < len(before) else {}
            new = after[number] if number < len(after) else {}
            for one in line.fields:
                if one.writable:
                    label = f"{line_label(line, number)}{one.label}"
                    yield from compare(label, one, old.get(one.name), new.get(one.name))


def compare(label: str, one: FieldSpec, now: Any, typed: Any) -> Iterator[Difference]:
    """The difference of one field, if there is any."""
    old, new = text(one, now), text(one, typed)
    if old != new:
        yield label, old or _("（空）"), new or _("（空）")


def text(one: FieldSpec, value: Any) -> str:
    """A raw value in words: choices by their titles."""
    parts = value if isinstance(value, list) else [value or ""]
    choice = getattr(one.codec, "choice", None)
    shown = [str(found.title) if choice and (found := choice.find(part)) else str(part) for part in parts if part]
    return "、".join(shown).replace(",", "") if one.codec.right else "、".join(shown)
