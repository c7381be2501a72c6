"""附件 14 企业征信业务调查报告申请单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.forms.product_contract import ProductContract
from app.areas.business.registers import TargetEnterprise
from app.areas.business.terms import (
    CustomerKind,
    DeliveryMode,
    IntakeChannel,
    Material,
    MaterialLine,
    OrderedKind,
    Payment,
    not_presented,
    not_verified,
)
from app.areas.organisation.registers import (
    MEMBER,
    Agreement,
    AgreementKind,
    Employee,
    ExternalOrganisation,
    Status,
)
from app.areas.products.registers import Environment, Product
from app.engine.chain import MAKER, Chain, Check, Effect, Fill, Receive
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, choices, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import (
    Code30,
    Code64,
    Day,
    Email,
    FileName,
    LongText,
    Moment,
    Money,
    Name60,
    Phone,
    PostCode,
    ResidentId,
    Text120,
    Text255,
    Uscc,
    YesNo,
)


class SigningState(Choice):
    """待签合同 or 已签合同 (article 44.4)."""

    TO_SIGN = "to_sign", _("待签合同")
    SIGNED = "signed", _("已签合同")
    IN_AGREEMENT = "in_agreement", _("会员协议内")


class InvestigationTarget(Line):
    """One enterprise to be investigated (目标企业)."""

    __tablename__ = "investigation_target"

    name: Mapped[Text120] = column(_("目标企业名称"))
    uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"))
    enterprise: Mapped[TargetEnterprise | None] = reference(_("系统内目标企业"))
    found: Mapped[YesNo | None] = column(_("系统内是否存在"))
    contact: Mapped[Name60 | None] = column(_("企业联系人"))
    phone: Mapped[Phone | None] = column(_("企业联系电话"))
    report_no: Mapped[Code64 | None] = column(_("报告编号"), computed=True)
    fee: Mapped[Money | None] = column(_("费用"), total=True)
    return_reason: Mapped[Text255 | None] = column(_("退还原因"))
    refund: Mapped[Money | None] = column(_("退费"), total=True)
    returned_on: Mapped[Day | None] = column(_("退还日期"), help=_("退还材料或费用的日期"))

    @rule(uscc)
    def same_enterprise(self) -> Text | None:
        known = self.enterprise.uscc if self.enterprise else None
        return _("与所选目标企业的代码 %(known)s 不一致", known=known) if known and self.uscc not in (None, known) else None

    @rule(refund)
    def at_most_the_fee(self) -> Text | None:
        return _("退费不能超过费用") if self.refund is not None and self.refund > (self.fee or 0) else None


class InvestigationMaterial(MaterialLine):
    """One proof shown or kept (证明材料)."""

    __tablename__ = "investigation_material"


class InvestigationApplication(FormModel):
    """企业征信业务调查报告申请单: an order of reports or value-added services, by four channels (articles 44–48)."""

    __tablename__ = "investigation_application"

    channel: Mapped[IntakeChannel] = choice(IntakeChannel, _("受理渠道"))
    applied_on: Mapped[Day] = column(_("申请日期"), prefill=Prefill.TODAY, sortable=True)
    customer_kind: Mapped[CustomerKind] = choice(CustomerKind, _("客户类别"))
    member: Mapped[ExternalOrganisation | None] = reference(
        _("会员客户"), where=MEMBER, required_when=when(customer_kind, CustomerKind.MEMBER)
    )
    customer_name: Mapped[Text120] = column(_("客户名称"))
    customer_uscc: Mapped[Uscc | None] = column(
        _("统一社会信用代码"), required_when=~when(customer_kind, CustomerKind.JUDICIAL)
    )
    handler_name: Mapped[Name60] = column(_("查询人"), help=_("司法机关填第一名工作人员"))
    handler_resident_id: Mapped[ResidentId | None] = column(
        _("查询人身份证号"), sensitive=True, required_when=~when(customer_kind, CustomerKind.JUDICIAL)
    )
    officer_card_no: Mapped[Code30 | None] = column(
        _("工作证号"), required_when=when(customer_kind, CustomerKind.JUDICIAL)
    )
    second_officer: Mapped[Name60 | None] = column(
        _("第二名工作人员"), required_when=when(customer_kind, CustomerKind.JUDICIAL)
    )
    second_officer_card_no: Mapped[Code30 | None] = column(
        _("第二名工作证号"), required_when=when(customer_kind, CustomerKind.JUDICIAL)
    )
    contact: Mapped[Name60 | None] = column(_("联系人"), help=_("与查询人不同时填写"))
    phone: Mapped[Phone] = column(_("联系电话"))
    purpose: Mapped[Text255] = column(_("查询用途"), full=True)
    authorisation_no: Mapped[Code30 | None] = column(_("信息主体授权书编号"))
    authorisation_date: Mapped[Day | None] = column(_("授权书日期"), required_when=when(authorisation_no))
    authorisation_scan: Mapped[FileName | None] = column(_("授权书扫描件"), help=_("附件中的文件名"))
    product_kind: Mapped[OrderedKind] = choice(OrderedKind, _("产品类型"))
    product: Mapped[Product | None] = reference(_("产品"), where=Product.environment == Environment.PRODUCTION)
    requirements: Mapped[LongText] = column(_("产品要求"), full=True)
    data_scope: Mapped[LongText | None] = column(
        _("数据范围"), full=True, required_when=when(product_kind, OrderedKind.BULK_DATA)
    )
    wanted_by: Mapped[Day | None] = column(_("希望完成日期"))
    delivery_mode: Mapped[DeliveryMode] = choice(DeliveryMode, _("交付方式"))
    mail: Mapped[Email | None] = column(_("电子邮箱"), required_when=when(delivery_mode, DeliveryMode.MAIL))
    address: Mapped[Text255 | None] = column(
        _("收件地址"), required_when=when(delivery_mode, DeliveryMode.POST, DeliveryMode.HAND)
    )
    post_code: Mapped[PostCode | None] = column(_("邮政编码"))
    payment: Mapped[Payment] = choice(Payment, _("约定缴费方式"))
    inside_agreement: Mapped[YesNo] = column(_("属会员协议内产品"), default=False)
    agreement: Mapped[Agreement | None] = reference(
        _("会员协议"), within=member, where=Agreement.kind == AgreementKind.MEMBERSHIP,
        required_when=when(inside_agreement),
    )
    marketer: Mapped[Employee | None] = person(
        _("分派给"), position=Position.MARKETER, help=_("负责签订合同的市场营销人员")
    )
    confirmed_needs: Mapped[LongText | None] = column(_("经确认的客户需求"), full=True)
    verified: Mapped[frozenset[Material] | None] = choices(Material, _("验证无误的材料"))
    contract: Mapped[Document | None] = document(_("产品合同"), "S5")
    due_date: Mapped[Day | None] = column(_("约定完成日期"), sortable=True)
    fee: Mapped[Money | None] = column(_("费用"))
    signing: Mapped[SigningState | None] = choice(SigningState, _("签约状态"), computed=True)
    paid: Mapped[YesNo | None] = column(_("已缴费"))
    receipt_no: Mapped[Code30 | None] = column(_("收据号"))
    marked_by: Mapped[Employee | None] = person(_("缴费标记人"), computed=True)
    marked_at: Mapped[Moment | None] = column(_("缴费标记时间"), computed=True)
    targets: Mapped[list[InvestigationTarget]] = lines(_("目标企业"), help=_("批量数据可不填"))
    materials: Mapped[list[InvestigationMaterial]] = lines(_("证明材料"))

    @rule(product, at_submit=True)
    def still_sold(self) -> Text | None:
        return self.product.not_sold if self.product else None

    @rule(channel)
    def filed_by_the_member(self) -> Text | None:
        by_staff = self.channel is IntakeChannel.MEMBER and self.department_code is not None
        return _("会员自助申请只能由会员登录填写") if by_staff else None

    @rule(customer_name)
    def named_as_registered(self) -> Text | None:
        known = self.member.name if self.member else None
        return _("与会员登记名称“%(name)s”不一致", name=known) if known and known != self.customer_name else None

    @rule(second_officer_card_no)
    def two_officers(self) -> Text | None:
        same = self.officer_card_no is not None and self.officer_card_no == self.second_officer_card_no
        return _("司法机关须两名工作人员同时在场，工作证号不能相同") if same else None

    @rule(authorisation_date)
    def authorised_before(self) -> Text | None:
        late = self.authorisation_date is not None and self.authorisation_date > self.applied_on
        return _("不能晚于申请日期") if late else None

    @rule(product)
    def of_its_kind(self) -> Text | None:
        other = self.product is not None and self.product.kind is not self.product_kind.covered
        return _("产品不属于所选产品类型") if other else None

    @rule(wanted_by)
    def wanted_after_application(self) -> Text | None:
        return _("不能早于申请日期") if self.wanted_by and self.wanted_by < self.applied_on else None

    @rule(due_date)
    def due_after_application(self) -> Text | None:
        return _("不能早于申请日期") if self.due_date and self.due_date < self.applied_on else None

    @rule(inside_agreement)
    def by_the_member(self) -> Text | None:
        wrong = self.inside_agreement and self.channel is not IntakeChannel.MEMBER
        return _("只有会员自助申请可属会员协议内产品，其他渠道须签订合同") if wrong else None

    @rule(agreement)
    def covered(self) -> Text | None:
        one = self.agreement
        if one is None or not self.inside_agreement:
            return None
        if one.status is not Status.ACTIVE or not one.valid_from <= self.applied_on <= one.valid_to:
            return _("会员协议不在有效期内（%(to)s 到期）", to=one.valid_to.isoformat())
        kind = self.product_kind.covered
        return None if kind in (one.products or ()) else _("会员协议未涵盖%(kind)s，须签订合同", kind=str(kind.title))

    @rule(targets)
    def whom_to_investigate(self) -> Text | None:
        needed = self.product_kind is not OrderedKind.BULK_DATA and not self.targets
        return _("至少填写一家目标企业，批量数据除外") if needed else None

    @rule(materials, at_submit=True)
    def materials_complete(self) -> Text | None:
        on_site = self.channel is IntakeChannel.MARKETING
        return not_presented(self.customer_kind, self.materials) if on_site else None

    @rule(verified)
    def materials_verified(self) -> Text | None:
        return not_verified(self.customer_kind, self.verified)

    @rule(contract)
    def contract_of_this_order(self) -> Text | None:
        one = self.contract
        if not isinstance(one, ProductContract):
            return None
        if one.customer_name != self.customer_name:
            return _("合同客户“%(name)s”与申请单不一致", name=one.customer_name)
        if one.application is not None and one.application is not self:
            return _("合同属于申请单 %(number)s", number=one.application.number)
        if self.product_kind.covered not in one.product_kinds:
            return _("合同不含%(kind)s", kind=str(self.product_kind.title))
        signed = one.state is State.DONE or (one.state is State.PENDING and one.step == "archive")
        return None if signed else _("合同尚未审核签字")

    @rule(fee)
    def fee_of_contract(self) -> Text | None:
        one = self.contract
        over = isinstance(one, ProductContract) and self.fee is not None and self.fee > one.amount
        return _("不能超过合同金额") if over else None

    @rule(payment)
    def not_free(self) -> Text | None:
        return _("调查报告和增值服务没有免费查询") if self.payment is Payment.FREE else None

    @rule(paid)
    def mark_means_paid(self) -> Text | None:
        return _("客户未缴费，不能作缴费标记") if self.paid is False else None

    to_be_signed = when(channel, IntakeChannel.WEBSITE, IntakeChannel.OUTLET) | (
        when(channel, IntakeChannel.MEMBER) & ~when(inside_agreement)
    )

    __form__ = Form(
        code="14", title=_("企业征信业务调查报告申请单"), articles=("44.1", "45.1", "46.1", "47.1.2", "48"),
        makers=(Position.WEB_CLERK, Position.CLERK, Position.MARKETER, Position.MEMBER_OPERATOR),
        columns=(channel, applied_on, customer_name, product_kind, marketer, signing, due_date, paid),
        filters=(channel, product_kind, applied_on, marketer, signing),
        summary=(customer_name, product_kind, channel),
        groups=(
            Group(_("一、客户"), (channel, applied_on, customer_kind, member, customer_name, customer_uscc)),
            Group(_("二、查询人"), (handler_name, handler_resident_id, officer_card_no, second_officer,
                                second_officer_card_no, contact, phone), article="48"),
            Group(_("三、用途与授权"), (purpose, authorisation_no, authorisation_date, authorisation_scan)),
            Group(_("四、产品"), (product_kind, product, requirements, data_scope, wanted_by), article="34"),
            Group(_("五、交付与缴费约定"), (delivery_mode, mail, address, post_code, payment, inside_agreement, agreement)),
            Group(_("六、合同"), (marketer, confirmed_needs, verified, contract, due_date, fee, signing), article="44.4"),
            Group(_("七、缴费标记"), (paid, receipt_no, marked_by, marked_at), article="44.5"),
        ),
        copies=(_("公司联"), _("客户联（回执）")),
        readers=(Position.PRODUCT_HEAD, Position.ANALYST, Position.DELIVERER, Position.GENERAL_MANAGER,
                 Position.BUSINESS_MANAGER, Position.ARCHIVIST, Position.MEMBER_SUPERVISOR),
        effects=(Effect("register_customer", _("普通单位、司法机关首次申请的，登记为客户")),),
        chain=Chain(
            Fill("assign", by=Position.SERVICE_HEAD, label=_("客户服务部负责人分派"), verb=_("分派"), article="44.3",
                 when=to_be_signed, fills=(marketer,)),
            Receive("accept", by=marketer, label=_("市场营销人员确认任务"), verb=_("确认任务"), article="44.4.1",
                    differs=("assign",), when=to_be_signed),
            Fill("register", by=marketer, label=_("登记已签合同"), verb=_("登记并提交"), article="44.4.4",
                 when=to_be_signed, fills=(confirmed_needs, verified, contract, due_date, fee),
                 hint=_("确认客户需求，验证证明材料；合同经审核签字后登记"),
                 effects=(Effect("mark_signed", _("成为已签合同申请单")),)),
            Fill("enter", by=MAKER, label=_("登记已签合同"), verb=_("登记"), article="47.2.2",
                 when=when(channel, IntakeChannel.MARKETING), fills=(confirmed_needs, contract, due_date, fee), optional=(confirmed_needs,),
                 hint=_("合同经审核签字后登记")),
            Check("check", by=Position.AUDITOR_CLERK, label=_("业务审核员复核"), verb=_("审核通过"), article="47.2.4",
                  when=when(channel, IntakeChannel.MARKETING), fills=(verified,),
                  hint=_("再次审核申请单、合同和证明材料"),
                  effects=(Effect("mark_signed", _("成为已签合同申请单")),)),
            Check("confirm", by=Position.AUDITOR_CLERK, label=_("业务审核员有效性确认"), verb=_("确认并作缴费标记"),
                  article="46.5", when=when(channel, IntakeChannel.MEMBER) & when(inside_agreement),
                  fills=(due_date, fee, paid, receipt_no), optional=(receipt_no,), hint=_("核对会员协议有效、涵盖所申请的产品"),
                  effects=(Effect("mark_paid", _("记录缴费标记人和时间，成为协议内订单")),)),
            Fill("pay", by=Position.CASHIER, label=_("收款员收费"), verb=_("缴费标记"), article="44.5",
                 when=~when(channel, IntakeChannel.MEMBER) | ~when(inside_agreement), fills=(paid, receipt_no), optional=(receipt_no,),
                 hint=_("收到费用后作缴费标记"), effects=(Effect("mark_paid", _("记录缴费标记人和时间")),)),
        ),
    )
