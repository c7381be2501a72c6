"""附件 19 机构维护申请单."""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.proposals import ChangedField, Maintenance, loop_refusal, record_refusal
from app.areas.organisation.registers import Organisation, OrganisationKind
from app.engine.chain import Chain, Check, Effect, Execute
from app.engine.conditions import when
from app.engine.declare import choice, clearing, column, lines, reference, rule
from app.engine.form import Change, Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, LongText, Name60, Phone, Text120, Text255


class OrganisationChange(ChangedField):
    """One field of the organisation, old and new (变更对照)."""

    __tablename__ = "organisation_change"


class OrganisationMaintenance(FormModel):
    """机构维护申请单: an internal organisation made, changed, stopped, started or deleted (article 76)."""

    __tablename__ = "organisation_maintenance"

    action: Mapped[Maintenance] = choice(Maintenance, _("维护类别"))
    record: Mapped[Organisation | None] = reference(_("原机构"), any_status=True, required_when=~when(action, Maintenance.CREATE))
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    code: Mapped[Code30 | None] = column(
        _("机构代码"), required_when=when(action, Maintenance.CREATE), help=_("修改时只填要改的栏目，空白为不变")
    )
    name: Mapped[Text120 | None] = column(_("机构名称"), required_when=when(action, Maintenance.CREATE))
    short_name: Mapped[Name60 | None] = column(_("简称"))
    kind: Mapped[OrganisationKind | None] = choice(
        OrganisationKind, _("机构类别"), required_when=when(action, Maintenance.CREATE)
    )
    parent: Mapped[Organisation | None] = reference(
        _("上级机构"), required_when=when(action, Maintenance.CREATE) & ~when(kind, OrganisationKind.COMPANY)
    )
    address: Mapped[Text255 | None] = column(_("地址"))
    head: Mapped[Name60 | None] = column(_("负责人"))
    phone: Mapped[Phone | None] = column(_("联系电话"))
    valid_from: Mapped[Day | None] = column(
        _("生效日期"), required_when=when(action, Maintenance.CREATE), sortable=True
    )
    cleared: Mapped[frozenset[Any] | None] = clearing(short_name=short_name, address=address, head=head, phone=phone)
    changes: Mapped[list[OrganisationChange]] = lines(_("变更对照"), computed=True)

    @rule(record)
    def record_fits(self) -> Text | None:
        return record_refusal(self.action, self.record, self.changes)

    @rule(parent)
    def no_loop(self) -> Text | None:
        return loop_refusal(self.parent, self.record)

    __form__ = Form(
        code="19", title=_("机构维护申请单"), articles=("76.1", "76.2", "76.3"), makers=(Position.ADMIN_HEAD,),
        columns=(action, record, code, name, kind, parent, valid_from),
        filters=(action, record, kind, code, valid_from),
        summary=(record, name, action),
        change=Change(Organisation, kind=action, record=record, creating=(Maintenance.CREATE,)),
        groups=(
            Group(_("一、维护事项"), (action, record, reason), article="76.1"),
            Group(_("二、机构信息（新值）"), (code, name, short_name, kind, parent, address, head, phone, valid_from, cleared)),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("propose_change", _("按登记现值试行变更")),),
        chain=Chain(
            Check("approve", by=Position.GENERAL_MANAGER, label=_("总经理审批"), article="76.1",
                  hint=_("核对维护原因和变更对照")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="76.2",
                    hint=_("按申请单录入；确认前不生效"), effects=(Effect("enter_change", _("变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="76.3",
                  differs=("enter",), hint=_("核对录入内容与申请单一致；确认后生效"),
                  effects=(Effect("apply_change", _("变更生效")),)),
        ),
    )
