"""A paper in characters that the font has."""

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from app.printing.fonts import legible as legible_text

T = TypeVar("T")


def legible(paper: T) -> T:
    """The same paper with every character that the font lacks replaced by a visible mark."""
    return _legible(paper)  # type: ignore[no-any-return]


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return legible_text(value)
    if isinstance(value, tuple):
        return tuple(_legible(one) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _legible(getattr(value, one.name)) for one in fields(value)})
    return value
