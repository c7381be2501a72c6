"""What a change is based on: the version and digest that the caller was shown, in If-Match or in the body."""

import re
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _

from app.api.errors import Refusal
from app.documents.values import Fault, Invalid
from app.engine.document import Document
from app.workflow.door import Shown

_TAG = re.compile(r'"(\d{1,9})-([0-9a-f]{64})"')


def tag(document: Document) -> dict[str, str]:
    """The ETag header of a document: its version and digest."""
    return {"ETag": f'"{document.version}-{document.digest}"'}


def basis(body: dict[str, Any]) -> Shown:
    """Takes version and digest out of a checked body, or from If-Match; raises Refusal where neither says it."""
    version, digest = body.pop("version", None), body.pop("digest", None)
    header = request.headers.get("If-Match")
    given = None if header is None else from_header(header)
    if version is None and digest is None:
        if given is None:
            raise Refusal(428, _("须说明所依据的版本：请求头 If-Match，或 version 与 digest"))
        return given
    if version is None or digest is None:
        missing = "version" if version is None else "digest"
        raise Invalid([Fault((missing,), missing, _("version 与 digest 须同时给出"))])
    shown = Shown(version, digest)
    if given not in (None, shown):
        raise Refusal(422, _("If-Match 与内容中的 version、digest 不一致"))
    return shown


def from_header(header: str) -> Shown:
    """The version and digest of an If-Match header."""
    found = _TAG.fullmatch(header.strip())
    if found is None:
        raise Refusal(422, _("If-Match 应为读取单据时得到的一个 ETag"))
    return Shown(int(found[1]), found[2])
