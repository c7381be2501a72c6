"""附件 29 异议申请回执."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import Chain
from app.engine.declare import column, document, lines
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.types import Code64, Day, Moment, Name60, Phone, Text120, Text255


class DisputeReceiptItem(Line):
    """One disputed item as it was taken in (异议项)."""

    __tablename__ = "dispute_receipt_item"

    record_no: Mapped[Code64] = column(_("记录编号"))
    field: Mapped[Text120] = column(_("信息项"))
    value_in_report: Mapped[Text255] = column(_("报告中的内容"))
    value_claimed: Mapped[Text255] = column(_("申请更正为"))


class DisputeReceipt(FormModel):
    """异议申请回执: what the applicant takes away, made from form 28 (articles 112.4, 112.5)."""

    __tablename__ = "dispute_receipt"

    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    applicant_name: Mapped[Text120] = column(_("异议申请人"))
    handler_name: Mapped[Name60] = column(_("经办人"))
    phone: Mapped[Phone] = column(_("联系电话"))
    report_no: Mapped[Code64] = column(_("信用报告编号"))
    accepted_at: Mapped[Moment] = column(_("受理时间"), sortable=True)
    answer_due: Mapped[Day] = column(_("回复期限"), help=_("受理之日起二十个工作日"), sortable=True)
    items: Mapped[list[DisputeReceiptItem]] = lines(_("异议项"), least=1)

    __form__ = Form(
        code="29", title=_("异议申请回执"), articles=("110.2", "112.4", "112.5"),
        makers=(Position.SERVICE_STAFF,), generated=True,
        columns=(applicant_name, dispute, report_no, accepted_at, answer_due, handler_name),
        filters=(accepted_at, answer_due), summary=(applicant_name, report_no),
        groups=(
            Group(_("一、异议申请"), (dispute, applicant_name, handler_name, phone, report_no), article="112.4"),
            Group(_("二、受理"), (accepted_at, answer_due), article="110.2"),
        ),
        copies=(_("经办联（第一联）"), _("复核联（第二联）"), _("客户联（第三联）")),
        readers=(Position.DISPUTE_REVIEWER, Position.SERVICE_HEAD, Position.ARCHIVIST),
        chain=Chain(),
    )
