"""What the forms of chapter 8 share: kinds of change, the comparison of old and new, and what no proposal may ask."""

import re
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Mapped

from app.engine.choice import Choice
from app.engine.declare import column
from app.engine.declaring import Line
from app.engine.positions import APART, position_of
from app.engine.text import Text
from app.engine.types import Text120, Text255


class Maintenance(Choice):
    """维护类别 of organisations and departments (articles 76, 77)."""

    CREATE = "create", _("新建")
    CHANGE = "change", _("修改")
    STOP = "stop", _("停用")
    START = "start", _("启用")
    DELETE = "delete", _("删除")


class UserKind(Choice):
    """用户类别: whose account it is (articles 79, 82)."""

    STAFF = "staff", _("公司员工")
    MEMBER = "member", _("会员单位用户")
    PROVIDER = "provider", _("数据提供单位操作员")


class UserAction(Choice):
    """维护类别 of users (articles 79, 82)."""

    CREATE = "create", _("新建")
    CHANGE = "change", _("修改")
    STOP = "stop", _("停用")
    START = "start", _("启用")
    CANCEL = "cancel", _("注销")
    DELETE = "delete", _("删除")
    RESET = "reset", _("重置密码")


class MemberRole(Choice):
    """会员用户角色: one 主管用户 and several 查询员 (article 82)."""

    SUPERVISOR = "member_supervisor", _("自助会员主管")
    OPERATOR = "member_operator", _("自助会员经办员")


class ChangedField(Line):
    """One field of the record, old and new side by side (变更对照)."""

    __abstract__ = True

    field: Mapped[Text120] = column(_("字段"))
    old: Mapped[Text255 | None] = column(_("原值"), computed=True)
    new: Mapped[Text255 | None] = column(_("新值"), computed=True)


def record_refusal(action: Choice, record: Any, changes: Sequence[Any]) -> Text | None:
    """Why a change of this kind cannot be made to the record with these new values; None if it can."""
    if action.value == "create":
        return None if record is None else _("%(action)s不选原记录", action=action.title)
    if record is None:
        return None
    if action.value == "change" and not changes:
        return _("没有填写与原记录不同的新值")
    if action.value in ("stop", "start", "delete") and len(changes) > 1:  # the last line is that of the status
        return _("%(action)s不填新值：%(field)s", action=action.title, field=changes[0].field)
    match action.value, record.status.value:
        case _, "deleted":
            return _("该登记已删除")
        case "stop", "stopped":
            return _("已经停用")
        case "start", "active":
            return _("已经启用")
        case _, "left":
            return _("该员工已注销")
    return None


def loop_refusal(parent: Any, record: Any) -> Text | None:
    """Refuses a parent that is the record itself or stands below it."""
    while parent is not None and record is not None:
        if parent is record:
            return _("上级不能是其本身或其下级")
        parent = parent.parent
    return None


def position_names(text: str | None) -> list[str]:
    """The names in a list of positions: 数据管理员、保险柜管理员."""
    return [name for name in re.split(r"[、,，;；\s]+", text or "") if name]


def positions_refusal(text: str | None) -> Text | None:
    """What is wrong with a list of staff positions: unknown, of outsiders, or never to be held by one person."""
    held = []
    for name in position_names(text):
        position = position_of(name)
        if position is None or position.external:
            return _("没有员工岗位“%(name)s”", name=name)
        held.append(position)
    for one, other in combinations(held, 2):
        if frozenset((one, other)) in APART:
            return _("%(one)s与%(other)s不能由同一人担任", one=one.title, other=other.title)
    return None
