"""附件 12 指标维护通知单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Employee
from app.areas.products.forms.product_review_opinion import ReviewResult
from app.areas.products.forms.product_test_report import Conclusion
from app.areas.products.registers import Environment, Indicator, IndicatorType
from app.engine import declare
from app.engine.chain import MAKER, Chain, Check, Deadline, Effect, Execute, Fill, Sign, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, person, reference
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, Letter, LongText, Moment, Name60, Text120, Text255


class IndicatorAction(Choice):
    """维护类别 (article 29)."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")
    DELETE = "delete", _("删除")


class IndicatorChange(Line):
    """One indicator to be added, changed or deleted (维护指标)."""

    __tablename__ = "indicator_change"

    indicator: Mapped[Indicator | None] = reference(
        _("原指标"), where=Indicator.environment == Environment.PRODUCTION, help=_("修改、删除时选择")
    )
    code: Mapped[Code30] = column(_("指标代码"))
    name: Mapped[Text120] = column(_("指标名称"))
    type: Mapped[IndicatorType] = choice(IndicatorType, _("类型"))
    unit: Mapped[Name60 | None] = column(_("单位"))
    source_field: Mapped[Text255 | None] = column(_("来源字段"))
    rule: Mapped[LongText | None] = column(_("计算规则"))
    products: Mapped[Text255 | None] = column(_("使用该指标的产品"), help=_("产品代码，用、分隔"))

    @declare.rule(code)
    def same_code(self) -> Text | None:
        other = self.indicator is not None and self.indicator.code != self.code
        return _("与原指标的代码不一致") if other else None


class IndicatorMaintenanceNotice(FormModel):
    """指标维护通知单: indicators proposed, tested, reviewed, and changed in both environments (article 30)."""

    __tablename__ = "indicator_maintenance_notice"

    action: Mapped[IndicatorAction] = choice(IndicatorAction, _("维护类别"))
    title: Mapped[Text120] = column(_("维护事项"))
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    indicators: Mapped[list[IndicatorChange]] = lines(_("维护指标"), least=1)
    test_result: Mapped[Conclusion | None] = choice(Conclusion, _("测试结果"))
    test_note: Mapped[LongText | None] = column(_("测试情况"), full=True)
    tested_on: Mapped[Day | None] = column(_("测试日期"))
    requested_on: Mapped[Day | None] = column(_("提请评审日期"))
    product_notice: Mapped[Document | None] = document(
        _("产品维护通知单"), "11", help=_("指标关联现有产品的，须先完成产品维护")
    )
    meeting_at: Mapped[Moment | None] = column(_("评审会时间"))
    chair: Mapped[Employee | None] = person(_("召集人"))
    attendants: Mapped[Text255 | None] = column(_("参会人员"))
    committee_result: Mapped[ReviewResult | None] = choice(ReviewResult, _("评审结果"))
    committee_opinion: Mapped[LongText | None] = column(_("评审意见"), full=True)
    developed_on: Mapped[Day | None] = column(_("开发环境维护日期"))
    imported_on: Mapped[Day | None] = column(_("导入生产环境日期"), sortable=True)
    notice_title: Mapped[Text120 | None] = column(_("通知标题"), full=True, help=_("发至各部门；已按本单拟好，可修改"))
    notice_text: Mapped[Letter | None] = column(_("通知正文"), full=True, help=_("空白的按系统拟稿发出"))

    @declare.rule(indicators)
    def originals_named(self) -> Text | None:
        creating = self.action is IndicatorAction.CREATE
        for one in self.indicators:
            if (one.indicator is None) is not creating:
                return _("%(code)s：新增不选原指标", code=one.code) if creating else _("%(code)s：须选原指标",
                                                                               code=one.code)
        codes = [one.code for one in self.indicators]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        return _("%(code)s 重复", code=twice) if twice else None

    @declare.rule(requested_on)
    def tested_first(self) -> Text | None:
        failed = self.step == "request_review" and self.test_result is not Conclusion.PASSED
        return _("测试未通过，不能提请评审；请退回修改") if failed else None

    __form__ = Form(
        code="12", title=_("指标维护通知单"), makers=(Position.PRODUCT_DEV,),
        articles=("30.1", "30.2", "30.3.1", "30.3.2", "30.3.3", "30.4.1", "30.4.2", "30.4.3", "32"),
        columns=(action, title, test_result, committee_result, developed_on, imported_on),
        filters=(action, test_result, committee_result, imported_on), summary=(title, action),
        groups=(
            Group(_("一、维护申请"), (action, title, reason), article="30.1"),
            Group(_("二、指标测试"), (test_result, test_note, tested_on), article="30.2"),
            Group(_("三、指标评审"),
                  (requested_on, product_notice, meeting_at, chair, attendants, committee_result, committee_opinion),
                  article="30.3"),
            Group(_("四、指标维护"), (developed_on, imported_on), article="30.4"),
            Group(_("五、通知各部门"), (notice_title, notice_text), article="32"),
        ),
        readers=(Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER, Position.PRODUCT_ADMIN, Position.ARCHIVIST),
        chain=Chain(
            Check("approve_research", by=Position.PRODUCT_HEAD, label=_("产品研发部负责人审批"), article="30.2",
                  hint=_("核对维护原因和使用指标的产品")),
            Check("approve_technology", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), article="30.2",
                  hint=_("核对来源字段和计算规则")),
            Fill("test", by=Position.SYSADMIN, label=_("系统管理员测试"), article="30.2",
                 fills=(test_result, test_note, tested_on),
                 differs=("approve_research", "approve_technology"),
                 hint=_("在试验副本中测试，填写结果，交回产品研发员"),
                 effects=(Effect("try_indicators", _("在试验副本中试改指标")),)),
            Sign("request_review", by=MAKER, label=_("产品研发员提请评审"), verb=_("提请评审"), article="30.3.1",
                 fills=(requested_on, product_notice), optional=(product_notice,),
                 hint=_("测试通过方可提请；未通过的，退回修改")),
            Fill("record_review", by=Position.COMMITTEE_SECRETARY, label=_("评审委员会评审，秘书填写结果"),
                 article="30.3.2",
                 fills=(meeting_at, chair, attendants, committee_result, committee_opinion),
                 hint=_("据会议情况填写评审结果；修改后再评的，退回产品研发员")),
            Check("issue", by=Position.GENERAL_MANAGER, label=_("总经理签字生效"), verb=_("签发"), article="30.3.3",
                  differs=("test",),
                  when=when(committee_result, ReviewResult.PASSED), hint=_("核对测试和评审结果")),
            Execute("develop", by=Position.SYSADMIN, label=_("系统管理员维护开发环境"), article="30.4.1",
                    fills=(developed_on,),
                    when=when(committee_result, ReviewResult.PASSED),
                    hint=_("在指标开发环境中维护；关联产品的先做产品维护"),
                    effects=(Effect("change_development_indicators", _("开发环境指标变更")),)),
            Execute("import_production", by=Position.SYSADMIN, label=_("系统管理员导入生产环境"), verb=_("导入并签字"),
                    article="30.4.2", fills=(imported_on,), when=when(committee_result, ReviewResult.PASSED),
                    hint=_("导入后核对两个环境的指标一致"),
                    effects=(Effect("import_indicators", _("指标导入生产环境，并核对两环境一致")),)),
            Execute("announce", by=MAKER, label=_("产品研发员通知各部门"), verb=_("发出通知"), article="32",
                    fills=(notice_title, notice_text), optional=(notice_title, notice_text),
                    returnable=False,
                    when=when(committee_result, ReviewResult.PASSED), deadline=Deadline(2, Unit.WORKING_DAYS, since=imported_on),
                    hint=_("完成次日起第二个工作日前通知公司各部门；可修改拟好的通知再发出"),
                    effects=(Effect("announce_maintenance", _("通知发至各部门")),)),
        ),
    )
