"""The switch between Chinese and English."""

from dataclasses import dataclass

from flask import abort, redirect, request, session
from flask_appbuilder import BaseView, expose
from flask_babel import get_locale, refresh
from werkzeug.wrappers import Response

from app.procedure import cite
from app.security.urls import local_url


@dataclass(frozen=True)
class Language:
    """A language of the interface: `code` as configured, `tag` for the page, and its name in itself."""

    code: str
    tag: str
    name: str


LANGUAGES = (Language("zh", "zh-CN", "中文"), Language("en", "en", "English"))


def cited(ref: str) -> str:
    """A reference to the procedure in the language of the page: 第十六条（一）1, article 16.1.1."""
    return cite(ref) if str(get_locale() or "zh").startswith("zh") else f"article {ref}"


class LanguageView(BaseView):
    """Keeps the language that a person chose, and returns to the page."""

    route_base = "/language"
    default_view = "change"

    @expose("/", methods=["POST"])
    def change(self) -> Response:
        """Switches; the page to return to is one of ours."""
        code = request.form.get("language", "")
        if code not in [one.code for one in LANGUAGES]:
            abort(400)
        session["locale"] = code
        refresh()
        return redirect(local_url(request.form.get("next")))
