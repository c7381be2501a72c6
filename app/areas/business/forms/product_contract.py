"""S5 产品合同."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.business.terms import DeliveryMode, Payment
from app.areas.organisation.registers import CoveredProduct, Employee
from app.areas.products.registers import Environment, Product
from app.clock import today
from app.engine.chain import Chain, Check, Effect, Receive
from app.engine.conditions import AtLeast, when
from app.engine.declare import Prefill, choice, choices, column, document, lines, person, reference, rule
from app.engine.declaring import Line
from app.engine.document import Document
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, FileName, LongText, Money, Name60, Ordinal, Phone, Text120, Text255, Uscc


class ContractProduct(Line):
    """One product sold (合同产品)."""

    __tablename__ = "contract_product"

    kind: Mapped[CoveredProduct] = choice(CoveredProduct, _("产品类型"))
    product: Mapped[Product] = reference(_("产品"), where=Product.environment == Environment.PRODUCTION)
    content: Mapped[Text255 | None] = column(_("内容与要求"))
    quantity: Mapped[Ordinal] = column(_("数量"), total=True)
    price: Mapped[Money] = column(_("单价"))
    amount: Mapped[Money] = column(_("金额"), total=True)

    @rule(product)
    def of_its_kind(self) -> Text | None:
        return None if self.product.kind is self.kind else _("产品不属于所选产品类型")

    @rule(product, at_submit=True)
    def still_sold(self) -> Text | None:
        return self.product.not_sold

    @rule(amount)
    def quantity_times_price(self) -> Text | None:
        product = self.quantity * self.price
        return _("应等于数量乘单价 %(product)s", product=f"{product:.2f}") if product != self.amount else None


class ProductContract(FormModel):
    """产品合同: what was agreed with the customer, signed by him and reviewed by the company (articles 44.4, 89)."""

    __tablename__ = "product_contract"

    contract_no: Mapped[Code30] = column(_("合同编号"), unique=True, sortable=True)
    title: Mapped[Text120 | None] = column(_("合同名称"))
    application: Mapped[Document | None] = document(
        _("调查报告申请单"), "14", help=_("主动营销先签合同，可不填，录入申请单时登记合同")
    )
    customer_name: Mapped[Text120] = column(_("客户名称"))
    customer_uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"))
    signatory: Mapped[Name60] = column(_("客户签约代表"))
    phone: Mapped[Phone] = column(_("联系电话"))
    marketer: Mapped[Employee] = person(_("签约经办人"), position=Position.MARKETER, prefill=Prefill.ME)
    product_kinds: Mapped[frozenset[CoveredProduct]] = choices(
        CoveredProduct, _("产品类型"), help=_("与合同产品明细一致，决定是否报公司负责人审核")
    )
    amount: Mapped[Money] = column(_("合同金额"), sortable=True)
    payment: Mapped[Payment] = choice(Payment, _("缴费方式"))
    payment_terms: Mapped[LongText] = column(_("付款条款"), full=True)
    delivery_mode: Mapped[DeliveryMode] = choice(DeliveryMode, _("交付方式"))
    delivery_terms: Mapped[LongText] = column(_("交付条款"), full=True)
    signed_on: Mapped[Day] = column(_("签订日期"), prefill=Prefill.TODAY)
    due_date: Mapped[Day] = column(_("约定完成日期"))
    scan: Mapped[FileName] = column(_("合同扫描件"), help=_("附件中的文件名"))
    copies_kept: Mapped[Ordinal | None] = column(_("合同份数"))
    products: Mapped[list[ContractProduct]] = lines(_("合同产品"), least=1)

    @rule(signed_on)
    def already_signed(self) -> Text | None:
        return _("不能晚于今天") if self.signed_on > today() else None

    @rule(due_date)
    def due_after_signing(self) -> Text | None:
        return _("不能早于签订日期") if self.due_date < self.signed_on else None

    @rule(amount)
    def amount_of_products(self) -> Text | None:
        total = sum(one.amount for one in self.products)
        return _("应等于合同产品金额之和 %(total)s", total=f"{total:.2f}") if total != self.amount else None

    @rule(product_kinds)
    def kinds_of_products(self) -> Text | None:
        sold = {one.kind for one in self.products}
        return _("与合同产品明细中的产品类型不一致") if sold != set(self.product_kinds) else None

    __form__ = Form(
        code="S5", title=_("产品合同"), articles=("44.4.2", "44.4.3", "45.3", "46.3", "47.2", "89.1", "89.2"),
        makers=(Position.MARKETER,),
        columns=(contract_no, customer_name, product_kinds, amount, signed_on, due_date, marketer),
        filters=(product_kinds, signed_on, due_date, marketer, payment),
        summary=(customer_name, contract_no, product_kinds),
        groups=(
            Group(_("一、合同"), (contract_no, title, application, marketer, signed_on, scan, copies_kept), article="44.4.2"),
            Group(_("二、客户"), (customer_name, customer_uscc, signatory, phone)),
            Group(_("三、产品与金额"), (product_kinds, amount, payment, payment_terms)),
            Group(_("四、交付"), (due_date, delivery_mode, delivery_terms)),
        ),
        readers=(Position.AUDITOR_CLERK, Position.CASHIER, Position.DELIVERER, Position.PRODUCT_HEAD, Position.ANALYST,
                 Position.BUSINESS_MANAGER),
        chain=Chain(
            Check("head", by=Position.SERVICE_HEAD, label=_("客户服务部负责人审核签字"), article="44.4.3",
                  hint=_("核对产品、金额、付款与交付条款；扫描件与填写内容一致")),
            Check("manager", by=Position.GENERAL_MANAGER, label=_("公司负责人审核"), differs=("head",), article="44.4.3",
                  when=when(product_kinds, CoveredProduct.DEPTH, CoveredProduct.CUSTOM, CoveredProduct.BULK_DATA,
                            CoveredProduct.ANALYSIS) | AtLeast(amount, "contract_large_amount"),
                  hint=_("深度、定制报告和增值服务的合同，以及金额较大的合同须审核")),
            Receive("archive", by=Position.ARCHIVIST, label=_("合同归档"), differs=("head", "manager"), article="89.2",
                    hint=_("收到合同原件后签收"), effects=(Effect("file_contract", _("合同记入档案")),)),
        ),
    )
