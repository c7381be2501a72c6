"""Registers of chapter 3: the channel book and the published data structures."""

import re
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Agreement, ExternalOrganisation, Status, UpdateCycle
from app.engine.choice import Choice
from app.engine.declare import choice, column, reference
from app.engine.positions import Position
from app.engine.register import Register, RegisterModel
from app.engine.text import Text
from app.engine.types import Code30, Day, LongText, Name60, Ordinal, Text120, Text255

READERS = (
    Position.COLLECTOR, Position.COLLECTION_REVIEWER, Position.DATA_ENTRY, Position.COLLECTION_HEAD,
    Position.DATA_MANAGER, Position.IT_STAFF, Position.IT_HEAD, Position.ARCHIVIST, Position.GENERAL_MANAGER,
)


class Method(Choice):
    """采集方式 (article 16)."""

    NETWORK = "network", _("联网采集")
    BULK_COPY = "bulk_copy", _("批量拷盘")
    MANUAL = "manual", _("人工录入")
    PUBLIC = "public", _("公开渠道")


class FileFormat(Choice):
    """文件格式 of a delivery."""

    CSV = "csv", _("CSV")
    TXT = "txt", _("带分隔符 TXT")
    FIXED = "fixed", _("定长文本")
    XLSX = "xlsx", _("XLSX")
    XML = "xml", _("XML")


class Encoding(Choice):
    """字符编码."""

    UTF_8 = "utf-8", _("UTF-8")
    UTF_16 = "utf-16", _("UTF-16")
    GBK = "gbk", _("GBK")
    GB18030 = "gb18030", _("GB18030")


class Separator(Choice):
    """分隔符 of CSV and TXT files."""

    COMMA = "comma", _("逗号")
    TAB = "tab", _("制表符")
    PIPE = "pipe", _("竖线")
    SEMICOLON = "semicolon", _("分号")
    CARET = "caret", _("脱字符")
    SOH = "soh", _("SOH 控制符")
    OTHER = "other", _("其他分隔符")


class Quote(Choice):
    """引号 around values of CSV and TXT files."""

    DOUBLE = "double", _("双引号")
    SINGLE = "single", _("单引号")
    NONE = "none", _("无引号")


class Compression(Choice):
    """压缩方式 agreed for a delivery."""

    ZIP = "zip", _("ZIP")
    GZIP = "gzip", _("GZIP")
    TAR_GZ = "tar_gz", _("TAR.GZ")
    NONE = "none", _("不压缩")


class Encryption(Choice):
    """加密方式 agreed for a delivery."""

    ZIP_AES = "zip_aes", _("ZIP 口令（AES）")
    GPG = "gpg", _("GPG")
    NONE = "none", _("不加密")


class FieldType(Choice):
    """类型 of a source field."""

    TEXT = "text", _("文本")
    INTEGER = "integer", _("整数")
    DECIMAL = "decimal", _("小数")
    AMOUNT = "amount", _("金额")
    DATE = "date", _("日期")
    MOMENT = "moment", _("日期时间")
    CODE = "code", _("代码")
    YES_NO = "yes_no", _("是否")


class Validation(Choice):
    """校验规则 of a source field."""

    RANGE = "range", _("取值范围")
    REGEX = "regex", _("正则表达式")
    DATE_FORMAT = "date_format", _("日期格式")
    USCC = "uscc", _("统一社会信用代码")
    ORGANISATION_CODE = "organisation_code", _("组织机构代码")
    REGISTRATION_NUMBER = "registration_number", _("工商注册号")
    RESIDENT_ID = "resident_id", _("公民身份号码")

    def fault_of(self, expression: str | None) -> Text | None:
        """What is wrong with the content of such a rule, or None; the standard codes have none."""
        if self not in (Validation.RANGE, Validation.REGEX, Validation.DATE_FORMAT):
            return _("所选校验规则不需填写内容") if expression else None
        if not expression:
            return _("须填写校验规则的内容")
        if self is Validation.RANGE and not re.fullmatch(r"[^~]*~[^~]*", expression):
            return _("取值范围应如 0~100")
        try:
            re.compile(expression if self is Validation.REGEX else "")
        except re.error:
            return _("正则表达式有误")
        return None


class Carrier(Choice):
    """载体 of a delivery."""

    LINE = "line", _("专线")
    DISC = "disc", _("光盘")
    USB = "usb", _("U盘")
    MAIL = "mail", _("邮件")
    CORRECTION = "correction", _("异议更正")


class ChannelKind(Choice):
    """Kinds of public channel (article 16.2)."""

    SITE = "site", _("网站")
    PRESS = "press", _("报刊")
    GAZETTE = "gazette", _("公报")


class Channel(RegisterModel):
    """采集渠道册: the public, authoritative sources that may be collected from (article 16.2)."""

    __tablename__ = "channel"

    code: Mapped[Code30] = column(_("渠道代码"), unique=True)
    name: Mapped[Text120] = column(_("渠道名称"), sortable=True)
    kind: Mapped[ChannelKind] = choice(ChannelKind, _("类别"))
    publisher: Mapped[Text120] = column(_("主办单位"))
    address: Mapped[Text255] = column(_("地址或刊号"))
    content: Mapped[Text255 | None] = column(_("采集内容"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="channels", title=_("采集渠道册"), key=code, name=name, articles=("16.2.3",), readers=READERS,
        usable=(Status.ACTIVE,),
        columns=(code, name, kind, publisher, address, content, status), filters=(kind, status),
    )


class DataStructure(RegisterModel):
    """数据结构: a published version of what form 1 describes; import and load use it."""

    __tablename__ = "data_structure"

    code: Mapped[Code30] = column(_("结构代码"), unique=True)
    name: Mapped[Text120] = column(_("结构名称"), sortable=True)
    edition: Mapped[Ordinal] = column(_("版本"))
    provider: Mapped[ExternalOrganisation | None] = reference(_("数据提供单位"))
    agreement: Mapped[Agreement | None] = reference(_("数据采集协议"))
    subject: Mapped[Name60] = column(_("数据类别"))
    method: Mapped[Method] = choice(Method, _("采集方式"))
    format: Mapped[FileFormat] = choice(FileFormat, _("文件格式"))
    encoding: Mapped[Encoding] = choice(Encoding, _("字符编码"))
    cycle: Mapped[UpdateCycle] = choice(UpdateCycle, _("更新周期"))
    layout: Mapped[LongText | None] = column(_("结构说明"))
    published: Mapped[Day] = column(_("发布日期"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="data_structures", title=_("数据结构"), key=code, name=name, articles=("16.1.1",), readers=READERS,
        usable=(Status.ACTIVE,),
        columns=(code, name, edition, provider, subject, method, format, cycle, published, status),
        filters=(provider, method, status), forms=("1",),
    )


def lapsed(agreement: Agreement, on: date) -> Text | None:
    """Why nothing may be collected under the agreement on that day (article 16.1), or None."""
    if agreement.status is not Status.ACTIVE:
        return _("协议已停用")
    if not agreement.valid_from <= on <= agreement.valid_to:
        start, end = agreement.valid_from.isoformat(), agreement.valid_to.isoformat()
        return _("协议不在有效期内（%(start)s 至 %(end)s）", start=start, end=end)
    return None
