"""附件 18 方案评审意见书."""

from collections.abc import Mapping, Sequence

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.engine.chain import Chain, Check, Effect
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, document, lines, person
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position, TeamRole
from app.engine.types import Code30, Day, FileName, LongText, Moment, Money, Name60, Ordinal, Text120


class ServiceKind(Choice):
    """增值服务 (article 34)."""

    BULK_DATA = "bulk_data", _("批量数据增值业务")
    ANALYSIS = "analysis", _("数据分析增值业务")


class PlanReviewLevel(Choice):
    """The two levels of a plan's review (article 68.1)."""

    ONE = "1", _("一级")
    TWO = "2", _("二级")


class PlanVerdict(Choice):
    """What a reviewer decided."""

    PASSED = "passed", _("通过")
    RETURNED = "returned", _("不通过")


class PlanReviewRound(Line):
    """One round at one level, recorded by the system from the signatures (评审记录)."""

    __tablename__ = "plan_review_round"

    round: Mapped[Ordinal] = column(_("轮次"))
    level: Mapped[PlanReviewLevel] = choice(PlanReviewLevel, _("级别"))
    version: Mapped[Ordinal] = column(_("方案版本"))
    reviewer: Mapped[Name60] = column(_("评审人"))
    decision: Mapped[PlanVerdict] = choice(PlanVerdict, _("结论"))
    opinion: Mapped[LongText | None] = column(_("评审意见"))
    reviewed_at: Mapped[Moment] = column(_("评审时间"))


class PlanReviewOpinion(FormModel):
    """方案评审意见书: the two-level review of a plan for a value-added service (article 68)."""

    __tablename__ = "plan_review_opinion"

    project_no: Mapped[Code30] = column(_("项目编号"))
    order: Mapped[Document] = document(_("调查报告申请单"), "14")
    project_manager: Mapped[Employee] = person(_("项目经理"), position=Position.ANALYST, prefill=Prefill.ME)
    customer_name: Mapped[Text120] = column(_("客户名称"))
    service_kind: Mapped[ServiceKind] = choice(ServiceKind, _("服务类型"))
    amount: Mapped[Money | None] = column(_("涉及金额"))
    plan_title: Mapped[Text120] = column(_("方案名称"))
    plan_version: Mapped[Ordinal] = column(_("方案版本"), help=_("退回修改后重新上传并填写新版本"))
    plan_file: Mapped[FileName] = column(_("方案文件"), help=_("附件中的文件名"))
    pages: Mapped[Ordinal | None] = column(_("纸质方案页数"))
    submitted_on: Mapped[Day] = column(_("提交评审日期"), prefill=Prefill.TODAY, sortable=True)
    internal_review: Mapped[LongText] = column(_("项目经理内部审核情况"), full=True)
    rounds: Mapped[list[PlanReviewRound]] = lines(_("评审记录"), computed=True)

    def team(self) -> Mapping[TeamRole, Sequence[Employee]]:
        return {TeamRole.PROJECT_MANAGER: [self.project_manager]}

    __form__ = Form(
        code="18", title=_("方案评审意见书"), articles=("67.1", "67.2", "68.1", "68.2.1", "68.3", "68.4"),
        makers=(Position.ANALYST,),
        columns=(project_no, plan_title, plan_version, service_kind, customer_name, submitted_on, project_manager),
        filters=(service_kind, submitted_on, project_manager), summary=(plan_title, project_no, customer_name),
        groups=(
            Group(_("一、项目"), (project_no, order, project_manager, customer_name, service_kind, amount), article="65"),
            Group(_("二、方案"), (plan_title, plan_version, plan_file, pages, submitted_on, internal_review), article="67"),
        ),
        readers=(Position.ARCHIVIST,),
        chain=Chain(
            Check("department", by=Position.PRODUCT_HEAD, label=_("一级：部门负责人评审"), article="68.2.2",
                  hint=_("审核方案，不通过的写明意见退回项目经理修改"),
                  resumes=True,
                  effects=(Effect("record_plan_review", _("记入评审记录"), returned=True),)),
            Check("leader", by=Position.DEPUTY_MANAGER, label=_("二级：分管领导评审"), differs=("department",), article="68.2.3",
                  hint=_("通过的方案交回项目经理"), resumes=True,
                  effects=(Effect("record_plan_review", _("记入评审记录"), returned=True),)),
        ),
    )
