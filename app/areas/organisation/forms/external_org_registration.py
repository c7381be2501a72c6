"""附件 23 外部机构登记信息维护申请单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.proposals import ChangedField, record_refusal
from app.areas.organisation.registers import ExternalKind, ExternalOrganisation, UpdateCycle
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, clearing, column, lines, reference, rule
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import HomeDepartment, Position
from app.engine.text import Text
from app.engine.types import (
    Account,
    Code30,
    Day,
    Email,
    FileName,
    Industry,
    LongText,
    Name60,
    Phone,
    Region,
    Text120,
    Text255,
    Uscc,
)


class ExternalAction(Choice):
    """维护类别 (articles 81, 83)."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")
    STOP = "stop", _("停用")
    START = "start", _("启用")


class ExternalOrgChange(ChangedField):
    """One field of the registration, old and new (变更对照)."""

    __tablename__ = "external_org_change"


SERVICE_DEPARTMENT = tuple(one for one in Position if one.department is HomeDepartment.SERVICE)


class ExternalOrgRegistration(FormModel):
    """外部机构登记信息维护申请单: registration of members and providers, and providers' agreements (81, 83)."""

    __tablename__ = "external_org_registration"

    action: Mapped[ExternalAction] = choice(ExternalAction, _("维护类别"), help=_("停用、启用仅限数据提供单位"))
    kind: Mapped[ExternalKind] = choice(ExternalKind, _("机构类别"), help=_("会员客户或数据提供单位"))
    record: Mapped[ExternalOrganisation | None] = reference(
        _("原机构"), any_status=True, required_when=~when(action, ExternalAction.CREATE)
    )
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    code: Mapped[Code30 | None] = column(
        _("机构代码"), required_when=when(action, ExternalAction.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    name: Mapped[Text120 | None] = column(_("机构名称"), required_when=when(action, ExternalAction.CREATE))
    uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"), required_when=when(action, ExternalAction.CREATE))
    legal_representative: Mapped[Name60 | None] = column(_("法定代表人"))
    address: Mapped[Text255 | None] = column(_("地址"))
    industry: Mapped[Industry | None] = column(_("所属行业"))
    region: Mapped[Region | None] = column(_("所在地区"))
    contact: Mapped[Name60 | None] = column(_("联系人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"))
    bank: Mapped[Text120 | None] = column(_("开户银行"))
    account: Mapped[Account | None] = column(_("银行账号"), sensitive=True)
    invoice_title: Mapped[Text120 | None] = column(_("发票抬头"))
    cleared: Mapped[frozenset[Any] | None] = clearing(
        legal_representative=legal_representative, address=address, industry=industry, region=region, contact=contact,
        phone=phone, mail=mail, bank=bank, account=account, invoice_title=invoice_title,
    )
    changes: Mapped[list[ExternalOrgChange]] = lines(_("变更对照"), computed=True)

    needs_agreement = when(kind, ExternalKind.PROVIDER) & when(action, ExternalAction.CREATE, ExternalAction.CHANGE)
    agreement_no: Mapped[Code30 | None] = column(
        _("数据采集协议编号"), required_when=needs_agreement, help=_("新增、修改数据提供单位须新签协议")
    )
    agreement_signed: Mapped[Day | None] = column(_("协议签订日期"), required_when=needs_agreement, sortable=True)
    agreement_from: Mapped[Day | None] = column(_("协议生效日期"), required_when=needs_agreement)
    agreement_to: Mapped[Day | None] = column(_("协议到期日期"), required_when=needs_agreement, sortable=True)
    data_covered: Mapped[LongText | None] = column(_("数据范围"), required_when=needs_agreement, full=True)
    cycle: Mapped[UpdateCycle | None] = choice(UpdateCycle, _("更新周期"), required_when=needs_agreement)
    agreement_scan: Mapped[FileName | None] = column(
        _("协议扫描件"), required_when=needs_agreement, help=_("作为附件上传，此处填文件名")
    )

    @rule(kind)
    def kind_fits(self) -> Text | None:
        if self.kind not in (ExternalKind.MEMBER, ExternalKind.PROVIDER):
            return _("只登记会员客户和数据提供单位")
        return _("与原机构的类别不符") if self.record is not None and self.record.kind is not self.kind else None

    @rule(action)
    def stops_providers_only(self) -> Text | None:
        wrong = self.kind is ExternalKind.MEMBER and self.action in (ExternalAction.STOP, ExternalAction.START)
        return _("停用、启用仅限数据提供单位") if wrong else None

    @rule(record)
    def record_fits(self) -> Text | None:
        if self.action is ExternalAction.CHANGE and self.agreement_no:
            return None  # a newly signed agreement may be all that changes
        return record_refusal(self.action, self.record, self.changes)

    @rule(agreement_no)
    def agreement_of_providers(self) -> Text | None:
        wrong = self.agreement_no is not None and self.kind is not ExternalKind.PROVIDER
        return _("会员协议填《外部机构协议信息维护申请单》") if wrong else None

    @rule(agreement_to)
    def agreement_in_order(self) -> Text | None:
        wrong = self.agreement_from and self.agreement_to and self.agreement_to < self.agreement_from
        return _("不能早于协议生效日期") if wrong else None

    __form__ = Form(
        code="23", title=_("外部机构登记信息维护申请单"),
        articles=("81.1.1", "81.1.2", "81.2.1", "83.1", "83.2", "83.3", "83.4"),
        makers=(*SERVICE_DEPARTMENT, Position.COLLECTOR),
        columns=(action, kind, record, code, name, agreement_no, agreement_to),
        filters=(action, kind, record, code, agreement_to),
        summary=(record, name, action),
        change=Change(ExternalOrganisation, kind=action, record=record, creating=(ExternalAction.CREATE,)),
        groups=(
            Group(_("一、维护事项"), (action, kind, record, reason), article="81"),
            Group(_("二、登记信息（新值）"), (code, name, uscc, legal_representative, address, industry, region)),
            Group(_("三、联系与结算（新值）"), (contact, phone, mail, bank, account, invoice_title, cleared)),
            Group(_("四、数据采集（提供）协议"),
                  (agreement_no, agreement_signed, agreement_from, agreement_to, data_covered, cycle, agreement_scan),
                  article="83.1"),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve_new_member", by=Position.GENERAL_MANAGER, label=_("总经理审核"), article="81.1.1",
                  when=when(kind, ExternalKind.MEMBER) & when(action, ExternalAction.CREATE),
                  hint=_("与《外部机构协议信息维护申请单》一并审核")),
            Check("approve_member_change", by=Position.SERVICE_HEAD, label=_("客户服务部负责人确认"), article="81.2.1",
                  when=when(kind, ExternalKind.MEMBER) & when(action, ExternalAction.CHANGE),
                  hint=_("核对修改登记信息的特殊情况")),
            Check("approve_provider", by=Position.COLLECTION_HEAD, label=_("信息采集部负责人审核"), article="83.2",
                  when=when(kind, ExternalKind.PROVIDER), hint=_("核对登记信息和新签的协议")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="83.3",
                    hint=_("按申请单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="83.4",
                  differs=("enter",), when=when(kind, ExternalKind.PROVIDER) | when(action, ExternalAction.CREATE),
                  hint=_("核对录入内容与申请单、协议一致；确认后生效")),
            Check("confirm_member_change", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"),
                  control=True, differs=("enter",),
                  when=when(kind, ExternalKind.MEMBER) & when(action, ExternalAction.CHANGE),
                  hint=_("核对录入内容与申请单一致；确认后生效")),
        ),
        effects=(Effect("apply_change", _("变更生效")), Effect("register_agreement", _("登记数据采集协议"))),
    )
