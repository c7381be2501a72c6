"""Entries in words: what was done to what, and each changed field with its old and new value."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.audit.models import AuditEntry
from app.engine.catalogue import catalogue
from app.engine.spec import AnySpec, FormSpec
from app.engine.text import Text
from app.workflow.models import Decision

ACCOUNTS: dict[str, Text] = {
    "username": _("用户名"), "last_name": _("姓"), "first_name": _("名"), "email": _("电子邮箱"), "active": _("启用"),
    "roles": _("岗位"), "permissions": _("权限"), "name": _("角色"),
}
RESOURCES: dict[str, Text] = {
    "UserDBModelView": _("用户"), "RoleModelView": _("角色"), "委托": _("委托"), "交接": _("交接"), "通知": _("通知"),
    "身份验证": _("身份验证"), "审计日志": _("审计日志"), "账实核对": _("账实核对"), "数据装载": _("数据装载"),
    "企业信用信息": _("企业信用信息"),
}
HOW: dict[str, Text] = {"added": _("添加附件"), "removed": _("删除附件"), "taken": _("下载附件"), "extracted": _("提取文件"),
                        "fetched": _("取件")}
KINDS: dict[str, Text] = {
    "new": _("新增"), "changed": _("修改"), "deleted": _("删除"), "declared": _("按系统声明授权"),
    "ended": _("结束会话"), "acknowledged": _("确认账号不转借他人"), "token": _("启用动态令牌"), "no token": _("停用动态令牌"),
    "unexplained": _("有未经单据的改动"), "explained": _("与单据一致"), "agreed": _("约定口令"), "gpg_key": _("解密私钥"),
    "baseline": _("台账建立"), "brought": _("登记版本"),
}
FORMATS: dict[str, Text] = {"xlsx": _("Excel"), "json": _("接口"), "evidence": _("证据包")}
CHANNELS: dict[str, Text] = {"web": _("页面"), "api": _("接口"), "job": _("后台"), "command": _("命令")}


@dataclass(frozen=True)
class Told:
    """An entry in words: what it is about, what is to say of it, and the fields that changed."""

    entry: AuditEntry
    spec: AnySpec | None
    what: str
    phrases: tuple[str, ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def channel(self) -> str:
        """Where it came from, in words."""
        return str(CHANNELS.get(self.entry.channel, self.entry.channel))


def told(entry: AuditEntry) -> Told:
    """An entry in words."""
    spec = specs().get(entry.resource)
    detail = json.loads(entry.detail)
    changes = tuple((label_of(spec, name), old, new) for name, (old, new) in detail.get("changes", {}).items())
    return Told(entry, spec, title_of(entry.resource), tuple(phrases(spec, detail)), changes)


def specs() -> Mapping[str, AnySpec]:
    """Forms and registers by the names that permissions have for them."""
    return {one.resource: one for one in catalogue}


def title_of(resource: str) -> str:
    """What was touched, in words."""
    spec = specs().get(resource)
    if spec is not None:
        return f"{spec.prefix} {spec.title}" if isinstance(spec, FormSpec) else str(spec.title)
    return str(RESOURCES.get(resource, resource))


def label_of(spec: AnySpec | None, name: str) -> str:
    """A field's label; of lines with the row: 文件第 2 行 记录数."""
    if spec is None:
        return str(ACCOUNTS.get(name, name))
    line_name, _dot, column = name.partition(".")
    if not column:
        return next((str(one.label) for one in spec.fields if one.name == name), name)
    line_name, _bracket, number = line_name.partition("[")
    line = next((one for one in spec.lines if one.name == line_name), None)
    if line is None:
        return name
    label = next((str(one.label) for one in line.fields if one.name == column), column)
    return str(gettext("%(line)s 第 %(number)s 行 %(column)s", line=line.label, number=number.rstrip("]"), column=label))


def phrases(spec: AnySpec | None, detail: Mapping[str, Any]) -> Iterator[str]:
    """What the detail says beside the changes."""
    step = next((str(one.label) for one in getattr(spec, "chain", ()) if one.name == detail.get("step")), "")
    done = Decision.of(detail["decision"]).title if detail.get("decision") else CLAIMED.get(detail.get("claimed"), "")
    if step or done:
        yield "：".join(filter(None, (step, str(done))))
    if opinion := detail.get("opinion"):
        yield gettext("意见：%(opinion)s", opinion=opinion)
    if kind := KINDS.get(detail.get("kind", "")):
        yield str(kind)
    if how := HOW.get(detail.get("how", "")):
        yield f"{how} {detail.get('attachment', '')}"
    if form := FORMATS.get(detail.get("format", "")):
        yield str(form)
    if detail.get("confirmed"):
        yield gettext("确认导入")
    if detail.get("from") and detail.get("to"):
        yield gettext("由%(giver)s交给%(taker)s", giver=detail["from"], taker=detail["to"])
    elif before := detail.get("from"):
        yield gettext("从%(name)s处接手", name=before)
    for name, words in MORE.items():
        if value := detail.get(name):
            yield str(words).replace("{}", "、".join(map(str, value)) if isinstance(value, list) else str(value))


CLAIMED: dict[bool | None, Text] = {True: _("认领"), False: _("释放")}
MORE: dict[str, Text] = {
    "for": _("受{}委托"), "operator": _("在{}的页面上现场授权"), "by": _("因单据 {}"), "file": _("文件 {}"),
    "rows": _("{} 行"), "total": _("共 {} 行"), "confirmed_by": _("确认人 {}"), "copy": _("第 {} 联"), "path": _("地址 {}"),
    "status": _("已拒绝（{}）"), "title": _("标题：{}"), "query": _("条件 {}"), "starts": _("自 {}"), "ends": _("至 {}"),
    "revoked": _("提前终止"), "reason": _("事由：{}"), "documents": _("单据 {} 件"), "tasks": _("任务 {} 项"), "refused": _("未交接 {}"),
    "audience": _("发送对象：{}"), "readers": _("收件 {} 人"), "recalled": _("撤回"), "user_name": _("所输用户名 {}"),
    "sessions": _("会话 {} 个"), "batch": _("导入批次 {}"), "facts": _("信用信息 {} 项"), "rejected": _("差错 {} 条"),
    "superseded": _("替代 {} 项"), "new_enterprises": _("新增目标企业 {} 家"), "authoriser": _("授权人 {}"), "row": _("第 {} 行"),
    "indicator": _("指标 {}"), "known": _("当时所知截至 {}"), "valid": _("信息时点 {}"),
}
"""Further details, each with its value."""
