"""Made-up files for any layout: rows that keep every rule of it, or a share of them with one fault each."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path
from random import Random

from app.demo.delivery_faults import FAULTS
from app.intake import contents
from app.intake import dates as iso
from app.intake.expressions import NUMERIC, Comparison, comparison
from app.intake.layout import Field, Layout
from app.intake.patterns import compiled
from app.intake.terms import FieldType, Role, Validation
from app.intake.writing import write_rows
from app.standards.organisation_code import make_organisation_code
from app.standards.registration_number import make_registration_number
from app.standards.resident_id import make_resident_id
from app.standards.uscc import make_uscc

Make = Callable[[int, Random], str]
"""A field's value of the row of that number."""

ENTERPRISES = 1_000
"""Enterprises that the rows of a file are of, by turns."""
NAMELESS = 0.2
"""Share of rows without the unified code where it may be missing: loading will not find their enterprises."""
LATEST = date(2026, 10, 31)
NAMES = ("启明", "华兴", "金泰", "万通", "长江", "东湖", "楚天", "恒信", "国瑞", "新港")
TRADES = ("机械制造", "商贸", "物流", "建筑工程", "信息技术", "食品", "医药", "纺织")
WORDS = {
    "名称": ("启明机械配件厂", "长江仓储中心", "楚天工程队"),
    "地址": ("云州市江岸区中山大道 18 号", "云州市武昌区东湖路 66 号"),
    "代表人": ("陈立新", "周敏", "郑国强"),
    "姓名": ("陈立新", "周敏", "郑国强"),
    "事由": ("未按期申报", "超标排放", "拖欠货款"),
    "项目": ("增值税", "企业所得税", "城市维护建设税"),
    "机关": ("云州市税务局第一分局", "云州市江岸区人民法院", "云州市生态环境局"),
    "范围": ("机械配件制造、销售", "普通货物运输"),
}
"""What texts say, by a word in their title."""
SAMPLES = (
    "（2026）鄂0102执{:d}号", "云环罚〔2026〕{:d}号", "A", "B", "{:08d}", "{:06d}", "A{:05d}", "027-8{:07d}", "{:d}", "{:010d}",
    "{:012d}",
)
"""Values among which one matching an agreed expression is looked for."""


def write_file(path: Path, layout: Layout, rows: Iterable[Sequence[str]]) -> None:
    """Writes rows as the layout agrees."""
    write_rows(path, layout, rows)


def sample_rows(
    layout: Layout, count: int, seed: int = 0, *, faults: float = 0.0, enterprises: Sequence[tuple[str, str]] = ()
) -> Iterator[list[str]]:
    """So many rows of source values, the same for the same seed; a share of them with a fault.

    `enterprises`: USCC and name of those that the rows are of; made-up ones otherwise. Raises ValueError where a field is
    held to an expression that no sample matches.
    """
    chance = Random(seed)
    makers = [maker(layout, at, enterprises) for at in range(len(layout.fields))]
    held = [comparison(layout.fields, at, one.expression or "") for at, one in enumerate(layout.fields)
            if one.validation is Validation.COMPARE]
    before: list[str] | None = None
    ordered = order(layout)
    for number in range(count):
        row = [make(number, chance) for make in makers]
        ordered(row)
        for one in held:
            keep_to(layout, one, row)
        if faults and chance.random() < faults:
            yield spoiled(layout, row, before, chance)
        else:
            before = row
            yield row


def spoiled(layout: Layout, row: list[str], before: list[str] | None, chance: Random) -> list[str]:
    """The row with one fault, of a kind that its layout can have."""
    for kind in chance.sample(FAULTS, len(FAULTS)):
        found = kind(layout, list(row), before)
        if found is not None:
            return found
    return row


def maker(layout: Layout, at: int, enterprises: Sequence[tuple[str, str]]) -> Make:
    """What makes the values of a field: of the key in turn, so that no two rows have the same."""
    field = layout.fields[at]
    turn = turn_of(layout, at)
    if field.validation in NUMBERED or field.role in (Role.USCC, Role.NAME, Role.REGISTRATION_NO, Role.ORGANISATION_CODE):
        known = partial(identity, field, whose(layout, turn), enterprises)
        if turn is None and not field.required and field.role is Role.USCC:
            return lambda number, chance: "" if chance.random() < NAMELESS else known(number, chance)
        return known
    if turn is None and not field.required:
        make = KINDS[field.type](field, None)
        return lambda number, chance: "" if chance.random() < 0.1 else make(number, chance)
    return KINDS[field.type](field, turn)


Turn = Callable[[int], int]


def turn_of(layout: Layout, at: int) -> Turn | None:
    """How a key field counts on with the rows; None for a field that is no part of the key."""
    key = layout.key
    if at not in key:
        return None
    if len(key) == 1:
        return lambda number: number
    return (lambda number: number // ENTERPRISES) if at == key[-1] else (lambda number: number % ENTERPRISES)


def whose(layout: Layout, turn: Turn | None) -> Turn:
    """Which enterprise a row is of: all its fields say the same."""
    turns = [turn_of(layout, at) for at, one in enumerate(layout.fields) if one.role is Role.USCC]
    found = turn or (turns[0] if turns else None)
    return found or (lambda number: number * 7919 % ENTERPRISES)


def identity(field: Field, whose: Turn, enterprises: Sequence[tuple[str, str]], number: int, chance: Random) -> str:
    """A number or name of the enterprise that the row is of."""
    at = whose(number)
    if enterprises and field.role in (Role.USCC, Role.NAME):
        return enterprises[at % len(enterprises)][field.role is Role.NAME]
    if field.role is Role.NAME and field.validation is None:
        name = f"云州{NAMES[at % 10]}{TRADES[at // 10 % 8]}{at:03d}有限公司"
        return name[: field.length] if field.length else name
    return NUMBERED[field.validation or OF_ROLE[field.role or Role.USCC]](at)


OF_ROLE = {
    Role.USCC: Validation.USCC, Role.REGISTRATION_NO: Validation.REGISTRATION_NUMBER,
    Role.ORGANISATION_CODE: Validation.ORGANISATION_CODE,
}
NUMBERED: dict[Validation, Callable[[int], str]] = {
    Validation.USCC: lru_cache(ENTERPRISES)(lambda at: make_uscc(f"91420102{make_organisation_code(f'{at:08d}')}")),
    Validation.ORGANISATION_CODE: lambda at: make_organisation_code(f"{at:08d}"),
    Validation.REGISTRATION_NUMBER: lambda at: make_registration_number(f"420102{at:08d}"),
    Validation.RESIDENT_ID: lambda at: make_resident_id("420102", date(1960, 1, 1) + timedelta(at // 900), at % 900),
}


def texts(field: Field, turn: Turn | None) -> Make:
    """Text: as the title suggests; in a key numbered."""
    if field.validation is Validation.REGEX:
        return matching(field, turn)
    if field.validation is Validation.DATE_FORMAT:
        return dates(field, turn)
    length = field.length or 60
    known = next((words for word, words in WORDS.items() if word in field.title), None)
    if turn is not None:
        return lambda number, chance: f"{turn(number):0{min(length, 10)}d}"
    if known:
        return lambda number, chance: chance.choice(known)[:length]
    return lambda number, chance: f"{field.title}{chance.randrange(100)}"[:length]


def matching(field: Field, turn: Turn | None) -> Make:
    """A sample that matches the agreed expression."""
    matches = compiled(field.expression or "")
    fitting = next((one for one in SAMPLES if matches(one.format(1)) and matches(one.format(99_999))), None)
    if fitting is None:
        raise ValueError(f"no sample matches {field.expression}")
    return lambda number, chance: fitting.format(turn(number) + 1 if turn else chance.randrange(1, 100_000))


def codes(field: Field, turn: Turn | None) -> Make:
    """A code of the table that fits the length."""
    if field.codes is None:
        return texts(field, turn)
    fitting = sorted(one for one in field.codes if field.length is None or len(one) <= field.length)
    return lambda number, chance: fitting[turn(number) % len(fitting)] if turn else chance.choice(fitting)


def amounts(field: Field, turn: Turn | None) -> Make:
    """A number within range and length."""
    places = {FieldType.INTEGER: 0, FieldType.AMOUNT: 2}.get(field.type, 2)
    places = places if field.decimal_places is None else field.decimal_places
    low, high = contents.bounds(field.type, field.expression or "") if field.validation is Validation.RANGE else ("0", None)
    least = Decimal(low or 0)
    most = min(Decimal(high or 10**7), Decimal(10) ** min((field.length or 12) - places, 7) - 1)
    steps = int((most - least) * 10**places)
    unit = Decimal(1).scaleb(-places)
    return lambda number, chance: f"{least + unit * (turn(number) if turn else chance.randint(0, steps)):.{places}f}"


def dates(field: Field, turn: Turn | None) -> Make:
    """A day or moment of the last years, in the agreed notation."""
    monthly = field.validation is Validation.DATE_FORMAT and "d" not in (field.expression or "")

    def make(number: int, chance: Random) -> str:
        back = turn(number) if turn else chance.randrange(24 if monthly else 900)
        return dated(field, month_back(back) if monthly else LATEST - timedelta(back), chance)

    return make


def month_back(count: int) -> date:
    """The first of the month so many months before the latest."""
    months = LATEST.year * 12 + LATEST.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def dated(field: Field, day: date, chance: Random | None = None) -> str:
    """A day as the field writes it."""
    at = datetime.combine(day, time(chance.randrange(8, 18), chance.randrange(60)) if chance else time())
    if field.validation is Validation.DATE_FORMAT and field.expression:
        return written(field.expression, at)
    return at.isoformat(" ") if field.type is FieldType.MOMENT else day.isoformat()


def written(notation: str, at: datetime) -> str:
    """A moment in a notation such as yyyyMMdd."""
    parts = (("yyyy", f"{at.year:04d}"), ("MM", f"{at.month:02d}"), ("dd", f"{at.day:02d}"), ("HH", f"{at.hour:02d}"),
             ("mm", f"{at.minute:02d}"), ("ss", f"{at.second:02d}"), ("M", str(at.month)), ("d", str(at.day)), ("H", str(at.hour)))
    for token, text in parts:
        notation = notation.replace(token, text)
    return notation


def yes_no(field: Field, turn: Turn | None) -> Make:
    """Yes or no."""
    return lambda number, chance: "否" if chance.random() < 0.2 else "是"


KINDS: dict[FieldType, Callable[[Field, Turn | None], Make]] = {
    FieldType.TEXT: texts, FieldType.CODE: codes, FieldType.INTEGER: amounts, FieldType.DECIMAL: amounts,
    FieldType.AMOUNT: amounts, FieldType.DATE: dates, FieldType.MOMENT: dates, FieldType.YES_NO: yes_no,
}


def order(layout: Layout) -> Callable[[list[str]], None]:
    """What puts the end of a row's period no earlier than its beginning."""
    start, end = layout.place(Role.VALID_FROM), layout.place(Role.VALID_TO)
    if start is None or end is None:
        return lambda row: None
    first, last, ending = parse(layout.fields[start]), parse(layout.fields[end]), layout.fields[end]

    def put(row: list[str]) -> None:
        if row[start] and row[end] and last(row[end]) < (day := first(row[start])):
            row[end] = dated(ending, date.fromisoformat(day[:10]) + timedelta(30))

    return put


def parse(field: Field) -> Callable[[str], str]:
    """The field's own notation to ISO."""
    if field.validation is Validation.DATE_FORMAT and field.expression:
        return contents.notation(field.type, field.expression)
    return iso.day if field.type is FieldType.DATE else iso.moment


def keep_to(layout: Layout, one: Comparison, row: list[str]) -> None:
    """Gives a field a value that its comparison allows."""
    field = layout.fields[one.place]
    if not row[one.place] or not all(row[at] for _sign, at in one.terms):
        return
    step = {"<": -1, ">": 1, "!=": 1}.get(one.operator, 0)
    if field.type in NUMERIC:
        total = sum((sign * Decimal(row[at]) for sign, at in one.terms), Decimal(0)) + step
        places = max(-int(Decimal(row[one.place]).as_tuple().exponent), 0)
        row[one.place] = f"{total:.{places}f}"
    else:
        other = one.terms[0][1]
        day = date.fromisoformat(parse(layout.fields[other])(row[other])[:10]) + timedelta(step)
        row[one.place] = dated(field, day)
