"""附件 27 代码维护通知单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Department
from app.areas.system.registers import CodeStatus, CodeTable, CodeValue
from app.engine.chain import MAKER, Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, clearing, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Code64, Day, LongText, Name60, Text120, Text255


class CodeAction(Choice):
    """维护类别 of code values."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")
    STOP = "stop", _("停用")
    START = "start", _("启用")


class CodeChange(Line):
    """One field of the code value, old and new (变更对照)."""

    __tablename__ = "code_change"

    field: Mapped[Text120] = column(_("字段"))
    old: Mapped[Text255 | None] = column(_("原值"), computed=True)
    new: Mapped[Text255 | None] = column(_("新值"), computed=True)


class CodeMaintenance(FormModel):
    """代码维护通知单: a code value made, renamed, stopped or started; a new table with its first (article 93)."""

    __tablename__ = "code_maintenance"

    department: Mapped[Department] = reference(_("提出部门"))
    requested_on: Mapped[Day] = column(_("提出日期"), prefill=Prefill.TODAY, sortable=True)
    requirement: Mapped[LongText] = column(_("需求"), full=True)
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    action: Mapped[CodeAction] = choice(CodeAction, _("维护类别"))
    record: Mapped[CodeValue | None] = reference(_("原代码值"), any_status=True, required_when=~when(action, CodeAction.CREATE))
    new_table_code: Mapped[Code30 | None] = column(_("新代码表"), help=_("新建代码表时填写，连同其第一个代码值"))
    new_table_name: Mapped[Text120 | None] = column(_("新代码表名称"), required_when=when(new_table_code))
    new_table_standard: Mapped[Text120 | None] = column(_("依据标准"))
    new_table_edition: Mapped[Name60 | None] = column(_("标准版本"))
    table: Mapped[CodeTable | None] = reference(
        _("代码表"), required_when=when(action, CodeAction.CREATE) & ~when(new_table_code)
    )
    code: Mapped[Code30 | None] = column(
        _("代码"), required_when=when(action, CodeAction.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    title: Mapped[Text120 | None] = column(_("名称"), required_when=when(action, CodeAction.CREATE))
    parent_code: Mapped[Code30 | None] = column(_("上级代码"))
    full_code: Mapped[Code64 | None] = column(_("完整代码"), computed=True)
    cleared: Mapped[frozenset[Any] | None] = clearing(parent_code=parent_code)
    changes: Mapped[list[CodeChange]] = lines(_("变更对照"), computed=True)

    @rule(record)
    def record_fits(self) -> Text | None:
        if self.action is CodeAction.CREATE:
            return _("新增不选原代码值") if self.record else None
        if self.record and self.action is CodeAction.CHANGE and not self.changes:
            return _("没有填写与原代码值不同的新值")
        status = self.record.status if self.record else None
        if self.action is CodeAction.STOP and status is CodeStatus.STOPPED:
            return _("已经停用")
        return _("已经启用") if self.action is CodeAction.START and status is CodeStatus.ACTIVE else None

    @rule(table)
    def one_table(self) -> Text | None:
        if self.record is not None and self.table is not None and self.table is not self.record.table:
            return _("代码值不能移到另一代码表")
        return _("代码表与新代码表只填其一") if self.table is not None and self.new_table_code else None

    @rule(new_table_code)
    def new_table_with_new_value(self) -> Text | None:
        wrong = self.new_table_code is not None and self.action is not CodeAction.CREATE
        return _("只有新增时可新建代码表") if wrong else None

    @rule(code)
    def code_stays(self) -> Text | None:
        wrong = self.record is not None and self.code is not None and self.code != self.record.code
        return _("已用的代码不能改，请停用后新增") if wrong else None

    @rule(parent_code)
    def not_its_own_parent(self) -> Text | None:
        code = self.code or (self.record.code if self.record else None)
        return _("上级代码不能是其本身") if self.parent_code is not None and self.parent_code == code else None

    __form__ = Form(
        code="27", title=_("代码维护通知单"), articles=("93.1", "93.2", "93.3"), makers=(Position.SYSADMIN,),
        columns=(action, record, table, code, title, department, requested_on),
        filters=(action, table, code, department, requested_on),
        summary=(record, title, action),
        change=Change(CodeValue, kind=action, record=record, creating=(CodeAction.CREATE,)),
        groups=(
            Group(_("一、维护需求"), (department, requested_on, requirement, reason, action, record), article="93.1"),
            Group(_("二、新代码表"), (new_table_code, new_table_name, new_table_standard, new_table_edition)),
            Group(_("三、代码值（新值）"), (table, code, title, parent_code, full_code, cleared)),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), article="93.1",
                  hint=_("核对需求和依据的标准")),
            Execute("enter", by=MAKER, label=_("系统管理员维护"), verb=_("录入并签字"), article="93.2",
                    hint=_("按通知单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员复核确认"), verb=_("确认"),
                  article="93.3",
                  differs=("approve", "enter"), hint=_("核对录入内容与通知单一致；确认后生效"),
                  effects=(Effect("apply_change", _("新代码表连同其第一个代码值登记，变更生效")),)),
        ),
    )
