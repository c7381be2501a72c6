"""附件 24 外部机构协议信息维护申请单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.forms.external_org_registration import ExternalAction, ExternalOrgRegistration
from app.areas.organisation.proposals import ChangedField, record_refusal
from app.areas.organisation.registers import (
    MEMBER,
    Agreement,
    AgreementKind,
    CoveredProduct,
    ExternalKind,
    ExternalOrganisation,
)
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, choices, clearing, column, document, lines, reference, rule
from app.engine.document import Document, State
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Count, Day, FileName, LongText, Money, Name60


class AgreementAction(Choice):
    """维护类别 of member agreements (article 81)."""

    CREATE = "create", _("新增")
    CHANGE = "change", _("修改")


class AgreementChange(ChangedField):
    """One field of the agreement, old and new (变更对照)."""

    __tablename__ = "agreement_change"


class ExternalOrgAgreement(FormModel):
    """外部机构协议信息维护申请单: a 产品会员协议, newly signed, entered or changed (article 81)."""

    __tablename__ = "external_org_agreement"

    action: Mapped[AgreementAction] = choice(AgreementAction, _("维护类别"), help=_("修改须与客户重新签订协议"))
    record: Mapped[Agreement | None] = reference(
        _("原协议"), any_status=True, where=Agreement.kind == AgreementKind.MEMBERSHIP,
        required_when=~when(action, AgreementAction.CREATE)
    )
    registration: Mapped[Document | None] = document(
        _("登记信息申请单"), "23", help=_("新会员填其登记信息维护申请单编号")
    )
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    kind: Mapped[AgreementKind] = choice(AgreementKind, _("协议类别"), default=AgreementKind.MEMBERSHIP)
    party: Mapped[ExternalOrganisation | None] = reference(_("会员单位"), where=MEMBER, help=_("新会员尚未登记的留空"))
    agreement_no: Mapped[Code30 | None] = column(_("协议编号"), required_when=when(action, AgreementAction.CREATE))
    our_signatory: Mapped[Name60 | None] = column(_("我方签约人"))
    party_signatory: Mapped[Name60 | None] = column(_("会员方签约人"))
    signed: Mapped[Day] = column(_("签订日期"), sortable=True)
    valid_from: Mapped[Day | None] = column(_("生效日期"), required_when=when(action, AgreementAction.CREATE))
    valid_to: Mapped[Day | None] = column(
        _("到期日期"), required_when=when(action, AgreementAction.CREATE), sortable=True
    )
    products: Mapped[frozenset[CoveredProduct] | None] = choices(
        CoveredProduct, _("涵盖产品"), required_when=when(action, AgreementAction.CREATE)
    )
    quota: Mapped[Count | None] = column(_("查询额度（份）"))
    price: Mapped[Money | None] = column(_("协议价格"))
    scan: Mapped[FileName] = column(_("协议扫描件"), help=_("新签的《产品会员协议》作为附件上传，此处填文件名"))
    cleared: Mapped[frozenset[Any] | None] = clearing(quota=quota, price=price)
    changes: Mapped[list[AgreementChange]] = lines(_("变更对照"), computed=True)
    entered_on: Mapped[Day | None] = column(_("录入日期"))

    @rule(record)
    def record_fits(self) -> Text | None:
        return record_refusal(self.action, self.record, self.changes)

    @rule(registration)
    def registration_of_new_member(self) -> Text | None:
        form = self.registration
        if form is None:
            return None
        new_member = (
            isinstance(form, ExternalOrgRegistration) and form.action is ExternalAction.CREATE
            and form.kind is ExternalKind.MEMBER
        )
        wrong = self.action is not AgreementAction.CREATE or not new_member
        return _("应为新会员的登记信息维护申请单") if wrong else None

    @rule(entered_on)
    def entered_after_registration(self) -> Text | None:
        """A new member's agreement is entered only after its registration (article 81.1.2)."""
        early = self.step == "enter" and self.registration is not None and self.registration.state is not State.DONE
        return _("登记信息维护申请单尚未办结，不能先录入协议") if early else None

    @rule(kind)
    def of_members(self) -> Text | None:
        return None if self.kind is AgreementKind.MEMBERSHIP else _("应为产品会员协议")

    @rule(party)
    def party_named(self) -> Text | None:
        if self.action is AgreementAction.CREATE and (self.party is None) is (self.registration is None):
            return _("会员单位与登记信息申请单填其一：新会员填申请单")
        other = self.record is not None and self.party is not None and self.record.party is not self.party
        return _("与原协议的单位不符") if other else None

    @rule(signed)
    def newly_signed(self) -> Text | None:
        old = self.record is not None and self.signed <= self.record.signed
        return _("修改须重新签订，签订日期应晚于原协议") if old else None

    @rule(valid_to)
    def dates_in_order(self) -> Text | None:
        start = self.valid_from or (self.record.valid_from if self.record else None)
        return _("不能早于生效日期") if self.valid_to and start and self.valid_to < start else None

    __form__ = Form(
        code="24", title=_("外部机构协议信息维护申请单"), articles=("81.1.1", "81.1.2", "81.1.3", "81.2.2"),
        makers=(Position.MARKETER,),
        columns=(action, record, agreement_no, party, signed, valid_to, products),
        filters=(action, record, party, agreement_no, signed),
        summary=(record, agreement_no, action),
        change=Change(Agreement, kind=action, record=record, creating=(AgreementAction.CREATE,)),
        groups=(
            Group(_("一、维护事项"), (action, record, registration, reason), article="81"),
            Group(_("二、协议双方（新值）"), (kind, party, our_signatory, party_signatory)),
            Group(_("三、协议内容（新值）"),
                  (agreement_no, signed, valid_from, valid_to, products, quota, price, scan, cleared)),
            Group(_("四、录入"), (entered_on,), article="81.1.2"),
        ),
        readers=(Position.SERVICE_HEAD, Position.ARCHIVIST),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.GENERAL_MANAGER, label=_("总经理审核"), article="81.1.1",
                  hint=_("核对新签的协议与申请内容一致")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="81.1.2",
                    fills=(entered_on,),
                    hint=_("新会员须先完成登记信息维护；确认前不生效"),
                    effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="81.1.3",
                  differs=("enter",),
                  hint=_("核对录入内容与协议一致；确认后生效"), effects=(Effect("apply_change", _("变更生效")),)),
        ),
    )
