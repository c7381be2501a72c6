"""法院 and 环保: cases and environmental ratings."""

from collections.abc import Iterator
from random import Random

from app.demo.load import words
from app.demo.load.kinds import Column, Row, Span
from app.demo.load.population import Market
from app.intake.terms import FieldType, Role, Validation

SUED, RATED = 0.003, 0.01
TEXT, DATE = FieldType.TEXT, FieldType.DATE
RATINGS = ("环保诚信", "环保良好", "环保警示", "环保不良")

CASES = (
    Column("ah", "案号", TEXT, 60, required=True, key=True),
    Column("bzxrmc", "被执行人名称", TEXT, 120, required=True, role=Role.NAME),
    Column("tyshxydm", "统一社会信用代码", TEXT, 18, validation=Validation.USCC, role=Role.USCC),
    Column("zch", "工商注册号", TEXT, 15, validation=Validation.REGISTRATION_NUMBER, role=Role.REGISTRATION_NO),
    Column("lb", "类别", TEXT, 4, required=True, validation=Validation.REGEX, expression="执行|失信", indicator="ZB1031"),
    Column("zxfy", "执行法院", TEXT, 120, required=True),
    Column("larq", "立案日期", DATE, required=True, role=Role.VALID_FROM),
    Column("zxbd", "执行标的（元）", FieldType.AMOUNT, 18, 2, required=True, indicator="ZB1032"),
    Column("wlxje", "未履行金额（元）", FieldType.AMOUNT, 18, 2, indicator="ZB1033"),
    Column("sxqx", "失信行为情形", TEXT, 255, indicator="ZB1034"),
    Column("jarq", "结案日期", DATE, role=Role.VALID_TO),
)

ENVIRONMENT = (
    Column("决定书文号", "决定书文号", TEXT, 60, required=True, key=True),
    Column("企业名称", "企业名称", TEXT, 120, required=True, role=Role.NAME),
    Column("统一社会信用代码", "统一社会信用代码", TEXT, 18, validation=Validation.USCC, role=Role.USCC),
    Column("环保信用评价", "环保信用评价", TEXT, 10, required=True, validation=Validation.REGEX, expression="|".join(RATINGS),
           indicator="ZB1041"),
    Column("违法事项", "违法事项", TEXT, 255, indicator="ZB1042"),
    Column("罚款金额", "罚款金额（万元）", FieldType.DECIMAL, 18, 6, validation=Validation.RANGE, expression="0~10000",
           indicator="ZB1043"),
    Column("决定日期", "决定日期", DATE, required=True, role=Role.VALID_FROM),
    Column("有效期至", "有效期至", DATE, role=Role.VALID_TO),
)


def cases(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """The week's new cases of enforcement, and debtors that keep nothing of what a court has said."""
    for at, one in enumerate(market.some(chance, SUED), 1):
        sum_, bad = round(chance.paretovariate(1.1) * 20_000, 2), chance.random() < 0.3
        closed = not bad and chance.random() < 0.4
        yield [
            f"（{span.start:%Y}）云{chance.randrange(1, 18):02d}执{span.start:%m%d}{at:04d}号", one.name, one.uscc,
            "" if one.uscc else one.registration_no, "失信" if bad else "执行", chance.choice(words.COURTS),
            span.day(chance).isoformat(), f"{sum_:.2f}", f"{0 if closed else sum_:.2f}",
            chance.choice(words.FAILINGS) if bad else "", span.end.isoformat() if closed else "",
        ]


def environment(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """The quarter's ratings, with the fines that brought the bad ones."""
    for at, one in enumerate(market.some(chance, RATED), 1):
        rating = chance.choices(RATINGS, (10, 50, 30, 10))[0]
        bad, day = rating in RATINGS[2:], span.day(chance)
        yield [
            f"云环评〔{span.start:%Y}〕{span.start:%m}{at:04d}号", one.name, one.uscc, rating,
            chance.choice(words.POLLUTION) if bad else "", f"{chance.randrange(1, 500) / 10:.6f}" if bad else "",
            day.isoformat(), day.replace(year=day.year + 1, day=min(day.day, 28)).isoformat(),
        ]
