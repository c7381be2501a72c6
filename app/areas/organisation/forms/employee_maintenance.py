"""附件 21 员工维护申请单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.proposals import ChangedField, positions_refusal, record_refusal
from app.areas.organisation.registers import Department, Employee, Sex
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, clearing, column, lines, reference, rule
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, Email, LongText, Name60, Phone, ResidentId, Text255


class EmployeeAction(Choice):
    """维护类别 of employees (article 78)."""

    CREATE = "create", _("新建")
    CHANGE = "change", _("修改")
    CANCEL = "cancel", _("注销")


class EmployeeChange(ChangedField):
    """One field of the employee, old and new (变更对照)."""

    __tablename__ = "employee_change"


class EmployeeMaintenance(FormModel):
    """员工维护申请单: an employee entered, changed or taken off, with the positions held (article 78)."""

    __tablename__ = "employee_maintenance"

    action: Mapped[EmployeeAction] = choice(EmployeeAction, _("维护类别"))
    record: Mapped[Employee | None] = reference(_("原员工"), any_status=True, required_when=~when(action, EmployeeAction.CREATE))
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    staff_no: Mapped[Code30 | None] = column(
        _("工号"), required_when=when(action, EmployeeAction.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    name: Mapped[Name60 | None] = column(_("姓名"), required_when=when(action, EmployeeAction.CREATE))
    sex: Mapped[Sex | None] = choice(Sex, _("性别"))
    resident_id: Mapped[ResidentId | None] = column(
        _("身份证号"), sensitive=True, required_when=when(action, EmployeeAction.CREATE)
    )
    department: Mapped[Department | None] = reference(_("部门"), required_when=when(action, EmployeeAction.CREATE))
    positions: Mapped[Text255 | None] = column(
        _("岗位"), required_when=when(action, EmployeeAction.CREATE), help=_("岗位全称，兼任的用、分隔")
    )
    phone: Mapped[Phone | None] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"))
    joined: Mapped[Day | None] = column(
        _("入职日期"), required_when=when(action, EmployeeAction.CREATE), sortable=True
    )
    left: Mapped[Day | None] = column(_("离职日期"), required_when=when(action, EmployeeAction.CANCEL), sortable=True)
    cleared: Mapped[frozenset[Any] | None] = clearing(sex=sex, phone=phone, mail=mail)
    changes: Mapped[list[EmployeeChange]] = lines(_("变更对照"), computed=True)

    @rule(record)
    def record_fits(self) -> Text | None:
        return record_refusal(self.action, self.record, self.changes)

    @rule(sex)
    def sex_of_identity_no(self) -> Text | None:
        if self.sex is None or self.resident_id is None:
            return None
        male = int(self.resident_id[16]) % 2 == 1
        return None if male is (self.sex is Sex.MALE) else _("与身份证号不符")

    @rule(positions)
    def positions_exist(self) -> Text | None:
        return positions_refusal(self.positions)

    @rule(left)
    def left_after_joining(self) -> Text | None:
        joined = self.joined or (self.record.joined if self.record else None)
        return _("不能早于入职日期") if self.left and joined and self.left < joined else None

    __form__ = Form(
        code="21", title=_("员工维护申请单"), articles=("78.1", "78.2", "78.3"), makers=(Position.ADMIN_HEAD,),
        columns=(action, record, staff_no, name, department, positions, joined, left),
        filters=(action, record, department, staff_no, joined), summary=(record, name, action),
        change=Change(Employee, kind=action, record=record, creating=(EmployeeAction.CREATE,)),
        groups=(
            Group(_("一、维护事项"), (action, record, reason), article="78.1"),
            Group(_("二、员工信息（新值）"), (staff_no, name, sex, resident_id, phone, mail, cleared)),
            Group(_("三、任职（新值）"), (department, positions, joined, left)),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.GENERAL_MANAGER, label=_("总经理审批"), article="78.1",
                  hint=_("核对维护原因和岗位安排")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="78.2",
                    hint=_("按申请单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="78.3",
                  differs=("enter",), hint=_("核对录入内容与申请单一致；确认后生效"),
                  effects=(Effect("apply_change", _("变更生效")),)),
        ),
    )
