"""Checks the documents of a workbook and, when told so, writes them: all of them, or the caller rolls back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.documents import operations
from app.documents.bulk import Bulk, Draft
from app.documents.values import Fault, Values
from app.engine.spec import FormSpec
from app.excel.cells import raw_of
from app.excel.comparing import same_document
from app.excel.faults import CellFault, advice, shown
from app.excel.lines import LineRow, Lines
from app.excel.outcome import Outcome, Progress
from app.excel.parsing import Bad, Parser
from app.excel.reader import Row, Workbook
from app.excel.resolving import SheetResolver
from app.workflow.actor import Actor
from app.workflow.door import Shown


@dataclass
class Entry:
    """One document of the workbook."""

    row: int
    key: str
    cells: list[Any]
    values: Values
    lines: dict[str, list[LineRow]]
    bad: bool
    base: Any = None
    same: bool = False


@dataclass
class FormCheck:
    """The check of one workbook of a form, by the person who brought it."""

    session: Session
    actor: Actor
    spec: FormSpec
    workbook: Workbook
    outcome: Outcome = field(default_factory=Outcome)
    _keys: dict[str, int] = field(default_factory=dict)
    _twins: dict[int, int] = field(default_factory=dict)

    def run(self, progress: Progress, *, write: bool = False) -> Outcome:
        """Checks everything; with `write`, documents without faults are saved as it goes. Raises Denied."""
        self._bulk = Bulk(self.session, self.actor, self.spec)
        self._resolver = SheetResolver(self.session, self.actor)
        self._parser = Parser(self.workbook.main, self._resolver)
        self._fields = [one.field for one in self.workbook.main.layout.given[1:] if one.field is not None]
        self._lines = [Lines(one, one.layout.line) for one in self.workbook.sheets[1:] if one.layout.line]
        self.outcome.add(self.workbook.remarks)
        for one in self._lines:
            one.read(self._resolver, self.outcome)
        for rows in self.workbook.main.chunks():
            self.chunk(rows, write)
            progress(self.outcome.total)
        for one in self._lines:
            self.outcome.add(one.left_over())
        return self.outcome

    def chunk(self, rows: Sequence[Row], write: bool) -> None:
        """Checks some documents, and writes them where all is well so far."""
        faults: list[CellFault] = []
        self.outcome.rows(number for number, _cells in rows)
        entries = self.entries(rows, faults)
        self.find_bases(entries, faults)
        whole = [one for one in entries if not one.bad]
        drafts = self._bulk.prepare([one.values for one in whole], [one.base for one in whole])
        for entry, draft in zip(whole, drafts, strict=True):
            faults += [self.placed(one, entry) for one in draft.faults]
            entry.bad = bool(draft.faults)
        self.count(entries)
        self.outcome.add(sorted(faults, key=lambda one: (one.row, one.column)))
        if write and self.outcome.clean:
            self.write([pair for pair in zip(whole, drafts, strict=True) if not pair[0].same])

    def count(self, entries: Sequence[Entry]) -> None:
        """Counts what would become of the documents."""
        for one in entries:
            if one.bad:
                self.outcome.faulty += 1
            elif one.base is None:
                self.outcome.new += 1
            elif one.same:
                self.outcome.same += 1
            else:
                self.outcome.changed += 1

    def entries(self, rows: Sequence[Row], faults: list[CellFault]) -> list[Entry]:
        """The documents of some rows, with their lines."""
        keys, *columns = self._parser.values(rows, faults)
        attributes = [one.attribute for one in self._fields]
        found = []
        for (number, cells), key, *values in zip(rows, keys, *columns, strict=True):
            lines = {one.line.name: one.take(key) if key else [] for one in self._lines}
            bad = any(type(value) is Bad for value in values) or any(row.bad for line in lines.values() for row in line)
            entry = Entry(number, key, cells, Values(), lines, bad)
            if not bad:
                content = {name: [row.values for row in line] for name, line in lines.items()}
                entry.values = Values(dict(zip(attributes, values, strict=True)), content)
            self.check_key(entry, faults)
            self.check_lines(entry, faults)
            self.check_twin(entry, faults)
            found.append(entry)
        return found

    def check_key(self, entry: Entry, faults: list[CellFault]) -> None:
        """A key names one document of the workbook."""
        if not entry.key:
            return
        first = self._keys.setdefault(entry.key, entry.row)
        if first != entry.row:
            entry.bad = True
            faults.append(self.key_fault(
                entry, gettext("单据“%(key)s”重复，已在第 %(row)s 行", key=entry.key, row=first), gettext("每份单据一行，用不同的序号"),
            ))

    def check_lines(self, entry: Entry, faults: list[CellFault]) -> None:
        """A document has at least as many lines as its form asks for."""
        for one in self._lines:
            if len(entry.lines[one.line.name]) < one.line.least:
                entry.bad = True
                faults.append(self.key_fault(
                    entry, gettext("“%(lines)s”至少填写 %(least)s 行", lines=one.sheet.layout.name, least=one.line.least),
                    gettext("在该工作表填写明细，“单据”列填与本行相同的内容"),
                ))

    def check_twin(self, entry: Entry, faults: list[CellFault]) -> None:
        """Remarks a row that says the same as an earlier one."""
        if any(entry.lines.values()):
            return
        first = self._twins.setdefault(hash(tuple(entry.cells[1:])), entry.row)
        if first != entry.row:
            faults.append(CellFault(
                self.workbook.main.layout.name, entry.row, 0, "", "", gettext("与第 %(row)s 行相同，可能重复", row=first),
                gettext("确认不是重复填写后可保留"), warning=True,
            ))

    def find_bases(self, entries: Sequence[Entry], faults: list[CellFault]) -> None:
        """The existing documents that keys name: the importer's own, and still with their maker."""
        number = re.compile(rf"{self.spec.prefix}-\d{{4}}-\d{{6,}}")
        named = {entry.key: entry for entry in entries if number.fullmatch(entry.key)}
        if not named:
            return
        model: Any = self.spec.model
        lines = [selectinload(getattr(model, one.name)) for one in self.spec.lines]
        statement = select(model).where(model.number.in_(named), model.maker_id == self.actor.user_id).options(*lines)
        bases = {one.number: one for one in self.session.scalars(statement)}
        for key, entry in named.items():
            base = bases.get(key)
            if base is None:
                entry.bad = True
                faults.append(self.key_fault(
                    entry, gettext("没有这份单据，或不是您制作的"), gettext("新单据请改填序号，如 1、2"),
                ))
            elif not base.state.with_maker:
                entry.bad = True
                reason = gettext("单据为“%(state)s”，不能再改", state=base.state.title)
                faults.append(self.key_fault(entry, reason, gettext("删去这一行；另制新单请改填序号，如 1、2")))
            else:
                entry.base = base
                entry.same = not entry.bad and same_document(self.spec, entry.values, base)

    def write(self, pairs: Sequence[tuple[Entry, Draft]]) -> None:
        """Saves new documents at once, changed ones by their operation."""
        numbers = self._bulk.write([draft for entry, draft in pairs if entry.base is None])
        self.outcome.numbered(numbers)
        for entry, _draft in pairs:
            if entry.base is not None:
                seen = Shown(entry.base.version, entry.base.digest)
                operations.change(self.session, self.actor, self.spec, entry.base.id, self.raw(entry), seen)

    def raw(self, entry: Entry) -> dict[str, Any]:
        """The raw values of a document, as operations take them."""
        lines = {
            one.line.name: [named(one.sheet.layout.given[1:], row.cells[1:]) for row in entry.lines[one.line.name]]
            for one in self._lines
        }
        return {**named(self.workbook.main.layout.given[1:], entry.cells[1:]), **lines}

    def placed(self, fault: Fault, entry: Entry) -> CellFault:
        """A fault of a document as one of a cell."""
        name, *rest = fault.path
        sheet, row, cells, wanted = self.workbook.main, entry.row, entry.cells, name
        if len(rest) == 2:
            sheet = self.workbook.sheet(str(name))
            line = entry.lines[str(name)][int(rest[0])]
            row, cells, wanted = line.number, line.cells, rest[1]
        for at, column in enumerate(sheet.layout.given):
            if column.field is not None and column.field.name == wanted:
                return CellFault(
                    sheet.layout.name, row, sheet.headers.places[at] + 1, column.label, shown(cells[at]), str(fault.message),
                    advice(column.field.codec, empty=cells[at] == "", label=column.label),
                )
        return CellFault(sheet.layout.name, row, 0, str(fault.label), shown(fault.value), str(fault.message))

    def key_fault(self, entry: Entry, reason: str, mend: str) -> CellFault:
        """A fault in a document's key cell."""
        place = self.workbook.main.headers.places[0] + 1
        column = self.workbook.main.layout.columns[0]
        return CellFault(self.workbook.main.layout.name, entry.row, place, column.label, entry.key, reason, mend)


def named(columns: Sequence[Any], cells: Sequence[Any]) -> dict[str, Any]:
    """Checked cells as raw values, by the names of their fields."""
    return {column.field.name: raw_of(column.field.codec, cell) for column, cell in zip(columns, cells, strict=True)}
