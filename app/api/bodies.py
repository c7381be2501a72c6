"""JSON bodies read with care: exact decimals, no key twice, neither huge nor deep."""

import json
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from flask import request
from flask_babel import lazy_gettext as _

from app.api.errors import TOO_LARGE, Refusal

MOST_BYTES = 4 * 1024 * 1024
DEEPEST = 8
"""Levels of nesting; a document with lines has four."""
MOST_DIGITS = 40
"""Digits before or after the point of a number."""
_HALVES = re.compile("[\ud800-\udfff]")


def json_object() -> dict[str, Any]:
    """The object in the body of this request; raises Refusal."""
    if not request.is_json:
        raise Refusal(415, _("请求内容应为 JSON（Content-Type: application/json）"))
    request.max_content_length = MOST_BYTES  # attachments may be larger, documents are not
    if (request.content_length or 0) > MOST_BYTES:
        raise Refusal(413, TOO_LARGE)
    body = parsed(request.get_data())
    if not isinstance(body, dict):
        raise Refusal(422, _("请求内容应为 JSON 对象"))
    check(body)
    return body


def parsed(data: bytes) -> Any:
    """The value that JSON text stands for; raises Refusal."""
    try:
        return json.loads(
            data.decode("utf-8"), parse_float=number, parse_int=whole, parse_constant=no_number, object_pairs_hook=once_each
        )
    except RecursionError:
        raise too_deep() from None
    except UnicodeDecodeError:
        raise Refusal(400, _("请求内容应为 UTF-8 编码")) from None
    except json.JSONDecodeError as error:
        raise Refusal(
            400, _("JSON 有语法错误：第 %(line)s 行第 %(column)s 列", line=error.lineno, column=error.colno)
        ) from None


def once_each(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """An object, refused where a key stands in it twice: either value could be meant."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise Refusal(422, _("“%(key)s”出现了两次", key=key[:60]))
        found[key] = value
    return found


def number(text: str) -> Decimal:
    """A number with a point or exponent, exactly as it was written."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        no_number(text)
    if not abs(value.adjusted()) <= MOST_DIGITS or len(text) > 2 * MOST_DIGITS:
        no_number(text)
    return value


def whole(text: str) -> int:
    """A whole number."""
    if len(text) > MOST_DIGITS:
        no_number(text)
    return int(text)


def no_number(text: str) -> NoReturn:
    """Refuses NaN, infinity, and numbers that nobody means."""
    raise Refusal(422, _("不能接受数字“%(text)s”", text=text[:20]))


def check(value: Any, depth: int = 1) -> None:
    """Refuses nesting that no document has, and text that is none: halves of surrogate pairs."""
    if depth > DEEPEST:
        raise too_deep()
    if isinstance(value, str):
        if _HALVES.search(value):
            raise Refusal(422, _("文本中含有不成对的代理字符"))
    elif isinstance(value, dict):
        for key, each in value.items():
            check(key, depth)
            check(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            check(each, depth + 1)


def too_deep() -> Refusal:
    """JSON nested deeper than any document."""
    return Refusal(422, _("JSON 嵌套过深"))
