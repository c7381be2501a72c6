"""Registers of chapter 4: products and indicators, each in the development and the production environment."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import CoveredProduct
from app.engine.choice import Choice
from app.engine.declare import choice, column
from app.engine.register import Register, RegisterModel
from app.engine.text import Text
from app.engine.types import Code30, Code64, Day, LongText, Money, Name60, Text120, Text255


class Environment(Choice):
    """开发环境 and 生产环境, which must agree after each change (article 29)."""

    DEVELOPMENT = "development", _("开发环境")
    PRODUCTION = "production", _("生产环境")


class ProductStatus(Choice):
    """Whether a product is sold (articles 26, 27)."""

    TESTING = "testing", _("测试中")
    ENABLED = "enabled", _("启用")
    STOPPED = "stopped", _("停用")


INITIALS = {Environment.DEVELOPMENT: "D:", Environment.PRODUCTION: "P:"}
"""What an environment's codes begin with where both have a row; a product's own code, in production, goes without."""


class Product(RegisterModel):
    """征信产品 (article 25). In the development environment its code begins with `D:`."""

    __tablename__ = "product"

    code: Mapped[Code30] = column(_("产品代码"), unique=True)
    name: Mapped[Text120] = column(_("产品名称"), sortable=True)
    kind: Mapped[CoveredProduct] = choice(CoveredProduct, _("产品类型"))
    environment: Mapped[Environment] = choice(Environment, _("环境"))
    price: Mapped[Money | None] = column(_("指导价格"))
    content: Mapped[LongText | None] = column(_("产品内容"))
    enabled_on: Mapped[Day | None] = column(_("启用日期"))
    status: Mapped[ProductStatus] = choice(ProductStatus, _("状态"))

    @property
    def not_sold(self) -> Text | None:
        """Why nobody can order the product now; None where people can."""
        return None if self.status is ProductStatus.ENABLED else _("产品“%(name)s”已停用", name=self.name)

    __register__ = Register(
        slug="products", title=_("征信产品"), key=code, name=name, articles=("25", "26"), forms=("8", "11"),
        usable=(ProductStatus.ENABLED,),
        columns=(code, name, kind, environment, price, enabled_on, status), filters=(kind, environment, status),
    )


class IndicatorType(Choice):
    """What an indicator's values are."""

    NUMBER = "number", _("数值")
    AMOUNT = "amount", _("金额")
    TEXT = "text", _("文本")
    DATE = "date", _("日期")
    CODE = "code", _("代码")
    YES_NO = "yes_no", _("是否")


class IndicatorStatus(Choice):
    """Whether an indicator is in use."""

    ACTIVE = "active", _("在用")
    DELETED = "deleted", _("已删除")


class Indicator(RegisterModel):
    """征信指标 (article 29). `full_code` is the environment's initial and the code, joined by a colon."""

    __tablename__ = "indicator"

    full_code: Mapped[Code64] = column(_("完整代码"), unique=True)
    code: Mapped[Code30] = column(_("指标代码"), sortable=True)
    name: Mapped[Text120] = column(_("指标名称"))
    environment: Mapped[Environment] = choice(Environment, _("环境"))
    type: Mapped[IndicatorType] = choice(IndicatorType, _("类型"))
    unit: Mapped[Name60 | None] = column(_("单位"))
    source_field: Mapped[Text255 | None] = column(_("来源字段"))
    rule: Mapped[LongText | None] = column(_("计算规则"))
    status: Mapped[IndicatorStatus] = choice(IndicatorStatus, _("状态"))

    __register__ = Register(
        slug="indicators", title=_("征信指标"), key=full_code, name=name, articles=("29", "30"), forms=("12",),
        usable=(IndicatorStatus.ACTIVE,),
        columns=(code, name, environment, type, unit, source_field, status), filters=(environment, type, status),
    )
