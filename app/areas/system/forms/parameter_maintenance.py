"""附件 25 参数维护通知单."""

import re
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Department
from app.areas.system.registers import Parameter, ParameterType
from app.engine.chain import MAKER, Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.codecs import Refused, decimal_of
from app.engine.conditions import when
from app.engine.declare import choice, clearing, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Code64, Day, LongText, Name60, Text120, Text255


class ParameterAction(Choice):
    """维护类别 of parameters."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")


class ParameterChange(Line):
    """One field of the parameter, old and new (变更对照)."""

    __tablename__ = "parameter_change"

    field: Mapped[Text120] = column(_("字段"))
    old: Mapped[Text255 | None] = column(_("原值"), computed=True)
    new: Mapped[Text255 | None] = column(_("新值"), computed=True)


def value_refusal(kind: ParameterType, value: str, least: str | None, most: str | None) -> Text | None:
    """Why a value does not fit the parameter's type and bounds; None if it does."""
    if kind is ParameterType.TEXT:
        return None
    if kind is ParameterType.YES_NO:
        return None if value in ("是", "否") else _("应为“是”或“否”")
    if kind is ParameterType.TIME:
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
            return _("应为时刻，如 09:00")
        below, above = bool(least and value < least), bool(most and value > most)
    else:
        try:
            number = decimal_of(value)
            below = bool(least and number < decimal_of(least))
            above = bool(most and number > decimal_of(most))
        except Refused as refused:
            return refused.message
        places = 0 if kind is ParameterType.INTEGER else 2
        if round(number, places) != number:
            return _("应为整数") if places == 0 else _("最多两位小数")
    if below:
        return _("不能小于 %(least)s", least=least)
    return _("不能大于 %(most)s", most=most) if above else None


class ParameterMaintenance(FormModel):
    """参数维护通知单: a business parameter made or given another value, typed and bounded (articles 91, 93)."""

    __tablename__ = "parameter_maintenance"

    department: Mapped[Department] = reference(_("提出部门"))
    requirement: Mapped[LongText] = column(_("需求"), full=True)
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    action: Mapped[ParameterAction] = choice(ParameterAction, _("维护类别"))
    record: Mapped[Parameter | None] = reference(_("原参数"), any_status=True, required_when=~when(action, ParameterAction.CREATE))
    code: Mapped[Code64 | None] = column(
        _("参数代码"), required_when=when(action, ParameterAction.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    name: Mapped[Text120 | None] = column(_("参数名称"), required_when=when(action, ParameterAction.CREATE))
    type: Mapped[ParameterType | None] = choice(
        ParameterType, _("类型"), required_when=when(action, ParameterAction.CREATE)
    )
    value: Mapped[Text255 | None] = column(_("参数值"), required_when=when(action, ParameterAction.CREATE))
    least: Mapped[Code30 | None] = column(_("最小值"))
    most: Mapped[Code30 | None] = column(_("最大值"))
    unit: Mapped[Name60 | None] = column(_("单位"))
    valid_from: Mapped[Day | None] = column(
        _("生效日期"), required_when=when(action, ParameterAction.CREATE) | when(value), sortable=True
    )
    explanation: Mapped[LongText | None] = column(_("说明"), full=True)
    cleared: Mapped[frozenset[Any] | None] = clearing(unit=unit, explanation=explanation)
    changes: Mapped[list[ParameterChange]] = lines(_("变更对照"), computed=True)

    @rule(record)
    def record_fits(self) -> Text | None:
        if self.action is ParameterAction.CREATE:
            return _("新增不选原参数") if self.record else None
        return _("没有填写与原参数不同的新值") if self.record and not self.changes else None

    @rule(value)
    def value_fits(self) -> Text | None:
        """The value as it will be, against the type and bounds as they will be."""
        kind, value, least, most = (
            getattr(self, name) or getattr(self.record, name, None) for name in ("type", "value", "least", "most")
        )
        return value_refusal(kind, value, least, most) if kind and value else None

    @rule(most)
    def bounds_fit(self) -> Text | None:
        kind = self.type or (self.record.type if self.record else None)
        if kind in (None, ParameterType.TEXT, ParameterType.YES_NO):
            return _("此类型没有最小值和最大值") if kind and (self.least or self.most) else None
        wrong = self.least and self.most and value_refusal(kind, self.most, self.least, None)
        return wrong or None

    __form__ = Form(
        code="25", title=_("参数维护通知单"), articles=("93.1", "93.2", "93.3"), makers=(Position.SYSADMIN,),
        columns=(action, record, code, name, value, valid_from, department),
        filters=(action, record, department, code, valid_from),
        summary=(record, name, action),
        change=Change(Parameter, kind=action, record=record, creating=(ParameterAction.CREATE,)),
        groups=(
            Group(_("一、维护需求"), (department, requirement, reason, action, record), article="93.1"),
            Group(_("二、参数（新值）"), (code, name, type, value, least, most, unit, valid_from, explanation, cleared)),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), article="93.1",
                  hint=_("核对需求、原因和新旧值")),
            Execute("enter", by=MAKER, label=_("系统管理员维护"), verb=_("录入并签字"), article="93.2",
                    hint=_("按通知单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员复核确认"), verb=_("确认"),
                  article="93.3",
                  differs=("approve", "enter"), hint=_("核对录入内容与通知单一致；确认后生效"),
                  effects=(Effect("apply_change", _("变更生效")),)),
        ),
    )
