"""The left navigation: areas of work in the order of the procedure, with what the person may read."""

from dataclasses import dataclass

from flask import request
from flask_babel import lazy_gettext as _

from app.engine.catalogue import catalogue
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import Text
from app.workflow.actor import Actor
from app.workflow.permissions import MAKE, READ, sign

AREAS: dict[str, Text] = {
    "collection": _("数据采集"),
    "products": _("产品与指标"),
    "business": _("业务办理"),
    "investigation": _("人工调查"),
    "value_added": _("增值服务"),
    "organisation": _("机构管理"),
    "disputes": _("异议处理"),
    "system": _("系统管理"),
}

Page = tuple[Text, str, str, str]
"""Title, URL, permission, resource."""

SECURITY: tuple[Page, ...] = (
    (_("作业"), "/jobs/", "can_list", "作业"),
    (_("岗位权限"), "/duties/", "can_list", "岗位权限"),
    (_("用户"), "/users/list/", "can_list", "UserDBModelView"),
    (_("角色"), "/roles/list/", "can_list", "RoleModelView"),
    (_("权限"), "/permissionviews/list/", "can_list", "PermissionViewModelView"),
    (_("审计日志"), "/audit/", "can_list", "审计日志"),
    (_("账实核对"), "/registers-check/", "can_list", "账实核对"),
    (_("接口说明"), "/swagger/v1", "can_show", "SwaggerView"),
)
"""Jobs, the picture of duties, the record, and Flask-AppBuilder's screens."""

PAGES: dict[str, tuple[Page, ...]] = {
    "collection": (
        (_("供数单位总览"), "/collection/providers/", "can_list", "采集情况"),
        (_("数据批次"), "/collection/batches/", "can_list", "采集情况"),
        (_("样例文件"), "/structures/samples/", "can_read", "FJ01 数据结构分析表"),
        (_("到件"), "/arrivals/", "can_list", "到件"),
        (_("人工录入"), "/entry/", "can_list", "人工录入"),
        (_("原始资料移交"), "/originals/", "can_list", "原始资料移交"),
        (_("公开渠道采集"), "/public-channels/", "can_list", "公开渠道采集"),
        (_("报送文件"), "/deliveries/", "can_upload", "报送文件"),
        (_("数据装载"), "/collection/loads/", "can_list", "数据装载"),
    ),
    "products": ((_("环境差异"), "/environments/", "can_list", "环境差异"),),
    "system": SECURITY,
}
"""Pages below the forms and registers of an area."""


@dataclass(frozen=True)
class Item:
    """A page of the navigation."""

    title: Text
    url: str
    current: bool


@dataclass(frozen=True)
class Group:
    """An area of work with its pages. `opened`: the one that the person is in, else the one of the person's work."""

    name: str
    title: Text
    items: tuple[Item, ...]
    opened: bool = False


def area_title(name: str) -> Text:
    """The title of an area of work; its name where it has none."""
    return AREAS.get(name, name)


def of_request(actor: Actor) -> tuple[Group, ...]:
    """The navigation of a person, the page of this request marked."""
    return groups(actor, request.path)


def groups(actor: Actor, path: str) -> tuple[Group, ...]:
    """The areas in which the person may read anything, what the person makes first."""
    names = dict.fromkeys([*AREAS, *(spec.area for spec in catalogue)])
    items = {name: (*specs_of(actor, name, path), *pages_of(actor, name, path)) for name in names}
    opened = next((name for name, pages in items.items() if any(page.current for page in pages)), None)
    opened = opened or home(actor)
    return tuple(Group(name, area_title(name), pages, name == opened) for name, pages in items.items() if pages)


def home(actor: Actor) -> str | None:
    """The area of the person's own work: the first in which the person makes anything, else signs anything."""
    readable = [spec for spec in catalogue.forms if actor.may(READ, spec.resource)]
    return min(readable, key=lambda spec: rank(actor, spec)).area if readable else None


def specs_of(actor: Actor, area: str, path: str) -> list[Item]:
    """Forms and registers of an area that the person may read: own work first, registers last."""
    readable = [spec for spec in catalogue if spec.area == area and actor.may(READ, spec.resource)]
    return [
        Item(spec.title, f"{base(spec)}list", path.startswith(base(spec)))
        for spec in sorted(readable, key=lambda spec: rank(actor, spec))
    ]


def rank(actor: Actor, spec: AnySpec) -> int:
    """How near a form is to the person's work: made, signed, read, then registers."""
    if not isinstance(spec, FormSpec):
        return 3
    if makes(actor, spec):
        return 0
    return 1 if signs(actor, spec) else 2


def makes(actor: Actor, spec: FormSpec) -> bool:
    """Whether the person fills in this form."""
    return not spec.generated and actor.may(MAKE, spec.resource)


def signs(actor: Actor, spec: FormSpec) -> bool:
    """Whether the person signs any step of this form."""
    return any(actor.may(sign(step), spec.resource) for step in spec.chain if step.waits)


def base(spec: AnySpec) -> str:
    """The folder of the form's or register's pages."""
    return f"/{'forms' if isinstance(spec, FormSpec) else 'registers'}/{spec.slug}/"


def pages_of(actor: Actor, area: str, path: str) -> list[Item]:
    """What else an area has; below 系统管理 the built-in security screens."""
    return [
        Item(title, url, path.startswith(url.removesuffix("list/")))
        for title, url, permission, resource in PAGES.get(area, ()) if actor.may(permission, resource)
    ]
