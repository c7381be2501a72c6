"""What resources of forms and registers share: how they expose operations and describe themselves."""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, ClassVar, TypeVar

from apispec import APISpec
from flask import request
from flask_appbuilder.api import BaseApi, expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import force_locale
from werkzeug.wrappers import Response

from app.api import calling
from app.api.answers import add_components
from app.api.errors import NOT_ALLOWED, answer_to, problem
from app.security.languages import client_language
from app.workflow.errors import Missing
from app.workflow.permissions import MAKE, READ

View = TypeVar("View", bound=Callable[..., Any])

ID = "<int:pk>"
LARGEST = 2**31 - 1
"""Keys in addresses are no larger; Werkzeug would answer 405 to them, not 404."""


def operation(
    *urls: str, methods: tuple[str, ...] = ("GET",), permission: str | None = READ, most: Callable[[], int] | None = None
) -> Callable[[View], View]:
    """An operation of a resource: the caller is known and has the permission, and every error is answered as JSON.

    Without a permission it is everybody's, on what is their own. `most`: bytes of a body that may be larger than others.
    """

    def mark(view: View) -> View:
        guarded: Any = view
        if permission is not None:
            guarded = protect(allow_browser_login=True)(permission_name(permission.removeprefix("can_"))(view))

        @wraps(guarded)
        def answered(self: BaseApi, *args: Any, **kwargs: Any) -> Response:
            with force_locale(client_language()):
                try:
                    if most is not None:  # before anything looks at the body
                        request.max_content_length = most()
                    calling.identify()
                    if any(isinstance(one, int) and one > LARGEST for one in kwargs.values()):
                        raise Missing
                    return guarded(self, *args, **kwargs)  # type: ignore[no-any-return]
                except Exception as error:
                    if answer := answer_to(error):
                        return answer
                    raise

        for url in urls:
            expose(url, methods)(answered)
        return answered  # type: ignore[return-value]

    return mark


def making(*urls: str, methods: tuple[str, ...]) -> Callable[[View], View]:
    """An operation of those who fill the form in."""
    return operation(*urls, methods=methods, permission=MAKE)


class Resource(BaseApi):
    """Base of the generated resources.

    Flask-WTF's blanket check would ask callers with a token for a CSRF token too; `operation` asks those with a
    session, and every exposed method is an operation.
    """

    version = "v1"
    csrf_exempt = True
    spec: ClassVar[Any]

    def _register_urls(self) -> None:
        """Adds the routes; the list's address has a slash behind it or has not, without a redirect."""
        for name in dir(type(self)):
            view = getattr(self, name)
            for url, methods in getattr(view, "_urls", ()):
                self.blueprint.add_url_rule(url, name, view, methods=methods, strict_slashes=url != "/")

    def response_403(self) -> Response:
        """The answer to people whose positions lack the permission."""
        return problem(403, NOT_ALLOWED)

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(path below the resource, its operations by method) for the API's description."""
        raise NotImplementedError

    def add_api_spec(self, api_spec: APISpec) -> None:
        """Adds the resource to the API's description."""
        add_components(api_spec)
        for path, described in self.operations():
            for each in described.values():
                each["tags"] = [str(self.openapi_spec_tag)]
            api_spec.path(path=f"{self.route_base}{path}", operations=described)
