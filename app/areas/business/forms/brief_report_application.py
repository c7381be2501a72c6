"""附件 13 企业征信业务简明报告申请单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.registers import TargetEnterprise
from app.areas.business.terms import (
    CustomerKind,
    DeliveryMode,
    IntakeChannel,
    Material,
    MaterialLine,
    Payment,
    not_presented,
    not_verified,
)
from app.areas.organisation.registers import (
    MEMBER,
    Agreement,
    AgreementKind,
    CoveredProduct,
    Employee,
    ExternalOrganisation,
    Status,
)
from app.areas.products.registers import Environment, Product
from app.engine.chain import Chain, Check, Effect, Fill
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, choices, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import (
    Code30,
    Code64,
    Day,
    Email,
    FileName,
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


class BriefReportTarget(Line):
    """One enterprise whose report is asked for (目标企业)."""

    __tablename__ = "brief_report_target"

    name: Mapped[Text120] = column(_("目标企业名称"))
    uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"))
    enterprise: Mapped[TargetEnterprise | None] = reference(_("系统内目标企业"))
    found: Mapped[YesNo | None] = column(_("报告是否存在"), help=_("以系统查询结果为准"))
    report_no: Mapped[Code64 | None] = column(_("报告编号"), computed=True)
    fee: Mapped[Money] = column(_("费用"), total=True)
    return_reason: Mapped[Text255 | None] = column(_("退还原因"))
    refund: Mapped[Money | None] = column(_("退费"), total=True)
    returned_on: Mapped[Day | None] = column(_("退还日期"))

    @rule(uscc)
    def same_enterprise(self) -> Text | None:
        known = self.enterprise.uscc if self.enterprise else None
        return _("与所选目标企业的代码 %(known)s 不一致", known=known) if known and self.uscc not in (None, known) else None

    @rule(refund)
    def at_most_the_fee(self) -> Text | None:
        return _("退费不能超过费用") if self.refund is not None and self.refund > self.fee else None


class BriefReportMaterial(MaterialLine):
    """One proof shown or kept (证明材料)."""

    __tablename__ = "brief_report_material"


class BriefReportApplication(FormModel):
    """企业征信业务简明报告申请单: an order of online reports, by four channels (articles 39–42, 48)."""

    __tablename__ = "brief_report_application"

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
    agreement: Mapped[Agreement | None] = reference(
        _("会员协议"), within=member, where=Agreement.kind == AgreementKind.MEMBERSHIP,
        required_when=when(channel, IntakeChannel.MEMBER),
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
    product: Mapped[Product] = reference(
        _("产品"), where=(Product.kind == CoveredProduct.BRIEF) & (Product.environment == Environment.PRODUCTION)
    )
    delivery_mode: Mapped[DeliveryMode | None] = choice(
        DeliveryMode, _("交付方式"), required_when=~when(channel, IntakeChannel.MEMBER)
    )
    mail: Mapped[Email | None] = column(_("电子邮箱"), required_when=when(delivery_mode, DeliveryMode.MAIL))
    address: Mapped[Text255 | None] = column(
        _("收件地址"), required_when=when(delivery_mode, DeliveryMode.POST, DeliveryMode.HAND)
    )
    post_code: Mapped[PostCode | None] = column(_("邮政编码"))
    fee: Mapped[Money] = column(_("费用合计"), sortable=True, help=_("各目标企业费用减退费之和"))
    payment: Mapped[Payment] = choice(Payment, _("约定缴费方式"))
    dispute_reply: Mapped[Document | None] = document(_("异议回复书"), "31", help=_("异议完结后免费查询一次时填写"))
    verified: Mapped[frozenset[Material] | None] = choices(Material, _("复核无误的材料"))
    paid: Mapped[YesNo | None] = column(_("已缴费"))
    receipt_no: Mapped[Code30 | None] = column(_("收据号"))
    marked_by: Mapped[Employee | None] = person(_("缴费标记人"), computed=True)
    marked_at: Mapped[Moment | None] = column(_("缴费标记时间"), computed=True)
    targets: Mapped[list[BriefReportTarget]] = lines(_("目标企业"), least=1)
    materials: Mapped[list[BriefReportMaterial]] = lines(_("证明材料"), help=_("网站申请由客户另行提交，审核时核对"))

    @rule(product, at_submit=True)
    def still_sold(self) -> Text | None:
        return self.product.not_sold

    @rule(channel)
    def filed_by_the_member(self) -> Text | None:
        by_staff = self.channel is IntakeChannel.MEMBER and self.department_code is not None
        return _("会员自助申请只能由会员登录填写") if by_staff else None

    @rule(customer_name)
    def named_as_registered(self) -> Text | None:
        known = self.member.name if self.member else None
        return _("与会员登记名称“%(name)s”不一致", name=known) if known and known != self.customer_name else None

    @rule(agreement)
    def covered(self) -> Text | None:
        one = self.agreement
        if one is None:
            return None
        if one.status is not Status.ACTIVE or not one.valid_from <= self.applied_on <= one.valid_to:
            return _("会员协议不在有效期内（%(to)s 到期）", to=one.valid_to.isoformat())
        return None if CoveredProduct.BRIEF in (one.products or ()) else _("会员协议未涵盖简明信用报告")

    @rule(second_officer_card_no)
    def two_officers(self) -> Text | None:
        same = self.officer_card_no is not None and self.officer_card_no == self.second_officer_card_no
        return _("司法机关须两名工作人员同时在场，工作证号不能相同") if same else None

    @rule(authorisation_date)
    def authorised_before(self) -> Text | None:
        late = self.authorisation_date is not None and self.authorisation_date > self.applied_on
        return _("不能晚于申请日期") if late else None

    @rule(fee)
    def fee_of_targets(self) -> Text | None:
        total = sum(one.fee - (one.refund or 0) for one in self.targets)
        return _("应等于各目标企业费用减退费之和 %(total)s", total=f"{total:.2f}") if total != self.fee else None

    @rule(payment)
    def free_of_charge(self) -> Text | None:
        if self.channel is IntakeChannel.MEMBER and self.payment is not Payment.AGREEMENT:
            return _("会员自助查询应按协议结算")
        if self.payment is Payment.FREE and self.fee:
            return _("免费申请的费用应为 0")
        if self.payment is Payment.FREE and not self.dispute_reply and self.customer_kind is not CustomerKind.JUDICIAL:
            return _("免费只限司法机关和异议完结后的一次查询，后者应填写异议回复书")
        unpaid = not self.fee and self.payment not in (Payment.FREE, Payment.AGREEMENT)
        return _("费用为 0 时应选免费或按协议结算") if unpaid and any(one.found is not False for one in self.targets) else None

    @rule(paid)
    def mark_means_paid(self) -> Text | None:
        return _("客户未缴费，不能作缴费标记") if self.paid is False else None

    @rule(targets)
    def absent_ones(self) -> Text | None:
        for one in self.targets:
            if one.found is not False:
                continue
            if self.channel is IntakeChannel.OUTLET:
                return _("“%(name)s”没有简明报告，请改填调查报告申请单", name=one.name)
            if self.channel is IntakeChannel.MARKETING and None in (one.return_reason, one.refund, one.returned_on):
                return _("“%(name)s”没有简明报告，应填写退还原因、退费和退还日期", name=one.name)
        return None

    @rule(materials, at_submit=True)
    def materials_complete(self) -> Text | None:
        on_paper = self.channel in (IntakeChannel.OUTLET, IntakeChannel.MARKETING)
        return not_presented(self.customer_kind, self.materials) if on_paper else None

    @rule(verified)
    def materials_verified(self) -> Text | None:
        return not_verified(self.customer_kind, self.verified)

    __form__ = Form(
        code="13", title=_("企业征信业务简明报告申请单"), articles=("39.1", "40.1.2", "41", "42.1.2", "48"),
        makers=(Position.WEB_CLERK, Position.CLERK, Position.MARKETER, Position.MEMBER_OPERATOR),
        columns=(channel, applied_on, customer_name, customer_kind, product, delivery_mode, fee, paid),
        filters=(channel, customer_kind, applied_on, delivery_mode, member),
        summary=(customer_name, channel, handler_name),
        groups=(
            Group(_("一、客户"), (channel, applied_on, customer_kind, member, customer_name, customer_uscc, agreement)),
            Group(_("二、查询人"), (handler_name, handler_resident_id, officer_card_no, second_officer,
                                second_officer_card_no, contact, phone), article="48"),
            Group(_("三、用途与授权"), (purpose, authorisation_no, authorisation_date, authorisation_scan)),
            Group(_("四、产品与交付"), (product, delivery_mode, mail, address, post_code), article="39.5"),
            Group(_("五、费用"), (fee, payment, dispute_reply)),
            Group(_("六、审核与缴费标记"), (verified, paid, receipt_no, marked_by, marked_at), article="40.3"),
        ),
        copies=(_("公司联"), _("客户联（回执）")),
        readers=(Position.SERVICE_HEAD, Position.DELIVERER, Position.SERVICE_STAFF, Position.BUSINESS_MANAGER,
                 Position.ARCHIVIST, Position.MEMBER_SUPERVISOR),
        effects=(Effect("register_customer", _("普通单位、司法机关首次申请的，登记为客户")),),
        chain=Chain(
            Check("check", by=Position.AUDITOR_CLERK, label=_("业务审核员审核"), verb=_("审核通过"), article="40.2",
                  when=~when(channel, IntakeChannel.MEMBER), fills=(verified,),
                  hint=_("核对申请单与证明材料是否齐全、真实、有效；目标企业没有报告的退回")),
            Fill("collect", by=Position.AUDITOR_CLERK, label=_("网点收费"), verb=_("缴费标记"), article="40.3",
                 when=when(channel, IntakeChannel.OUTLET) & ~when(payment, Payment.FREE), fills=(paid, receipt_no), optional=(receipt_no,),
                 hint=_("收费后同时在申请单客户联上作缴费标记"),
                 effects=(Effect("mark_paid", _("记录缴费标记人和时间")),)),
            Fill("pay", by=Position.CASHIER, label=_("收款员收费"), verb=_("缴费标记"), article="39.4.2",
                 when=when(channel, IntakeChannel.WEBSITE, IntakeChannel.MARKETING) & ~when(payment, Payment.FREE),
                 fills=(paid, receipt_no), optional=(receipt_no,), hint=_("收到费用后作缴费标记"),
                 effects=(Effect("mark_paid", _("记录缴费标记人和时间")),)),
        ),
    )
