"""Turns columns of cells into checked values, one parse a distinct cell rather than one a row.

The rules are those of `app.documents.values.read_fields`: empty cells take the field's default, a missing required
value is a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from app.engine.codecs import ReferenceCodec, Refused, Resolver
from app.engine.text import clean
from app.excel.cells import blank, raw_of
from app.excel.faults import CellFault, advice, shown
from app.excel.layout import Column
from app.excel.reader import Row, Sheet

REMEMBERED = 20_000
"""Distinct cells of one column that are remembered at a time."""


@dataclass(frozen=True)
class Bad:
    """A cell that cannot be taken, and why."""

    reason: str
    empty: bool


@dataclass
class Parser:
    """Parses the cells of one sheet; remembers what it found, column by column."""

    sheet: Sheet
    resolver: Resolver
    _memory: list[dict[Any, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._memory = [{} for _ in self.sheet.layout.given]

    def values(self, rows: Sequence[Row], faults: list[CellFault]) -> list[list[Any]]:
        """The values of the given columns, column by column; for the key column its text. Faults are added."""
        cells = list(zip(*(row for _number, row in rows), strict=True))
        found = []
        for at, column in enumerate(self.sheet.layout.given):
            one = self.column(at, column, cells[at])
            found.append(one)
            if any(type(value) is Bad for value in one):
                self.report(at, column, rows, one, faults)
        return found

    def column(self, at: int, column: Column, cells: Sequence[Any]) -> list[Any]:
        """The values of one column; `Bad` where a cell cannot be taken."""
        memory = self._memory[at]
        if len(memory) > REMEMBERED:
            memory.clear()
        if bool in {type(cell) for cell in cells}:  # True and 1.0 are one key of a dictionary
            return [self.parse(column, cell) for cell in cells]
        self.look_up(column, cells, memory)
        found = []
        for cell in cells:
            try:
                found.append(memory[cell])
            except KeyError:
                memory[cell] = value = self.parse(column, cell)
                found.append(value)
        return found

    def look_up(self, column: Column, cells: Sequence[Any], memory: dict[Any, Any]) -> None:
        """Finds all references of a stretch of a column at once."""
        preload = getattr(self.resolver, "preload", None)
        if preload is None or column.field is None or not isinstance(column.field.codec, ReferenceCodec):
            return
        new = {clean(cell) for cell in set(cells) - memory.keys() if isinstance(cell, str)}
        preload(column.field.target, sorted(new - {""}))

    def parse(self, column: Column, cell: Any) -> Any:
        """The value of one cell, or `Bad`."""
        one = column.field
        if one is None:
            return "" if blank(cell) else clean(shown(cell))
        try:
            value = one.default if blank(cell) else one.codec.parse(raw_of(one.codec, cell), self.resolver)
        except Refused as refused:
            return Bad(str(refused.message), False)
        except (ValueError, OverflowError, ArithmeticError):
            return Bad(gettext("不能识别“%(value)s”", value=shown(cell)), False)
        return Bad(gettext("必填项为空"), True) if one.required and value is None else value

    def report(
        self, at: int, column: Column, rows: Sequence[Row], values: list[Any], faults: list[CellFault]
    ) -> None:
        """Adds the faults of one column."""
        codec = column.field.codec if column.field else None
        place = self.sheet.headers.places[at] + 1
        for (number, cells), value in zip(rows, values, strict=True):
            if type(value) is Bad:
                faults.append(CellFault(
                    self.sheet.layout.name, number, place, column.label, shown(cells[at]), value.reason,
                    advice(codec, empty=value.empty, label=column.label),
                ))
