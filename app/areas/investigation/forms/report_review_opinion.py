"""附件 17 报告评审意见书."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.engine.chain import Chain, Check, Effect, Fill
from app.engine.choice import Choice
from app.engine.conditions import AtLeast, when
from app.engine.declare import Prefill, choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position, TeamRole
from app.engine.text import Text
from app.engine.types import (
    Code30,
    Code64,
    Count,
    Day,
    FileName,
    LongText,
    Moment,
    Money,
    Name60,
    Ordinal,
    Text120,
    Text255,
)


class ReviewedKind(Choice):
    """Products that are reviewed: reports, and data analyses (articles 60, 70)."""

    STANDARD = "standard", _("标准信用报告")
    DEPTH = "depth", _("深度信用报告")
    CUSTOM = "custom", _("定制信用报告")
    ANALYSIS = "analysis", _("数据分析增值业务")


class ReviewLevel(Choice):
    """评审级别 (article 60.1)."""

    ONE = "1", _("一级")
    TWO = "2", _("二级")
    THREE = "3", _("三级")


class Verdict(Choice):
    """What a reviewer decided."""

    PASSED = "passed", _("通过")
    RETURNED = "returned", _("不通过")


LOWEST = {
    ReviewedKind.STANDARD: ReviewLevel.ONE, ReviewedKind.DEPTH: ReviewLevel.TWO,
    ReviewedKind.CUSTOM: ReviewLevel.TWO, ReviewedKind.ANALYSIS: ReviewLevel.THREE,
}
"""The level that articles 60.1 and 70.2 ask for; it may be raised, never lowered."""


class ReportReviewRound(Line):
    """One round at one level, recorded by the system from the signatures (评审记录)."""

    __tablename__ = "report_review_round"

    round: Mapped[Ordinal] = column(_("轮次"))
    level: Mapped[ReviewLevel] = choice(ReviewLevel, _("级别"))
    version: Mapped[Ordinal] = column(_("报告版本"))
    reviewer: Mapped[Name60] = column(_("评审人"))
    decision: Mapped[Verdict] = choice(Verdict, _("结论"))
    opinion: Mapped[LongText | None] = column(_("评审意见"))
    reviewed_at: Mapped[Moment] = column(_("评审时间"))


class ReportReviewOpinion(FormModel):
    """报告评审意见书: a report's way through one, two or three levels of review (articles 60, 70)."""

    __tablename__ = "report_review_opinion"

    project_no: Mapped[Code30] = column(_("项目编号"))
    order: Mapped[Document] = document(_("调查报告申请单"), "14")
    project_manager: Mapped[Employee] = person(_("项目经理"), position=Position.ANALYST, prefill=Prefill.ME)
    customer_name: Mapped[Text120] = column(_("客户名称"))
    enterprise_name: Mapped[Text120 | None] = column(_("目标企业名称"), help=_("数据分析可不填"))
    product_kind: Mapped[ReviewedKind] = choice(ReviewedKind, _("产品类型"))
    report_no: Mapped[Code64] = column(_("报告编号"))
    report_title: Mapped[Text120] = column(_("报告名称"))
    report_version: Mapped[Ordinal] = column(_("报告版本"), help=_("退回修改后重新上传并填写新版本"))
    report_file: Mapped[FileName] = column(_("报告文件"), help=_("附件中的文件名"))
    pages: Mapped[Ordinal | None] = column(_("纸质报告页数"))
    amount: Mapped[Money] = column(_("涉及金额"), sortable=True)
    level: Mapped[ReviewLevel] = choice(ReviewLevel, _("评审级别"), help=_("与任务分派确定的级别一致，只能提高"))
    submitted_on: Mapped[Day] = column(_("提交评审日期"), prefill=Prefill.TODAY, sortable=True)
    internal_review: Mapped[LongText] = column(_("项目组内部审核情况"), full=True)
    meeting_at: Mapped[Moment | None] = column(_("评审会时间"))
    chair: Mapped[Employee | None] = person(_("主持人"), help=_("评审委员会主任或其委托人"))
    present: Mapped[Text255 | None] = column(_("到会委员"), full=True)
    votes_for: Mapped[Count | None] = column(_("同意票"))
    votes_against: Mapped[Count | None] = column(_("反对票"))
    abstentions: Mapped[Count | None] = column(_("弃权票"))
    committee_opinion: Mapped[LongText | None] = column(_("评审委员会意见"), full=True)
    rounds: Mapped[list[ReportReviewRound]] = lines(_("评审记录"), computed=True)

    @rule(level)
    def high_enough(self) -> Text | None:
        lowest = LOWEST[self.product_kind]
        return _("该产品类型至少须%(level)s评审", level=str(lowest.title)) if self.level.value < lowest.value else None

    @rule(enterprise_name)
    def about_whom(self) -> Text | None:
        needed = self.product_kind is not ReviewedKind.ANALYSIS and not self.enterprise_name
        return _("信用报告应填写目标企业名称") if needed else None

    @rule(votes_for)
    def carried(self) -> Text | None:
        lost = self.votes_for is not None and self.votes_for <= (self.votes_against or 0)
        return _("同意票不多于反对票，应退回项目经理") if lost else None

    def team(self) -> Mapping[TeamRole, Sequence[Employee]]:
        return {TeamRole.PROJECT_MANAGER: [self.project_manager]}

    __form__ = Form(
        code="17", title=_("报告评审意见书"), articles=("60.1", "60.2.1", "60.3.1", "60.4.1", "60.5", "60.6", "70.2", "70.3.1"),
        makers=(Position.ANALYST,),
        columns=(project_no, report_title, report_version, product_kind, amount, level, submitted_on, project_manager),
        filters=(product_kind, level, submitted_on, project_manager), summary=(report_title, project_no, level),
        groups=(
            Group(_("一、项目"), (project_no, order, project_manager, customer_name, enterprise_name), article="54"),
            Group(_("二、报告"), (product_kind, report_no, report_title, report_version, report_file, pages, amount, level,
                               submitted_on, internal_review), article="59"),
            Group(_("三、评审委员会"), (meeting_at, chair, present, votes_for, votes_against, abstentions,
                                  committee_opinion), article="60.4"),
        ),
        readers=(Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER, Position.DELIVERER, Position.ARCHIVIST),
        chain=Chain(
            Check("department", by=Position.PRODUCT_HEAD, label=_("一级：部门负责人评审"), article="60.2.2",
                  hint=_("审核报告，不通过的写明意见退回项目经理修改"),
                  resumes=True,
                  effects=(Effect("record_report_review", _("记入评审记录"), returned=True),)),
            Check("leader", by=Position.DEPUTY_MANAGER, label=_("二级：分管领导评审"), differs=("department",), article="60.3.3",
                  when=when(level, ReviewLevel.TWO, ReviewLevel.THREE) | AtLeast(amount, "review_huge_amount"),
                  resumes=True,
                  effects=(Effect("record_report_review", _("记入评审记录"), returned=True),)),
            Fill("committee", by=Position.COMMITTEE_SECRETARY, label=_("三级：评审委员会评审"), article="60.4.4",
                 differs=("department", "leader"),
                 when=when(level, ReviewLevel.THREE) | AtLeast(amount, "review_huge_amount"),
                 fills=(meeting_at, chair, present, votes_for, votes_against, abstentions, committee_opinion),
                 hint=_("秘书记录到会委员、表决和意见；通过的报告交回项目经理，未通过的退回"),
                 resumes=True,
                  effects=(Effect("record_report_review", _("记入评审记录"), returned=True),)),
        ),
    )
