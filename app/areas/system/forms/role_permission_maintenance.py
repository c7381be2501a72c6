"""附件 26 角色功能权限维护通知单."""

from typing import Annotated

from flask_babel import lazy_gettext as _
from sqlalchemy import String
from sqlalchemy.orm import Mapped, validates

from app.areas.organisation.registers import Department
from app.engine.chain import MAKER, Chain, Check, Effect, Execute
from app.engine.choice import Choice
from app.engine.declare import Prefill, choice, column, lines, reference, rule
from app.engine.declaring import Line
from app.engine.form import Form, FormModel, Group
from app.engine.positions import Position, position_of
from app.engine.text import Text
from app.engine.types import Day, LongText, Name60, Text255, YesNo, typed
from app.security.codecs import PermissionCodec, ResourceCodec
from app.security.words import resource_title, specs, stored_words

Resource = Annotated[str, typed(String(120), ResourceCodec())]
Permission = Annotated[str, typed(String(64), PermissionCodec())]


class RoleAction(Choice):
    """维护类别 of roles and permissions."""

    CREATE = "create", _("新增角色")
    CHANGE = "change", _("调整权限")
    DELETE = "delete", _("删除角色")


class Grant(Choice):
    """Whether a permission is given or taken."""

    ADD = "add", _("增加")
    REMOVE = "remove", _("取消")


class PermissionChange(Line):
    """One permission given to a role or taken from it (权限变更)."""

    __tablename__ = "permission_change"

    role: Mapped[Name60] = column(_("角色"))
    function: Mapped[Resource] = column(_("功能"), help=_("如“FJ02 数据采集文件登记表”"))
    permission: Mapped[Permission] = column(_("权限"), help=_("如“查看”“导出”“制单”，签批填“签批”加环节名，如：签批“主管管理员复核确认”"))
    grant: Mapped[Grant] = choice(Grant, _("增加/取消"))
    held: Mapped[YesNo | None] = column(_("原有"), computed=True)
    note: Mapped[Text255 | None] = column(_("说明"))

    @validates("permission")
    def in_words(self, _attribute: str, given: str) -> str:
        """Keyed codes are kept in words; the step that can_sign_… means is one of this line's function."""
        return stored_words(given, specs().get(self.function)) if given else given

    @property
    def pair(self) -> tuple[str, str]:
        """The permission in the words of its function, and the function: what a line is about."""
        return stored_words(self.permission, specs().get(self.function)), self.function

    @property
    def title(self) -> Text:
        """What the line is about, in words."""
        return f"{self.role} {self.pair[0]} {resource_title(self.function, specs().get(self.function))}"


class HoldingChange(Line):
    """What a role may do with one function, old and new side by side (变更对照)."""

    __tablename__ = "holding_change"

    field: Mapped[Text255] = column(_("角色和功能"))
    old: Mapped[LongText | None] = column(_("原值"), computed=True)
    new: Mapped[LongText | None] = column(_("新值"), computed=True)


class RolePermissionMaintenance(FormModel):
    """角色功能权限维护通知单: a role made or deleted, permissions given or taken (articles 91, 93)."""

    __tablename__ = "role_permission_maintenance"

    department: Mapped[Department] = reference(_("提出部门"))
    requested_on: Mapped[Day] = column(_("提出日期"), prefill=Prefill.TODAY, sortable=True)
    requirement: Mapped[LongText] = column(_("需求"), full=True)
    reason: Mapped[LongText] = column(_("维护原因"), full=True)
    action: Mapped[RoleAction] = choice(RoleAction, _("维护类别"))
    role: Mapped[Name60] = column(_("角色"), help=_("涉及多个角色的填主要的，其余逐行填写"))
    permissions: Mapped[list[PermissionChange]] = lines(_("权限变更"))
    changes: Mapped[list[HoldingChange]] = lines(_("变更对照"), computed=True)

    @rule(role)
    def positions_stay(self) -> Text | None:
        is_position = position_of(self.role) is not None
        if self.action is RoleAction.DELETE and is_position:
            return _("“%(role)s”是岗位角色，不能删除", role=self.role)
        return _("该角色已存在") if self.action is RoleAction.CREATE and is_position else None

    @rule(permissions)
    def lines_fit(self) -> Text | None:
        if self.action is not RoleAction.DELETE and not self.permissions:
            return _("至少填写一行")
        keys = [str(one.title) for one in self.permissions]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        return _("%(key)s 重复", key=twice) if twice else None

    @rule(action)
    def deletes_only(self) -> Text | None:
        added = any(one.role == self.role and one.grant is Grant.ADD for one in self.permissions)
        return _("要删除的角色不能增加权限") if self.action is RoleAction.DELETE and added else None

    __form__ = Form(
        code="26", title=_("角色功能权限维护通知单"), articles=("93.1", "93.2", "93.3"), makers=(Position.SYSADMIN,),
        columns=(action, role, department, requirement, requested_on), filters=(action, role, department, requested_on),
        summary=(role, action, department),
        groups=(
            Group(_("一、维护需求"), (department, requested_on, requirement, reason), article="93.1"),
            Group(_("二、维护内容"), (action, role)),
        ),
        readers=(Position.INSPECTION_HEAD, Position.ARCHIVIST),
        handed_in=(Effect("rehearse_permissions", _("按现有角色和权限试行变更")),),
        chain=Chain(
            Check("approve", by=Position.IT_HEAD, label=_("信息技术部负责人审批"), article="93.1",
                  hint=_("核对权限与岗位职责相符，不相容职责分离")),
            Execute("enter", by=MAKER, label=_("系统管理员维护"), verb=_("录入并签字"), article="93.2",
                    hint=_("按通知单录入；确认前不生效"),
                    effects=(Effect("enter_permissions", _("权限变更录入，待确认")),)),
            Check("confirm", by=Position.SUPERVISOR_ADMIN, label=_("主管管理员复核确认"), verb=_("确认"),
                  article="93.3",
                  differs=("approve", "enter"), hint=_("核对录入内容与通知单一致；一人不得既制单又审核同一单据"),
                  effects=(Effect("apply_permissions", _("角色和权限变更生效")),)),
        ),
    )
