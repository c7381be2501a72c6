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
from app.engine.text import Text, msgid

PERMISSIONS: dict[str, Text] = {
    "can_read": _("查看"),
    "can_export": _("导出"),
    "can_make": _("制单"),
    "can_inspect": _("稽核"),
    "can_import": _("导入"),
    "can_confirm_import": _("确认导入"),
    "can_list": _("查看列表"),
    "can_upload": _("上传"),
    "can_fetch": _("取件登记"),
    "can_key": _("录入"),
    "can_review": _("复核"),
    "can_take": _("接收"),
    "can_load": _("装载"),
    "can_authorise": _("授权"),
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
    "岗位权限": _("岗位权限"),
    "通知": _("通知"),
    "环境差异": _("环境差异"),
}

SIGN = "can_sign_"


def specs() -> dict[str, AnySpec]:
    """Every form and register by its resource."""
    return {spec.resource: spec for spec in catalogue}


def permission_title(name: str, spec: AnySpec | None) -> Text:
    """A permission in words; to sign a step is the step's own label."""
    return step_title(name, spec) or PERMISSIONS.get(name, name.removeprefix("can_").replace("_", " "))


def step_of(name: str, spec: AnySpec | None) -> tuple[Text, str] | None:
    """The label of the step that a permission lets sign, and （2） for the second of that label; None for other permissions."""
    if not (name.startswith(SIGN) and isinstance(spec, FormSpec)):
        return None
    before: list[str] = []
    for step in spec.chain:
        before.append(msgid(step.label))
        if step.name == name.removeprefix(SIGN):
            place = before.count(before[-1])
            return step.label, f"（{place}）" if place > 1 else ""
    return None


def step_title(name: str, spec: AnySpec | None) -> Text | None:
    """The step that a permission lets sign; None for other permissions."""
    found = step_of(name, spec)
    return None if found is None else f"{found[0]}{found[1]}" if found[1] else found[0]


def stored_words(name: str, spec: AnySpec | None) -> str:
    """A permission in the Chinese words that documents keep: 查看, 签批“信息技术部负责人审批”; what has none as it is."""
    if found := step_of(name, spec):
        return f"签批“{msgid(found[0])}{found[1]}”"
    return msgid(PERMISSIONS.get(name, name))


def shown_words(stored: str) -> Text:
    """Words that a document keeps, in the language of the page."""
    general = {msgid(title): title for title in PERMISSIONS.values()}
    if not (stored.startswith("签批“") and stored.endswith("”")):
        return PERMISSIONS.get(stored, general.get(stored, stored))
    label, mark, number = stored[3:-1].partition("（")
    labels = step_labels()
    whole, part = labels.get(stored[3:-1]), labels.get(label)
    return _("签批“%(step)s”", step=whole or (f"{part}{mark}{number}" if part else stored[3:-1]))


def step_labels() -> dict[str, Text]:
    """The labels of every form's steps by their Chinese."""
    return {msgid(step.label): step.label for spec in catalogue.forms for step in spec.chain}


def pair_title(name: str, resource: str, spec: AnySpec | None) -> Text:
    """A permission on a form, register or screen in words: FJ08 票据登记表：查看."""
    step = step_title(name, spec)
    words = _("签批“%(step)s”", step=step) if step else PERMISSIONS.get(name, name)
    return _("%(resource)s：%(permission)s", resource=resource_title(resource, spec), permission=words)


def resource_title(name: str, spec: AnySpec | None) -> str:
    """A resource in words, in the language of the page."""
    if isinstance(spec, FormSpec):
        return f"{spec.prefix} {spec.title}"
    return str(spec.title if spec else RESOURCES.get(name, name))


def title_resources() -> dict[str, str]:
    """The names among the permissions of screens by their words."""
    return {msgid(title): name for name, title in RESOURCES.items()}


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
