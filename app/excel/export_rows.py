"""Rows for the list export, read by column and without loading objects."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session

from app.documents.words import masked
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec
from app.excel.cells import Cell, to_cell
from app.excel.layout import SheetLayout
from app.excel.limits import CHUNK
from app.excel.words import Names

Row = Sequence[Any]


@dataclass
class Reading:
    """What an export reads; `plain` where the person may see sensitive values whole."""

    session: Session
    spec: AnySpec
    plain: bool

    def __post_init__(self) -> None:
        self.names = Names(self.session)


@dataclass
class ColumnWriter:
    """Turns the values of one column into cells."""

    learn: Callable[[Sequence[Any]], None] | None
    cell: Callable[[Any], Cell]

    def cells(self, values: Sequence[Any]) -> list[Cell]:
        """The cells of a stretch of the column."""
        if self.learn is not None:
            self.learn(values)
        cell = self.cell
        return [None if value is None else cell(value) for value in values]


def writer(reading: Reading, one: FieldSpec) -> ColumnWriter:
    """The writer of a field's column."""
    names = reading.names
    cell = to_cell(one.codec, names.of(one))
    if one.sensitive and not reading.plain:
        return ColumnWriter(names.learns(one), lambda value: masked(str(cell(value))))
    return ColumnWriter(names.learns(one), cell)


def rows_of(reading: Reading, sheet: SheetLayout, keys: Sequence[int]) -> Iterator[Row]:
    """The rows of the main sheet, in the order of the keys."""
    form = isinstance(reading.spec, FormSpec)
    fields = [one.field for one in sheet.columns if one.field is not None]
    writers = [writer(reading, one) for one in fields]
    columns = mapper_of(reading.spec).columns
    wanted: list[Any] = [columns["id"], *([Document.number] if form else []), *(columns[one.attribute] for one in fields)]
    for part, found in chunks(reading, wanted, columns["id"], keys):
        rows = [found[key] for key in part if key in found]
        if not rows:
            continue
        _ids, *values = zip(*rows, strict=True)
        numbers = [values.pop(0)] if form else []
        yield from zip(*numbers, *(one.cells(column) for one, column in zip(writers, values, strict=True)), strict=True)


def lines_of(reading: Reading, sheet: SheetLayout, keys: Sequence[int]) -> Iterator[Row]:
    """The lines of all documents, in the order of the keys."""
    assert sheet.line is not None
    fields = [one.field for one in sheet.columns if one.field is not None]
    writers = [writer(reading, one) for one in fields]
    model: Any = sheet.line.model
    wanted = [Document.number, *(getattr(model, one.attribute) for one in fields)]
    statement = select(model.parent_id, model.line_no, *wanted).join(Document, Document.id == model.parent_id)
    for start in range(0, len(keys), CHUNK):
        part = list(keys[start : start + CHUNK])
        place = {key: at for at, key in enumerate(part)}
        rows = reading.session.execute(statement.where(model.parent_id.in_(part))).all()
        if rows:
            ordered = sorted(rows, key=lambda row: (place[row[0]], row[1]))
            _parents, _places, numbers, *values = zip(*ordered, strict=True)
            yield from zip(numbers, *(one.cells(column) for one, column in zip(writers, values, strict=True)), strict=True)


def chunks(
    reading: Reading, wanted: Sequence[Any], key: Any, keys: Sequence[int]
) -> Iterator[tuple[Sequence[int], dict[int, Row]]]:
    """The rows of some keys at a time, by key."""
    statement = select(*wanted).select_from(mapper_of(reading.spec).persist_selectable)
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        rows = reading.session.execute(statement.where(key.in_(list(part)))).all()
        yield part, {row[0]: row for row in rows}


def mapper_of(spec: AnySpec) -> Mapper[Any]:
    """The mapper of a form or register: its tables and columns."""
    mapper: Mapper[Any] = inspect(spec.model)
    return mapper
