"""附件 16 产品交付登记表."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.forms.brief_report_application import BriefReportApplication
from app.areas.business.forms.investigation_application import InvestigationApplication
from app.areas.business.terms import DeliveryMode, IntakeChannel
from app.areas.organisation.registers import CoveredProduct, Employee
from app.engine.chain import MAKER, Chain, Effect, Fill, Sign
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import (
    Code30,
    Code64,
    Email,
    FileName,
    LongText,
    Moment,
    Name60,
    Ordinal,
    Phone,
    ResidentId,
    Text120,
    Text255,
)


class DeliveredReport(Line):
    """One report or data product handed over (交付明细)."""

    __tablename__ = "delivered_report"

    report_no: Mapped[Code64] = column(_("报告编号"))
    version: Mapped[Ordinal | None] = column(_("版本"))
    enterprise_name: Mapped[Text120 | None] = column(_("目标企业名称"), help=_("批量数据可不填"))
    copies: Mapped[Ordinal] = column(_("份数"), total=True)
    pages: Mapped[Ordinal | None] = column(_("页数"))


class DeliveryRegister(FormModel):
    """产品交付登记表: what was handed over to whom and how (articles 39.5, 40.4, 42.4, 44.7)."""

    __tablename__ = "delivery_register"

    application: Mapped[Document] = document(_("申请单"), "13", "14")
    customer_name: Mapped[Text120] = column(_("客户名称"))
    product_kind: Mapped[CoveredProduct] = choice(CoveredProduct, _("产品类型"))
    copies: Mapped[Ordinal] = column(_("总份数"))
    mode: Mapped[DeliveryMode] = choice(DeliveryMode, _("交付方式"))
    delivered_at: Mapped[Moment] = column(_("交付时间"), prefill=Prefill.NOW, sortable=True)
    deliverer: Mapped[Employee] = person(_("交付人"), prefill=Prefill.ME)
    recipient: Mapped[Name60] = column(_("收件人"))
    recipient_resident_id: Mapped[ResidentId | None] = column(
        _("收件人身份证号"), sensitive=True, help=_("客户自取须核对身份证；司法机关填工作证号")
    )
    recipient_officer_card_no: Mapped[Code30 | None] = column(_("收件人工作证号"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"), required_when=when(mode, DeliveryMode.MAIL))
    address: Mapped[Text255 | None] = column(_("收件地址"), required_when=when(mode, DeliveryMode.POST, DeliveryMode.HAND))
    tracking_no: Mapped[Code64 | None] = column(_("邮件号码"), required_when=when(mode, DeliveryMode.POST))
    voucher: Mapped[FileName | None] = column(
        _("经办凭证"), help=_("附件中的文件名；客户自取和网站联机报告可不附")
    )
    explanation: Mapped[LongText | None] = column(_("交付说明"), full=True)
    signature: Mapped[FileName | None] = column(_("客户签字"), help=_("签字扫描件的附件文件名，或屏幕签字"))
    signed_at: Mapped[Moment | None] = column(_("客户签字时间"))
    reports: Mapped[list[DeliveredReport]] = lines(_("交付明细"), least=1)

    @rule(application)
    def ready(self) -> Text | None:
        return None if self.application.state is State.DONE else _("申请单尚未办结，不能交付")

    @rule(customer_name)
    def of_the_application(self) -> Text | None:
        one = self.application
        known = one.customer_name if isinstance(one, BriefReportApplication | InvestigationApplication) else None
        return _("与申请单客户“%(name)s”不一致", name=known) if known not in (None, self.customer_name) else None

    @rule(product_kind)
    def as_ordered(self) -> Text | None:
        one = self.application
        brief = CoveredProduct.BRIEF if isinstance(one, BriefReportApplication) else None
        ordered = one.product_kind.covered if isinstance(one, InvestigationApplication) else brief
        return _("与申请单的产品类型不一致") if ordered not in (None, self.product_kind) else None

    @rule(copies)
    def copies_of_reports(self) -> Text | None:
        total = sum(one.copies for one in self.reports)
        return _("应等于交付明细份数之和 %(total)s", total=total) if total != self.copies else None

    @rule(recipient_resident_id)
    def identified(self) -> Text | None:
        known = self.recipient_resident_id or self.recipient_officer_card_no
        return _("客户自取须登记身份证号或工作证号") if self.mode is DeliveryMode.PICK_UP and not known else None

    @rule(voucher)
    def proof_of_delivery(self) -> Text | None:
        one = self.application
        online = isinstance(one, BriefReportApplication) and one.channel is IntakeChannel.WEBSITE
        needed = self.mode is not DeliveryMode.PICK_UP and not online and not self.voucher
        return _("非客户自取须附经办凭证") if needed else None

    __form__ = Form(
        code="16", title=_("产品交付登记表"), articles=("39.5", "40.4", "42.4.5", "44.7.2", "45.6.2", "46.7.2", "47.5.2"),
        makers=(Position.DELIVERER, Position.AUDITOR_CLERK), alone=True,
        columns=(customer_name, product_kind, application, copies, mode, recipient, delivered_at, deliverer),
        filters=(product_kind, mode, delivered_at, deliverer), summary=(customer_name, product_kind, recipient),
        groups=(
            Group(_("一、申请单与产品"), (application, customer_name, product_kind, copies), article="44.7.1"),
            Group(_("二、交付"), (mode, delivered_at, deliverer, recipient, recipient_resident_id, recipient_officer_card_no,
                               phone, mail, address, tracking_no, voucher, explanation), article="44.7.2"),
            Group(_("三、客户签字"), (signature, signed_at), article="40.4"),
        ),
        readers=(Position.CLERK, Position.MARKETER, Position.SERVICE_HEAD, Position.ANALYST, Position.BUSINESS_MANAGER,
                 Position.ARCHIVIST),
        chain=Chain(
            Fill("customer_signs", by=MAKER, label=_("客户签字"), verb=_("登记客户签字"), article="42.4.5",
                 when=when(mode, DeliveryMode.PICK_UP), fills=(signature, signed_at),
                 hint=_("核对自取客户身份，请客户在本表上签字"),
                 effects=(Effect("record_delivery", _("记入交付日志")),)),
            Sign("deliverer_signs", by=MAKER, label=_("交付人签字"), article="42.4.5",
                 when=~when(mode, DeliveryMode.PICK_UP), hint=_("附上经办凭证后签字"),
                 effects=(Effect("record_delivery", _("记入交付日志")),)),
        ),
    )
