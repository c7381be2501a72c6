"""What the database holds of one document, read row by row, so that two moments can be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.documents.models import DocumentLink
from app.engine.chain import Kind
from app.engine.conditions import AnyOf, AtLeast, Every, When
from app.engine.document import Document, State
from app.engine.fields import FieldSpec, StepSpec
from app.engine.spec import FormSpec
from app.notices.models import Notice, NoticeReceipt
from app.workflow.models import SignOff, Task

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """A document at one moment; `row` is empty where there is none (any more)."""

    spec: FormSpec
    row: Row
    lines: Mapping[str, tuple[Row, ...]]
    trail: tuple[Row, ...]
    tasks: tuple[Row, ...]
    links: tuple[Row, ...]
    entries: int
    notices: tuple[int, ...]
    """How many about it, and their receipts."""

    @property
    def state(self) -> State | None:
        state: State | None = self.row.get("state")
        return state

    @property
    def step(self) -> StepSpec | None:
        return self.spec.step(self.row["step"]) if self.row and self.row["step"] else None

    @property
    def open(self) -> tuple[Row, ...]:
        """The tasks that wait for a signature."""
        return tuple(one for one in self.tasks if one["done_at"] is None and not one["reading"])

    @property
    def standing(self) -> tuple[Row, ...]:
        """The signatures that stand."""
        return tuple(one for one in self.trail if one["decision"].value == "approve" and not one["voided"])

    def content(self) -> dict[str, Any]:
        """What people read: fields, and lines by their place; not what the system keeps beside them."""
        found = {one.name: self.row[one.attribute] for one in self.spec.fields}
        for line in self.spec.lines:
            for place, row in enumerate(self.lines[line.name]):
                found |= {f"{line.name}.{place}.{one.name}": row[one.attribute] for one in line.fields}
            found[f"{line.name}.rows"] = len(self.lines[line.name])
        return found

    def value(self, name: str) -> Any:
        return self.row[field_of(self.spec, name).attribute]


def field_of(spec: FormSpec, name: str) -> FieldSpec:
    return next(one for one in (*spec.fields, *spec.system_fields) if one.name == name)


def picture(session: Session, spec: FormSpec, document_id: int) -> Picture:
    """Reads everything anew, in a transaction of its own."""
    session.rollback()
    own: Table = spec.model.__table__  # type: ignore[assignment]
    base: Table = Document.__table__  # type: ignore[assignment]
    row: dict[str, Any] = {}
    for table in (base, own):
        row |= first(session, table, document_id)
    found = Picture(
        spec, row,
        {line.name: tuple(of(session, line.model.__table__, "parent_id", document_id, "line_no")) for line in spec.lines},
        tuple(of(session, SignOff.__table__, "document_id", document_id, "sequence")),
        tuple(of(session, Task.__table__, "document_id", document_id, "id")),
        tuple(of(session, DocumentLink.__table__, "result_id", document_id, "id")),
        session.scalar(select(func.max(AuditEntry.id))) or 0,
        tuple(session.scalar(counting, {"key": document_id}) or 0 for counting in NOTICES),
    )
    session.rollback()
    return found


NOTICES = (
    select(func.count()).select_from(Notice).where(Notice.document_id == bindparam("key")),
    select(func.count()).select_from(NoticeReceipt).join(Notice).where(Notice.document_id == bindparam("key")),
)


def first(session: Session, table: Table, key: int) -> Row:
    found = session.execute(statement(table, "id", "id"), {"key": key}).mappings().first()
    return dict(found) if found else {}


def of(session: Session, table: Any, column: str, key: int, order: str) -> Iterator[Row]:
    for row in session.execute(statement(table, column, order), {"key": key}).mappings():
        yield dict(row)


@cache
def statement(table: Table, column: str, order: str) -> Select[Any]:
    """The rows of a table that belong to a document."""
    return select(table).where(table.c[column] == bindparam("key")).order_by(table.c[order])


def holds(condition: Any, seen: Picture, numbers: Mapping[str, Any]) -> bool:
    """Whether a declared condition holds for what is in the database."""
    match condition:
        case None:
            return True
        case When(field, values, negated):
            value = seen.value(field)
            if not values:
                return (value not in (None, False, "")) is not negated
            hit = bool(value & set(values)) if isinstance(value, frozenset) else value in values
            return hit is not negated
        case AtLeast(field, code):
            value = seen.value(field)
            return value is not None and value >= numbers[code]
        case Every(conditions):
            return all(holds(one, seen, numbers) for one in conditions)
        case AnyOf(conditions):
            return any(holds(one, seen, numbers) for one in conditions)
    raise TypeError(condition)


def passes(seen: Picture, step: StepSpec, numbers: Mapping[str, Any]) -> bool:
    """Whether the document has to pass a step, as things are now."""
    return step.kind is not Kind.COPY and holds(step.when, seen, numbers)
