"""Words of a delivered file's description (数据结构分析表, form 1): format, encoding, field types, rules, roles."""

from flask_babel import lazy_gettext as _

from app.engine.choice import Choice


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
    COMPARE = "compare", _("字段比较")
    USCC = "uscc", _("统一社会信用代码")
    ORGANISATION_CODE = "organisation_code", _("组织机构代码")
    REGISTRATION_NUMBER = "registration_number", _("工商注册号")
    RESIDENT_ID = "resident_id", _("公民身份号码")

    @property
    def expressed(self) -> bool:
        """Whether the rule needs a content; the standard codes have none."""
        return self in (Validation.RANGE, Validation.REGEX, Validation.DATE_FORMAT, Validation.COMPARE)


class Role(Choice):
    """识别项: what a field says of the enterprise that the record is about, and of the record's time (article 19)."""

    USCC = "uscc", _("统一社会信用代码")
    REGISTRATION_NO = "registration_no", _("工商注册号")
    ORGANISATION_CODE = "organisation_code", _("组织机构代码")
    NAME = "name", _("企业名称")
    VALID_FROM = "valid_from", _("信息发生日期")
    VALID_TO = "valid_to", _("信息截止日期")
