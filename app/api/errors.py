"""Errors of the API: always JSON, a message in the client's language, and for refused values each fault with its field."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_jwt_extended.exceptions import JWTExtendedException
from flask_wtf.csrf import CSRFError
from jwt.exceptions import PyJWTError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.api.replies import reply
from app.documents.values import Fault, Invalid
from app.engine.text import Text
from app.workflow.errors import Denied, Missing, Stale, Unproven

NOT_LOGGED_IN = _("尚未登录，或登录已失效")
BAD_TOKEN = _("令牌无效或已过期，请重新登录取得令牌")
NOT_ALLOWED = _("您的岗位没有这项权限")
NOT_FOUND = _("没有找到，或不在您的查看范围内")
NO_CSRF = _("以浏览器会话提交时，须在请求头 X-CSRFToken 中带上页面的令牌")
TOO_LARGE = _("提交的内容超过大小上限")
TOO_MANY = _("操作太频繁，请稍后再试")
UNPROVEN = "unproven"
"""The code of a refusal for want of a proof of identity, or a wrong one: the same request may be tried with another."""
BAD_REQUEST = _("请求有误，无法处理")


_ROW = re.compile(r"\[(\d+)\]")


class Refusal(Exception):
    """A request that is not taken, with the status and the reason."""

    def __init__(self, status: int, message: Text, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def answer_to(error: Exception) -> Response | None:
    """The answer to an expected error; None for a fault of ours, which the application answers and logs."""
    match error:
        case Refusal():
            return problem(error.status, error.message, headers=error.headers)
        case Invalid():
            return problem(422, summary(error.faults), [fault_json(fault) for fault in error.faults])
        case Unproven():
            return problem(403, error.reason, code=UNPROVEN)
        case Denied():
            return problem(403, error.reason)
        case Missing():
            return problem(404, NOT_FOUND)
        case Stale():
            return problem(409, error.message, changes=changes_json(error))
        case JWTExtendedException() | PyJWTError():
            return problem(401, BAD_TOKEN, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        case CSRFError():
            return problem(400, NO_CSRF)
        case HTTPException(code=413):
            most = (request.max_content_length or 0) >> 20
            return problem(413, _("提交的内容超过了 %(size)s MB 的上限", size=most))
        case HTTPException(code=code) if code in HTTP:
            return problem(code, HTTP[code])
    return None


HTTP = {400: BAD_REQUEST, 401: NOT_LOGGED_IN, 403: NOT_ALLOWED, 404: NOT_FOUND, 429: TOO_MANY}


def problem(
    status: int, message: Text, errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """An error as JSON; what there is no more of is left out."""
    body: dict[str, Any] = {"message": str(message), "errors": errors, **more}
    return reply({name: value for name, value in body.items() if value}, status, headers)


def changes_json(stale: Stale) -> list[dict[str, str]]:
    """What is different now; `field` is its path as in `errors`."""
    return [
        {"field": path(name), "label": label, "then": then, "now": now}
        for name, (label, then, now) in zip(stale.names, stale.changes, strict=True)
    ]


def path(name: str) -> str:
    """files[3].records of the record as files.2.records."""
    return _ROW.sub(lambda found: f".{int(found[1]) - 1}", name)


def summary(faults: list[Fault]) -> Text:
    """What is wrong in one sentence: the fault itself, or how many there are."""
    if len(faults) == 1:
        where = faults[0].where
        return f"{where}：{faults[0].message}" if where else faults[0].message
    return _("有 %(count)s 处不能接受，见 errors", count=len(faults))


def fault_json(fault: Fault) -> dict[str, str]:
    """One fault: `field` is its path, such as files.2.records for the third file's records."""
    return {"field": ".".join(map(str, fault.path)), "label": fault.where, "message": str(fault.message)}
