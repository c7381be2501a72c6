"""附件 8 征信产品立项书."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import CoveredProduct
from app.areas.products.registers import Environment, Indicator, Product
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, FileName, LongText, Money, Text120, Text255

LONGEST = 28
"""Letters of a product's code at most: in the development environment two more stand before it."""


class ProposalKind(Choice):
    """新增 or 修改: both go through proposal, test, review and maintenance (article 25)."""

    CREATE = "create", _("产品新增")
    CHANGE = "change", _("产品修改")


class ProposedIndicator(Line):
    """One indicator that the product uses (所用指标)."""

    __tablename__ = "proposed_indicator"

    indicator: Mapped[Indicator | None] = reference(_("指标"), help=_("尚未建立的指标只填名称"))
    name: Mapped[Text120] = column(_("指标名称"))
    use: Mapped[Text255 | None] = column(_("在产品中的用途"))


class ProductProposal(FormModel):
    """征信产品立项书 (= 企业征信产品立项书): why and how a product is made or changed (article 26.1)."""

    __tablename__ = "product_proposal"

    action: Mapped[ProposalKind] = choice(ProposalKind, _("立项类别"))
    product: Mapped[Product | None] = reference(
        _("原产品"), where=Product.environment == Environment.PRODUCTION, any_status=True,
        required_when=when(action, ProposalKind.CHANGE)
    )
    product_code: Mapped[Code30] = column(_("产品代码"), help=_("修改时与原产品一致"))
    product_name: Mapped[Text120] = column(_("产品名称"))
    product_type: Mapped[CoveredProduct] = choice(CoveredProduct, _("产品类型"))
    research_report: Mapped[FileName] = column(_("市场调查报告"), help=_("报告作为附件上传，此处填文件名"))
    demand: Mapped[LongText] = column(_("市场需求"), full=True)
    customers: Mapped[LongText] = column(_("目标客户"), full=True)
    design: Mapped[LongText] = column(_("设计或修改思路"), full=True)
    price_idea: Mapped[LongText] = column(_("定价设想"), full=True)
    guide_price: Mapped[Money | None] = column(_("拟定指导价格"))
    start_on: Mapped[Day] = column(_("计划开始日期"))
    launch_on: Mapped[Day] = column(_("计划投产日期"), sortable=True)
    schedule: Mapped[LongText] = column(_("进度安排"), full=True)
    risk: Mapped[LongText] = column(_("风险分析"), full=True)
    indicators: Mapped[list[ProposedIndicator]] = lines(_("所用指标"))
    development_code: Mapped[Code30 | None] = column(_("开发环境产品代码"), computed=True)
    added_on: Mapped[Day | None] = column(_("加入开发环境日期"))

    @rule(product)
    def product_only_when_changed(self) -> Text | None:
        given = self.action is ProposalKind.CREATE and self.product is not None
        return _("产品新增不选原产品") if given else None

    @rule(product_code)
    def same_code(self) -> Text | None:
        other = self.product is not None and self.product_code != self.product.code
        if other:
            return _("与原产品的代码不一致")
        return _("最多 %(most)s 个字符", most=LONGEST) if len(self.product_code) > LONGEST else None

    @rule(launch_on)
    def dates_in_order(self) -> Text | None:
        return _("不能早于计划开始日期") if self.launch_on < self.start_on else None

    __form__ = Form(
        code="8", title=_("征信产品立项书"), articles=("26.1.1", "26.1.2"), makers=(Position.PRODUCT_DEV,),
        handed_in=(Effect("check_proposed_code", _("核对产品代码未被使用")),),
        columns=(action, product_code, product_name, product_type, guide_price, launch_on),
        filters=(action, product_type, product_code, launch_on), summary=(product_name, action, product_type),
        groups=(
            Group(_("一、产品"), (action, product, product_code, product_name, product_type), article="26.1.1"),
            Group(_("二、市场调查"), (research_report, demand, customers), article="26.1.1"),
            Group(_("三、设计与定价"), (design, price_idea, guide_price)),
            Group(_("四、进度与风险"), (start_on, launch_on, schedule, risk)),
            Group(_("五、开发环境"), (development_code, added_on), article="26.1.2"),
        ),
        readers=(
            Position.COMMITTEE_DIRECTOR, Position.COMMITTEE_MEMBER, Position.COMMITTEE_SECRETARY,
            Position.GENERAL_MANAGER, Position.ARCHIVIST,
        ),
        chain=Chain(
            Check("approve_research", by=Position.PRODUCT_HEAD, label=_("产品研发部负责人审批"), article="26.1.2",
                  hint=_("核对市场调查报告和设计思路")),
            Check("approve_technology", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), article="26.1.2",
                  hint=_("核对所用指标和数据能否支持")),
            Execute("add_product", by=Position.PRODUCT_ADMIN, label=_("产品管理员在开发环境增加产品"), article="26.1.2",
                    fills=(added_on,), hint=_("在开发环境增加产品，并在产品测试报告中填写测试方案"),
                    effects=(Effect("add_development_product", _("产品加入开发环境")),
                             Effect("draft_test_report", _("起草《产品测试报告》")))),
        ),
    )
