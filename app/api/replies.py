"""Answers of the API: JSON with Chinese left readable, never kept by caches."""

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response


def reply(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; keys keep their order, so that a document reads like its form."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    answer = Response(text, status, content_type="application/json; charset=utf-8")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.update(headers or {})
    return answer


def nothing(headers: Mapping[str, str] | None = None) -> Response:
    """The answer that it is done and there is nothing to say."""
    answer = Response(status=204)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.update(headers or {})
    return answer
