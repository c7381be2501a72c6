"""附件 10 产品评审意见书."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.areas.products.forms.product_test_report import Conclusion, ProductTestReport
from app.engine.chain import MAKER, Chain, Countersign, Effect, Fill, Sign
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import FileName, LongText, Moment, Text120, Text255, YesNo


class ReviewResult(Choice):
    """评审结果 of the committee."""

    PASSED = "passed", _("通过")
    REFUSED = "refused", _("不通过")
    REVISE = "revise", _("修改后再评")


class Vote(Choice):
    """表决 of one member."""

    FOR = "for", _("同意")
    AGAINST = "against", _("不同意")
    ABSTAIN = "abstain", _("弃权")


class ReviewMember(Line):
    """One member called to the meeting (参会人员)."""

    __tablename__ = "product_review_member"

    member: Mapped[Employee] = person(_("姓名"))
    duty: Mapped[Text120 | None] = column(_("职务"))
    present: Mapped[YesNo | None] = column(_("到会"), default=False)
    opinion: Mapped[LongText | None] = column(_("评审意见"), required_when=when(present))
    vote: Mapped[Vote | None] = choice(Vote, _("表决"), required_when=when(present))
    signed_at: Mapped[Moment | None] = column(_("签字时间"), computed=True)

    @rule(vote)
    def only_those_present(self) -> Text | None:
        return _("未到会的人员不参加表决") if self.vote is not None and not self.present else None


class ProductReviewOpinion(FormModel):
    """产品评审意见书: the committee's review of a tested product, new or changed (article 26.3)."""

    __tablename__ = "product_review_opinion"

    proposal: Mapped[Document] = document(_("立项书"), "8")
    test_report: Mapped[Document] = document(_("测试报告"), "9", help=_("结论须为通过"))
    product_name: Mapped[Text120] = column(_("产品名称"))
    applicant: Mapped[Employee] = person(_("提请评审人"), position=Position.PRODUCT_DEV)
    design: Mapped[FileName] = column(_("设计方案"), help=_("作为附件上传，此处填文件名"))
    sample: Mapped[FileName] = column(_("产品样本"), help=_("作为附件上传，此处填文件名"))
    meeting_at: Mapped[Moment | None] = column(_("评审会时间"), sortable=True)
    place: Mapped[Text120 | None] = column(_("评审会地点"))
    chair: Mapped[Employee | None] = person(_("召集人"))
    delegation: Mapped[Text255 | None] = column(_("委托说明"), help=_("召集人不是主任时，写明主任的委托"))
    members: Mapped[list[ReviewMember]] = lines(_("参会人员"), least=1)
    result: Mapped[ReviewResult | None] = choice(ReviewResult, _("评审结果"))
    opinion: Mapped[LongText | None] = column(_("评审意见"), full=True)

    @rule(proposal, at_submit=True)
    def proposal_approved(self) -> Text | None:
        return None if self.proposal.state is State.DONE else _("立项书尚未办结，不能评审")

    @rule(test_report, at_submit=True)
    def test_passed(self) -> Text | None:
        report = self.test_report
        if not isinstance(report, ProductTestReport) or report.proposal is not self.proposal:
            return _("不是该立项书的测试报告")
        passed = report.state is State.DONE and report.conclusion is Conclusion.PASSED
        return None if passed else _("测试尚未办结或未通过，不能评审")

    @rule(members)
    def named_once(self) -> Text | None:
        named = [one.member for one in self.members]
        twice = next((one for one in named if named.count(one) > 1), None)
        return _("%(name)s 重复", name=twice.name) if twice else None

    @rule(result)
    def somebody_present(self) -> Text | None:
        empty = self.result is not None and not any(one.present for one in self.members)
        return _("尚未记录到会人员") if empty else None

    __form__ = Form(
        code="10", title=_("产品评审意见书"), articles=("26.3.1", "26.3.2"), makers=(Position.COMMITTEE_SECRETARY,),
        columns=(proposal, product_name, applicant, meeting_at, chair, result),
        filters=(applicant, meeting_at, chair, result), summary=(product_name, proposal, result),
        groups=(
            Group(_("一、提请评审"), (proposal, test_report, product_name, applicant, design, sample),
                  article="26.3.1"),
            Group(_("二、评审会"), (meeting_at, place, chair, delegation), article="26.3.2"),
            Group(_("三、评审结果"), (result, opinion), article="26.3.2"),
        ),
        readers=(Position.PRODUCT_HEAD, Position.GENERAL_MANAGER, Position.SYSADMIN, Position.ARCHIVIST),
        chain=Chain(
            Sign("request", by=applicant, label=_("产品研发员提请评审"), verb=_("提请评审"), article="26.3.1",
                 hint=_("确认设计方案、立项书、测试报告和产品样本齐全")),
            Fill("convene", by=(Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER),
                 label=_("主任或其委托人召集评审会"), verb=_("召集"), article="26.3.2",
                 fills=(meeting_at, place, chair, delegation), optional=(place, delegation),
                 hint=_("由主任或其委托人召集；受托召集的写明委托")),
            Fill("record", by=MAKER, label=_("评审委员会秘书填写评审结果"), article="26.3.2",
                 fills=(result, opinion, ReviewMember.present, ReviewMember.opinion, ReviewMember.vote),
                 hint=_("据会议情况填写每位参会人员的意见和表决")),
            Countersign("countersign", by=ReviewMember.member, among=ReviewMember.present,
                        of=(Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER),
                        label=_("参会人员会签"), article="26.3.2", hint=_("到会人员逐一签字确认"),
                        effects=(Effect("date_member_signatures", _("登记各人签字时间")),)),
        ),
    )
