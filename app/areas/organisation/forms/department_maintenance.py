"""附件 20 部门维护申请单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.proposals import ChangedField, Maintenance, loop_refusal, record_refusal
from app.areas.organisation.registers import Department, Organisation
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, clearing, column, lines, reference, rule
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, LongText, Name60, Phone


class DepartmentChange(ChangedField):
    """One field of the department, old and new (变更对照)."""

    __tablename__ = "department_change"


class DepartmentMaintenance(FormModel):
    """部门维护申请单: a department made, changed, stopped, started or deleted (article 77)."""

    __tablename__ = "department_maintenance"

    action: Mapped[Maintenance] = choice(Maintenance, _("维护类别"))
    record: Mapped[Department | None] = reference(_("原部门"), any_status=True, required_when=~when(action, Maintenance.CREATE))
    applied_on: Mapped[Day] = column(_("申请日期"), prefill=Prefill.TODAY, sortable=True)
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    code: Mapped[Code30 | None] = column(
        _("部门代码"), required_when=when(action, Maintenance.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    name: Mapped[Name60 | None] = column(_("部门名称"), required_when=when(action, Maintenance.CREATE))
    organisation: Mapped[Organisation | None] = reference(
        _("所属机构"), required_when=when(action, Maintenance.CREATE)
    )
    parent: Mapped[Department | None] = reference(_("上级部门"))
    head: Mapped[Name60 | None] = column(_("负责人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    cleared: Mapped[frozenset[Any] | None] = clearing(head=head, phone=phone)
    changes: Mapped[list[DepartmentChange]] = lines(_("变更对照"), computed=True)

    @rule(record)
    def record_fits(self) -> Text | None:
        return record_refusal(self.action, self.record, self.changes)

    @rule(parent)
    def parent_fits(self) -> Text | None:
        organisation = self.organisation or (self.record.organisation if self.record else None)
        if self.parent is not None and self.parent.organisation is not organisation:
            return _("上级部门不属于该机构")
        return loop_refusal(self.parent, self.record)

    __form__ = Form(
        code="20", title=_("部门维护申请单"), articles=("77.1", "77.2", "77.3"), makers=(Position.ADMIN_HEAD,),
        columns=(action, record, code, name, organisation, parent, applied_on),
        filters=(action, record, organisation, code, applied_on), summary=(record, name, action),
        change=Change(Department, kind=action, record=record, creating=(Maintenance.CREATE,)),
        groups=(
            Group(_("一、维护事项"), (action, record, applied_on, reason), article="77.1"),
            Group(_("二、部门信息（新值）"), (code, name, organisation, parent, head, phone, cleared)),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.GENERAL_MANAGER, label=_("总经理审批"), article="77.1",
                  hint=_("核对维护原因和变更对照")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="77.2",
                    hint=_("按申请单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="77.3",
                  differs=("enter",), hint=_("核对录入内容与申请单一致；确认后生效"),
                  effects=(Effect("apply_change", _("变更生效")),)),
        ),
    )
