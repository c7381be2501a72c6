"""Registers of chapter 10: business parameters and code tables."""

from flask_babel import lazy_gettext as _
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from app.engine.choice import Choice
from app.engine.declare import choice, column, reference
from app.engine.register import Register, RegisterModel
from app.engine.types import Code30, Code64, Day, LongText, Name60, Text120, Text255, YesNo


class ParameterType(Choice):
    """What a parameter's value is, which decides how it is checked."""

    INTEGER = "integer", _("整数")
    AMOUNT = "amount", _("金额")
    YES_NO = "yes_no", _("是/否")
    TIME = "time", _("时刻")
    TEXT = "text", _("文字")


class Parameter(RegisterModel):
    """业务参数 (form 25): typed, bounded, valid from a day."""

    __tablename__ = "parameter"

    code: Mapped[Code64] = column(_("参数代码"), unique=True)
    name: Mapped[Text120] = column(_("参数名称"), sortable=True)
    type: Mapped[ParameterType] = choice(ParameterType, _("类型"))
    value: Mapped[Text255] = column(_("参数值"))
    least: Mapped[Code30 | None] = column(_("最小值"))
    most: Mapped[Code30 | None] = column(_("最大值"))
    unit: Mapped[Name60 | None] = column(_("单位"))
    valid_from: Mapped[Day] = column(_("生效日期"))
    explanation: Mapped[LongText | None] = column(_("说明"))

    __register__ = Register(
        slug="parameters", title=_("业务参数"), key=code, name=name, articles=("93",), forms=("25",),
        columns=(code, name, type, value, unit, valid_from), filters=(type,),
    )


class CalendarDay(RegisterModel):
    """工作日历: a day that differs from its weekday: a holiday, or a Saturday or Sunday worked instead (articles 110, 113, 116)."""

    __tablename__ = "calendar_day"

    day: Mapped[Day] = column(_("日期"), unique=True)
    working: Mapped[YesNo] = column(_("工作日"))
    name: Mapped[Name60] = column(_("名称"))

    __register__ = Register(
        slug="calendar_days", title=_("工作日历"), key=day, name=name, articles=("110", "113", "116"),
        columns=(day, working, name), filters=(day, working), amendable=True,
    )


class CodeTable(RegisterModel):
    """代码表 (form 27)."""

    __tablename__ = "code_table"

    code: Mapped[Code30] = column(_("代码表"), unique=True)
    name: Mapped[Text120] = column(_("名称"), sortable=True)
    standard: Mapped[Text120 | None] = column(_("依据标准"))
    edition: Mapped[Name60 | None] = column(_("版本"))

    __register__ = Register(
        slug="code_tables", title=_("代码表"), key=code, name=name, articles=("91",), forms=("27",),
        columns=(code, name, standard, edition),
    )


class CodeStatus(Choice):
    """Whether a code may be chosen for new records."""

    ACTIVE = "active", _("启用")
    STOPPED = "stopped", _("停用")


class CodeValue(RegisterModel):
    """代码值: `full_code` is the table's code and the value's, joined by a colon."""

    __tablename__ = "code_value"

    full_code: Mapped[Code64] = column(_("完整代码"), unique=True)
    table: Mapped[CodeTable] = reference(_("代码表"))
    code: Mapped[Code30] = column(_("代码"), sortable=True)
    title: Mapped[Text120] = column(_("名称"))
    parent_code: Mapped[Code30 | None] = column(_("上级代码"))
    status: Mapped[CodeStatus] = choice(CodeStatus, _("状态"))

    __table_args__ = (UniqueConstraint("table_id", "code"),)

    __register__ = Register(
        slug="code_values", title=_("代码值"), key=full_code, name=title, articles=("91",), forms=("27",),
        usable=(CodeStatus.ACTIVE,),
        columns=(table, code, title, parent_code, status), filters=(table, status),
    )
