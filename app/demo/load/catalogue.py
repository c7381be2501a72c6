"""The seven kinds of provider, each with a format of its own, and the indicators that their data become."""

from app.areas.collection.registers import Carrier, Method
from app.areas.organisation.registers import UpdateCycle
from app.areas.products.registers import IndicatorType
from app.demo.load import enterprises, judgements, publicity
from app.demo.load.kinds import Kind
from app.demo.load.words import PROVINCE
from app.intake.terms import Compression, Encoding, Encryption, FileFormat, Quote, Separator

KINDS = (
    Kind(
        "registration", "GX01", f"{PROVINCE}市场监督管理局", "工商登记信息", "工商登记信息月报", UpdateCycle.MONTH, 5,
        FileFormat.CSV, Encoding.UTF_8, enterprises.REGISTRATION, enterprises.registration, "zs",
        separator=Separator.COMMA, quote=Quote.DOUBLE, header=True,
    ),
    Kind(
        "tax", "GX02", f"{PROVINCE}税务局", "纳税信息", "纳税信息月报", UpdateCycle.MONTH, 15,
        FileFormat.TXT, Encoding.GB18030, enterprises.TAX, enterprises.tax, "NSXYDJ",
        separator=Separator.PIPE, quote=Quote.NONE,
    ),
    Kind(
        "social", "GX03", f"{PROVINCE}社会保险事业中心", "社会保险缴纳信息", "社会保险缴纳月报", UpdateCycle.MONTH, 12,
        FileFormat.FIXED, Encoding.GBK, enterprises.SOCIAL, enterprises.social, "cbrs",
        method=Method.BULK_COPY, carrier=Carrier.DISC, compression=Compression.NONE, encryption=Encryption.NONE,
    ),
    Kind(
        "courts", "GX04", f"{PROVINCE}高级人民法院", "执行与失信信息", "执行与失信信息周报", UpdateCycle.WEEK, 3,
        FileFormat.XML, Encoding.UTF_8, judgements.CASES, judgements.cases, "wlxje",
    ),
    Kind(
        "environment", "GX05", f"{PROVINCE}生态环境厅", "环保信用信息", "环保信用评价季报", UpdateCycle.QUARTER, 20,
        FileFormat.XLSX, Encoding.UTF_8, judgements.ENVIRONMENT, judgements.environment, "罚款金额", header=True,
    ),
    Kind(
        "permits", "GX06", f"{PROVINCE}行政审批局", "行政许可信息", "双公示行政许可月报", UpdateCycle.MONTH, 7,
        FileFormat.CSV, Encoding.GBK, publicity.PERMITS, publicity.permits, "XK_NR",
        separator=Separator.COMMA, quote=Quote.DOUBLE, header=True,
    ),
    Kind(
        "penalties", "GX07", f"{PROVINCE}综合行政执法局", "行政处罚信息", "双公示行政处罚月报", UpdateCycle.MONTH, 7,
        FileFormat.TXT, Encoding.UTF_16, publicity.PENALTIES, publicity.penalties, "CF_NR_FK",
        separator=Separator.TAB, quote=Quote.NONE, header=True,
    ),
)

N, A, T, D = IndicatorType.NUMBER, IndicatorType.AMOUNT, IndicatorType.TEXT, IndicatorType.DATE
INDICATORS: tuple[tuple[str, str, IndicatorType, str | None], ...] = (
    ("ZB1001", "法定代表人", T, None), ("ZB1002", "注册资本", N, "万元"), ("ZB1003", "成立日期", D, None), ("ZB1004", "住所", T, None),
    ("ZB1005", "登记状态", T, None), ("ZB1011", "纳税信用级别", T, None), ("ZB1012", "应纳税额", A, "元"),
    ("ZB1013", "入库税额", A, "元"), ("ZB1021", "参保人数", N, "人"), ("ZB1022", "社保应缴金额", A, "元"),
    ("ZB1023", "社保实缴金额", A, "元"), ("ZB1031", "执行类别", T, None), ("ZB1032", "执行标的", A, "元"),
    ("ZB1033", "未履行金额", A, "元"), ("ZB1034", "失信行为情形", T, None), ("ZB1041", "环保信用评价", T, None),
    ("ZB1042", "环保违法事项", T, None), ("ZB1043", "环保罚款金额", N, "万元"), ("ZB1051", "行政许可类别", T, None),
    ("ZB1052", "许可证书", T, None), ("ZB1053", "许可内容", T, None), ("ZB1061", "违法行为类型", T, None),
    ("ZB1062", "行政处罚类别", T, None), ("ZB1063", "行政罚款金额", N, "万元"),
)
"""Code, name, type and unit of the indicators that are new; ZB0001 and ZB0002 the demo company has already."""
