"""附件 28 异议申请单."""

from calendar import monthrange
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.registers import TargetEnterprise
from app.engine.chain import MAKER, Chain, Check, Deadline, Effect, Execute, Fill, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import Prefill, choice, choices, column, document, lines, reference, rule
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
    LongText,
    Moment,
    Name60,
    Ordinal,
    Phone,
    ResidentId,
    Text120,
    Text255,
    Uscc,
    YesNo,
)


class DisputeMaterial(Choice):
    """What an applicant brings (articles 112.2, 117.4)."""

    LICENCE = "licence", _("营业执照")
    ORGANISATION_CODE = "organisation_code", _("组织机构代码证")
    IDENTITY_CARD = "identity_card", _("经办人身份证")
    PROOF = "proof", _("更正证明")
    INTRODUCTION = "introduction", _("单位介绍信")
    AUTHORISATION = "authorisation", _("法人授权书")
    REPORT = "report", _("申请单客户联或信用报告")
    DISPUTE_PAPERS = "dispute_papers", _("异议申请单、回执和回复书")


class DisputeKind(Choice):
    """What an item is about, which decides how it is checked (article 114)."""

    CREDIT = "credit", _("信用信息")
    QUERY = "query", _("查询记录")


class Difference(Choice):
    """How the end-of-day run sorts an item (article 114.2)."""

    INTERNAL = "internal", _("内部差异")
    EXTERNAL = "external", _("外部差异")
    QUERY = "query", _("查询记录差异")


class Acceptance(Choice):
    """受理确认 (article 113)."""

    ACCEPTED = "accepted", _("受理成功")
    REFUSED = "refused", _("受理不成功")


IDENTIFYING = (
    "注册号", "组织机构代码", "统一社会信用代码", "社保号", "社会保险号", "社会保险登记号",
    "账号", "卡号", "案卷号", "案号",
)
"""Items that identify somebody or something; disputes about them are not taken (article 110.1.2)."""

ORIGINALS = frozenset({
    DisputeMaterial.LICENCE, DisputeMaterial.IDENTITY_CARD, DisputeMaterial.PROOF,
    DisputeMaterial.INTRODUCTION, DisputeMaterial.AUTHORISATION, DisputeMaterial.REPORT,
})
COPIES = frozenset({DisputeMaterial.LICENCE, DisputeMaterial.IDENTITY_CARD, DisputeMaterial.PROOF})


def lacking(wanted: frozenset[DisputeMaterial], given: frozenset[DisputeMaterial]) -> str:
    """What of `wanted` is not given, in words."""
    return "、".join(str(one.title) for one in DisputeMaterial if one in wanted - given)


def three_months_after(day: date) -> date:
    """The same day three months later, or that month's last."""
    year, month = day.year + (day.month + 2) // 12, (day.month + 2) % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


class DisputeItem(Line):
    """One disputed item of the report (异议项)."""

    __tablename__ = "dispute_item"

    kind: Mapped[DisputeKind] = choice(DisputeKind, _("类别"))
    record_no: Mapped[Code64] = column(_("记录编号"))
    field: Mapped[Text120] = column(_("信息项"))
    value_in_report: Mapped[Text255] = column(_("报告中的内容"))
    value_claimed: Mapped[Text255] = column(_("申请更正为"))
    reason: Mapped[Text255] = column(_("异议理由"))
    proof: Mapped[Text255] = column(_("证明材料"))
    difference: Mapped[Difference | None] = choice(Difference, _("检查结果"), computed=True)

    @rule(field)
    def not_identifying(self) -> Text | None:
        named = any(word in self.field for word in IDENTIFYING)
        return _("标识类信息项和业务编号的异议不予受理") if named else None

    @rule(value_claimed)
    def differs_from_report(self) -> Text | None:
        return _("与报告中的内容相同") if self.value_claimed == self.value_in_report else None


class DisputeApplication(FormModel):
    """异议申请单: what a report's subject holds to be wrong in it, checked twice (articles 110–114)."""

    __tablename__ = "dispute_application"

    report_no: Mapped[Code64] = column(_("信用报告编号"))
    report_version: Mapped[Ordinal | None] = column(_("报告版本"))
    queried_at: Mapped[Moment] = column(_("报告查询时间"))
    application: Mapped[Document | None] = document(_("查询申请单"), "13", "14")
    accepted_on: Mapped[Day] = column(_("受理日期"), prefill=Prefill.TODAY, sortable=True)
    answer_due: Mapped[Day | None] = column(_("回复期限"), computed=True, help=_("受理之日起二十个工作日"))
    enterprise: Mapped[TargetEnterprise] = reference(_("报告所述企业"))
    applicant_name: Mapped[Text120] = column(_("异议申请人"))
    applicant_uscc: Mapped[Uscc] = column(_("申请人统一社会信用代码"))
    handler_name: Mapped[Name60] = column(_("经办人"))
    handler_resident_id: Mapped[ResidentId] = column(_("经办人身份证号"), sensitive=True)
    authorisation_no: Mapped[Code30 | None] = column(_("法人授权书编号"))
    authorisation_date: Mapped[Day] = column(_("法人授权书日期"))
    phone: Mapped[Phone] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"))
    address: Mapped[Text255 | None] = column(_("联系地址"))
    originals: Mapped[frozenset[DisputeMaterial]] = choices(DisputeMaterial, _("提供的原件"), full=True)
    copies: Mapped[frozenset[DisputeMaterial]] = choices(DisputeMaterial, _("提供的复印件"), full=True)
    scan: Mapped[FileName | None] = column(_("资料扫描件"), help=_("附件中的文件名"))
    complete: Mapped[YesNo] = column(_("初审：资料齐全"), default=False)
    papers_genuine: Mapped[YesNo] = column(_("初审：证件真实"), default=False)
    identity_genuine: Mapped[YesNo] = column(_("初审：身份真实"), default=False)
    within_rules: Mapped[YesNo] = column(_("初审：符合受理规则"), default=False)
    review_complete: Mapped[YesNo | None] = column(_("复核：资料齐全"))
    review_papers_genuine: Mapped[YesNo | None] = column(_("复核：证件真实"))
    review_identity_genuine: Mapped[YesNo | None] = column(_("复核：身份真实"))
    review_within_rules: Mapped[YesNo | None] = column(_("复核：符合受理规则"))
    acceptance: Mapped[Acceptance | None] = choice(Acceptance, _("受理确认"))
    refusal_reason: Mapped[LongText | None] = column(
        _("受理不成功原因"), full=True, required_when=when(acceptance, Acceptance.REFUSED)
    )
    told_at: Mapped[Moment | None] = column(_("通知申请人时间"))
    told_how: Mapped[Text255 | None] = column(_("通知与解释情况"), full=True)
    items: Mapped[list[DisputeItem]] = lines(_("异议项"), least=1)

    @rule(applicant_uscc)
    def by_the_subject(self) -> Text | None:
        known = self.enterprise.uscc
        return _("异议只能由信息主体提出，报告所述企业的代码为 %(known)s", known=known) if known and known != self.applicant_uscc else None

    @rule(applicant_name)
    def named_as_subject(self) -> Text | None:
        other = self.enterprise.name != self.applicant_name
        return _("异议只能由信息主体提出，报告所述企业为%(name)s", name=self.enterprise.name) if other else None

    @rule(queried_at)
    def recent_report(self) -> Text | None:
        queried = self.queried_at.date()
        if queried > self.accepted_on:
            return _("不能晚于受理日期")
        return _("报告查询时间超过三个月，不予受理") if self.accepted_on > three_months_after(queried) else None

    @rule(authorisation_date)
    def authorised_before(self) -> Text | None:
        return _("不能晚于受理日期") if self.authorisation_date > self.accepted_on else None

    @rule(originals, at_submit=True)
    def originals_complete(self) -> Text | None:
        missing = lacking(ORIGINALS, self.originals)
        return _("资料不全，缺少：%(missing)s", missing=missing) if missing else None

    @rule(copies, at_submit=True)
    def copies_complete(self) -> Text | None:
        missing = lacking(COPIES, self.copies)
        return _("资料不全，缺少复印件：%(missing)s", missing=missing) if missing else None

    @rule(within_rules, at_submit=True)
    def first_check(self) -> Text | None:
        passed = self.complete and self.papers_genuine and self.identity_genuine and self.within_rules
        return None if passed else _("初审四项未全部通过，不能受理；请向申请人解释并退还资料")

    @rule(acceptance)
    def second_check(self) -> Text | None:
        passed = (
            self.review_complete and self.review_papers_genuine
            and self.review_identity_genuine and self.review_within_rules
        )
        return _("复核四项未全部通过，不能受理成功") if self.acceptance is Acceptance.ACCEPTED and not passed else None

    __form__ = Form(
        code="28", title=_("异议申请单"), articles=("110.1", "110.2", "112.3", "112.4", "112.5", "113.2", "113.3"),
        makers=(Position.SERVICE_STAFF,),
        columns=(applicant_name, report_no, queried_at, accepted_on, answer_due, acceptance, handler_name),
        filters=(acceptance, accepted_on, answer_due, enterprise), summary=(applicant_name, report_no, accepted_on),
        groups=(
            Group(_("一、信用报告"), (report_no, report_version, queried_at, application, accepted_on, answer_due), article="110"),
            Group(_("二、异议申请人"), (enterprise, applicant_name, applicant_uscc, handler_name, handler_resident_id,
                                  authorisation_no, authorisation_date, phone, mail, address), article="112.2"),
            Group(_("三、资料"), (originals, copies, scan), article="112.2"),
            Group(_("四、初审"), (complete, papers_genuine, identity_genuine, within_rules), article="112.3"),
            Group(_("五、复核"), (review_complete, review_papers_genuine, review_identity_genuine, review_within_rules,
                               acceptance, refusal_reason), article="113.2"),
            Group(_("六、受理不成功的通知"), (told_at, told_how), article="113.5"),
        ),
        copies=(_("经办联（第一联）"), _("复核联（第二联）"), _("客户联（第三联）")),
        readers=(Position.COLLECTOR, Position.COLLECTION_HEAD, Position.IT_HEAD, Position.SERVICE_HEAD,
                 Position.BUSINESS_MANAGER, Position.ARCHIVIST),
        handed_in=(Effect("set_answer_due", _("登记回复期限")),),
        chain=Chain(
            Check("review", by=Position.DISPUTE_REVIEWER, label=_("异议复核"), verb=_("确认复核结果"), article="113.2",
                  deadline=Deadline(2, Unit.WORKING_DAYS),
                  fills=(review_complete, review_papers_genuine, review_identity_genuine, review_within_rules,
                         acceptance, refusal_reason),
                  hint=_("复核内容与初审相同；不能通过的选受理不成功并写明原因"),
                  effects=(Effect("mark_disputed", _("受理成功的异议项作异议标注")),)),
            Execute("inspect", by=Position.IT_STAFF, label=_("异议内部检查"), verb=_("完成检查"), article="114.1",
                    deadline=Deadline(1, Unit.DAY_END), when=when(acceptance, Acceptance.ACCEPTED), returnable=False,
                    hint=_("每日工作结束时集中处理，系统将异议项分为内部、外部和查询记录差异"),
                    effects=(Effect("sort_differences", _("将异议项分入三种差异文件")),)),
            Fill("explain", by=MAKER, label=_("通知申请人受理不成功"), verb=_("登记通知"), article="113.5",
                 deadline=Deadline(1, Unit.WORKING_DAYS), when=when(acceptance, Acceptance.REFUSED), returnable=False,
                 fills=(told_at, told_how), optional=(told_how,), hint=_("向异议申请人说明原因并退还资料")),
        ),
    )
