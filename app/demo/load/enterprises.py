"""工商登记, 税务 and 社保: what is said of enterprises month by month."""

from collections.abc import Iterator
from random import Random

from app.demo.load import words
from app.demo.load.kinds import Column, Row, Span
from app.demo.load.population import Market
from app.intake.terms import FieldType, Role, Validation

OPEN = 0.04
"""Share of the enterprises whose registration changes in a month; the first delivery has them all."""
TAXED, INSURED = 0.4, 0.3
TEXT, AMOUNT, DATE, CODE = FieldType.TEXT, FieldType.AMOUNT, FieldType.DATE, FieldType.CODE

REGISTRATION = (
    Column("tyshxydm", "统一社会信用代码", TEXT, 18, required=True, key=True, validation=Validation.USCC, role=Role.USCC),
    Column("qymc", "企业名称", TEXT, 120, required=True, role=Role.NAME),
    Column("zch", "工商注册号", TEXT, 15, validation=Validation.REGISTRATION_NUMBER, role=Role.REGISTRATION_NO),
    Column("jjlx", "经济类型", CODE, 3, required=True, table="enterprise_type"),
    Column("hydm", "行业代码", CODE, 4, required=True, table="industry"),
    Column("fddbr", "法定代表人", TEXT, 60, required=True, indicator="ZB1001"),
    Column("zczb", "注册资本（万元）", FieldType.DECIMAL, 18, 6, required=True, validation=Validation.RANGE, expression="0~99999999",
           indicator="ZB1002"),
    Column("clrq", "成立日期", DATE, required=True, validation=Validation.DATE_FORMAT, expression="yyyy-MM-dd", indicator="ZB1003"),
    Column("xzqh", "行政区划", CODE, 6, required=True, table="region"),
    Column("zs", "住所", TEXT, 255, required=True, indicator="ZB1004"),
    Column("jyfw", "经营范围", TEXT, 2000),
    Column("djzt", "登记状态", TEXT, 10, required=True, validation=Validation.REGEX, expression="存续|吊销|注销|迁出",
           indicator="ZB1005"),
    Column("hzrq", "核准日期", DATE, required=True, validation=Validation.DATE_FORMAT, expression="yyyy-MM-dd",
           role=Role.VALID_FROM),
)

TAX = (
    Column("TYSHXYDM", "统一社会信用代码", TEXT, 18, required=True, key=True, validation=Validation.USCC, role=Role.USCC),
    Column("NSRMC", "纳税人名称", TEXT, 120, required=True, role=Role.NAME),
    Column("SSQ", "所属期", DATE, required=True, key=True, validation=Validation.DATE_FORMAT, expression="yyyyMM",
           role=Role.VALID_FROM),
    Column("HYDM", "行业代码", CODE, 4, table="industry"),
    Column("NSXYDJ", "纳税信用等级", TEXT, 1, required=True, validation=Validation.REGEX, expression="[ABMCD]", indicator="ZB1011"),
    Column("YSSE", "应纳税额", AMOUNT, 18, 2, required=True, validation=Validation.RANGE, expression="0~99999999999",
           indicator="ZB1012"),
    Column("RKSE", "入库税额", AMOUNT, 18, 2, required=True, indicator="ZB1013"),
    Column("QSYE", "欠税余额", AMOUNT, 18, 2, required=True, indicator="ZB0002"),
    Column("SFZCH", "是否正常户", FieldType.YES_NO, required=True),
)

SOCIAL = (
    Column("dwbh", "单位编号", TEXT, 10, required=True, key=True),
    Column("tyshxydm", "统一社会信用代码", TEXT, 18, required=True, validation=Validation.USCC, role=Role.USCC),
    Column("dwmc", "单位名称", TEXT, 60, required=True, role=Role.NAME),
    Column("ssq", "所属期", DATE, 6, required=True, key=True, validation=Validation.DATE_FORMAT, expression="yyyyMM",
           role=Role.VALID_FROM),
    Column("cbrs", "参保人数", FieldType.INTEGER, 6, required=True, indicator="ZB1021"),
    Column("yjje", "应缴金额", AMOUNT, 14, 2, required=True, indicator="ZB1022"),
    Column("sjje", "实缴金额", AMOUNT, 14, 2, required=True, indicator="ZB1023"),
    Column("qjys", "欠缴月数", FieldType.INTEGER, 3, required=True, validation=Validation.RANGE, expression="0~120",
           indicator="ZB0001"),
    Column("jfzt", "正常缴费", FieldType.YES_NO, 1, required=True),
)


def registration(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """All enterprises in the first month, later those whose registration has changed."""
    first = market.chance("registration", "first") if span.first else chance
    for one in market.enterprises if span.first else market.some(chance, OPEN):
        if not one.uscc:
            continue
        changed = not span.first
        state = first.choices(("存续", "吊销", "注销", "迁出"), (93, 2, 4, 1))[0] if changed else "存续"
        capital = one.capital * first.choice((1, 1, 2, 5)) if changed else one.capital
        address = f"{one.address}（{span.month}迁）" if changed and first.random() < 0.5 else one.address
        yield [
            one.uscc, one.name, one.registration_no, one.type, one.industry, one.head, f"{capital}.000000",
            one.founded.isoformat(), one.region, address, f"{first.choice(words.WORK)}；依法须经批准的项目，经批准后方可经营",
            state, (span.day(first) if changed else max(one.founded, span.start)).isoformat(),
        ]


def tax(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """What each taxpayer owed and paid in the month."""
    for one in market.enterprises:
        if not one.uscc or one.number % 10 >= TAXED * 10:
            continue
        due = round(one.staff * chance.uniform(200, 2600), 2)
        owed = round(due * chance.uniform(0.1, 1), 2) if chance.random() < 0.05 else 0.0
        grade = chance.choices("ABMCD", (20, 45, 25, 7, 3))[0]
        yield [
            one.uscc, one.name, span.month, one.industry, grade, f"{due:.2f}", f"{due - owed:.2f}", f"{owed:.2f}",
            "0" if owed > due / 2 else "1",
        ]


def social(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """What each employer owed and paid in the month."""
    for one in market.enterprises:
        if not one.uscc or one.number % 10 < 10 - INSURED * 10:
            continue
        people = max(1, one.staff + chance.randrange(-2, 3))
        due = round(people * chance.uniform(900, 1500), 2)
        behind = chance.randrange(1, 13) if chance.random() < 0.04 else 0
        yield [
            f"DW{one.number:08d}", one.uscc, one.name, span.month, str(people), f"{due:.2f}",
            f"{0 if behind else due:.2f}", str(behind), "0" if behind else "1",
        ]
