"""The line sheets of a workbook: rows gathered by the document they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from app.engine.fields import LineSpec
from app.excel.faults import CellFault
from app.excel.outcome import Outcome
from app.excel.parsing import Bad, Parser
from app.excel.reader import Sheet
from app.excel.resolving import SheetResolver


@dataclass
class LineRow:
    """One line: Excel's row number, its cells and its checked values by attribute."""

    number: int
    cells: list[Any]
    values: dict[str, Any]
    bad: bool


@dataclass
class Lines:
    """The lines of one sheet by the key of their document."""

    sheet: Sheet
    line: LineSpec
    _by_key: dict[str, list[LineRow]] = field(default_factory=dict)

    def read(self, resolver: SheetResolver, outcome: Outcome) -> None:
        """Reads and checks the sheet; faults go to the outcome."""
        parser = Parser(self.sheet, resolver)
        fields = [one.field for one in self.sheet.layout.given[1:] if one.field is not None]
        attributes = [one.attribute for one in fields]
        for rows in self.sheet.chunks():
            faults: list[CellFault] = []
            keys, *columns = parser.values(rows, faults)
            for (number, cells), key, *values in zip(rows, keys, *columns, strict=True):
                if not key:
                    faults.append(self.fault(number, "", gettext("没有填单据，不知道属于哪一份"), gettext("填主表中的单据号或序号")))
                bad = any(type(value) is Bad for value in values)
                self._by_key.setdefault(key, []).append(
                    LineRow(number, cells, {} if bad else dict(zip(attributes, values, strict=True)), bad)
                )
            outcome.add(faults)
        self._by_key.pop("", None)

    def take(self, key: str) -> list[LineRow]:
        """The lines of a document, which are then no longer left over."""
        return self._by_key.pop(key, [])

    def left_over(self) -> Iterator[CellFault]:
        """A fault for each line whose document the main sheet does not have."""
        for key, rows in self._by_key.items():
            for row in rows:
                yield self.fault(
                    row.number, key, gettext("主表中没有单据“%(key)s”", key=key), gettext("在主表补上这一份，或改正这里的单据"),
                )

    def fault(self, number: int, value: str, reason: str, mend: str) -> CellFault:
        """A fault in the key column."""
        column = self.sheet.layout.columns[0]
        return CellFault(self.sheet.layout.name, number, self.sheet.headers.places[0] + 1, column.label, value, reason, mend)
