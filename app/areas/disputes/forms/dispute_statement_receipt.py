"""附件 33 异议声明受理回执."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.chain import Chain
from app.engine.declare import column, document
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.types import Code64, Moment, Name60, Statement, Text120


class DisputeStatementReceipt(FormModel):
    """异议声明受理回执: what was stated on which item, made from form 32 (articles 117.5, 117.6)."""

    __tablename__ = "dispute_statement_receipt"

    application: Mapped[Document] = document(_("异议声明申请单"), "32")
    applicant_name: Mapped[Text120] = column(_("声明申请人"))
    handler_name: Mapped[Name60] = column(_("经办人"))
    record_no: Mapped[Code64] = column(_("记录编号"))
    field: Mapped[Text120] = column(_("信息项"))
    statement: Mapped[Statement] = column(_("声明内容"), full=True)
    accepted_at: Mapped[Moment] = column(_("受理时间"), sortable=True)

    __form__ = Form(
        code="33", title=_("异议声明受理回执"), articles=("117.5", "117.6", "117.9"),
        makers=(Position.SERVICE_STAFF,), generated=True,
        columns=(applicant_name, application, record_no, field, statement, accepted_at),
        filters=(accepted_at, record_no), summary=(applicant_name, field),
        groups=(
            Group(_("一、异议声明申请"), (application, applicant_name, handler_name, accepted_at), article="117.5"),
            Group(_("二、声明"), (record_no, field, statement), article="117.3"),
        ),
        readers=(Position.DISPUTE_REVIEWER, Position.SERVICE_HEAD, Position.ARCHIVIST),
        chain=Chain(),
    )
