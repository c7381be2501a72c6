"""附件 32 异议声明申请单."""

from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.registers import TargetEnterprise
from app.areas.disputes.forms.dispute_application import DisputeMaterial, lacking
from app.areas.disputes.forms.dispute_reply import DisputeReply, ItemResult
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, choices, column, document, reference, rule
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import (
    Code30,
    Code64,
    Day,
    FileName,
    LongText,
    Moment,
    Name60,
    Phone,
    ResidentId,
    Statement,
    Text120,
    Uscc,
    YesNo,
)


class StatementKind(Choice):
    """What is asked for (article 117.1, 117.11)."""

    RAISE = "raise", _("提出")
    REMOVE = "remove", _("删除")


class StatementReview(Choice):
    """受理确认 (article 117.8)."""

    PASSED = "passed", _("审核通过")
    REFUSED = "refused", _("审核不通过")


DAYS_TO_STATE = 15
"""Calendar days from the date of form 31 (article 117.1)."""

ORIGINALS = frozenset({
    DisputeMaterial.LICENCE, DisputeMaterial.ORGANISATION_CODE, DisputeMaterial.IDENTITY_CARD,
    DisputeMaterial.INTRODUCTION, DisputeMaterial.AUTHORISATION, DisputeMaterial.DISPUTE_PAPERS,
})
COPIES = frozenset({DisputeMaterial.LICENCE, DisputeMaterial.ORGANISATION_CODE, DisputeMaterial.IDENTITY_CARD})


class DisputeStatement(FormModel):
    """异议声明申请单: the subject's own words on an item that was not corrected, or their removal (article 117)."""

    __tablename__ = "dispute_statement"

    kind: Mapped[StatementKind] = choice(StatementKind, _("申请类别"))
    filed_on: Mapped[Day] = column(_("申请日期"), prefill=Prefill.TODAY, sortable=True)
    dispute: Mapped[Document] = document(_("异议申请单"), "28")
    receipt: Mapped[Document | None] = document(_("异议申请回执"), "29", required_when=when(kind, StatementKind.RAISE))
    reply: Mapped[Document | None] = document(_("异议回复书"), "31", required_when=when(kind, StatementKind.RAISE))
    enterprise: Mapped[TargetEnterprise] = reference(_("信息主体"))
    applicant_name: Mapped[Text120] = column(_("声明申请人"))
    applicant_uscc: Mapped[Uscc] = column(_("申请人统一社会信用代码"))
    handler_name: Mapped[Name60 | None] = column(_("经办人"), required_when=when(kind, StatementKind.RAISE))
    handler_resident_id: Mapped[ResidentId | None] = column(
        _("经办人身份证号"), sensitive=True, required_when=when(kind, StatementKind.RAISE)
    )
    authorisation_no: Mapped[Code30 | None] = column(_("法人授权书编号"))
    phone: Mapped[Phone | None] = column(_("联系电话"), required_when=when(kind, StatementKind.RAISE))
    originals: Mapped[frozenset[DisputeMaterial] | None] = choices(
        DisputeMaterial, _("提供的原件"), full=True, required_when=when(kind, StatementKind.RAISE)
    )
    copies: Mapped[frozenset[DisputeMaterial] | None] = choices(
        DisputeMaterial, _("提供的复印件"), full=True, required_when=when(kind, StatementKind.RAISE)
    )
    scan: Mapped[FileName | None] = column(_("资料扫描件"), help=_("附件中的文件名"))
    record_no: Mapped[Code64] = column(_("记录编号"))
    field: Mapped[Text120] = column(_("信息项"), help=_("与异议回复书一致"))
    statement: Mapped[Statement | None] = column(
        _("声明内容"), full=True, help=_("100 字以内，只针对该信息项"), required_when=when(kind, StatementKind.RAISE)
    )
    truthful: Mapped[YesNo] = column(_("申请人对声明的真实性和合法性负责"), default=False)
    about_item_only: Mapped[YesNo] = column(_("声明只涉及该异议信息"), default=False)
    earlier: Mapped[Document | None] = document(
        _("原异议声明申请单"), "32", required_when=when(kind, StatementKind.REMOVE)
    )
    removal_reason: Mapped[LongText | None] = column(
        _("删除理由"), full=True, help=_("更新后的数据与声明吻合的情况"), required_when=when(kind, StatementKind.REMOVE)
    )
    review: Mapped[StatementReview | None] = choice(StatementReview, _("复审结论"))
    refusal_reason: Mapped[LongText | None] = column(
        _("不通过原因"), full=True, required_when=when(review, StatementReview.REFUSED)
    )
    given_back_at: Mapped[Moment | None] = column(_("退还资料时间"))
    removed_at: Mapped[Moment | None] = column(_("删除时间"))

    @rule(applicant_uscc)
    def by_the_subject(self) -> Text | None:
        known = self.enterprise.uscc
        return _("异议声明只能由信息主体提出，其代码为 %(known)s", known=known) if known and known != self.applicant_uscc else None

    @rule(reply)
    def after_a_reply(self) -> Text | None:
        if self.kind is StatementKind.REMOVE or not isinstance(self.reply, DisputeReply):
            return None
        if self.reply.dispute is not self.dispute:
            return _("不是该异议申请单的回复书")
        issued = self.reply.issued_on
        if not issued <= self.filed_on <= issued + timedelta(days=DAYS_TO_STATE):
            return _("异议声明应在回复书出具之日（%(issued)s）起 15 天内提出", issued=issued.isoformat())
        return None

    @rule(field)
    def unsettled_item(self) -> Text | None:
        if self.kind is StatementKind.REMOVE or not isinstance(self.reply, DisputeReply):
            return None
        for one in self.reply.items:
            if (one.record_no, one.field) == (self.record_no, self.field):
                settled = one.result is ItemResult.CORRECTED
                return _("该项已更正，只有确认不存在或无法核实的可提出声明") if settled else None
        return _("回复书中没有该记录编号和信息项")

    @rule(originals, at_submit=True)
    def originals_complete(self) -> Text | None:
        missing = lacking(ORIGINALS, self.originals or frozenset()) if self.kind is StatementKind.RAISE else ""
        return _("资料不全，缺少：%(missing)s", missing=missing) if missing else None

    @rule(copies, at_submit=True)
    def copies_complete(self) -> Text | None:
        missing = lacking(COPIES, self.copies or frozenset()) if self.kind is StatementKind.RAISE else ""
        return _("资料不全，缺少复印件：%(missing)s", missing=missing) if missing else None

    @rule(truthful, at_submit=True)
    def declared_true(self) -> Text | None:
        return _("申请人应声明对内容的真实性和合法性负责") if self.kind is StatementKind.RAISE and not self.truthful else None

    @rule(about_item_only, at_submit=True)
    def nothing_else(self) -> Text | None:
        other = self.kind is StatementKind.RAISE and not self.about_item_only
        return _("异议声明不得包含与异议信息无关的内容") if other else None

    @rule(earlier)
    def stands(self) -> Text | None:
        one = self.earlier if self.kind is StatementKind.REMOVE else None
        if not isinstance(one, DisputeStatement):
            return None
        passed = one.state is State.DONE and one.review is StatementReview.PASSED
        if not passed or one.dispute is not self.dispute:
            return _("应选该异议中已审核通过的声明")
        return None if (one.record_no, one.field) == (self.record_no, self.field) else _("原声明针对另一信息项")

    __form__ = Form(
        code="32", title=_("异议声明申请单"),
        articles=("117.1", "117.3", "117.4", "117.5", "117.6", "117.7", "117.8", "117.9", "117.10", "117.11"),
        makers=(Position.SERVICE_STAFF,),
        columns=(applicant_name, kind, filed_on, dispute, field, statement, review),
        filters=(kind, review, filed_on, enterprise), summary=(applicant_name, kind, field),
        groups=(
            Group(_("一、申请"), (kind, filed_on, dispute, receipt, reply, earlier), article="117.1"),
            Group(_("二、声明申请人"), (enterprise, applicant_name, applicant_uscc, handler_name, handler_resident_id,
                                  authorisation_no, phone), article="117.4"),
            Group(_("三、资料"), (originals, copies, scan), article="117.4"),
            Group(_("四、声明"), (record_no, field, statement, about_item_only, truthful, removal_reason), article="117.3"),
            Group(_("五、复审与处理"), (review, refusal_reason, given_back_at, removed_at), article="117.7"),
        ),
        copies=(_("经办联（第一联）"), _("复核联（第二联）"), _("申请人联（第三联）")),
        readers=(Position.SERVICE_HEAD, Position.BUSINESS_MANAGER, Position.ARCHIVIST),
        chain=Chain(
            Check("review", by=Position.DISPUTE_REVIEWER, label=_("异议声明复审"), verb=_("确认复审结论"), article="117.7",
                  when=when(kind, StatementKind.RAISE), fills=(review, refusal_reason, given_back_at),
                  hint=_("复审内容与初审相同；通过的退还原件、第三联和回执，不通过的退还原件、第二、三联并说明原因"),
                  effects=(Effect("publish_statement", _("通过的声明载入以后的报告，无期限保留")),)),
            Execute("remove", by=Position.IT_STAFF, label=_("删除异议声明和标注"), verb=_("执行删除"), article="117.11",
                    when=when(kind, StatementKind.REMOVE), fills=(removed_at,),
                    hint=_("数据已与声明吻合的，手工删除声明、取消异议标注；记录保留"),
                    effects=(Effect("withdraw_statement", _("报告不再载入该声明，取消异议标注")),)),
        ),
    )
