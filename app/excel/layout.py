"""Which sheets and columns a form's or register's workbook has: one layout for template, export and import."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.engine.codecs import ChoiceCodec, ChoiceSetCodec
from app.engine.fields import FieldSpec, LineSpec
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import half_width, msgid

KEY = "单据"
"""The column that ties the sheets of a form together."""
EXAMPLE = "示例"
"""What the key column (registers: the first) of a template's example row holds."""
NOTES = "说明"
LISTS = "_选项"
"""The hidden sheet with the template's identity and the long lists of drop-downs."""
REASON = "差错原因"
"""The extra column of a workbook of faulty rows."""


class Kind(StrEnum):
    """What a workbook holds."""

    FORM = "form"
    REGISTER = "register"


class Part(StrEnum):
    """What a column is for: `GIVEN` ones are read by an import, `OTHER` ones only shown by an export."""

    KEY = "key"
    GIVEN = "given"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """One column: its label, which is its header without the star of required ones."""

    label: str
    part: Part
    field: FieldSpec | None = None

    @property
    def header(self) -> str:
        """The text of its header cell."""
        required = self.part is Part.KEY or (self.part is Part.GIVEN and self.field is not None and self.field.required)
        return f"{self.label}*" if required else self.label


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: the documents or rows themselves, or the lines of documents."""

    name: str
    columns: tuple[Column, ...]
    line: LineSpec | None = None

    @property
    def given(self) -> tuple[Column, ...]:
        """The columns that an import reads."""
        return tuple(one for one in self.columns if one.part is not Part.OTHER)

    @property
    def writable(self) -> bool:
        """Whether an import reads the sheet."""
        return self.line is None or self.line.writable


@dataclass(frozen=True)
class Layout:
    """The sheets of a workbook, the main one first."""

    kind: Kind
    slug: str
    title: str
    sheets: tuple[SheetLayout, ...]

    @property
    def main(self) -> SheetLayout:
        """The sheet with one row a document or register row."""
        return self.sheets[0]

    @property
    def read(self) -> tuple[SheetLayout, ...]:
        """The sheets that an import reads."""
        return tuple(one for one in self.sheets if one.writable)

    @property
    def mark(self) -> str:
        """A fingerprint of what an import reads: another one means another edition of the template."""
        words = [
            [sheet.name, [[one.label, type(one.field.codec).__name__, choices_of(one.field)] if one.field else one.label
                          for one in sheet.given]]
            for sheet in self.read
        ]
        return hashlib.sha256(repr([self.slug, words]).encode()).hexdigest()[:16]


def layout_of(spec: AnySpec) -> Layout:
    """The layout of a form's or register's workbook."""
    taken = {NOTES, LISTS}
    title = msgid(spec.title)
    if not isinstance(spec, FormSpec):
        given = [(one, Part.OTHER if one.computed else Part.GIVEN) for one in spec.fields]
        return Layout(Kind.REGISTER, spec.slug, title, (SheetLayout(sheet_name(title, taken), columns(given)),))
    fields = [*((one, Part.GIVEN) for one in spec.writable)]
    fields += [(one, Part.OTHER) for one in (*spec.fields, *spec.system_fields) if not one.writable]
    sheets = [SheetLayout(sheet_name(title, taken), columns(fields, keyed=True))]
    for line in spec.lines:
        cells = [(one, Part.GIVEN if one.writable and line.writable else Part.OTHER) for one in line.fields]
        ordered = sorted(cells, key=lambda pair: pair[1] is Part.OTHER)
        sheets.append(SheetLayout(sheet_name(msgid(line.label), taken), columns(ordered, keyed=True), line))
    return Layout(Kind.FORM, spec.slug, title, tuple(sheets))


def columns(fields: Iterable[tuple[FieldSpec, Part]], *, keyed: bool = False) -> tuple[Column, ...]:
    """The columns of a sheet; a label that stands twice is told apart by a number."""
    found = [Column(KEY, Part.KEY)] if keyed else []
    taken = {KEY, REASON}
    for one, part in fields:
        label, number = msgid(one.label), 2
        while plain(label) in taken:
            label, number = f"{msgid(one.label)}（{number}）", number + 1
        taken.add(plain(label))
        found.append(Column(label, part, one))
    return tuple(found)


def plain(header: str) -> str:
    """A header as it is compared: half width, without blanks and the star of required columns."""
    return re.sub(r"\s", "", half_width(header)).rstrip("*")


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that Excel takes for a sheet and that no other sheet has."""
    base = re.sub(r"[\[\]:*?/\\']", " ", title).strip()
    name, number = base[:31], 2
    while name in taken:
        name, number = f"{base[:28]}({number})", number + 1
    taken.add(name)
    return name


def choices_of(one: FieldSpec) -> list[str]:
    """The titles that a field's drop-down offers; empty where it has none."""
    if isinstance(one.codec, ChoiceCodec | ChoiceSetCodec):
        return [msgid(member.title) for member in one.codec.choice]
    return []
