"""Mapping (指标映射): which fields of a record become credit facts, of which indicator, in which standard form (article 19).

The form 1 that published the batch's structure says so field by field. Where its indicator has been deleted since, the
newest version of the structure may name another for the same source field.
"""

import calendar
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import NamedTuple

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.credit.identity import Identity
from app.areas.collection.forms.data_structure_analysis import StructureField
from app.areas.collection.forms.load_error_register import Cause
from app.areas.collection.registers import DataStructure
from app.areas.collection.structures import NoLayout, analysis_of, codes_of
from app.areas.products.registers import Indicator, IndicatorStatus, IndicatorType
from app.engine.text import Text
from app.intake.terms import Role
from app.workflow.errors import Denied

REMEMBERED = 20_000
"""Values of a field whose standard form is remembered."""
LONGEST_CODE = 64
_WHOLE = re.compile(r"0|[1-9][0-9]*")
_CENTS = re.compile(r"(?:0|[1-9][0-9]*)\.[0-9]{2}")
"""Numbers and amounts as most are, which need no arithmetic."""
REGISTERING = frozenset({Role.USCC, Role.NAME})
IDENTIFYING = (Role.USCC, Role.REGISTRATION_NO, Role.ORGANISATION_CODE)


class Unfit(NamedTuple):
    """Why a value cannot become a fact; `field` is the source name."""

    field: str
    value: str
    cause: Cause
    reason: Text


Converter = Callable[[str], str]
"""The standard form of a value; raises ValueError where it does not fit."""


@dataclass
class Mapped:
    """A field that becomes facts. `indicator_id` is None where the indicator was deleted and none took its place."""

    place: int
    name: str
    title: str
    indicator_id: int | None
    indicator: str
    type: IndicatorType
    codes: frozenset[str] | None = None
    remembered: dict[str, str | Unfit] = field(default_factory=dict)

    def of(self, raw: str) -> str | Unfit:
        """The value in its standard form, or why it has none."""
        found = self.remembered.get(raw)
        if found is None:
            if len(self.remembered) >= REMEMBERED:
                self.remembered.clear()
            found = self.remembered[raw] = self.convert(raw)
        return found

    def convert(self, raw: str) -> str | Unfit:
        """The same, worked out."""
        if self.indicator_id is None:
            return Unfit(self.name, raw, Cause.UNMAPPED, _("“%(title)s”对应的指标 %(code)s 已删除", title=self.title, code=self.indicator))
        if self.codes is not None and raw not in self.codes:
            return Unfit(self.name, raw, Cause.CODE, _("“%(title)s”的代码不在代码表中或已停用", title=self.title))
        try:
            return CONVERTERS[self.type](raw)
        except (ValueError, InvalidOperation):
            reason = _("“%(title)s”的值不是指标 %(code)s 的%(type)s", title=self.title, code=self.indicator, type=self.type.title)
            return Unfit(self.name, raw, Cause.VALUE, reason)


@dataclass(frozen=True)
class FactMapping:
    """How the records of a structure become facts. `places` of identifying fields and of validity, by role."""

    fields: Sequence[Mapped]
    places: Mapping[Role, int]
    names: Mapping[Role, str]
    days: dict[tuple[Role, str], str] = field(default_factory=dict)

    @cached_property
    def _identity(self) -> tuple[int | None, ...]:
        wanted = (Role.USCC, Role.REGISTRATION_NO, Role.ORGANISATION_CODE, Role.NAME)
        return tuple(self.places.get(role) for role in wanted)

    def identity(self, values: Sequence[str]) -> Identity:
        """The identifying values of a record."""
        return Identity(*("" if place is None else values[place] for place in self._identity))

    def facts(self, values: Sequence[str], faults: list[Unfit]) -> list[tuple[int, str]]:
        """(indicator, value) of each field that has one; what does not fit is added to the faults."""
        found = []
        for place, remembered, indicator_id, one in self._plan:
            raw = values[place]
            if raw:
                value = remembered.get(raw) or one.of(raw)
                if isinstance(value, str):
                    found.append((indicator_id, value))
                else:
                    faults.append(value)
        return found

    @cached_property
    def _plan(self) -> tuple[tuple[int, dict[str, str | Unfit], int, Mapped], ...]:
        """What `facts` needs of each field; one without an indicator gives faults only."""
        return tuple((one.place, one.remembered, one.indicator_id or 0, one) for one in self.fields)

    def validity(self, values: Sequence[str], faults: list[Unfit]) -> tuple[str | None, str | None]:
        """From when to when the record holds, as days; None where it does not say."""
        start = self._day(Role.VALID_FROM, values, faults)
        end = self._day(Role.VALID_TO, values, faults)
        if start and end and end < start:
            faults.append(Unfit(self.names[Role.VALID_TO], end, Cause.VALUE, _("信息截止日期早于信息发生日期")))
        return start, end

    def _day(self, role: Role, values: Sequence[str], faults: list[Unfit]) -> str | None:
        place = self.places.get(role)
        raw = values[place] if place is not None else ""
        if not raw:
            return None
        known = self.days.get((role, raw))
        if known is not None:
            return known
        if len(self.days) >= REMEMBERED:
            self.days.clear()
        try:
            return self.days.setdefault((role, raw), day_of(raw, last=role is Role.VALID_TO))
        except ValueError:
            faults.append(Unfit(self.names[role], raw, Cause.VALUE, _("不是日期")))
            return None


def day_of(text: str, *, last: bool = False) -> str:
    """A day of a date, a moment, or a month (of which the first or the last); raises ValueError."""
    if re.fullmatch(r"\d{4}-\d{2}", text):
        year, month = int(text[:4]), int(text[5:])
        number = calendar.monthrange(year, month)[1] if last and 1 <= month <= 12 else 1
        return date(year, month, number).isoformat()
    if len(text) > 10 and text[10] not in " T":
        raise ValueError(text)
    return date.fromisoformat(text[:10]).isoformat()


def number_of(text: str) -> str:
    """A plain decimal number; raises InvalidOperation, ValueError."""
    if _WHOLE.fullmatch(text):
        return text
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return f"{number:f}"


def amount_of(text: str) -> str:
    """An amount in yuan with two decimal places; raises InvalidOperation, ValueError."""
    if _CENTS.fullmatch(text):
        return text
    number = Decimal(text)
    cents = number.quantize(Decimal("0.01"))
    if cents != number:
        raise ValueError(text)
    return f"{cents:f}"


def code_of(text: str) -> str:
    """A code; raises ValueError for what is too long for one or has blanks."""
    if len(text) > LONGEST_CODE or len(text.split()) != 1:
        raise ValueError(text)
    return text


def yes_or_no(text: str) -> str:
    """1 or 0; raises ValueError."""
    if text not in YES_OR_NO:
        raise ValueError(text)
    return YES_OR_NO[text]


YES_OR_NO = {"1": "1", "0": "0", "是": "1", "否": "0"}
CONVERTERS: dict[IndicatorType, Converter] = {
    IndicatorType.NUMBER: number_of, IndicatorType.AMOUNT: amount_of, IndicatorType.TEXT: str, IndicatorType.DATE: day_of,
    IndicatorType.CODE: code_of, IndicatorType.YES_NO: yes_or_no,
}


def mapping_of(session: Session, structure: DataStructure) -> FactMapping:
    """The mapping of a published structure; raises Denied where nothing can be loaded by it.

    One without indicators may still bring new enterprises: registration data (企业登记信息) do.
    """
    lines = lines_of(session, structure)
    newer = newest_indicators(session, structure)
    fields = [
        mapped(session, place, line, usable(line.indicator) or newer.get(line.source_name))
        for place, line in enumerate(lines) if line.indicator is not None
    ]
    places: dict[Role, int] = {}
    for place, line in enumerate(lines):
        if line.role is not None:
            places.setdefault(line.role, place)
    if not fields and not places.keys() >= REGISTERING:
        raise Denied(_("数据结构 %(code)s 没有对应征信指标的字段，不能装载", code=structure.code))
    if not any(role in places for role in IDENTIFYING):
        raise Denied(_("数据结构 %(code)s 没有标明企业代码的识别项，不能匹配目标企业", code=structure.code))
    return FactMapping(fields, places, {role: lines[place].source_name for role, place in places.items()})


def lines_of(session: Session, structure: DataStructure) -> Sequence[StructureField]:
    """The fields of a structure in the order of the file; raises Denied where no form 1 describes it."""
    try:
        return sorted(analysis_of(session, structure).fields, key=lambda one: one.line_no)
    except NoLayout as none:
        raise Denied(none.reason) from None


def newest_indicators(session: Session, structure: DataStructure) -> dict[str, Indicator]:
    """What the newest version of the structure maps each source field to, where that is in use."""
    same = DataStructure.family_id == structure.family_id
    newest = session.scalar(select(DataStructure).where(same).order_by(DataStructure.edition.desc()).limit(1))
    if newest is None or newest.id == structure.id or newest.made_by_id is None:
        return {}
    return {one.source_name: found for one in lines_of(session, newest) if (found := usable(one.indicator))}


def usable(indicator: Indicator | None) -> Indicator | None:
    """The indicator, unless it was deleted."""
    return indicator if indicator is not None and indicator.status is IndicatorStatus.ACTIVE else None


def mapped(session: Session, place: int, line: StructureField, indicator: Indicator | None) -> Mapped:
    """A field with its indicator; of a deleted one only the code is left, to say so."""
    named = indicator or line.indicator
    assert named is not None
    table = line.code_table if named.type is IndicatorType.CODE else None
    codes = codes_of(session, [table.id])[table.id] if table else None
    return Mapped(place, line.source_name, line.title, indicator.id if indicator else None, named.code, named.type, codes)
