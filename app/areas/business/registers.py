"""Registers of chapter 5: target enterprises, which reports are written about."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.registers import Status
from app.engine.declare import choice, column
from app.engine.register import Register, RegisterModel
from app.engine.types import (
    Code30,
    Day,
    Industry,
    Name60,
    OrganisationCode,
    Region,
    RegistrationNumber,
    Text120,
    Text255,
    Uscc,
)


class TargetEnterprise(RegisterModel):
    """目标企业: an enterprise in the credit database, registered when the first record about it is loaded (articles 19, 100.2)."""

    __tablename__ = "target_enterprise"

    code: Mapped[Code30] = column(_("企业编号"), unique=True)
    name: Mapped[Text120] = column(_("企业名称"), sortable=True)
    uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"), index=True)
    registration_no: Mapped[RegistrationNumber | None] = column(_("工商注册号"), index=True)
    organisation_code: Mapped[OrganisationCode | None] = column(_("组织机构代码"), index=True)
    legal_representative: Mapped[Name60 | None] = column(_("法定代表人"))
    industry: Mapped[Industry | None] = column(_("所属行业"))
    region: Mapped[Region | None] = column(_("所在地区"))
    address: Mapped[Text255 | None] = column(_("住所"))
    founded: Mapped[Day | None] = column(_("成立日期"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="target_enterprises", usable=(Status.ACTIVE,), title=_("目标企业"), key=code, name=name, articles=("100.2",),
        loaded=True,
        columns=(code, name, uscc, legal_representative, industry, region, founded, status),
        filters=(industry, region, status),
    )
