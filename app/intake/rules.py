"""校验规则: which rule a row broke, as faults are counted by."""

from flask_babel import lazy_gettext as _

from app.engine.choice import Choice


class Rule(Choice):
    """The rules that `app.intake` holds rows to; a fault carries the value of one.

    `UNREADABLE` is of a file as a whole, see `Unreadable`.
    """

    UNREADABLE = "unreadable", _("文件无法读取")
    FIELD_COUNT = "field_count", _("字段数")
    QUOTES = "quotes", _("引号配对")
    CHARACTERS = "characters", _("非法字符")
    OVERSIZE = "oversize", _("值过长")
    ELEMENTS = "elements", _("XML 元素")
    CELL = "cell", _("单元格")
    REQUIRED = "required", _("必填")
    TYPE = "type", _("类型")
    LENGTH = "length", _("长度")
    PRECISION = "precision", _("小数位数")
    CODE_TABLE = "code_table", _("代码表")
    RANGE = "range", _("取值范围")
    REGEX = "regex", _("正则表达式")
    DATE_FORMAT = "date_format", _("日期格式")
    USCC = "uscc", _("统一社会信用代码")
    ORGANISATION_CODE = "organisation_code", _("组织机构代码")
    REGISTRATION_NUMBER = "registration_number", _("工商注册号")
    RESIDENT_ID = "resident_id", _("公民身份号码")
    PERIOD = "period", _("起止日期")
    COMPARE = "compare", _("字段比较")
    DUPLICATE = "duplicate", _("主键重复")
