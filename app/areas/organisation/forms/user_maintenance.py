"""附件 22 用户维护申请单."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.areas.organisation.proposals import (
    ChangedField,
    MemberRole,
    UserAction,
    UserKind,
    position_names,
    positions_refusal,
)
from app.areas.organisation.registers import Employee, EmployeeStatus, ExternalKind, ExternalOrganisation
from app.engine.chain import MAKER, Chain, Check, Effect, Execute, Fill
from app.engine.choice import Choice
from app.engine.conditions import when
from app.engine.declare import choice, choices, column, lines, person, reference, rule
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position
from app.engine.text import Text
from app.engine.types import Code30, Day, FileName, LongText, Moment, Name60, ResidentId, Text255


class RequestWay(Choice):
    """How a member's sealed request came in (article 82.1.1)."""

    FAX = "fax", _("传真")
    MAIL = "mail", _("邮寄")


class HandedItem(Choice):
    """What a new member user is handed (article 82.1.4)."""

    USER_NAME = "user_name", _("用户名")
    PASSWORD = "password", _("密封初始密码")
    TOKEN = "token", _("动态令牌")


class UserChange(ChangedField):
    """One property of the account, old and new (变更对照)."""

    __tablename__ = "user_change"


class UserMaintenance(FormModel):
    """用户维护申请单 (= 系统用户维护申请单): an account of staff, a member or a provider (articles 79, 82)."""

    __tablename__ = "user_maintenance"

    user_kind: Mapped[UserKind] = choice(UserKind, _("用户类别"))
    action: Mapped[UserAction] = choice(UserAction, _("维护类别"), help=_("会员用户的变更选“修改”，同时重置密码"))
    employee: Mapped[Employee | None] = person(_("员工"), any_status=True, required_when=when(user_kind, UserKind.STAFF))
    party: Mapped[ExternalOrganisation | None] = reference(
        _("会员或数据提供单位"), any_status=True, required_when=~when(user_kind, UserKind.STAFF)
    )
    person_name: Mapped[Name60] = column(_("使用人姓名"))
    resident_id: Mapped[ResidentId | None] = column(
        _("身份证号"), sensitive=True, required_when=when(action, UserAction.CREATE)
    )
    user_name: Mapped[Code30] = column(_("用户名"))
    roles: Mapped[Text255 | None] = column(
        _("员工角色"), help=_("岗位全称，用、分隔；以《员工维护申请单》核准的岗位为限"),
        required_when=when(user_kind, UserKind.STAFF) & when(action, UserAction.CREATE),
    )
    member_role: Mapped[MemberRole | None] = choice(
        MemberRole, _("会员用户角色"), required_when=when(user_kind, UserKind.MEMBER) & when(action, UserAction.CREATE)
    )
    token_no: Mapped[Code30 | None] = column(
        _("动态令牌编号"), required_when=when(user_kind, UserKind.MEMBER) & when(action, UserAction.CREATE)
    )
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    request_way: Mapped[RequestWay | None] = choice(
        RequestWay, _("书面申请提交方式"), required_when=when(user_kind, UserKind.MEMBER)
    )
    request_received: Mapped[Day | None] = column(_("书面申请收到日期"), required_when=when(user_kind, UserKind.MEMBER))
    request_file: Mapped[FileName | None] = column(
        _("盖章书面申请书"), help=_("作为附件上传，此处填文件名"), required_when=when(user_kind, UserKind.MEMBER)
    )
    identity_copy: Mapped[FileName | None] = column(
        _("身份证件复印件"), help=_("作为附件上传，此处填文件名"),
        required_when=when(user_kind, UserKind.MEMBER) & when(action, UserAction.CREATE),
    )
    changes: Mapped[list[UserChange]] = lines(_("变更对照"), computed=True)
    handed: Mapped[frozenset[HandedItem] | None] = choices(HandedItem, _("交付内容"))
    handed_to: Mapped[Name60 | None] = column(_("领取人"))
    handed_at: Mapped[Moment | None] = column(_("领取时间"), sortable=True)
    receipt: Mapped[FileName | None] = column(_("领取回执"), help=_("签收后的回执作为附件上传，此处填文件名"))

    @rule(action)
    def actions_for_members(self) -> Text | None:
        allowed = (UserAction.CREATE, UserAction.CHANGE, UserAction.STOP, UserAction.START)
        wrong = self.user_kind is UserKind.MEMBER and self.action not in allowed
        return _("会员单位用户只能新建、修改（变更）、停用、启用") if wrong else None

    @rule(employee)
    def employee_fits(self) -> Text | None:
        if self.employee is None or self.user_kind is not UserKind.STAFF:
            return _("只有公司员工的用户填员工") if self.employee else None
        left = self.employee.status is EmployeeStatus.LEFT
        wanted = self.action in (UserAction.CREATE, UserAction.CHANGE, UserAction.START, UserAction.RESET)
        return _("该员工已注销") if left and wanted else None

    @rule(person_name)
    def name_of_employee(self) -> Text | None:
        other = self.employee is not None and self.employee.name != self.person_name
        return _("与员工姓名不符") if other else None

    @rule(resident_id)
    def identity_of_employee(self) -> Text | None:
        known = self.employee.resident_id if self.employee else None
        return _("与员工登记的身份证号不符") if self.resident_id and known and self.resident_id != known else None

    @rule(party)
    def party_fits(self) -> Text | None:
        kind = {UserKind.MEMBER: ExternalKind.MEMBER, UserKind.PROVIDER: ExternalKind.PROVIDER}.get(self.user_kind)
        if self.party is None or self.party.kind is kind:
            return None
        return _("应为%(kind)s", kind=kind.title) if kind else _("公司员工不填单位")

    @rule(roles)
    def roles_of_positions(self) -> Text | None:
        if self.user_kind is not UserKind.STAFF:
            return _("只有公司员工填此栏") if self.roles else None
        held = position_names(self.employee.positions if self.employee else None)
        unapproved = [name for name in position_names(self.roles) if name not in held]
        refusal = positions_refusal(self.roles)
        return refusal or (_("《员工维护申请单》未核准岗位“%(name)s”", name=unapproved[0]) if unapproved else None)

    @rule(member_role)
    def role_of_members(self) -> Text | None:
        wrong = self.member_role is not None and self.user_kind is not UserKind.MEMBER
        return _("只有会员单位用户填此栏") if wrong else None

    __form__ = Form(
        code="22", title=_("用户维护申请单"), articles=("79.1", "79.2", "79.3", "82.1", "82.2"),
        makers=(
            Position.COLLECTION_HEAD, Position.IT_HEAD, Position.PRODUCT_HEAD, Position.SERVICE_HEAD,
            Position.ADMIN_HEAD, Position.INSPECTION_HEAD, Position.MARKETER, Position.COLLECTOR,
        ),
        columns=(user_kind, action, user_name, person_name, employee, party, handed_at),
        filters=(user_kind, action, user_name, employee, party), summary=(user_name, action, person_name),
        groups=(
            Group(_("一、维护事项"), (user_kind, action, employee, party, reason), article="79.1"),
            Group(_("二、用户信息"), (person_name, resident_id, user_name, roles, member_role, token_no)),
            Group(_("三、会员单位申请"), (request_way, request_received, request_file, identity_copy),
                  article="82.1.1"),
            Group(_("四、交付"), (handed, handed_to, handed_at, receipt), article="82.1.4"),
        ),
        readers=(Position.ARCHIVIST,),
        handed_in=(Effect("rehearse_user", _("按现有用户试行变更")),),
        chain=Chain(
            Check("approve_staff", by=Position.GENERAL_MANAGER, label=_("总经理审批"), article="79.1",
                  when=when(user_kind, UserKind.STAFF), hint=_("核对角色与核准的岗位一致")),
            Check("approve_member", by=Position.SERVICE_HEAD, label=_("客户服务部负责人审批"), article="82.1.2",
                  when=when(user_kind, UserKind.MEMBER), hint=_("核对会员单位的盖章申请书和身份证件复印件")),
            Check("approve_provider", by=Position.COLLECTION_HEAD, label=_("信息采集部负责人审批"),
                  when=when(user_kind, UserKind.PROVIDER), hint=_("核对数据提供单位和操作员身份")),
            Execute("enter", by=Position.SYSADMIN, label=_("系统管理员录入"), verb=_("录入并签字"), article="79.2",
                    hint=_("按申请单录入；确认前不生效"), effects=(Effect("enter_user", _("用户变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员确认"), verb=_("确认"), article="79.3",
                  differs=("enter",), hint=_("核对录入内容与申请单一致；确认后生效"),
                  effects=(Effect("apply_user", _("用户变更生效"), alone=True),)),
            Fill("hand_over", by=MAKER, label=_("市场营销员交付用户名、初始密码和令牌"), verb=_("已交付"),
                 article="82.1.4", returnable=False,
                 when=when(user_kind, UserKind.MEMBER) & when(action, UserAction.CREATE),
                 fills=(handed, handed_to, handed_at, receipt), hint=_("核对领取人身份，当面交付并取得回执")),
        ),
    )
