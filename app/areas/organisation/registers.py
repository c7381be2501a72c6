"""Registers of chapter 8: internal organisations, departments, employees, external organisations, agreements."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.engine.base import Model
from app.engine.choice import Choice
from app.engine.declare import choice, choices, column, foreign_key, reference
from app.engine.register import Register, RegisterModel
from app.engine.types import (
    Account,
    Code30,
    Count,
    Day,
    Email,
    Industry,
    LongText,
    Money,
    Name60,
    Phone,
    Region,
    ResidentId,
    Text120,
    Text255,
    Uscc,
)


class Status(Choice):
    """Whether a record may be used."""

    ACTIVE = "active", _("启用")
    STOPPED = "stopped", _("停用")
    DELETED = "deleted", _("已删除")


class OrganisationKind(Choice):
    """Kinds of internal organisation (article 71)."""

    COMPANY = "company", _("公司")
    BRANCH = "branch", _("分支机构")
    OUTLET = "outlet", _("网点")
    TEAM = "team", _("营销小组")


class Organisation(RegisterModel):
    """内部机构 (article 76)."""

    __tablename__ = "organisation"

    code: Mapped[Code30] = column(_("机构代码"), unique=True)
    name: Mapped[Text120] = column(_("机构名称"), sortable=True)
    short_name: Mapped[Name60 | None] = column(_("简称"))
    kind: Mapped[OrganisationKind] = choice(OrganisationKind, _("机构类别"))
    parent: Mapped["Organisation | None"] = reference(_("上级机构"), to="self")
    address: Mapped[Text255 | None] = column(_("地址"))
    head: Mapped[Name60 | None] = column(_("负责人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    valid_from: Mapped[Day] = column(_("生效日期"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="organisations", title=_("内部机构"), key=code, name=name, articles=("76",), forms=("19",),
        usable=(Status.ACTIVE,),
        columns=(code, name, kind, parent, head, phone, valid_from, status), filters=(kind, status),
    )


class Department(RegisterModel):
    """部门 (article 77)."""

    __tablename__ = "department"

    code: Mapped[Code30] = column(_("部门代码"), unique=True)
    name: Mapped[Name60] = column(_("部门名称"), sortable=True)
    organisation: Mapped[Organisation] = reference(_("所属机构"))
    parent: Mapped["Department | None"] = reference(_("上级部门"), to="self")
    head: Mapped[Name60 | None] = column(_("负责人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="departments", title=_("部门"), key=code, name=name, articles=("77",), forms=("20",),
        usable=(Status.ACTIVE,),
        columns=(code, name, organisation, parent, head, phone, status), filters=(organisation, status),
    )


class Sex(Choice):
    """GB/T 2261.1."""

    MALE = "1", _("男")
    FEMALE = "2", _("女")


class EmployeeStatus(Choice):
    """Whether an employee works here."""

    ACTIVE = "active", _("在职")
    LEFT = "left", _("注销")


class Employee(RegisterModel):
    """员工 (article 78). `user` is the account, held by at most one employee; positions are the account's roles."""

    __tablename__ = "employee"

    staff_no: Mapped[Code30] = column(_("工号"), unique=True)
    name: Mapped[Name60] = column(_("姓名"), sortable=True)
    sex: Mapped[Sex | None] = choice(Sex, _("性别"))
    resident_id: Mapped[ResidentId | None] = column(_("身份证号"), sensitive=True)
    department: Mapped[Department] = reference(_("部门"))
    positions: Mapped[Text255 | None] = column(_("岗位"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"))
    joined: Mapped[Day] = column(_("入职日期"))
    left: Mapped[Day | None] = column(_("离职日期"))
    status: Mapped[EmployeeStatus] = choice(EmployeeStatus, _("状态"))
    user_id: Mapped[int | None] = mapped_column(foreign_key("ab_user"), unique=True, sort_order=9000)

    __register__ = Register(
        slug="employees", title=_("员工"), key=staff_no, name=name, articles=("78",), forms=("21",),
        usable=(EmployeeStatus.ACTIVE,),
        columns=(staff_no, name, sex, department, positions, phone, joined, status), filters=(department, status),
    )


class ExternalKind(Choice):
    """Kinds of external organisation (article 71; ordinary customers and judicial organs come from applications)."""

    MEMBER = "member", _("会员客户")
    PROVIDER = "provider", _("数据提供单位")
    ORDINARY = "ordinary", _("普通单位")
    JUDICIAL = "judicial", _("司法机关")


class ExternalOrganisation(RegisterModel):
    """外部机构: members, data providers and other customers (articles 81, 83)."""

    __tablename__ = "external_organisation"

    code: Mapped[Code30] = column(_("机构代码"), unique=True)
    name: Mapped[Text120] = column(_("机构名称"), sortable=True)
    kind: Mapped[ExternalKind] = choice(ExternalKind, _("类别"))
    uscc: Mapped[Uscc | None] = column(_("统一社会信用代码"))
    legal_representative: Mapped[Name60 | None] = column(_("法定代表人"))
    address: Mapped[Text255 | None] = column(_("地址"))
    industry: Mapped[Industry | None] = column(_("所属行业"))
    region: Mapped[Region | None] = column(_("所在地区"))
    contact: Mapped[Name60 | None] = column(_("联系人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    mail: Mapped[Email | None] = column(_("电子邮箱"))
    bank: Mapped[Text120 | None] = column(_("开户银行"))
    account: Mapped[Account | None] = column(_("银行账号"), sensitive=True)
    invoice_title: Mapped[Text120 | None] = column(_("发票抬头"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="external_organisations", title=_("外部机构"), key=code, name=name, articles=("81", "83"), forms=("23",),
        usable=(Status.ACTIVE,),
        columns=(code, name, kind, uscc, industry, region, contact, phone, status), filters=(kind, region, status),
    )


class AgreementKind(Choice):
    """数据采集协议 (= 数据提供协议) with providers, 产品会员协议 with members."""

    COLLECTION = "collection", _("数据采集协议")
    MEMBERSHIP = "membership", _("产品会员协议")


class UpdateCycle(Choice):
    """更新周期: how often a provider delivers (article 14)."""

    DAY = "day", _("日")
    WEEK = "week", _("周")
    MONTH = "month", _("月")
    QUARTER = "quarter", _("季")
    YEAR = "year", _("年")


class CoveredProduct(Choice):
    """Product kinds that a member agreement may cover (article 34)."""

    BRIEF = "brief", _("简明信用报告")
    STANDARD = "standard", _("标准信用报告")
    DEPTH = "depth", _("深度信用报告")
    CUSTOM = "custom", _("定制信用报告")
    BULK_DATA = "bulk_data", _("批量数据增值业务")
    ANALYSIS = "analysis", _("数据分析增值业务")


class Agreement(RegisterModel):
    """协议 with an external organisation (articles 81, 83)."""

    __tablename__ = "agreement"

    agreement_no: Mapped[Code30] = column(_("协议编号"), unique=True)
    kind: Mapped[AgreementKind] = choice(AgreementKind, _("协议类别"))
    party: Mapped[ExternalOrganisation] = reference(_("对方单位"))
    signed: Mapped[Day] = column(_("签订日期"))
    valid_from: Mapped[Day] = column(_("生效日期"))
    valid_to: Mapped[Day] = column(_("到期日期"), sortable=True)
    data_covered: Mapped[LongText | None] = column(_("数据范围"))
    cycle: Mapped[UpdateCycle | None] = choice(UpdateCycle, _("更新周期"))
    products: Mapped[frozenset[CoveredProduct] | None] = choices(CoveredProduct, _("涵盖产品"))
    quota: Mapped[Count | None] = column(_("查询额度（份）"))
    price: Mapped[Money | None] = column(_("协议价格"))
    status: Mapped[Status] = choice(Status, _("状态"))

    __register__ = Register(
        slug="agreements", title=_("协议"), key=agreement_no, name=agreement_no, articles=("81", "83"), forms=("23", "24"),
        usable=(Status.ACTIVE,),
        columns=(agreement_no, kind, party, signed, valid_from, valid_to, cycle, status), filters=(kind, party, status),
    )


class AccountLink(Model):
    """The organisation that a member's or provider's account belongs to."""

    __tablename__ = "external_account"

    user_id: Mapped[int] = mapped_column(foreign_key("ab_user"), primary_key=True)
    organisation_id: Mapped[int] = mapped_column(foreign_key("external_organisation"), index=True)
    organisation: Mapped[ExternalOrganisation] = relationship()


PROVIDER = ExternalOrganisation.kind == ExternalKind.PROVIDER
MEMBER = ExternalOrganisation.kind == ExternalKind.MEMBER
