"""The paper view of a document: what stands on the form, in words, for the document's page and for print alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.documents.opinions import Box, Entry, boxes_of, entries_of
from app.documents.parameters import parameter_text
from app.documents.sheet import Place, is_digest, rows_of, ticked
from app.documents.words import Words, shortened
from app.engine.codecs import ChoiceCodec, ChoiceSetCodec
from app.engine.document import Document, State
from app.engine.fields import FieldSpec, LineSpec
from app.engine.spec import FormSpec
from app.workflow.case import Case

COMPANY = "company_name"
"""The business parameter with the company's name."""

MARKS = (State.DRAFT, State.WITHDRAWN, State.RETURNED, State.TERMINATED)
"""States in which the paper is no valid form, and says so across the page."""


@dataclass(frozen=True)
class Tick:
    """A box to tick: ☑ 批量拷盘."""

    title: str
    on: bool


@dataclass(frozen=True)
class Cell:
    """A labelled value: the boxes of a choice, else lines of text; `full` over the whole row."""

    label: str
    lines: tuple[str, ...] = ()
    ticks: tuple[Tick, ...] = ()
    full: bool = False


@dataclass(frozen=True)
class Group:
    """A captioned block: rows of two cells, or of one over the whole row."""

    caption: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Column:
    """A column of lines; `right` for numbers, `width` its usual width in Latin characters."""

    label: str
    right: bool
    width: int


@dataclass(frozen=True)
class Table:
    """Lines under their caption, in words; `totals` has a text (or an empty one) a column, or is empty itself."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class Foot:
    """What stands at the foot of the paper."""

    company: str
    department: str
    maker: str
    made_on: date
    digest: str


@dataclass(frozen=True)
class Paper:
    """A document as its paper form. `mark` is the word across a page that is not valid: 草稿, 已退回, 已终止."""

    heading: str
    title: str
    number: str
    groups: tuple[Group, ...]
    tables: tuple[Table, ...]
    boxes: tuple[Box, ...]
    remarks: Cell
    trail: tuple[Entry, ...]
    foot: Foot
    mark: str | None


def paper_of(session: Session, spec: FormSpec, document: Any, case: Case, *, plain: bool = True) -> Paper:
    """The paper of a document; `plain` with sensitive values whole. A query a register referred to, none a row."""
    words = Words(plain)
    words.learn(session, spec.fields, [document])
    for line in spec.lines:
        words.learn(session, line.fields, getattr(document, line.name))
    return Paper(
        heading=str(spec.heading),
        title=str(spec.title),
        number=document.number,
        groups=tuple(group_of(spec, title, fields, document, words) for title, fields in groups(spec)),
        tables=tuple(table_of(line, getattr(document, line.name), words) for line in spec.lines),
        boxes=tuple(boxes_of(case)),
        remarks=Cell(str(spec.field("remarks").label), paragraphs(document.remarks or ""), full=True),
        trail=tuple(entries_of(case)),
        foot=foot_of(session, document),
        mark=mark_of(document),
    )


def groups(spec: FormSpec) -> Iterator[tuple[str, Sequence[FieldSpec]]]:
    """The groups of the form with their captions; fields in no group have none."""
    for group in spec.groups:
        yield "" if str(group.title) == str(spec.title) else str(group.title), group.fields


def group_of(spec: FormSpec, caption: str, fields: Sequence[FieldSpec], document: Any, words: Words) -> Group:
    """A group in words."""
    return Group(caption, tuple(tuple(cell_of(one, document, words) for one in row) for row in rows_of(fields)))


def cell_of(place: Place, document: Any, words: Words) -> Cell:
    """A place in words; the two ends of a range as 2026-10-01 至 2026-10-31."""
    label, one = str(place.label), place.fields[0]
    if ticked(one):
        return Cell(label, ticks=tuple(ticks_of(one, document)), full=place.full)
    texts = [words.on_paper(field, document) for field in place.fields]
    text = _("%(first)s 至 %(last)s", first=texts[0], last=texts[1]) if len(texts) == 2 and any(texts) else texts[0]
    return Cell(label, paragraphs(text), full=place.full)


def ticks_of(one: FieldSpec, row: Any) -> Iterator[Tick]:
    """The boxes of a choice, or of yes and no."""
    value = one.read(row)
    if isinstance(one.codec, ChoiceCodec | ChoiceSetCodec):
        chosen = value if isinstance(value, frozenset) else {value}
        for member in one.codec.choice:
            yield Tick(str(member.title), member in chosen)
    else:
        for answer in (True, False):
            yield Tick(one.codec.show(answer), value is answer)


def table_of(line: LineSpec, rows: Sequence[Any], words: Words) -> Table:
    """Lines in words, with the sums of the columns that have one."""
    columns = tuple(
        Column(str(one.label), one.codec.right, 13 if is_digest(one) else one.codec.width) for one in line.fields
    )
    shown = tuple(tuple(entry_of(one, row, words) for one in line.fields) for row in rows)
    summed = rows and any(one.total for one in line.fields)
    totals = tuple(total_of(one, rows) if one.total else "" for one in line.fields) if summed else ()
    return Table(line.name, str(line.label), columns, shown, totals)


def entry_of(one: FieldSpec, row: Any, words: Words) -> str:
    """A value in a narrow column: fingerprints by their two ends, choices by the chosen title."""
    text = words.on_paper(one, row)
    return shortened(text) or text


def total_of(one: FieldSpec, rows: Sequence[Any]) -> str:
    """The sum of a column; empty where nothing is filled in."""
    values = [value for row in rows if (value := one.read(row)) is not None]
    return one.codec.show(sum(values)) if values else ""


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines that a text was typed in; none where it is empty."""
    return tuple(text.split("\n")) if text else ()


def foot_of(session: Session, document: Document) -> Foot:
    """The foot of a document's paper."""
    made: datetime = document.created_at
    return Foot(
        company=parameter_text(session, COMPANY) or "",
        department=document.department_name or "",
        maker=document.maker_name,
        made_on=made.date(),
        digest=document.digest,
    )


def mark_of(document: Document) -> str | None:
    """The word across the page; a withdrawn document is a draft again."""
    if document.state not in MARKS:
        return None
    return str((State.DRAFT if document.state is State.WITHDRAWN else document.state).title)
