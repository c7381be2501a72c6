"""Sheets (填单页): a WTForms form class built from a FormSpec. Its fields hold what was typed, as it was typed;
reading and checking is the operations' work, so that every channel answers alike."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField
from wtforms.utils import unset_value

from app.documents.values import Fault, empty
from app.engine.codecs import Widget
from app.engine.fields import FieldSpec, LineSpec, StepSpec
from app.engine.spec import FormSpec

Row = dict[str, Any]


class Entry(Field):
    """One field's text."""

    def __init__(self, one: FieldSpec, **options: Any) -> None:
        super().__init__(label=one.label, id=f"f-{one.name}", **options)
        self.one = one

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class Several(Entry):
    """The values of a set of choices."""

    def process_data(self, value: Any) -> None:
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(valuelist)


class Lines(Field):
    """The rows of a line table, without the wholly empty ones: `files-2-records` is the third row's records."""

    def __init__(self, line: LineSpec, **options: Any) -> None:
        super().__init__(label=line.label, id=f"f-{line.name}", **options)
        self.line = line
        self.cell_errors: dict[tuple[Any, str], str] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors, self.errors = (), ()
        if formdata is not None:
            self.data = rows_of(self.line, formdata)
        else:
            self.data = [] if data is unset_value else list(data)


class Completions(Field):
    """The columns that a signer completes in a document's rows: `files-31-result` is that of the row with id 31."""

    def __init__(self, line: LineSpec, columns: tuple[FieldSpec, ...], **options: Any) -> None:
        super().__init__(label=line.label, id=f"f-{line.name}", **options)
        self.line = line
        self.columns = columns
        self.cell_errors: dict[tuple[Any, str], str] = {}

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        self.process_errors, self.errors = (), ()
        if formdata is not None:
            self.data = {str(number): row for number, row in cells_of(self.line, self.columns, formdata).items()}
        else:
            self.data = {} if data is unset_value else dict(data)


class Sheet(FlaskForm):
    """What every sheet carries beside its fields: its one-time key, the version and digest it was made from,
    and the finished document that it corrects."""

    page_key = HiddenField(name="_key")
    version = HiddenField(name="_version")
    digest = HiddenField(name="_digest")
    amends = HiddenField(name="_amends")

    @property
    def entries(self) -> dict[str, Entry]:
        """The fields by name."""
        return {field.one.name: field for field in self if isinstance(field, Entry)}

    @property
    def tables(self) -> dict[str, Any]:
        """The line tables by name."""
        return {field.line.name: field for field in self if isinstance(field, Lines | Completions)}

    def raw(self) -> dict[str, Any]:
        """What was typed, as the operations take it."""
        return {name: field.data for name, field in (*self.entries.items(), *self.tables.items())}

    def mark(self, faults: list[Fault]) -> None:
        """Puts each fault beside the field that it belongs to."""
        entries, tables = self.entries, self.tables
        for fault in faults:
            match fault.path:
                case (str(name),) if name in entries:
                    entries[name].errors = [*entries[name].errors, str(fault.message)]
                case (str(name),) if name in tables:
                    tables[name].errors = [*tables[name].errors, str(fault.message)]
                case (str(name), int() | str() as row, str(column)) if name in tables:
                    tables[name].cell_errors[row, column] = str(fault.message)


@cache
def sheet_class(spec: FormSpec) -> type[Sheet]:
    """The sheet of a form. Attributes get a prefix, so that a field may be called `errors` or `data`."""
    fields: dict[str, Any] = {f"f_{one.name}": entry(one) for one in spec.writable}
    fields |= {f"l_{line.name}": Lines(line, name=line.name) for line in spec.lines if line.writable}
    return type(f"{spec.model.__name__}Sheet", (Sheet,), fields)


@cache
def completing_class(spec: FormSpec, step: StepSpec) -> type[Sheet]:
    """The sheet of a step whose signer completes fields."""
    fields: dict[str, Any] = {f"f_{name}": entry(spec.field(name)) for name in step.fills}
    for line in spec.lines:
        columns = tuple(line.field(column) for name, column in step.line_fills if name == line.name)
        if columns:
            fields[f"l_{line.name}"] = Completions(line, columns, name=line.name)
    return type(f"{spec.model.__name__}{step.name.title()}Sheet", (Sheet,), fields)


def entry(one: FieldSpec) -> Any:
    """The unbound field of a spec."""
    return (Several if one.codec.widget is Widget.TICKS else Entry)(one, name=one.name)


def blank(kind: type[Sheet], spec: FormSpec, values: Mapping[str, Any], **hidden: Any) -> Sheet:
    """A sheet that shows raw values, posted by nobody yet."""
    tables = {line.name for line in spec.lines}
    prefixed = {f"{'l' if name in tables else 'f'}_{name}": value for name, value in values.items()}
    return kind(formdata=None, data={**prefixed, **hidden})


def rows_of(line: LineSpec, form: Any) -> list[Row]:
    """The rows of a posted line table in the order of their numbers, empty ones left out."""
    rows = cells_of(line, tuple(one for one in line.fields if one.writable), form)
    return [row for _number, row in sorted(rows.items()) if not all(empty(value) for value in row.values())]


def cells_of(line: LineSpec, columns: tuple[FieldSpec, ...], form: Any) -> dict[int, Row]:
    """What was posted for some columns of a line table, by the number in the names."""
    several = {one.name: one.codec.widget is Widget.TICKS for one in columns}
    place = re.compile(rf"{re.escape(line.name)}-(\d{{1,10}})-(\w+)")
    found: dict[int, Row] = {}
    for name in form:
        if (part := place.fullmatch(name)) and part[2] in several:
            given = form.getlist(name)
            found.setdefault(int(part[1]), {})[part[2]] = given if several[part[2]] else given[0]
    return found
