"""What a column of a sample holds: type, length, notation of dates, numbers with check digits, names of enterprises."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.engine.text import clean, half_width
from app.intake import dates, numbers
from app.intake.converting import NO, NOTHING, STANDARDS, YES
from app.intake.layout import Field
from app.intake.terms import FieldType, FileFormat, Role, Validation
from app.standards.errors import StandardError

Codes = Mapping[str, frozenset[str]]
"""Codes by the code of their table."""

MOSTLY = 0.9
"""Share of the values that must be so: samples have faults, too."""
NEARLY = 0.97
"""Share of the rows that must have a value of a required field, or one of their own of a key."""
LENGTHS = (1, 2, 4, 6, 10, 20, 30, 60, 120, 200, 500, 1000, 2000, 4000)
NOTATIONS = (
    "yyyy-MM-dd", "yyyyMMdd", "yyyy/MM/dd", "yyyy.MM.dd", "yyyy年MM月dd日", "yyyy年M月d日", "yyyy/M/d", "yyyyMM", "yyyy-MM",
)
TIMED = ("yyyy-MM-dd HH:mm:ss", "yyyyMMddHHmmss", "yyyy/MM/dd HH:mm:ss", "yyyy-MM-dd HH:mm")
ROLES = {
    Validation.USCC: Role.USCC, Validation.ORGANISATION_CODE: Role.ORGANISATION_CODE,
    Validation.REGISTRATION_NUMBER: Role.REGISTRATION_NO,
}
_COMPANY = re.compile(r".*(公司|厂|社|集团|中心|事务所|合作社|银行|医院|学校|商行|经营部|店)(（.*）)?")
_MONEY = re.compile("额|费|款|金|价|税|资本")
_PLAIN = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """What was found out about a column."""

    type: FieldType
    validation: Validation | None = None
    expression: str | None = None
    role: Role | None = None
    places: int | None = None
    length: int | None = None
    table: str | None = None


def guess_field(name: str, values: Sequence[str], tables: Codes, told: Field, format_: FileFormat) -> Field:
    """The field of a column; in fixed width its columns are told already. A code table stands in `expression`'s place."""
    filled = [one for value in values if (one := half_width(value)) and one not in NOTHING]
    kind = kind_of(name, filled, tables) if filled else Kind(FieldType.TEXT, length=60)
    length = told.length if format_ is FileFormat.FIXED else kind.length
    return Field(
        name=name, title=title_of(name, kind), type=kind.type, length=length, decimal_places=kind.places, start=told.start,
        required=len(filled) >= NEARLY * len(values) > 0, validation=kind.validation, role=kind.role,
        expression=kind.expression, codes=tables[kind.table] if kind.table else None,
    )


def kind_of(name: str, values: list[str], tables: Codes) -> Kind:
    """The kind of the filled values of a column."""
    return numbered(values) or dated(values) or worded(values) or coded(values, tables) or numeric(name, values) or text(values)


def numbered(values: list[str]) -> Kind | None:
    """A number with a check digit."""
    for validation, check in STANDARDS.items():
        if mostly(values, passes(check)):
            return Kind(FieldType.TEXT, validation, role=ROLES.get(validation), length=max(map(len, values)))
    return None


def dated(values: list[str]) -> Kind | None:
    """A date or moment, in one notation."""
    for notation in NOTATIONS:
        if mostly(values, in_notation(notation, timed=False)):
            iso = notation == NOTATIONS[0]
            return Kind(FieldType.DATE, *(() if iso else (Validation.DATE_FORMAT, notation)))
    for notation in TIMED:
        if mostly(values, in_notation(notation, timed=True)):
            iso = notation == TIMED[0]
            return Kind(FieldType.MOMENT, *(() if iso else (Validation.DATE_FORMAT, notation)))
    return None


def worded(values: list[str]) -> Kind | None:
    """Yes or no, in words."""
    found = {one.upper() for one in values}
    return Kind(FieldType.YES_NO) if found <= (YES | NO) and not found <= {"0", "1"} else None


def coded(values: list[str], tables: Codes) -> Kind | None:
    """Codes of a known table, the smallest that holds them all."""
    found = {one for one in set(values) if len(one) > 1}
    if len(found) < 3 or len(found) > len(values) // 2:
        return None
    fitting = sorted((len(codes), table) for table, codes in tables.items() if mostly(values, codes.__contains__))
    return Kind(FieldType.CODE, table=fitting[0][1], length=max(map(len, found))) if fitting else None


def numeric(name: str, values: list[str]) -> Kind | None:
    """A whole number, a decimal or an amount."""
    if mostly(values, lambda one: _PLAIN.fullmatch(one) is not None and len(one) < 13):
        return Kind(FieldType.INTEGER, length=rounded(max(map(len, values)) + 1))
    if any(re.match(r"0\d", one) for one in values):
        return None
    plain = []
    for one in values:
        try:
            plain.append(numbers.decimal(one.removeprefix("¥").removesuffix("元"), None, None))
        except ValueError:
            continue
    if len(plain) < MOSTLY * len(values):
        return None
    places = max(len(one.partition(".")[2]) for one in plain)
    length = max(len(one.partition(".")[0]) for one in plain) + places + 2
    if places == 2 or (places < 2 and _MONEY.search(name)):
        return Kind(FieldType.AMOUNT, places=2, length=max(length, 14))
    return Kind(FieldType.DECIMAL, places=places, length=length)


def text(values: list[str]) -> Kind:
    """Any text; where most are names of enterprises, their name."""
    role = Role.NAME if mostly(values, lambda one: _COMPANY.fullmatch(one) is not None, 0.5) else None
    return Kind(FieldType.TEXT, role=role, length=rounded(max(map(len, values))))


def mostly(values: list[str], holds: Callable[[str], bool], share: float = MOSTLY) -> bool:
    """Whether it holds of nearly all values; the first ones tell quickly that it does not."""
    if not any(map(holds, values[:20])):
        return False
    return sum(map(holds, values)) >= share * len(values)


def passes(check: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether a standard takes a value."""

    def holds(value: str) -> bool:
        try:
            check(value)
        except StandardError:
            return False
        return True

    return holds


def in_notation(notation: str, *, timed: bool) -> Callable[[str], bool]:
    """Whether a value is a date of the last or coming decades in that notation."""
    parse = dates.by_format(notation, timed=timed)

    def holds(value: str) -> bool:
        try:
            return "1900" <= parse(value)[:4] <= "2100"
        except ValueError:
            return False

    return holds


def rounded(length: int) -> int:
    """A length that leaves room."""
    return next((one for one in LENGTHS if one >= length), length)


def title_of(name: str, kind: Kind) -> str:
    """The Chinese name of a field, as far as it is known."""
    if not name.isascii():
        return name
    return str(kind.validation.title if kind.validation in ROLES and kind.validation else kind.role.title if kind.role else name)


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: words, all different, that no row below has in their place."""
    names = [clean(one) for one in rows[0]]
    if len(rows) < 2 or not all(names) or len(set(names)) < len(names):
        return False
    if any(one[0].isdigit() or numbered([one]) for one in names):
        return False
    below = list(zip(*rows[1:], strict=True))
    return not any(name in column for name, column in zip(names, below, strict=True))


def keys_of(fields: Sequence[Field], columns: Sequence[Sequence[str]]) -> set[int]:
    """The places of the fields that tell rows apart: one that always differs, or the enterprise with a date; else the first."""
    for at, (one, column) in enumerate(zip(fields, columns, strict=True)):
        if one.type is FieldType.TEXT and one.role is not Role.NAME and one.required and len(set(column)) >= NEARLY * len(column) > 1:
            return {at}
    owner = next((at for at, one in enumerate(fields) if one.role is Role.USCC), None)
    day = next((at for at, one in enumerate(fields) if one.type is FieldType.DATE and one.required), None)
    return {owner, day} if owner is not None and day is not None else {owner or 0}
