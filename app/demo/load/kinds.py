"""What a provider delivers: its structure as form 1 describes it, when it comes, and the rows of a period."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import Any

from app.areas.collection.registers import Carrier, Method
from app.areas.organisation.registers import UpdateCycle
from app.demo.load.population import Market
from app.intake.terms import (
    Compression,
    Encoding,
    Encryption,
    FieldType,
    FileFormat,
    Quote,
    Role,
    Separator,
    Validation,
)

Row = list[str]


@dataclass(frozen=True)
class Column:
    """A field of the structure. `indicator`: the code of the credit indicator that its values become."""

    name: str
    title: str
    type: FieldType = FieldType.TEXT
    length: int | None = None
    places: int | None = None
    required: bool = False
    key: bool = False
    table: str | None = None
    validation: Validation | None = None
    expression: str | None = None
    role: Role | None = None
    indicator: str | None = None


@dataclass(frozen=True)
class Span:
    """A period that a delivery is about, both days included; `first`: nothing was delivered before."""

    start: date
    end: date
    first: bool = False

    @property
    def month(self) -> str:
        """202603."""
        return f"{self.start:%Y%m}"

    def day(self, chance: Random) -> date:
        """A day of the period."""
        return self.start + timedelta(chance.randrange((self.end - self.start).days + 1))


@dataclass(frozen=True)
class Kind:
    """A provider with the one structure it delivers by.

    `rows`: the rows of a period, sound and complete; `corrected`: the column in which rows of the last period are
    delivered again with another value.
    """

    key: str
    code: str
    provider: str
    subject: str
    name: str
    cycle: UpdateCycle
    day: int
    format: FileFormat
    encoding: Encoding
    columns: tuple[Column, ...]
    rows: Callable[[Market, Span, Random], Iterable[Row]]
    corrected: str
    method: Method = Method.NETWORK
    carrier: Carrier = Carrier.LINE
    separator: Separator | None = None
    quote: Quote | None = None
    header: bool = False
    compression: Compression = Compression.ZIP
    encryption: Encryption = Encryption.ZIP_AES

    def place(self, name: str) -> int:
        """The place of a column."""
        return next(at for at, one in enumerate(self.columns) if one.name == name)

    def of_role(self, role: Role) -> int | None:
        """The place of the column with that role, or None."""
        return next((at for at, one in enumerate(self.columns) if one.role is role), None)

    @property
    def suffix(self) -> str:
        """The ending of its files."""
        return "txt" if self.format is FileFormat.FIXED else self.format.value

    def form(self) -> dict[str, Any]:
        """The values of its form 1; provider and agreement are the caller's."""
        found: dict[str, Any] = {
            "name": self.name, "subject": self.subject, "method": self.method.value, "format": self.format.value,
            "encoding": self.encoding.value, "header_row": "1" if self.header else "0",
            "compression": self.compression.value, "encryption": self.encryption.value, "carrier": self.carrier.value,
            "cycle": self.cycle.value, "submission_day": str(self.day), "submission_time": "17:00", "contact": "数据管理科",
        }
        if self.separator is not None and self.quote is not None:
            found |= {"separator": self.separator.value, "quote": self.quote.value}
        return found | {"fields": list(self.lines())}

    def lines(self) -> Iterable[dict[str, str]]:
        """The lines of its form 1."""
        fixed = self.format is FileFormat.FIXED
        starts = accumulate((one.length or 0 for one in self.columns), initial=1)
        for one, start in zip(self.columns, starts, strict=False):
            values = {
                "source_name": one.name, "title": one.title, "type": one.type.value, "required": "1" if one.required else "0",
                "key_part": "1" if one.key else "0", "length": one.length, "decimal_places": one.places,
                "start": start if fixed else None, "code_table": one.table, "expression": one.expression,
                "validation": one.validation.value if one.validation else None, "role": one.role.value if one.role else None,
                "indicator": f"P:{one.indicator}" if one.indicator else None,
            }
            yield {name: str(value) for name, value in values.items() if value is not None}
