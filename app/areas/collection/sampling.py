"""Structures and sample files (样例文件): a draft of form 1 guessed from a sample, and a layout tried on one (article 16.1.1)."""

import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask_babel import lazy_gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis
from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import QUOTES, SEPARATORS, layout_from, layout_of
from app.areas.organisation.registers import Status
from app.areas.system.registers import CodeStatus, CodeTable, CodeValue
from app.documents import operations, typing
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.intake.chunks import Unreadable
from app.intake.guessing import Guess, guess
from app.intake.guessing_columns import Codes
from app.intake.layout import Field, Layout
from app.intake.terms import FileFormat, Quote, Separator
from app.intake.trying import Tried, try_out
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.errors import Missing
from app.workflow.options import readable

SLUG = "data_structure_analysis"
LISTED = 200
"""Structures and open forms that are offered to be tried."""
TITLED = 120
UNDER_WAY = (State.DRAFT, State.PENDING, State.RETURNED, State.WITHDRAWN)

Raw = dict[str, Any]


@dataclass(frozen=True)
class Described:
    """What a sample can be tried on: a published structure or a form 1. `key`: its code or number."""

    key: str
    name: str
    layout: Layout


def form() -> FormSpec:
    """Form 1."""
    return catalogue.form(SLUG)


def choices(session: Session, actor: Actor) -> tuple[list[DataStructure], list[DataStructureAnalysis]]:
    """Current structures, and forms 1 on their way that the person may read."""
    active = select(DataStructure).where(DataStructure.status == Status.ACTIVE).order_by(DataStructure.code).limit(LISTED)
    forms = select(DataStructureAnalysis).where(DataStructureAnalysis.state.in_(UNDER_WAY))
    newest = forms.order_by(DataStructureAnalysis.id.desc()).limit(LISTED)
    return list(session.scalars(active)), [one for one in session.scalars(newest) if readable(actor, form(), one)]


def tried_by(session: Session, document: Document) -> str | None:
    """By what a form 1 is tried: its number while it is under way, then the code of its structure while that is in force."""
    if document.state in UNDER_WAY:
        return document.number
    current = select(DataStructure.code).where(DataStructure.made_by_id == document.id, DataStructure.status == Status.ACTIVE)
    return session.scalar(current)


def find(session: Session, actor: Actor, key: str) -> Described:
    """The structure of a code, of any edition, or the form 1 of a number; raises Missing, NoLayout."""
    structure = session.scalar(select(DataStructure).where(DataStructure.code == key))
    if structure is not None:
        return Described(structure.code, structure.name, layout_of(session, structure))
    number = session.scalar(select(DataStructureAnalysis.id).where(DataStructureAnalysis.number == key))
    if number is None:
        raise Missing
    analysis = open_case(session, actor, form(), number).document
    assert isinstance(analysis, DataStructureAnalysis)
    return Described(analysis.number, analysis.name, layout_from(session, analysis))


@contextmanager
def sample(folder: Path, file: IO[bytes]) -> Iterator[Path]:
    """The uploaded sample on disk for as long as it is read; raises Unreadable where no room is left."""
    place = folder / "samples" / secrets.token_hex(16)
    try:
        place.mkdir(parents=True)
        with (place / "file").open("xb") as target:
            shutil.copyfileobj(file, target)
        yield place / "file"
    except OSError:
        raise Unreadable(_("服务器存储空间不足，文件没有保存")) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)


def tried(described: Described, path: Path) -> Tried:
    """The layout on a sample."""
    return try_out(path, described.layout, path.parent / "keys")


def guessed(session: Session, actor: Actor, path: Path) -> tuple[Guess, Raw]:
    """What a sample suggests, and raw values of a form 1 from it, to be corrected; raises Denied, Unreadable."""
    operations.may_make(actor, form())
    tables = known_codes(session)
    found = guess(path, tables)
    return found, raw_of(found.layout, tables)


def keep_typed(session: Session, actor: Actor, raw: Raw) -> None:
    """Hands raw values to the person's sheet of a new form 1, as typing not yet saved; raises Denied."""
    operations.may_make(actor, form())
    typing.keep(session, actor, form(), typing.NEW, raw)


def known_codes(session: Session) -> Codes:
    """The active codes of every code table."""
    found: dict[str, set[str]] = {}
    statement = (
        select(CodeTable.code, CodeValue.code)
        .join(CodeTable, CodeTable.id == inspect(CodeValue).columns["table_id"])
        .where(CodeValue.status == CodeStatus.ACTIVE)
    )
    for table, code in session.execute(statement):
        found.setdefault(table, set()).add(code)
    return {table: frozenset(codes) for table, codes in found.items()}


def raw_of(layout: Layout, tables: Codes) -> Raw:
    """The values of form 1 that a layout stands for, as a person would key them."""
    raw: Raw = {
        "format": layout.format.value, "encoding": layout.encoding.value, "header_row": "1" if layout.header else "0",
        "fields": [line_of(one, tables) for one in layout.fields],
    }
    if layout.format in (FileFormat.CSV, FileFormat.TXT):
        separator = key_of(SEPARATORS, layout.separator) or Separator.OTHER
        raw |= {"separator": separator.value, "quote": (key_of(QUOTES, layout.quote) or Quote.NONE).value}
        if separator is Separator.OTHER:
            raw["other_separator"] = layout.separator
    return raw


def line_of(one: Field, tables: Codes) -> Raw:
    """One field as a line of form 1."""
    table = next((code for code, codes in tables.items() if codes is one.codes), None)
    found: Mapping[str, Any] = {
        "source_name": one.name[:TITLED], "title": (one.title or one.name)[:TITLED], "type": one.type.value, "length": one.length,
        "decimal_places": one.decimal_places, "start": one.start, "required": "1" if one.required else "0",
        "key_part": "1" if one.key_part else "0", "code_table": table, "expression": one.expression,
        "validation": one.validation.value if one.validation else None, "role": one.role.value if one.role else None,
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def key_of(known: Mapping[Any, str], text: str) -> Any:
    """The key of a text."""
    return next((key for key, value in known.items() if value == text), None)
