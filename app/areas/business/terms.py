"""Words that the forms of chapter 5 share: channels, customers, payment, delivery, and the materials of article 48."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import CoveredProduct
from app.engine.choice import Choice
from app.engine.declare import choice, column
from app.engine.declaring import Line
from app.engine.text import Text
from app.engine.types import Code64, Day, YesNo


class IntakeChannel(Choice):
    """受理渠道 (articles 38, 43)."""

    WEBSITE = "website", _("网站")
    OUTLET = "outlet", _("网点")
    MEMBER = "member", _("会员自助")
    MARKETING = "marketing", _("主动营销")


class CustomerKind(Choice):
    """客户类别, which decides on the materials (article 48)."""

    ORDINARY = "ordinary", _("普通单位")
    MEMBER = "member", _("会员")
    JUDICIAL = "judicial", _("司法机关")


class DeliveryMode(Choice):
    """交付方式 (articles 39, 42, 44)."""

    PICK_UP = "pick_up", _("自取")
    POST = "post", _("邮寄")
    MAIL = "mail", _("EMAIL")
    HAND = "hand", _("送达")


class Payment(Choice):
    """缴费方式, as agreed with the customer."""

    CASH = "cash", _("现金")
    TRANSFER = "transfer", _("银行转账")
    CARD = "card", _("刷卡")
    CHEQUE = "cheque", _("支票")
    AGREEMENT = "agreement", _("按协议结算")
    FREE = "free", _("免费")


class Material(Choice):
    """证明材料 (article 48)."""

    ORGANISATION_CODE = "organisation_code", _("组织机构代码证")
    LICENCE = "licence", _("营业执照副本")
    IDENTITY_CARD = "identity_card", _("查询人身份证")
    INTRODUCTION = "introduction", _("单位介绍信")
    AGREEMENT = "agreement", _("会员协议")
    MEMBERSHIP_PROOF = "membership_proof", _("会员证明文件")
    OFFICER_CARD = "officer_card", _("司法机关工作证")
    ASSISTANCE_LETTER = "assistance_letter", _("司法机关协助查询函")


class OrderedKind(Choice):
    """产品类型 of form 14: reports to be investigated, and value-added services (article 34)."""

    STANDARD = "standard", _("标准信用报告")
    DEPTH = "depth", _("深度信用报告")
    CUSTOM = "custom", _("定制信用报告")
    BULK_DATA = "bulk_data", _("批量数据增值业务")
    ANALYSIS = "analysis", _("数据分析增值业务")

    @property
    def covered(self) -> CoveredProduct:
        """The same kind as agreements name it."""
        return CoveredProduct[self.name]


Wanted = tuple[frozenset[Material], ...]
"""What must be there: of each set, one."""

CERTIFICATE = frozenset({Material.ORGANISATION_CODE, Material.LICENCE})
MEMBERSHIP = frozenset({Material.AGREEMENT, Material.MEMBERSHIP_PROOF})
IDENTITY = frozenset({Material.IDENTITY_CARD})
INTRODUCTION = frozenset({Material.INTRODUCTION})
OFFICER = frozenset({Material.OFFICER_CARD})
LETTER = frozenset({Material.ASSISTANCE_LETTER})

SHOWN: dict[CustomerKind, Wanted] = {
    CustomerKind.ORDINARY: (CERTIFICATE, IDENTITY),
    CustomerKind.MEMBER: (MEMBERSHIP, IDENTITY),
    CustomerKind.JUDICIAL: (OFFICER,),
}
KEPT: dict[CustomerKind, Wanted] = {
    CustomerKind.ORDINARY: (CERTIFICATE, INTRODUCTION, IDENTITY),
    CustomerKind.MEMBER: (INTRODUCTION, IDENTITY),
    CustomerKind.JUDICIAL: (OFFICER, LETTER),
}


class MaterialLine(Line):
    """One proof that the customer showed, and whether it or its copy was kept (article 48)."""

    __abstract__ = True

    material: Mapped[Material] = choice(Material, _("材料"))
    shown: Mapped[YesNo] = column(_("出示原件"), default=False)
    kept: Mapped[YesNo] = column(_("留存"), default=False, help=_("复印件；单位介绍信、协助查询函为原件"))
    material_no: Mapped[Code64 | None] = column(_("证件号码"))
    valid_to: Mapped[Day | None] = column(_("有效期至"))


def lacking(wanted: Wanted, given: Iterable[Material]) -> list[str]:
    """What of `wanted` is not among `given`, in words."""
    there = set(given)
    return ["/".join(str(one.title) for one in Material if one in some) for some in wanted if not some & there]


def not_presented(kind: CustomerKind, materials: Iterable[MaterialLine]) -> Text | None:
    """What a customer of that kind has not shown or left, as a refusal (articles 36, 48)."""
    lines = list(materials)
    shown = lacking(SHOWN[kind], (one.material for one in lines if one.shown))
    kept = lacking(KEPT[kind], (one.material for one in lines if one.kept))
    if not shown and not kept:
        return None
    return _("资料不全，不予受理。未出示：%(shown)s；未留存：%(kept)s", shown="、".join(shown) or "—", kept="、".join(kept) or "—")


def not_verified(kind: CustomerKind, verified: Iterable[Material] | None) -> Text | None:
    """What the checker has not ticked, as a refusal; nothing as long as nobody has checked."""
    if verified is None:
        return None
    missing = lacking(SHOWN[kind], verified) + lacking(KEPT[kind], verified)
    return _("资料不全，缺少：%(missing)s", missing="、".join(dict.fromkeys(missing))) if missing else None
