"""Permissions and resources in the procedure's words, for the security screens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import Flask
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.engine.catalogue import catalogue
from app.engine.positions import position_of
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import Text

PERMISSIONS: dict[str, Text] = {
    "can_read": _("查看"),
    "can_export": _("导出"),
    "can_make": _("制单"),
    "can_import": _("导入"),
    "can_confirm_import": _("确认导入"),
    "can_list": _("查看列表"),
    "can_show": _("查看详情"),
    "can_add": _("新增"),
    "can_edit": _("修改"),
    "can_delete": _("删除"),
    "can_get": _("读取接口"),
    "can_info": _("读取接口说明"),
    "can_post": _("新增（接口）"),
    "can_put": _("修改（接口）"),
    "can_userinfo": _("查看本人信息"),
    "can_this_form_get": _("打开表单"),
    "can_this_form_post": _("提交表单"),
    "resetmypassword": _("修改本人密码"),
    "resetpasswords": _("重置他人密码"),
}

RESOURCES: dict[str, Text] = {
    "UserDBModelView": _("用户"),
    "RoleModelView": _("角色"),
    "PermissionViewModelView": _("权限"),
    "ResetMyPasswordView": _("修改密码"),
    "ResetPasswordView": _("重置密码"),
    "MenuApi": _("菜单接口"),
    "OpenApi": _("接口说明"),
    "SwaggerView": _("接口说明页"),
    "SecurityApi": _("接口登录"),
}

def specs() -> dict[str, AnySpec]:
    """Every form and register by its resource."""
    return {spec.resource: spec for spec in catalogue}


def permission_title(name: str, spec: AnySpec | None) -> Text:
    """A permission in words; to sign a step is the step's own label."""
    if name.startswith("can_sign_") and isinstance(spec, FormSpec):
        wanted = name.removeprefix("can_sign_")
        for step in spec.chain:
            if step.name == wanted:
                return step.label
    return PERMISSIONS.get(name, name.removeprefix("can_").replace("_", " "))


def resource_title(name: str, spec: AnySpec | None) -> str:
    """A resource in words, in the language of the page."""
    if isinstance(spec, FormSpec):
        return f"{spec.prefix} {spec.title}"
    return str(spec.title if spec else RESOURCES.get(name, name))


def role_title(name: str) -> Text:
    """A role in the language of the page: positions have titles, other roles only their names."""
    position = position_of(name)
    return position.title if position else name


def roles_in_words(roles: Iterable[Any]) -> str:
    """Several roles in a row."""
    return gettext("、").join(str(role_title(role.name)) for role in roles) or "—"


def moment(value: datetime | None) -> str:
    """A moment as lists show it."""
    return f"{value:%Y-%m-%d %H:%M}" if value else "—"


def yes_no(active: bool) -> Text:
    """Whether an account may be used."""
    return _("启用") if active else _("停用")


def fieldsets_of(fieldsets: Iterable[Any] | None, columns: list[str]) -> list[tuple[Text, list[str]]]:
    """Flask-AppBuilder's fieldsets as (title, columns); all columns in one where there are none."""
    return [(title, options["fields"]) for title, options in fieldsets or ()] or [("", columns)]


def init_app(app: Flask) -> None:
    """Gives the templates of the security screens their words."""
    app.jinja_env.globals["fieldsets_of"] = fieldsets_of
    app.jinja_env.filters["role"] = role_title
    app.jinja_env.filters["resource"] = lambda name: resource_title(name, specs().get(name))
