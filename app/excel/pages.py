"""What the Excel pages share: who asks, for which form or register, and how a workbook is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, TypeVar

from flask import abort, send_file
from flask_appbuilder import expose
from flask_login import login_required
from werkzeug.wrappers import Response

from app.engine.catalogue import catalogue
from app.engine.spec import AnySpec, FormSpec, RegisterSpec
from app.security.manager import current_actor
from app.workflow.actor import Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

View = TypeVar("View", bound=Callable[..., Any])


def page(*urls: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], View]:
    """Exposes a page to people who are signed in; others are sent to sign in. Rights are asked by the page itself."""

    def mark(view: View) -> View:
        found = login_required(view)
        for url in urls:
            found = expose(url, methods)(found)
        return found  # type: ignore[no-any-return]

    return mark


def the_actor() -> Actor:
    """The person of this request, on pages that nobody sees before signing in."""
    actor = current_actor()
    if actor is None:
        abort(401)
    return actor


def form_of(slug: str) -> FormSpec:
    """The form of that slug, or 404."""
    found = next((one for one in catalogue.forms if one.slug == slug), None)
    return found or abort(404)


def register_of(slug: str) -> RegisterSpec:
    """The register of that slug, or 404."""
    found = next((one for one in catalogue.registers if one.slug == slug), None)
    return found or abort(404)


def home(spec: AnySpec) -> str:
    """The address below which the pages of a form or register stand."""
    return f"/{'forms' if isinstance(spec, FormSpec) else 'registers'}/{spec.slug}"


def send(content: IO[bytes] | Path, name: str) -> Response:
    """A workbook as a download under its Chinese name."""
    answer = send_file(content, XLSX, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
