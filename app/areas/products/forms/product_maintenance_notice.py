"""附件 11 征信产品维护通知单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import CoveredProduct
from app.areas.products.forms.product_proposal import ProductProposal
from app.areas.products.forms.product_review_opinion import ProductReviewOpinion, ReviewResult
from app.areas.products.registers import Environment, Product, ProductStatus
from app.engine.chain import MAKER, Chain, Check, Deadline, Effect, Execute, Unit
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, column, document, lines, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document, State
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, FileName, Letter, LongText, Moment, Money, Text120, Text255


class ProductAction(Choice):
    """维护类别 (article 25)."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")
    STOP = "stop", _("停用")
    START = "start", _("启用")


class ProductChange(Line):
    """One changed field of the product (变更项目)."""

    __tablename__ = "product_change"

    field: Mapped[Text120] = column(_("项目"))
    old: Mapped[Text255 | None] = column(_("原内容"))
    new: Mapped[Text255] = column(_("新内容"))


class ProductMaintenanceNotice(FormModel):
    """征信产品维护通知单 (= 企业征信产品维护通知单): what becomes of a product in production (articles 26.4, 27)."""

    __tablename__ = "product_maintenance_notice"

    action: Mapped[ProductAction] = choice(ProductAction, _("维护类别"))
    basis: Mapped[Document | None] = document(
        _("评审意见书"), "10", help=_("新增和修改须评审通过"),
        required_when=when(action, ProductAction.CREATE, ProductAction.CHANGE),
    )
    product: Mapped[Product | None] = reference(
        _("产品"), where=Product.environment == Environment.PRODUCTION, any_status=True,
        required_when=~when(action, ProductAction.CREATE)
    )
    code: Mapped[Code30 | None] = column(_("产品代码（新）"), required_when=when(action, ProductAction.CREATE))
    name: Mapped[Text120 | None] = column(_("产品名称（新）"), required_when=when(action, ProductAction.CREATE))
    kind: Mapped[CoveredProduct | None] = choice(
        CoveredProduct, _("产品类型（新）"), required_when=when(action, ProductAction.CREATE)
    )
    price: Mapped[Money | None] = column(_("指导价格（新）"))
    content_old: Mapped[LongText | None] = column(_("产品内容（原）"), computed=True, full=True)
    content: Mapped[LongText | None] = column(
        _("产品内容（新）"), full=True, required_when=when(action, ProductAction.CREATE)
    )
    sample: Mapped[FileName | None] = column(
        _("产品样本"), help=_("作为附件上传，此处填文件名"),
        required_when=when(action, ProductAction.CREATE, ProductAction.CHANGE),
    )
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    changes: Mapped[list[ProductChange]] = lines(_("变更项目"))
    executed_at: Mapped[Moment | None] = column(_("执行时间"), sortable=True, help=_("须在非营业时间执行"))
    execution_note: Mapped[LongText | None] = column(_("执行情况"), full=True)
    notice_title: Mapped[Text120 | None] = column(_("通知标题"), full=True, help=_("发至各部门；已按本单拟好，可修改"))
    notice_text: Mapped[Letter | None] = column(_("通知正文"), full=True, help=_("空白的按系统拟稿发出"))

    @rule(basis, at_submit=True)
    def review_passed(self) -> Text | None:
        if self.basis is None or self.action in (ProductAction.STOP, ProductAction.START):
            return None
        review = self.basis
        passed = isinstance(review, ProductReviewOpinion) and review.result is ReviewResult.PASSED
        return None if passed and review.state is State.DONE else _("评审尚未办结或未通过")

    @rule(product)
    def product_fits(self) -> Text | None:
        status = self.product.status if self.product else None
        if self.action is ProductAction.CREATE:
            return _("新增不选原产品") if self.product else None
        if self.action is ProductAction.STOP and status is ProductStatus.STOPPED:
            return _("该产品已经停用")
        return _("该产品已经启用") if self.action is ProductAction.START and status is ProductStatus.ENABLED else None

    @rule(action, at_submit=True)
    def as_reviewed(self) -> Text | None:
        """新增 and 修改 put into force what the committee has passed, and nothing else (article 26.3.3)."""
        if self.action in (ProductAction.STOP, ProductAction.START) or not isinstance(self.basis, ProductReviewOpinion):
            return None
        proposal = self.basis.proposal
        if not isinstance(proposal, ProductProposal) or proposal.action.value != self.action.value:
            return _("与立项书的立项类别不一致")
        code = self.code if self.product is None else self.product.code
        return None if code == proposal.product_code else _("不是立项书 %(number)s 的产品", number=proposal.number)

    @rule(code)
    def code_stays(self) -> Text | None:
        other = self.product is not None and self.code is not None and self.code != self.product.code
        return _("产品代码不能修改") if other else None

    @rule(changes)
    def something_changed(self) -> Text | None:
        return _("修改须列明变更项目") if self.action is ProductAction.CHANGE and not self.changes else None

    __form__ = Form(
        code="11", title=_("征信产品维护通知单"), makers=(Position.PRODUCT_DEV,),
        articles=("26.3.3", "26.3.4", "26.4.1", "26.4.2", "26.4.3", "27.1", "27.2", "32"),
        handed_in=(Effect("fix_product_notice", _("核对评审意见书未被使用，登记产品原内容")),),
        columns=(action, product, code, name, kind, executed_at), filters=(action, product, kind, executed_at),
        summary=(product, name, action),
        groups=(
            Group(_("一、维护事项"), (action, basis, product, reason), article="26.3.3"),
            Group(_("二、产品内容"), (code, name, kind, price, content_old, content, sample)),
            Group(_("三、执行"), (executed_at, execution_note), article="26.4"),
            Group(_("四、通知各部门"), (notice_title, notice_text), article="32"),
        ),
        readers=(Position.IT_HEAD, Position.PRODUCT_ADMIN, Position.COMMITTEE_SECRETARY, Position.ARCHIVIST),
        chain=Chain(
            Check("review", by=Position.PRODUCT_HEAD, label=_("产品研发部负责人审核"), control=True,
                  when=when(action, ProductAction.CREATE, ProductAction.CHANGE), hint=_("核对与评审意见书一致")),
            Check("approve", by=Position.PRODUCT_HEAD, label=_("产品研发部负责人审批"), article="27.1",
                  when=when(action, ProductAction.STOP, ProductAction.START), hint=_("核对停用或启用的理由")),
            Check("issue", by=Position.GENERAL_MANAGER, label=_("总经理签发"), verb=_("签发"), article="26.3.4",
                  differs=("review", "approve"), hint=_("签发后生效，交系统管理员执行")),
            Execute("execute", by=Position.SYSADMIN, label=_("系统管理员执行"), article="26.4",
                    fills=(executed_at, execution_note),
                    optional=(execution_note,),
                    hint=_("在非营业时间于生产环境执行；修改须先停用，改后再启用"),
                    effects=(Effect("maintain_product", _("产品按通知单维护生效")),)),
            Execute("announce", by=MAKER, label=_("产品研发员通知各部门"), verb=_("发出通知"), article="32",
                    fills=(notice_title, notice_text), optional=(notice_title, notice_text),
                    deadline=Deadline(2, Unit.WORKING_DAYS, since=executed_at), returnable=False,
                    hint=_("执行次日起第二个工作日前通知公司各部门；可修改拟好的通知再发出"),
                    effects=(Effect("announce_maintenance", _("通知发至各部门")),)),
        ),
    )
