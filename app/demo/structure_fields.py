"""What the demo providers' files hold, field by field, and how the files are written."""

from dataclasses import dataclass, fields
from typing import Any

Raw = dict[str, Any]


@dataclass(frozen=True)
class Of:
    """One field as form 1 keys it: `source_name`, `title`, `type`, and what else is agreed of it."""

    source_name: str
    title: str
    type: str = "text"
    length: int | None = None
    decimal_places: int | None = None
    required: bool = False
    key_part: bool = False
    code_table: str | None = None
    validation: str | None = None
    expression: str | None = None
    role: str | None = None
    indicator: str | None = None

    def raw(self, start: int | None = None) -> Raw:
        """Raw values of the line; `start` where files are cut by columns."""
        found = {one.name: getattr(self, one.name) for one in fields(self)} | {"start": start}
        words = {name: "1" if value is True else "0" if value is False else value for name, value in found.items()}
        words["indicator"] = f"P:{self.indicator}" if self.indicator else None
        return {name: str(value) for name, value in words.items() if value is not None}


@dataclass(frozen=True)
class Described:
    """A provider's file: how it is written, and its fields."""

    written: Raw
    fields: tuple[Of, ...]

    def lines(self) -> list[Raw]:
        """Raw values of the form's lines."""
        if self.written["format"] != "fixed":
            return [one.raw() for one in self.fields]
        starts = [1]
        for one in self.fields:
            starts.append(starts[-1] + (one.length or 0))
        return [one.raw(start) for one, start in zip(self.fields, starts, strict=False)]


def uscc(name: str = "tyshxydm", *, key: bool = True, required: bool = True) -> Of:
    """统一社会信用代码."""
    return Of(name, "统一社会信用代码", length=18, required=required, key_part=key, validation="uscc", role="uscc")


def name(source: str, title: str = "企业名称", length: int = 120) -> Of:
    """The enterprise's name."""
    return Of(source, title, length=length, required=True, role="name")


def period(source: str = "ssq", title: str = "所属期", *, length: int | None = None) -> Of:
    """The month that a record is of."""
    return Of(source, title, "date", length, required=True, key_part=True, validation="date_format", expression="yyyyMM",
              role="valid_from")


def amount(source: str, title: str, expression: str | None = "0~", *, indicator: str | None = None, required: bool = True,
           length: int = 14) -> Of:
    """An amount, not negative or held against others."""
    rule = None if expression is None else "range" if "~" in expression else "compare"
    return Of(source, title, "amount", length, 2, required=required, validation=rule, expression=expression, indicator=indicator)


CSV = {"format": "csv", "encoding": "utf-8", "separator": "comma", "quote": "double", "header_row": "1"}
CSV_18030 = {**CSV, "encoding": "gb18030"}
PIPED = {"format": "txt", "encoding": "gb18030", "separator": "pipe", "quote": "none", "header_row": "0"}
DOUBLE_PIPED = {"format": "txt", "encoding": "utf-8", "separator": "other", "other_separator": "||", "quote": "double",
                "header_row": "1"}
FIXED = {"format": "fixed", "encoding": "gbk", "header_row": "0"}
XML = {"format": "xml", "encoding": "utf-8", "header_row": "0"}
XLSX = {"format": "xlsx", "encoding": "utf-8", "header_row": "1"}

DESCRIBED: dict[str, Described] = {
    "纳税信息": Described(CSV, (
        uscc(), name("nsrmc"), period(), Of("zsxm", "征收项目", length=30, required=True),
        amount("yjse", "应缴税额"), amount("sjse", "实缴税额", "<=应缴税额"),
        amount("qsye", "欠税余额", "=应缴税额-实缴税额", indicator="ZB0002"),
        Of("jkrq", "缴款日期", "date", validation="date_format", expression="yyyyMMdd"),
        Of("nsxydj", "纳税信用等级", length=1, validation="regex", expression="[ABMCD]", indicator="ZB0005"),
        Of("hydm", "所属行业", "code", 4, code_table="industry"), Of("zgswjg", "主管税务机关", length=60),
        Of("sfzc", "是否正常户", "yes_no", required=True),
    )),
    "企业登记信息": Described(PIPED, (
        uscc(), Of("zch", "工商注册号", length=15, validation="registration_number", role="registration_no"),
        Of("zzjgdm", "组织机构代码", length=9, validation="organisation_code", role="organisation_code"), name("qymc"),
        Of("jjlx", "经济类型", "code", 3, code_table="enterprise_type"), Of("hydm", "所属行业", "code", 4, code_table="industry"),
        Of("zczb", "注册资本（万元）", "decimal", 16, 4, required=True, validation="range", expression="0~100000000"),
        Of("clrq", "成立日期", "date", required=True, role="valid_from"), Of("jyqxz", "经营期限止", "date", role="valid_to"),
        Of("fddbr", "法定代表人", length=30, required=True), Of("zs", "住所地址", length=200), Of("jyfw", "经营范围", length=1000),
        Of("djjg", "登记机关", length=60), Of("sfcx", "是否存续", "yes_no", required=True),
    )),
    "社保缴纳信息": Described(FIXED, (
        uscc(), name("dwmc", "单位名称", 80), period(length=6),
        Of("cbrs", "参保人数", "integer", 6, required=True, validation="range", expression="0~"),
        amount("yjje", "应缴金额"), amount("sjje", "实缴金额", "<=应缴金额"),
        Of("qjys", "欠缴月数", "integer", 3, required=True, validation="range", expression="0~600", indicator="ZB0001"),
        Of("sfqj", "是否欠缴", "yes_no", 2, required=True),
    )),
    "执行案件信息": Described(XML, (
        Of("ah", "案号", length=40, required=True, key_part=True, validation="regex", expression=r"（\d{4}）鄂\d{4}执\d+号"),
        name("bzxr", "被执行人名称"), uscc("zjhm", key=False, required=False), Of("zxfy", "执行法院机关", length=60, required=True),
        Of("larq", "立案日期", "date", required=True, role="valid_from"), Of("jarq", "结案日期", "date", role="valid_to"),
        amount("zxbd", "执行标的金额"), amount("wlxje", "未履行金额", "<=执行标的金额"),
        Of("ajs", "案件数", "integer", 3, required=True, validation="range", expression="1~999", indicator="ZB0003"),
        Of("fddbr", "法定代表人", length=30), Of("sfsx", "是否失信被执行人", "yes_no", required=True),
    )),
    "环保处罚信息": Described(XLSX, (
        Of("处罚文书号", "处罚决定书文号", length=40, required=True, key_part=True, validation="regex",
           expression=r"云环罚〔\d{4}〕\d+号"),
        name("当事人", "当事人名称"), uscc("统一社会信用代码", key=False), Of("处罚事由", "处罚事由", length=200, required=True),
        amount("罚款金额", "罚款金额"), Of("决定日期", "决定日期", "date", required=True, role="valid_from"),
        Of("处罚机关", "处罚机关", length=60, required=True),
        Of("处罚次数", "本年处罚次数", "integer", 3, required=True, validation="range", expression="1~99", indicator="ZB0004"),
        Of("是否履行", "是否已履行", "yes_no", required=True),
    )),
    "公积金缴存信息": Described(CSV_18030, (
        uscc(), name("dwmc", "单位名称"), period("jcny", "缴存年月"),
        Of("jcrs", "缴存人数", "integer", 6, required=True, validation="range", expression="0~"),
        Of("jcbl", "缴存比例", "decimal", 5, 4, required=True, validation="range", expression="0~1"),
        amount("yjce", "应缴存额"), amount("sjce", "实缴存额", "<=应缴存额"),
        Of("hjrq", "汇缴日期", "date", validation="date_format", expression="yyyy/MM/dd"),
        Of("sfhj", "是否缓缴", "yes_no", required=True),
    )),
    "水费缴纳信息": Described(XLSX, (
        Of("户号", "用水户号", length=12, required=True, key_part=True, validation="regex", expression=r"\d{8,12}"),
        Of("账期", "账单账期", "date", required=True, key_part=True, validation="date_format", expression="yyyyMM",
           role="valid_from"),
        uscc("统一社会信用代码", key=False, required=False), name("户名", "户名"), amount("应缴水费", "应缴水费"),
        amount("已缴水费", "已缴水费", "<=应缴水费"), Of("是否欠费", "是否欠费", "yes_no", required=True, indicator="ZB0006"),
    )),
    "电费缴纳信息": Described(DOUBLE_PIPED, (
        Of("yhbh", "用电户号", length=12, required=True, key_part=True, validation="regex", expression=r"\d{8,12}"),
        Of("zdny", "账单年月", "date", required=True, key_part=True, validation="date_format", expression="yyyyMM",
           role="valid_from"),
        uscc(key=False, required=False), name("yhmc", "用户名称"),
        Of("ydl", "用电量（千瓦时）", "decimal", 14, 2, required=True, validation="range", expression="0~"),
        amount("yjdf", "应缴电费"), amount("sjdf", "已缴电费", "<=应缴电费"),
        Of("sfqf", "是否欠费", "yes_no", required=True, indicator="ZB0006"),
    )),
}
"""By data subject."""
