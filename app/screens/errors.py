"""Error pages: what happened and what to do; JSON for the API. A traceback goes to the log only."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.wrappers import Response

from app.database import db
from app.engine.text import Text
from app.security.languages import client_language
from app.security.urls import wants_json
from app.workflow.errors import Denied, Missing, Stale

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Words:
    """An error in words: what happened, and what to do."""

    title: Text
    what: Text
    advice: Text


WORDS = {
    400: Words(
        _("请求有误"), _("地址或提交的内容不完整，系统无法处理。"), _("请返回上一页，检查后重试。"),
    ),
    401: Words(_("尚未登录"), _("登录已失效，或尚未登录。"), _("请登录后再办理。")),
    403: Words(
        _("没有权限"), _("您的岗位不能使用这个页面或办理这项业务。"),
        _("如因工作需要，请由部门负责人提交《系统用户维护申请单》。"),
    ),
    404: Words(
        _("没有找到"), _("要看的页面或单据不存在，或者不在您的查看范围内。"),
        _("请核对地址或单号，或按单号、名称搜索。"),
    ),
    405: Words(
        _("不能这样打开"), _("这个地址只能由页面上的按钮提交，不能直接打开。"),
        _("请返回上一页，用页面上的按钮办理。"),
    ),
    409: Words(_("内容已变化"), _("您打开页面之后，内容已被他人更新。"), _("请刷新页面，核对后再办理。")),
    413: Words(_("文件太大"), _("提交的文件超过了大小上限。"), _("请压缩或拆分后再上传。")),
    429: Words(_("操作太频繁"), _("短时间内尝试次数过多，已暂时停止受理。"), _("请过一分钟再试。")),
    500: Words(
        _("系统出错"), _("系统处理时发生意外，本次操作没有生效。"),
        _("请稍后重试；如仍不行，请把错误编号告诉系统管理员。"),
    ),
    503: Words(_("暂时不能使用"), _("系统正在维护或繁忙。"), _("请稍后再试。")),
}
PROGRAMS = {
    405: Words(_("不能这样请求"), _("这个地址不接受这种请求方法。"), _("可用的方法见响应头 Allow。")),
}
"""The same for programs, which have no buttons."""
CSRF = Words(
    _("页面已失效"), _("页面打开时间过长，或已在别处重新登录，为安全起见没有提交。"),
    _("请返回上一页并刷新，再提交一次；已填写的内容会保留。"),
)


def init_app(app: Flask) -> None:
    """Registers the handlers."""
    app.register_error_handler(CSRFError, lambda error: answer(400, CSRF))
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Denied, lambda error: answer(403, said(403, error.reason)))
    app.register_error_handler(Missing, lambda error: answer(404))
    app.register_error_handler(Stale, lambda error: answer(409, said(409, error.message)))
    app.register_error_handler(InternalServerError, unexpected)


def said(code: int, what: Text) -> Words:
    """The error's words, with what exactly happened."""
    return Words(WORDS[code].title, what, "" if code == 403 else WORDS[code].advice)


def http_error(error: HTTPException) -> Response:
    """The answer to an error that a view or the framework raised by code."""
    if error.response is not None or error.code is None:
        return error.get_response()
    words = WORDS.get(error.code)
    if isinstance(error, SecurityError) and not wants_json():  # a forged host: no address of ours can be built from it
        return make_response(f"{WORDS[400].title} {WORDS[400].what}", 400, {"Content-Type": "text/plain; charset=utf-8"})
    if error.code == 413:
        most = (current_app.config["MAX_CONTENT_LENGTH"] or 0) >> 20
        words = said(413, _("提交的文件超过了 %(size)s MB 的上限。", size=most))
    if words is None:
        words = WORDS[400 if error.code < 500 else 500]
    reply = answer(error.code, words)
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            reply.headers[name] = value
    return reply


def unexpected(error: InternalServerError) -> Response:
    """The answer to a fault of ours: a number for the person; the log has it beside Flask's traceback."""
    reference = secrets.token_hex(4)
    cause = error.original_exception
    log.error("error %s: %s at %s %s", reference, type(cause or error).__name__, request.method, request.path)
    return answer(500, WORDS[500], reference)


def answer(code: int, words: Words | None = None, reference: str = "") -> Response:
    """The error as a page, or as JSON for programs."""
    words = words or WORDS[code]
    if wants_json():
        with force_locale(client_language()):
            said = PROGRAMS.get(code, words)
            body: dict[str, Any] = {"message": f"{said.what}{said.advice}"}
        return make_response(body | ({"reference": reference} if reference else {}), code)
    return make_response(page(code, words, reference), code)


def page(code: int, words: Words, reference: str) -> str:
    """The error page; without person and navigation where not even those can be had, and bare words at last."""
    values = {"title": words.title, "words": words, "code": code, "reference": reference}
    for plain in (False, True):
        try:
            db.session.rollback()
            g.plain = plain
            return render_template("error.html", **values)
        except Exception:  # the database is gone, or the address is none of ours
            log.warning("no frame for the error page", exc_info=True)
    return f"{words.title} {words.what} {words.advice} {reference}"
