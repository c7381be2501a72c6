"""What the page of a sheet shows beside its fields: captions, given values, marks of what is required."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.documents.models import SavedTyping
from app.documents.sheet import is_long, rows_of
from app.documents.values import no_parameters
from app.documents.words import Words
from app.engine.conditions import AnyOf, AtLeast, Condition, Every, When, as_json, fields_of, holds
from app.engine.document import Document
from app.engine.fields import FieldSpec, GroupSpec, LineSpec, StepSpec
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.procedure import chinese_number
from app.screens.faults import Summary
from app.screens.language import cited
from app.screens.sheets import Sheet
from app.screens.translating import gettext as _
from app.workflow.models import SignOff


@dataclass(frozen=True)
class Cell:
    """A labelled place on the sheet; `side` is left, right, full, or lone: alone in its row without needing it."""

    label: Text
    fields: tuple[FieldSpec, ...]
    side: str


@dataclass(frozen=True)
class Block:
    """A group of the sheet."""

    title: str
    basis: str | None
    cells: list[Cell]


@dataclass
class SheetView:
    """A sheet with everything that its template shows."""

    spec: FormSpec
    sheet: Sheet
    document: Document | None = None
    summary: Summary | None = None
    amends: Document | None = None
    offer: SavedTyping | None = None
    restored: bool = False
    differences: tuple[tuple[str, str, str], ...] = ()
    attachments: tuple[Any, ...] = ()
    returned: SignOff | None = None
    step: StepSpec | None = None
    words: Words = field(default_factory=Words)

    @property
    def blocks(self) -> list[Block]:
        """The groups in order."""
        return [Block(str(group.title), basis(group), cells(group.fields)) for group in self.spec.groups]

    def completing(self) -> list[Cell]:
        """The fields that the step's signer completes, in their places."""
        return cells(entry.one for entry in self.sheet.entries.values())

    def caption(self, number: int, title: object) -> str:
        """A caption numbered on from the groups, where those are numbered."""
        first, place = str(self.spec.groups[0].title) if self.spec.groups else "", len(self.spec.groups) + number
        if first.startswith("1. "):
            return f"{place}. {title}"
        return f"{chinese_number(place)}、{title}" if first.startswith("一、") else str(title)

    def required(self, one: FieldSpec) -> bool:
        """Whether a field must be filled in here, whatever the others hold."""
        if self.step is None:
            return one.required
        names = {one.name, *(f"{line}.{column}" for line, column in self.step.line_fills if column == one.name)}
        if not names.isdisjoint(self.step.optional):
            return False
        return one.required_when is None or (one.name in self.step.fills and self._settled(one) is True)

    def _settled(self, one: FieldSpec) -> bool | None:
        """Whether a condition holds that nothing on this page changes; None where something does."""
        assert one.required_when is not None
        if self.step is None or self.document is None or not set(self.step.fills).isdisjoint(fields_of(one.required_when)):
            return None
        document = self.document
        return holds(one.required_when, lambda name: getattr(document, name), no_parameters)

    def given(self, one: FieldSpec, row: Any) -> str:
        """What stands in a field that is not keyed here: its value, or who fills it and when."""
        if row is not None and (text := self.words(one, row)):
            return text
        if one.filled_at:
            return _("%(step)s时填写", step=self.spec.step(one.filled_at).label)
        return _("由系统填写")

    def given_rows(self, line: LineSpec) -> list[Any]:
        """The rows whose given values stand beside what is keyed."""
        return list(getattr(self.document, line.name)) if self.document is not None else []

    def required_when(self, one: FieldSpec) -> str | None:
        """The condition under which a field is required, for the page's script."""
        if one.required_when is None or self._settled(one) is not None:
            return None
        return json.dumps(as_json(one.required_when), ensure_ascii=False)

    def help(self, one: FieldSpec) -> str:
        """Help beside a field: what was declared, what to key, or when it is required."""
        hints = [one.help, one.codec.hint]
        words = [str(each) for each in hints if each]
        if not words and one.required_when and self.required_when(one):
            words = [_("%(condition)s时必填", condition=in_words(one.required_when, self.spec.field))]
        return _("；").join(words)


    def line_help(self, line: LineSpec) -> str:
        """Help above a line table: its own, and that of its columns."""
        found = [str(line.help)] if line.help else []
        for one in line.fields:
            if one.writable and one.help:
                found.append(f"{one.label}：{one.help}")
            if one.writable and one.required_when:
                condition = in_words(one.required_when, line.field)
                found.append(_("%(condition)s时%(field)s必填", condition=condition, field=one.label))
        return "；".join(found)


def cells(fields: Iterable[FieldSpec]) -> list[Cell]:
    """Fields in their places, row by row."""
    found = []
    for row in rows_of(fields):
        sides = ("left", "right") if len(row) == 2 else ("full" if is_long(row[0].fields[0]) else "lone",)
        found += [Cell(place.label, place.fields, side) for place, side in zip(row, sides, strict=True)]
    return found


def basis(group: GroupSpec) -> str | None:
    """The article that a group follows."""
    return _("依据：规程%(article)s", article=cited(group.article)) if group.article else None


def in_words(condition: Condition, named: Callable[[str], FieldSpec]) -> str:
    """A condition as people say it: 采集方式为“批量拷盘”或载体为“异议更正”."""
    match condition:
        case When(name, (), negated):
            return _("未填%(field)s", field=named(name).label) if negated else _("填写%(field)s", field=named(name).label)
        case When(name, values, negated):
            one = named(name)
            chosen = _("、").join(f"“{one.codec.show(value)}”" for value in values)
            return (_("%(field)s不为%(values)s", field=one.label, values=chosen) if negated
                    else _("%(field)s为%(values)s", field=one.label, values=chosen))
        case AtLeast(name, _code):
            return _("%(field)s达到规定数额", field=named(name).label)
        case Every(conditions):
            return _("且").join(in_words(one, named) for one in conditions)
        case AnyOf(conditions):
            return _("或").join(in_words(one, named) for one in conditions)
