"""Answers of operations in the words of OpenAPI, and the components that resources share."""

from typing import Any

from apispec import APISpec
from flask import current_app
from flask_babel import gettext as _

from app.api.errors import UNPROVEN
from app.engine.document import State
from app.workflow.models import Decision
from app.workflow.options import Action

Schema = dict[str, Any]

TEXT, WHOLE, YES_NO = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MAYBE = {"type": "string", "nullable": True}


def json_content(schema: Any) -> Schema:
    """A body in JSON."""
    return {"application/json": {"schema": schema}}


def table(row: Schema, **more: Schema) -> Schema:
    """An object with rows."""
    return {"type": "object", "properties": {"rows": {"type": "array", "items": row}} | more}


def page_of(row: Any) -> Schema:
    """A page of a list; lines of documents are left out."""
    return table(row, next=MAYBE, previous=MAYBE, count=WHOLE, more=YES_NO)


def named(**members: Schema) -> Schema:
    """An object with these members."""
    return {"type": "object", "properties": members}


def values(choice: Any) -> Schema:
    """One of a choice's values."""
    return {"type": "string", "enum": [one.value for one in choice]}


def trail() -> Schema:
    """Decisions on a document."""
    return table(named(
        sequence=WHOLE, round=WHOLE, step=MAYBE, decision=values(Decision), back_to=MAYBE, user_name=TEXT, position=TEXT,
        seat=MAYBE, for_user_name=MAYBE, operator_name=MAYBE, opinion=MAYBE, at=TEXT, version=WHOLE, digest=TEXT,
        voided=YES_NO, titles={"type": "object"},
    ))


def actions() -> Schema:
    """What the caller may do with a document now."""
    option = named(action={"type": "string", "enum": [str(one) for one in Action]}, label=TEXT, allowed=YES_NO, reason=MAYBE,
                   step=TEXT, step_title=TEXT, proof=YES_NO, fills={"type": "array", "items": TEXT},
                   back_to={"type": "array", "items": named(name=TEXT, title=TEXT)})
    return named(state=values(State), step=MAYBE, version=WHOLE, digest=TEXT, actions={"type": "array", "items": option})


def attachment() -> Schema:
    """A file kept with a document."""
    return named(id=WHOLE, name=TEXT, size=WHOLE, media_type=TEXT, sha256=TEXT, added_by_name=TEXT, added_at=TEXT,
                 links={"type": "object"})


def problem() -> Schema:
    """An error."""
    fault = named(field=TEXT | {"example": "files.2.records"}, label=TEXT, message=TEXT)
    change = named(field=TEXT, label=TEXT, then=TEXT, now=TEXT)
    return named(message=TEXT, code={"type": "string", "enum": [UNPROVEN]}, errors={"type": "array", "items": fault},
                 changes={"type": "array", "items": change})


def problems() -> dict[str, tuple[str, str]]:
    """Errors by status: the name of the component and what it means."""
    return {
        "400": ("BadRequest", _("请求有误，或缺少 CSRF 令牌")),
        "401": ("NotLoggedIn", _("尚未登录，或令牌无效")),
        "403": ("NotAllowed", _("没有权限，message 说明原因；code 为 unproven 时是缺少身份验证，或用户名、密码、动态口令不正确")),
        "404": ("NotFound", _("没有找到，或不在查看范围内")),
        "409": ("Stale", _("单据已被他人更新，changes 列出改动")),
        "413": ("TooLarge", _("提交的内容超过大小上限")),
        "415": ("WrongType", _("内容类型不对")),
        "422": ("Refused", _("有不能接受的值，errors 逐项说明")),
        "428": ("BasisMissing", _("没有说明所依据的版本")),
    }


def add_components(api_spec: APISpec) -> None:
    """Adds what all resources share, once."""
    components = api_spec.components
    if "Problem" in components.schemas:
        return
    components.schema("Problem", problem())
    for name, meaning in problems().values():
        components.response(name, {"description": meaning, "content": json_content("Problem")})
    cookie = {"type": "apiKey", "in": "cookie", "name": current_app.config["SESSION_COOKIE_NAME"],
              "description": _("浏览器会话；修改时另须请求头 X-CSRFToken")}
    components.security_scheme("session", cookie)
