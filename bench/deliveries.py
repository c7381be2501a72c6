"""A delivery of any size for the benches of the data path: 15 columns, a file of them, the layout, plain checks of the same rules."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.intake.layout import Field, Layout
from app.intake.terms import Encoding, FieldType, FileFormat, Validation
from app.standards.tables import code_table
from app.standards.uscc import check_uscc, make_uscc

INDUSTRIES = frozenset(one.code for one in code_table("industry").rows)
SURNAMES = "王李张刘陈杨黄赵吴周"
GIVEN = "伟芳娜敏静丽强磊军洋"
TRADES = ("机械制造", "物流", "食品", "建筑工程", "贸易", "信息技术", "化工", "纺织", "医药", "文化传媒")

FIELDS = (
    Field("tyshxydm", "统一社会信用代码", FieldType.TEXT, 18, validation=Validation.USCC, required=True, key_part=True),
    Field("qymc", "企业名称", FieldType.TEXT, 120, required=True),
    Field("nsrsbh", "纳税人识别号", FieldType.TEXT, 20),
    Field("fddbr", "法定代表人", FieldType.TEXT, 60),
    Field("xzqh", "行政区划", FieldType.TEXT, 6),
    Field("hydm", "所属行业", FieldType.CODE, 4, codes=INDUSTRIES),
    Field("clrq", "成立日期", FieldType.DATE, validation=Validation.DATE_FORMAT, expression="yyyyMMdd"),
    Field("zczb", "注册资本", FieldType.AMOUNT, 18, 2),
    Field("ssq", "所属期", FieldType.TEXT, 6, required=True, key_part=True),
    Field("yjse", "应缴金额", FieldType.AMOUNT, 18, 2, validation=Validation.RANGE, expression="0~999999999"),
    Field("sjse", "实缴金额", FieldType.AMOUNT, 18, 2),
    Field("jkrq", "缴款日期", FieldType.DATE, validation=Validation.DATE_FORMAT, expression="yyyyMMdd"),
    Field("cbrs", "参保人数", FieldType.INTEGER, 7),
    Field("sfzc", "是否正常户", FieldType.YES_NO),
    Field("bz", "备注", FieldType.TEXT, 200),
)
LAYOUT = Layout(FileFormat.CSV, Encoding.UTF_8, FIELDS, header=True)


def write_file(path: Path, rows: int) -> None:
    """A CSV file of so many sound rows; the same for the same number."""
    chance = random.Random(15)
    industries = sorted(INDUSTRIES)
    days = [f"{2000 + number % 26}{number % 12 + 1:02d}{number % 28 + 1:02d}" for number in range(9_000)]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(one.name for one in FIELDS) + "\n")
        for number in range(rows):
            code = make_uscc(f"914201{number % 100:02d}{number:09d}")
            amount = chance.randrange(100, 9_000_000)
            name = f"云州{TRADES[number % 10]}{number}有限公司"
            person = SURNAMES[number % 10] + GIVEN[number // 10 % 10]
            file.write(
                f"{code},{name},{code[2:17]},{person},420{number % 999:03d},{industries[number % len(industries)]},{days[number % 9000]},"
                f"{amount % 5000}0000.00,2026{number % 12 + 1:02d},{amount / 100:.2f},{amount // 2 / 100:.2f},{days[number * 7 % 9000]},"
                f"{number % 3000},{'是' if number % 50 else '否'},{'正常申报' if number % 3 else ''}\n"
            )


def plain_checks() -> list[Callable[[str], Any]]:
    """The same rules as plain Python callables, one a column; each raises where its value is wrong."""
    return [
        uscc, text(120, required=True), text(20), text(60), text(6), code, day, amount, text(6, required=True), within, amount,
        day, whole, yes_no, text(200),
    ]


def uscc(value: str) -> str:
    """The check character."""
    return check_uscc(value)


def text(length: int, *, required: bool = False) -> Callable[[str], str]:
    """At most so long, and there."""

    def check(value: str) -> str:
        value = value.strip()
        if len(value) > length or (required and not value):
            raise ValueError(value)
        return value

    return check


def code(value: str) -> str:
    """One of the code table."""
    if value not in INDUSTRIES:
        raise ValueError(value)
    return value


def day(value: str) -> str:
    """A day of the calendar, in standard notation."""
    return date(int(value[:4]), int(value[4:6]), int(value[6:])).isoformat() if value else ""


def amount(value: str) -> str:
    """Two decimal places, not too long."""
    if value:
        exponent = Decimal(value).as_tuple().exponent
        if not isinstance(exponent, int) or exponent < -2 or len(value) > 19:
            raise ValueError(value)
    return value


def within(value: str) -> str:
    """An amount of the range."""
    if not 0 <= Decimal(amount(value)) <= 999_999_999:
        raise ValueError(value)
    return value


def whole(value: str) -> str:
    """An integer."""
    if value and (len(value) > 7 or int(value) < 0):
        raise ValueError(value)
    return value


def yes_no(value: str) -> str:
    """是 or 否."""
    return {"是": "1", "否": "0", "": ""}[value]


def checked(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Rows with each value checked by its callable: the floor."""
    checks = plain_checks()
    for row in rows:
        yield [check(value) for check, value in zip(checks, row, strict=True)]
