"""Checks the rows of a register's workbook and, when told so, writes them: new rows, and changes where no form makes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.changes import words
from app.audit.entries import told
from app.audit.models import AuditAction
from app.audit.recording import acting, record_many
from app.documents.bulk_rows import take_ids
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.fields import FieldSpec
from app.engine.spec import RegisterSpec
from app.engine.text import clean, msgid
from app.excel.comparing import differing
from app.excel.faults import CellFault, shown
from app.excel.outcome import Outcome, Progress
from app.excel.parsing import Bad, Parser
from app.excel.reader import Row, Workbook
from app.excel.resolving import SheetResolver
from app.registers.versions import CHANGED, keep, keep_first
from app.workflow.actor import Actor
from app.workflow.errors import Denied
from app.workflow.permissions import IMPORT


@dataclass
class RegisterCheck:
    """The check of one workbook of a register."""

    session: Session
    actor: Actor
    spec: RegisterSpec
    workbook: Workbook
    source: str | None = None
    """The import in words, kept with each version."""
    outcome: Outcome = field(default_factory=Outcome)
    _seen: dict[str, dict[Any, int]] = field(default_factory=dict)
    _new: dict[str, int] = field(default_factory=dict)
    """Keys of new rows above, by key text: rows below may refer to them."""

    def run(self, progress: Progress, *, write: bool = False) -> Outcome:
        """Checks everything; with `write`, new rows are saved as it goes. Raises Denied."""
        if not self.actor.may(IMPORT, self.spec.resource):
            raise Denied(gettext("您的岗位不能导入本台账"))
        self._parser = Parser(self.workbook.main, SheetResolver(self.session, self.actor))
        self._columns = self.workbook.main.layout.given
        self._fields = [one.field for one in self._columns if one.field is not None]
        self._own = [at for at, one in enumerate(self._fields) if one.target and one.target.model is self.spec.model]
        self._key = next(at for at, one in enumerate(self._fields) if one.name == self.spec.key)
        self.outcome.add(self.workbook.remarks)
        for rows in self.workbook.main.chunks():
            self.chunk(rows, write)
            progress(self.outcome.total)
        return self.outcome

    def chunk(self, rows: Sequence[Row], write: bool) -> None:
        """Checks some rows, and writes the new ones where all is well so far."""
        faults: list[CellFault] = []
        self.outcome.rows(number for number, _cells in rows)
        columns = self._parser.values(rows, [] if self._own else faults)
        table = [list(values) for values in zip(*columns, strict=True)]
        keys = take_ids(self.session, self.spec.model.__tablename__, len(rows)) if write else range(-1, -len(rows) - 1, -1)
        existing = self.existing([row[self._key] for row in table])
        new: list[dict[str, Any]] = []
        changed: list[tuple[Any, Sequence[Any]]] = []
        for (number, cells), values, key in zip(rows, table, keys, strict=True):
            wrong = self.refer_above(values, cells, number) if self._own else []
            wrong += self.check_row(number, cells, values, existing.get(values[self._key]))
            faults += wrong
            if wrong or any(type(value) is Bad for value in values):
                self.outcome.faulty += 1
            elif (row := existing.get(values[self._key])) is not None:
                other = self.others(values, row)
                faults += [self.change(one, number, cells, row) for one in other]
                changed += [(row, values)] if other else []
                self.outcome.changed += bool(other)
                self.outcome.same += not other
            else:
                self.outcome.new += 1
                self._new[str(values[self._key])] = key
                new.append({"id": key, **{one.attribute: value for one, value in zip(self._fields, values, strict=True)}})
        self.outcome.add(sorted(faults, key=lambda one: (one.row, one.column)))
        if write and self.outcome.clean and new:
            self.session.execute(insert(self.spec.model.__table__), new)  # type: ignore[arg-type]
            self.record(new)
            keep_first(self.session, self.spec, [row[self.spec.key] for row in new], self.source)
        if write and self.outcome.clean and changed:
            self.amend(changed)

    def amend(self, rows: Iterable[tuple[Any, Sequence[Any]]]) -> None:
        """Gives rows their new values."""
        acting(self.session, self.actor)
        with writing(self.session):
            for row, values in rows:
                for one, value in zip(self._fields, values, strict=True):
                    setattr(row, one.attribute, value)
                keep(self.session, self.spec, row, CHANGED, source=self.source)

    def record(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Records each new row with what it holds; what it refers to by the key in the database."""
        record_many(self.session, self.actor, AuditAction.REGISTER, self.spec.resource, (
            {"record": str(row[self.spec.key])[:64], "detail": told({"kind": "new"}, {
                one.name: ("", str(value) if one.target else words(one, value))
                for one in self._fields if (value := row[one.attribute]) is not None
            })}
            for row in rows
        ))

    def refer_above(self, values: list[Any], cells: list[Any], number: int) -> list[CellFault]:
        """Lets a row refer to one above it that is new itself; reports what remains, of all columns."""
        for at in self._own:
            if type(values[at]) is Bad and isinstance(cells[at], str):
                text = clean(cells[at])
                found = self._new.get(text, self._new.get(text.split(" ", 1)[0]))
                values[at] = values[at] if found is None else found
        faults: list[CellFault] = []
        for at, column in enumerate(self._columns):
            self._parser.report(at, column, [(number, cells)], [values[at]], faults)
        return faults

    def check_row(self, number: int, cells: list[Any], values: Sequence[Any], row: Any) -> list[CellFault]:
        """Values that must be unique, and rows that differ from what the register has."""
        faults = []
        for at, one in enumerate(self._fields):
            value = values[at]
            if not one.unique or value is None or type(value) is Bad:
                continue
            first = self._seen.setdefault(one.name, {}).setdefault(value, number)
            if first != number:
                reason = gettext("“%(value)s”重复，已在第 %(row)s 行", value=shown(value), row=first)
                faults.append(self.fault(at, number, cells, reason, gettext("每条一行，删去重复的")))
        if row is not None and not self.spec.amendable and not any(type(value) is Bad for value in values):
            faults += [self.differs(one, number, cells, row) for one in self.others(values, row)]
        return faults

    def others(self, values: Sequence[Any], row: Any) -> list[FieldSpec]:
        """The fields that have other values in the workbook than in the register."""
        given = {one.attribute: value for one, value in zip(self._fields, values, strict=True)}
        return differing(self._fields, given, row)

    def change(self, one: FieldSpec, number: int, cells: list[Any], row: Any) -> CellFault:
        """What the second person looks at before confirming: a value that changes."""
        reason = gettext("修改已有记录，原为“%(old)s”", old=one.show(row))
        return replace(self.fault(self._fields.index(one), number, cells, reason, gettext("核对后再确认导入")), warning=True)

    def differs(self, one: FieldSpec, number: int, cells: list[Any], row: Any) -> CellFault:
        """A row that is there already with another value."""
        forms = "、".join(f"《{msgid(catalogue.form(prefix).title)}》" for prefix in self.spec.forms)
        mend = gettext("导入只增加新记录；修改请填%(forms)s", forms=forms) if forms else gettext("导入只增加新记录，不能修改")
        reason = gettext("已有这条记录，%(field)s为“%(old)s”", field=one.label, old=one.show(row))
        return self.fault(self._fields.index(one), number, cells, reason, mend)

    def existing(self, keys: Sequence[Any]) -> Mapping[Any, Any]:
        """Rows of the register by their key."""
        column = getattr(self.spec.model, self.spec.key)
        wanted = [key for key in keys if key is not None and type(key) is not Bad]
        return {getattr(row, self.spec.key): row for row in self.session.scalars(
            select(self.spec.model).where(column.in_(wanted))
        )}

    def fault(self, at: int, number: int, cells: list[Any], reason: str, mend: str) -> CellFault:
        """A fault of one cell."""
        sheet = self.workbook.main
        return CellFault(
            sheet.layout.name, number, sheet.headers.places[at] + 1, self._columns[at].label, shown(cells[at]), reason, mend,
        )
