"""The layout of a delivered file, as form 1 agrees it: plain data that reading and checking go by."""

from dataclasses import dataclass
from functools import cached_property

from app.intake.terms import Encoding, FieldType, FileFormat, Role, Validation


@dataclass(frozen=True)
class Field:
    """One field of a row. `codes`: the values of its code table; `start`: 1 for the first column (fixed width)."""

    name: str
    title: str
    type: FieldType
    length: int | None = None
    decimal_places: int | None = None
    start: int | None = None
    required: bool = False
    key_part: bool = False
    codes: frozenset[str] | None = None
    validation: Validation | None = None
    expression: str | None = None
    role: Role | None = None


@dataclass(frozen=True)
class Layout:
    """A whole file. `separator` and `quote` are the characters themselves; quote is empty for none."""

    format: FileFormat
    encoding: Encoding
    fields: tuple[Field, ...]
    separator: str = ","
    quote: str = '"'
    header: bool = False

    @cached_property
    def key(self) -> tuple[int, ...]:
        """Places of the fields that together name a record; never empty."""
        return tuple(at for at, one in enumerate(self.fields) if one.key_part)

    def place(self, role: Role) -> int | None:
        """The place of the field with that role, or None."""
        return next((at for at, one in enumerate(self.fields) if one.role is role), None)
