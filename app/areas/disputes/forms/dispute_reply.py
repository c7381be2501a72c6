"""附件 31 异议回复书."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.disputes.forms.dispute_application import DisputeApplication
from app.areas.organisation.registers import Employee
from app.engine.chain import MAKER, Chain, Deadline, Effect, Fill, Unit
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code64, Day, FileName, LongText, Moment, Name60, ResidentId, Text120, Text255, YesNo


class ItemResult(Choice):
    """异议处理结果 (article 116.4)."""

    CORRECTED = "corrected", _("已更正")
    UNFOUNDED = "unfounded", _("确认不存在")
    UNVERIFIABLE = "unverifiable", _("无法核实")


class NotifiedBy(Choice):
    """How the applicant was told to come."""

    PHONE = "phone", _("电话")
    MESSAGE = "message", _("短信")
    MAIL = "mail", _("电子邮件")
    LETTER = "letter", _("信函")
    IN_PERSON = "in_person", _("当面")


class Given(Choice):
    """What the applicant got on request (article 116.4)."""

    NONE = "none", _("未要求")
    FREE_REPORT = "free_report", _("免费信用报告")
    CORRECTION_REPORT = "correction_report", _("异议更正报告")


class DisputeReplyItem(Line):
    """The result of one item (处理结果)."""

    __tablename__ = "dispute_reply_item"

    record_no: Mapped[Code64] = column(_("记录编号"))
    field: Mapped[Text120] = column(_("信息项"))
    value_claimed: Mapped[Text255] = column(_("申请更正为"))
    result: Mapped[ItemResult] = choice(ItemResult, _("处理结果"))
    value_now: Mapped[Text255 | None] = column(_("处理后的内容"))
    basis: Mapped[Text255] = column(_("依据"))

    @rule(value_now)
    def corrected_to(self) -> Text | None:
        needed = self.result is ItemResult.CORRECTED and not self.value_now
        return _("已更正的应填写处理后的内容") if needed else None


class DisputeReply(FormModel):
    """异议回复书: the result of each disputed item, notified and handed over (article 116)."""

    __tablename__ = "dispute_reply"

    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    receipt: Mapped[Document | None] = document(_("异议申请回执"), "29")
    applicant_name: Mapped[Text120] = column(_("异议申请人"))
    report_no: Mapped[Code64] = column(_("信用报告编号"))
    completed_on: Mapped[Day] = column(_("处理完结日期"))
    issued_on: Mapped[Day] = column(_("出具日期"), prefill=Prefill.TODAY, sortable=True)
    explanation: Mapped[LongText | None] = column(_("核查情况"), full=True)
    notify_due: Mapped[Day | None] = column(_("通知期限"), computed=True, help=_("完结后 7 个工作日，不超过受理后 20 个工作日"))
    notified_at: Mapped[Moment | None] = column(_("通知时间"))
    notified_by: Mapped[Employee | None] = person(_("通知人"), position=Position.SERVICE_STAFF)
    notified_how: Mapped[NotifiedBy | None] = choice(NotifiedBy, _("通知方式"))
    recipient: Mapped[Name60 | None] = column(_("领取人"))
    recipient_resident_id: Mapped[ResidentId | None] = column(_("领取人身份证号"), sensitive=True)
    receipt_checked: Mapped[YesNo | None] = column(_("已核对身份证件和回执"))
    handed_over_at: Mapped[Moment | None] = column(_("交付时间"))
    signature: Mapped[FileName | None] = column(_("领取人签字"), help=_("签字扫描件的附件文件名"))
    given: Mapped[Given | None] = choice(Given, _("应要求提供"))
    free_report: Mapped[Document | None] = document(
        _("免费查询申请单"), "13", help=_("费用为 0、注明本回复书的简明报告申请单，可在其后补办")
    )
    items: Mapped[list[DisputeReplyItem]] = lines(_("处理结果"), least=1)

    @rule(applicant_name)
    def of_the_dispute(self) -> Text | None:
        known = self.dispute.applicant_name if isinstance(self.dispute, DisputeApplication) else None
        return _("与异议申请单的申请人“%(name)s”不一致", name=known) if known not in (None, self.applicant_name) else None

    @rule(items)
    def every_item(self) -> Text | None:
        if not isinstance(self.dispute, DisputeApplication):
            return None
        answered = {(one.record_no, one.field) for one in self.items}
        for one in self.dispute.items:
            if (one.record_no, one.field) not in answered:
                return _("异议项“%(record)s %(field)s”没有处理结果", record=one.record_no, field=one.field)
        return None

    @rule(issued_on)
    def issued_after_completion(self) -> Text | None:
        return _("不能早于处理完结日期") if self.issued_on < self.completed_on else None

    @rule(notified_at)
    def notified_after_issue(self) -> Text | None:
        return _("不能早于出具日期") if self.notified_at and self.notified_at.date() < self.issued_on else None

    @rule(handed_over_at)
    def handed_over_after_notice(self) -> Text | None:
        early = self.handed_over_at and self.notified_at and self.handed_over_at < self.notified_at
        return _("不能早于通知时间") if early else None

    @rule(receipt_checked)
    def identity_checked(self) -> Text | None:
        return _("未核对身份证件和回执，不能交付") if self.receipt_checked is False else None

    __form__ = Form(
        code="31", title=_("异议回复书"), articles=("110.2", "116.1", "116.2", "116.4"),
        makers=(Position.SERVICE_STAFF,), alone=True,
        columns=(applicant_name, dispute, completed_on, issued_on, notify_due, notified_at, handed_over_at),
        filters=(issued_on, notify_due, given), summary=(applicant_name, report_no),
        groups=(
            Group(_("一、异议申请"), (dispute, receipt, applicant_name, report_no), article="116.1"),
            Group(_("二、处理完结"), (completed_on, issued_on, explanation), article="116.4"),
            Group(_("三、通知"), (notify_due, notified_at, notified_by, notified_how), article="116.1"),
            Group(_("四、交付"), (recipient, recipient_resident_id, receipt_checked, handed_over_at, signature, given,
                               free_report), article="116.2"),
        ),
        readers=(Position.DISPUTE_REVIEWER, Position.IT_STAFF, Position.CLERK, Position.AUDITOR_CLERK, Position.SERVICE_HEAD,
                 Position.BUSINESS_MANAGER, Position.ARCHIVIST),
        handed_in=(Effect("set_notify_due", _("登记通知期限")),),
        chain=Chain(
            Fill("notify", by=MAKER, label=_("通知异议申请人"), verb=_("登记通知"), article="116.1",
                 deadline=Deadline(0, Unit.WORKING_DAYS, since=notify_due),
                 fills=(notified_at, notified_by, notified_how), hint=_("通知异议申请人在工作时间内来网点领取")),
            Fill("hand_over", by=MAKER, label=_("交付异议回复书"), verb=_("登记交付"), article="116.2", returnable=False,
                 fills=(recipient, recipient_resident_id, receipt_checked, handed_over_at, signature, given, free_report),
                 optional=(signature, free_report), hint=_("审核身份证件和异议申请回执无误后交付"),
                 effects=(Effect("close_dispute", _("异议办结：取消标注，或记载无法核实")),)),
        ),
    )
