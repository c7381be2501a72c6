"""Where a redirect may lead: to pages of this application, never elsewhere."""

import re
from urllib.parse import urlsplit

from flask import request, url_for

_HARMLESS = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_url(wanted: str | None) -> str:
    """The path and query of `wanted` if it is a page of this application, else the workbench.

    Host and scheme are dropped, so that not even a forged Host header leads away.
    """
    try:
        parts = urlsplit(wanted or "")
    except ValueError:
        return url_for("Workbench.index")
    if parts.netloc and parts.netloc != request.host:
        return url_for("Workbench.index")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if _HARMLESS.fullmatch(path) else url_for("Workbench.index")


def wants_json() -> bool:
    """Whether a program asks, and not a person's browser for a page."""
    return request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json"


def here() -> str:
    """The path and query of this request, to come back to; empty where it was no page."""
    if request.method != "GET":
        return ""
    return request.full_path.removesuffix("?")
