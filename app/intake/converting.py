"""One value of a delivered file to its standard text, by its field: 2026-11-28, 1234.50, a code, 1 or 0.

Values come cleaned: without invisible characters and blanks around them; codes, numbers and dates in half width. What
is standard text already is seen at once; everything else takes the longer way.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal

from flask_babel import lazy_gettext as _

from app.engine.text import Text, clean
from app.intake import contents, dates, numbers
from app.intake.expressions import NUMERIC
from app.intake.layout import Field
from app.intake.patterns import compiled
from app.intake.rules import Rule
from app.intake.terms import FieldType, Validation
from app.standards.errors import StandardError
from app.standards.organisation_code import check_organisation_code
from app.standards.registration_number import check_registration_number
from app.standards.resident_id import check_resident_id
from app.standards.uscc import check_uscc

Convert = Callable[[str], str]

NOTHING = frozenset(("NULL", "null", r"\N"))
"""How database exports write that there is no value."""
GUARDED = frozenset("=+-@\t\r")
"""Characters that a spreadsheet would take for a formula: error files write an apostrophe before them."""
YES = frozenset(("1", "是", "有", "Y", "YES", "T", "TRUE", "√"))
NO = frozenset(("0", "否", "无", "N", "NO", "F", "FALSE", "×"))
STANDARDS: Mapping[Validation, Convert] = {
    Validation.USCC: check_uscc,
    Validation.ORGANISATION_CODE: check_organisation_code,
    Validation.REGISTRATION_NUMBER: check_registration_number,
    Validation.RESIDENT_ID: check_resident_id,
}


class Wrong(Exception):
    """A value that breaks a rule, and why."""

    def __init__(self, rule: Rule, reason: Text) -> None:
        super().__init__(rule)
        self.rule, self.reason = rule, reason


def converter(field: Field, *, fixed: bool = False) -> Convert:
    """The function from a source value to its standard text, which raises Wrong. `fixed`: cut by its columns already."""
    typed = TYPED[field.type](field, fixed)
    checks = [one for one in (ruled(field),) if one is not None]
    required = field.required or field.key_part

    def convert(raw: str) -> str:
        value = clean(raw)
        if not value or value in NOTHING:
            if required:
                raise Wrong(Rule.REQUIRED, _("必填，不能为空"))
            return ""
        if value[0] == "'" and value[1:2] in GUARDED:
            value = value[1:]
        value = typed(value)
        for check in checks:
            value = check(value)
        return value

    return convert


def text(field: Field, fixed: bool) -> Convert:
    """文本: as it is."""
    length = None if fixed else field.length

    def convert(value: str) -> str:
        if length is not None and len(value) > length:
            raise too_long(length, len(value))
        return value

    return convert


def code(field: Field, fixed: bool) -> Convert:
    """代码: one of the code table, where there is one."""
    plain, codes = text(field, fixed), field.codes

    def convert(value: str) -> str:
        value = half(value)
        if codes is not None and value not in codes:
            raise Wrong(Rule.CODE_TABLE, _("不在代码表中"))
        return plain(value)

    return convert


def number(field: Field, fixed: bool) -> Convert:
    """整数、小数、金额."""
    places = places_of(field)
    length = None if fixed else field.length
    currency = field.type is FieldType.AMOUNT
    plain = re.compile(numbers.regular(length, places), re.ASCII).fullmatch

    def convert(value: str) -> str:
        if plain(value):
            return value
        value = half(value)
        if currency:
            value = value.removeprefix("¥").removesuffix("元").strip()
        try:
            return numbers.decimal(value, length, places)
        except numbers.NoNumber:
            raise Wrong(Rule.TYPE, NOT_OF[field.type]) from None
        except numbers.TooPrecise:
            if field.type is FieldType.INTEGER:
                raise Wrong(Rule.TYPE, NOT_OF[field.type]) from None
            raise Wrong(Rule.PRECISION, _("小数超过 %(places)s 位", places=places)) from None
        except numbers.TooLong:
            raise Wrong(Rule.LENGTH, _("数字超过 %(length)s 位（含小数）", length=length or numbers.MOST_DIGITS)) from None

    return convert


def places_of(field: Field) -> int | None:
    """Decimal places of a number: amounts have two unless agreed otherwise."""
    if field.type is FieldType.INTEGER:
        return 0
    return 2 if field.decimal_places is None and field.type is FieldType.AMOUNT else field.decimal_places


def timed(field: Field, fixed: bool) -> Convert:
    """日期、日期时间: in the agreed notation, or in any usual one."""
    parse: dates.Parse = dates.day if field.type is FieldType.DATE else dates.moment
    rule, reason = Rule.TYPE, NOT_OF[field.type]
    if field.validation is Validation.DATE_FORMAT and field.expression:
        parse = contents.notation(field.type, field.expression)
        rule, reason = Rule.DATE_FORMAT, _("不是 %(format)s 格式的日期", format=field.expression)

    def convert(value: str) -> str:
        try:
            return parse(half(value))
        except ValueError:
            raise Wrong(rule, reason) from None

    return convert


def yes_no(field: Field, fixed: bool) -> Convert:
    """是否: 1 or 0."""

    def convert(value: str) -> str:
        value = half(value).upper()
        if value in YES:
            return "1"
        if value in NO:
            return "0"
        raise Wrong(Rule.TYPE, NOT_OF[FieldType.YES_NO])

    return convert


TYPED: Mapping[FieldType, Callable[[Field, bool], Convert]] = {
    FieldType.TEXT: text,
    FieldType.CODE: code,
    FieldType.INTEGER: number,
    FieldType.DECIMAL: number,
    FieldType.AMOUNT: number,
    FieldType.DATE: timed,
    FieldType.MOMENT: timed,
    FieldType.YES_NO: yes_no,
}
NOT_OF: Mapping[FieldType, Text] = {
    FieldType.INTEGER: _("不是整数"),
    FieldType.DECIMAL: _("不是数字"),
    FieldType.AMOUNT: _("不是金额"),
    FieldType.DATE: _("不是有效的日期"),
    FieldType.MOMENT: _("不是有效的日期时间"),
    FieldType.YES_NO: _("不是“是”或“否”"),
}


def ruled(field: Field) -> Convert | None:
    """The check of the field's own rule on its standard text; comparisons and dates' notations are held elsewhere."""
    match field.validation:
        case Validation.RANGE:
            return within(field)
        case Validation.REGEX:
            matches = compiled(field.expression or "")
            return checked(matches, Rule.REGEX, _("不符合约定的格式 %(pattern)s", pattern=field.expression))
        case Validation.DATE_FORMAT if field.type in (FieldType.TEXT, FieldType.CODE):
            reason = _("不是 %(format)s 格式的日期", format=field.expression)
            return checked(readable(contents.notation(field.type, field.expression or "")), Rule.DATE_FORMAT, reason)
        case Validation.USCC | Validation.ORGANISATION_CODE | Validation.REGISTRATION_NUMBER | Validation.RESIDENT_ID:
            return by_standard(Rule.of(field.validation.value), STANDARDS[field.validation])
    return None


def checked(holds: Callable[[str], bool], rule: Rule, reason: Text) -> Convert:
    """A check that lets values through as they are."""

    def check(value: str) -> str:
        if not holds(value):
            raise Wrong(rule, reason)
        return value

    return check


def readable(parse: Convert) -> Callable[[str], bool]:
    """Whether a parser takes a value."""

    def holds(value: str) -> bool:
        try:
            parse(value)
        except ValueError:
            return False
        return True

    return holds


def within(field: Field) -> Convert:
    """取值范围: numbers by their size, dates by their order."""
    low, high = contents.bounds(field.type, field.expression or "")
    reason = _("超出取值范围 %(range)s", range=field.expression)
    if field.type not in NUMERIC:
        return checked(lambda value: (low or "") <= value and (high is None or value <= high), Rule.RANGE, reason)
    least, most = limits(field)
    return checked(lambda value: least <= Decimal(value) <= most, Rule.RANGE, reason)


def limits(field: Field) -> tuple[Decimal, Decimal]:
    """The least and the most that a number may be."""
    if field.validation is not Validation.RANGE:
        return Decimal("-Infinity"), Decimal("Infinity")
    low, high = contents.bounds(field.type, field.expression or "")
    return Decimal(low or "-Infinity"), Decimal(high or "Infinity")


def by_standard(rule: Rule, check: Convert) -> Convert:
    """A national standard's number in its normal form."""

    def convert(value: str) -> str:
        try:
            return check(value)
        except StandardError as error:
            raise Wrong(rule, _(error.message, **error.params)) from None

    return convert


def half(value: str) -> str:
    """Full-width digits, letters and signs as half-width ones."""
    return value if value.isascii() else unicodedata.normalize("NFKC", value).strip()


def too_long(length: int, found: int) -> Wrong:
    """A text longer than agreed."""
    return Wrong(Rule.LENGTH, _("超过 %(length)s 个字符（实有 %(found)s 个）", length=length, found=found))


def regular(field: Field, *, fixed: bool = False) -> "re.Pattern[str] | None":
    """What a whole column of plain numbers looks like, line by line; None where values must be looked at one by one."""
    if field.type not in NUMERIC or field.validation is Validation.REGEX:
        return None
    one = numbers.regular(None if fixed else field.length, places_of(field))
    value = one if field.required or field.key_part else rf"(?:{one})?"
    return re.compile(rf"(?:{value}\n)*+{value}", re.ASCII)
