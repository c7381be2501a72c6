"""双公示: 行政许可 and 行政处罚 in the columns of the publication standard (发改办财金〔2018〕424号), for legal persons.

Names, order and formats of the columns are the standard's; dates are YYYY/MM/DD, 2099/12/31 means for good, amounts of
fines are 万元 with six decimal places.
"""

from collections.abc import Iterator
from datetime import date
from random import Random

from app.demo.load import words
from app.demo.load.kinds import Column, Row, Span
from app.demo.load.population import Enterprise, Market
from app.intake.terms import FieldType, Role, Validation
from app.standards.uscc import make_uscc

PERMITTED, FINED = 0.03, 0.015
TEXT, DECIMAL = FieldType.TEXT, FieldType.DECIMAL
FOR_GOOD = "2099/12/31"
BODIES = "法人及非法人组织|自然人|个体工商户"
OFFICE, COURT = make_uscc("11420000MB0000001"), make_uscc("11420000MB0000002")
"""Codes of the office that permits and of the one that fines."""


def subject(prefix: str) -> tuple[Column, ...]:
    """行政相对人: the columns that say whom a permit or a penalty is about."""
    return (
        Column(f"{prefix}_XDR_MC", "行政相对人名称", TEXT, 200, required=True, role=Role.NAME),
        Column(f"{prefix}_XDR_LB", "行政相对人类别", TEXT, 16, required=True, validation=Validation.REGEX, expression=BODIES),
        Column(f"{prefix}_XDR_SHXYM", "行政相对人代码_1（统一社会信用代码）", TEXT, 18, validation=Validation.USCC, role=Role.USCC),
        Column(f"{prefix}_XDR_GSZC", "行政相对人代码_2（工商注册号）", TEXT, 50, validation=Validation.REGISTRATION_NUMBER,
               role=Role.REGISTRATION_NO),
        Column(f"{prefix}_XDR_ZZJG", "行政相对人代码_3（组织机构代码）", TEXT, 10, validation=Validation.ORGANISATION_CODE,
               role=Role.ORGANISATION_CODE),
        Column(f"{prefix}_XDR_SWDJ", "行政相对人代码_4（税务登记号）", TEXT, 20),
        Column(f"{prefix}_XDR_SYDW", "行政相对人代码_5（事业单位证书号）", TEXT, 12),
        Column(f"{prefix}_XDR_SHZZ", "行政相对人代码_6（社会组织登记证号）", TEXT, 50),
        Column(f"{prefix}_FRDB", "法定代表人", TEXT, 50),
        Column(f"{prefix}_FR_ZJLX", "法定代表人证件类型", TEXT, 64),
        Column(f"{prefix}_FR_ZJHM", "法定代表人证件号码", TEXT, 64),
        Column(f"{prefix}_XDR_ZJLX", "证件类型", TEXT, 64),
        Column(f"{prefix}_XDR_ZJHM", "证件号码", TEXT, 64),
    )


def day(name: str, title: str, *, required: bool = True, role: Role | None = None, indicator: str | None = None) -> Column:
    """A date as the standard writes it."""
    return Column(name, title, FieldType.DATE, required=required, validation=Validation.DATE_FORMAT, expression="yyyy/MM/dd",
                  role=role, indicator=indicator)


PERMITS = (
    *subject("XK"),
    Column("XK_XKWS", "行政许可决定文书名称", TEXT, 64, required=True),
    Column("XK_WSH", "行政许可决定文书号", TEXT, 64, required=True, key=True),
    Column("XK_XKLB", "许可类别", TEXT, 256, required=True, validation=Validation.REGEX,
           expression="普通|特许|认可|核准|登记|其他(-.+)?", indicator="ZB1051"),
    Column("XK_XKZS", "许可证书名称", TEXT, 64, indicator="ZB1052"),
    Column("XK_XKBH", "许可编号", TEXT, 64),
    Column("XK_NR", "许可内容", TEXT, 4000, required=True, indicator="ZB1053"),
    day("XK_JDRQ", "许可决定日期"),
    day("XK_YXQZ", "有效期自", role=Role.VALID_FROM),
    day("XK_YXQZI", "有效期至", role=Role.VALID_TO),
    Column("XK_XKJG", "许可机关", TEXT, 200, required=True),
    Column("XK_XKJGDM", "许可机关统一社会信用代码", TEXT, 18, required=True, validation=Validation.USCC),
    Column("XK_ZT", "当前状态", TEXT, 1, required=True, validation=Validation.REGEX, expression="[12]"),
    Column("XK_LYDW", "数据来源单位", TEXT, 200, required=True),
    Column("XK_LYDWDM", "数据来源单位统一社会信用代码", TEXT, 18, required=True, validation=Validation.USCC),
    Column("BZ", "备注", TEXT, 4000),
)

PENALTIES = (
    *subject("CF"),
    Column("CF_WSH", "行政处罚决定书文号", TEXT, 128, required=True, key=True),
    Column("CF_WFXW", "违法行为类型", TEXT, 2000, required=True, indicator="ZB1061"),
    Column("CF_SY", "违法事实", TEXT, 4000, required=True),
    Column("CF_YJ", "处罚依据", TEXT, 2000, required=True),
    Column("CF_CFLB", "处罚类别", TEXT, 100, required=True, indicator="ZB1062"),
    Column("CF_NR", "处罚内容", TEXT, 4000, required=True),
    Column("CF_NR_FK", "罚款金额（万元）", DECIMAL, 18, 6, validation=Validation.RANGE, expression="0~1000000", indicator="ZB1063"),
    Column("CF_NR_WFFF", "没收违法所得、没收非法财物的金额（万元）", DECIMAL, 18, 6),
    Column("CF_NR_ZKDX", "暂扣或吊销证照名称及编号", TEXT, 200),
    day("CF_JDRQ", "处罚决定日期", role=Role.VALID_FROM),
    day("CF_YXQ", "处罚有效期", required=False),
    day("CF_GSJZQ", "公示截止期", role=Role.VALID_TO),
    Column("CF_CFJG", "处罚机关", TEXT, 200, required=True),
    Column("CF_CFJGDM", "处罚机关统一社会信用代码", TEXT, 18, required=True, validation=Validation.USCC),
    Column("CF_SJLY", "数据来源单位", TEXT, 200, required=True),
    Column("CF_SJLYDM", "数据来源单位统一社会信用代码", TEXT, 18, required=True, validation=Validation.USCC),
    Column("BZ", "备注", TEXT, 512),
)


def whom(one: Enterprise) -> Row:
    """The columns of `subject`."""
    codes = [one.uscc, "", ""] if one.uscc else ["", one.registration_no, one.organisation_code]
    return [one.name, "法人及非法人组织", *codes, "", "", "", one.head, "身份证", one.head_id, "", ""]


def permits(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """The month's permits."""
    for at, one in enumerate(market.some(chance, PERMITTED), 1):
        paper, what = chance.choice(words.PERMITS)
        given = span.day(chance)
        until = FOR_GOOD if chance.random() < 0.2 else written(later(given, chance.choice((1, 3, 5))))
        yield [
            *whom(one), "准予行政许可决定书", f"云审许〔{span.start:%Y}〕{span.start:%m}{at:05d}号",
            chance.choices(("普通", "核准", "登记", "认可", "其他-备案"), (70, 12, 10, 5, 3))[0], paper,
            f"YZ{span.month}{at:06d}", what, written(given), written(given), until, f"{words.PROVINCE}行政审批局", OFFICE, "1",
            f"{words.PROVINCE}行政审批局", OFFICE, "",
        ]


def penalties(market: Market, span: Span, chance: Random) -> Iterator[Row]:
    """The month's penalties; they are published for three years at most."""
    office = f"{words.PROVINCE}综合行政执法局"
    for at, one in enumerate(market.some(chance, FINED), 1):
        offence, facts, law = chance.choice(words.OFFENCES)
        fine, taken, given = chance.randrange(1, 400) / 20, chance.randrange(100) / 50, span.day(chance)
        warned, seized = chance.random() < 0.2, chance.random() < 0.1
        kinds = "警告" if warned else "罚款;没收违法所得、没收非法财物" if seized else "罚款"
        yield [
            *whom(one), f"云综执罚〔{span.start:%Y}〕{span.start:%m}{at:05d}号", offence, facts, law, kinds,
            "警告" if warned else f"罚款 {fine} 万元", "" if warned else f"{fine:.6f}", f"{taken:.6f}" if seized else "", "",
            written(given), "", written(later(given, 1 if warned else 3)), office, COURT, office, COURT, "",
        ]


def written(when: date) -> str:
    """2026/03/09."""
    return f"{when:%Y/%m/%d}"


def later(when: date, years: int) -> date:
    """The same day so many years later, never the 29th."""
    return when.replace(year=when.year + years, day=min(when.day, 28))
