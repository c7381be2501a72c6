"""规则内容: whether what stands beside a rule can be carried out, told when the structure is keyed."""

from flask_babel import lazy_gettext as _

from app.engine.text import Text
from app.intake import dates, numbers
from app.intake.expressions import NUMERIC, TIMED
from app.intake.patterns import BadPattern, compiled
from app.intake.terms import FieldType, Validation

Bounds = tuple[str | None, str | None]


def fault_of(type_: FieldType, validation: Validation, expression: str | None) -> Text | None:
    """What is wrong with a rule's content for a field of that type, or None. Comparisons need the other fields too."""
    if not validation.expressed:
        return _("所选校验规则不需填写内容") if expression else None
    if not expression:
        return _("须填写校验规则的内容")
    try:
        match validation:
            case Validation.RANGE:
                bounds(type_, expression)
            case Validation.REGEX:
                compiled(expression)
            case Validation.DATE_FORMAT:
                notation(type_, expression)
    except BadPattern:
        return _("正则表达式有误，或用了不支持的写法（向前向后查看、反向引用）")
    except ValueError as error:
        return error.args[0] if error.args else None
    return None


def bounds(type_: FieldType, expression: str) -> Bounds:
    """The least and the most of a range as standard text, either may be missing; raises ValueError with the reason."""
    if type_ not in (*NUMERIC, *TIMED):
        raise ValueError(_("取值范围只用于整数、小数、金额、日期和日期时间"))
    parts = expression.split("~")
    if len(parts) != 2 or not any(map(str.strip, parts)):
        raise ValueError(_("取值范围应如 0~100，不限的一端留空"))
    try:
        low, high = (bound(type_, one.strip()) if one.strip() else None for one in parts)
    except ValueError:
        raise ValueError(_("取值范围的两端须与字段类型相符，如 0~100、2020-01-01~2026-12-31")) from None
    return low, high


def bound(type_: FieldType, text: str) -> str:
    """One end of a range as standard text; raises ValueError."""
    if type_ in NUMERIC:
        return numbers.decimal(text, None, None)
    return dates.day(text) if type_ is FieldType.DATE else dates.moment(text)


def notation(type_: FieldType, expression: str) -> dates.Parse:
    """The parser of a date format; raises ValueError with the reason."""
    if type_ not in (*TIMED, FieldType.TEXT, FieldType.CODE):
        raise ValueError(_("日期格式只用于日期、日期时间、文本和代码"))
    try:
        dates.pattern_of(expression)
    except ValueError:
        raise ValueError(_("日期格式应如 yyyyMMdd、yyyy-MM-dd HH:mm:ss、yyyyMM")) from None
    return dates.by_format(expression, timed=type_ is FieldType.MOMENT or "H" in expression)
