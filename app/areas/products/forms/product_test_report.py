"""附件 9 产品测试报告."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import CoveredProduct, Employee
from app.areas.products.registers import Environment
from app.engine.chain import MAKER, Chain, Check, Execute, Fill
from app.engine.choice import Choice
from app.engine.declare import choice, column, document, lines, person, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, LongText, Ordinal, Text120, Text255, YesNo


class Conclusion(Choice):
    """测试结论."""

    PASSED = "passed", _("通过")
    FAILED = "failed", _("不通过")


class TestCase(Line):
    """One case in one round (测试用例)."""

    __test__ = False
    __tablename__ = "product_test_case"

    round: Mapped[Ordinal] = column(_("轮次"), default=1)
    case_no: Mapped[Code30] = column(_("用例编号"), help=_("各轮次中同一用例编号不变"))
    purpose: Mapped[Text255] = column(_("测试目的"))
    data: Mapped[LongText] = column(_("测试数据"))
    expected: Mapped[LongText] = column(_("预期结果"))
    actual: Mapped[LongText | None] = column(_("实际结果"))
    passed: Mapped[Conclusion | None] = choice(Conclusion, _("是否通过"))
    tester: Mapped[Employee | None] = person(_("测试人"), position=Position.PRODUCT_ADMIN)
    tested_on: Mapped[Day | None] = column(_("测试日期"))


class ProductTestReport(FormModel):
    """产品测试报告: the plan, and the result of every round, in the development environment (articles 26.1, 26.2)."""

    __tablename__ = "product_test_report"

    proposal: Mapped[Document] = document(_("立项书"), "8")
    product_code: Mapped[Code30] = column(_("产品代码"))
    product_name: Mapped[Text120] = column(_("产品名称"))
    product_type: Mapped[CoveredProduct] = choice(CoveredProduct, _("产品类型"))
    environment: Mapped[Environment] = choice(
        Environment, _("测试环境"), default=Environment.DEVELOPMENT, help=_("只能在开发环境测试")
    )
    simulated_data: Mapped[YesNo] = column(_("使用模拟数据"), default=True)
    data_source: Mapped[Text255 | None] = column(_("模拟数据说明"))
    plan: Mapped[LongText] = column(_("测试方案"), full=True)
    planned_from: Mapped[Day] = column(_("计划开始日期"))
    planned_to: Mapped[Day] = column(_("计划结束日期"))
    cases: Mapped[list[TestCase]] = lines(
        _("测试用例"), least=1, help=_("每轮每个用例一行；未通过的，退回后增加下一轮")
    )
    rounds: Mapped[Ordinal | None] = column(_("测试轮数"))
    tested_to: Mapped[Day | None] = column(_("测试完成日期"), sortable=True)
    conclusion: Mapped[Conclusion | None] = choice(Conclusion, _("测试结论"))
    conclusion_note: Mapped[LongText | None] = column(_("结论说明"), full=True)

    @rule(proposal, at_submit=True)
    def proposal_approved(self) -> Text | None:
        return None if self.proposal.state is State.DONE else _("立项书尚未办结，不能测试")

    @rule(environment)
    def in_development(self) -> Text | None:
        return None if self.environment is Environment.DEVELOPMENT else _("测试应在开发环境中进行")

    @rule(simulated_data)
    def with_simulated_data(self) -> Text | None:
        return None if self.simulated_data else _("测试应使用模拟数据")

    @rule(planned_to)
    def dates_in_order(self) -> Text | None:
        return _("不能早于计划开始日期") if self.planned_to < self.planned_from else None

    @rule(rounds)
    def rounds_counted(self) -> Text | None:
        last = max((case.round for case in self.cases), default=0)
        wrong = self.step is not None and self.rounds != last
        return _("与用例的最后轮次 %(last)s 不符", last=last) if wrong else None

    @rule(conclusion)
    def last_round_passed(self) -> Text | None:
        """A test passes when every case passed in its last round."""
        last = {case.case_no: case.passed for case in sorted(self.cases, key=lambda one: one.round)}
        open_cases = "、".join(number for number, passed in last.items() if passed is not Conclusion.PASSED)
        wrong = self.step is not None and self.conclusion is Conclusion.PASSED and open_cases
        return _("用例 %(cases)s 最后一轮未通过，结论不能为通过", cases=open_cases) if wrong else None

    __form__ = Form(
        code="9", title=_("产品测试报告"), articles=("26.1.2", "26.2.1", "26.2.2"), makers=(Position.PRODUCT_ADMIN,),
        columns=(proposal, product_code, product_name, product_type, rounds, tested_to, conclusion),
        filters=(product_type, product_code, tested_to, conclusion), summary=(product_name, proposal, conclusion),
        groups=(
            Group(_("一、产品"), (proposal, product_code, product_name, product_type), article="26.1.2"),
            Group(_("二、测试方案"), (environment, simulated_data, data_source, plan, planned_from, planned_to),
                  article="26.2.2"),
            Group(_("三、测试结论"), (rounds, tested_to, conclusion, conclusion_note), article="26.2.2"),
        ),
        readers=(
            Position.IT_HEAD, Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER, Position.COMMITTEE_SECRETARY,
            Position.ARCHIVIST,
        ),
        chain=Chain(
            Execute("test", by=MAKER, label=_("产品管理员测试"), verb=_("测试完成并签字"), article="26.2.1",
                    fills=(TestCase.tester, TestCase.tested_on), hint=_("按测试方案在开发环境中用模拟数据逐项测试")),
            Fill("record", by=Position.PRODUCT_DEV, label=_("产品研发员记录测试结果"), article="26.2.2",
                 fills=(TestCase.actual, TestCase.passed, rounds, tested_to, conclusion, conclusion_note),
                 optional=(conclusion_note,), hint=_("据实记录本轮测试情况；须再测的，退回产品管理员增加下一轮")),
            Check("approve", by=Position.PRODUCT_HEAD, label=_("产品研发部负责人审核"), differs=("test", "record"),
                  control=True, hint=_("核对每轮记录与结论")),
        ),
    )
