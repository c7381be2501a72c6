"""How generated screens expose their pages: the right to them is asked first."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, jsonify
from flask_appbuilder import expose
from flask_appbuilder.security.decorators import has_access, has_access_api

from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing

View = TypeVar("View", bound=Callable[..., Any])

ID = "<int(max=2147483647):pk>"
"""A key in an address; larger numbers name nothing."""


def page(url: str, *methods: str) -> Callable[[View], View]:
    """A page or form target of a screen; people without the right see 403, before login the login page."""
    return lambda view: expose(url, methods or ("GET",))(has_access(view))


def data(url: str, *methods: str) -> Callable[[View], View]:
    """A source of data for a page's script: errors are JSON, before login 401."""

    def mark(view: View) -> View:
        @wraps(view)
        def answered(*args: Any, **kwargs: Any) -> Any:
            try:
                return view(*args, **kwargs)
            except Missing:
                return jsonify(message=""), 404
            except Denied as denied:
                return jsonify(message=str(denied.reason)), 403

        return expose(url, methods or ("GET",))(has_access_api(answered))  # type: ignore[no-any-return]

    return mark


def the_actor() -> Actor:
    """The person of this request, on pages that nobody sees before login."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor
