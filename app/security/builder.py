"""Flask-AppBuilder without what this product has better."""

from typing import Any

from flask_appbuilder import AppBuilder
from flask_appbuilder.babel.views import LocaleView
from flask_appbuilder.views import UtilView

LEFT_OUT = (LocaleView, UtilView)
"""The one changes the language by GET, the other leads to wherever the session says (security 8)."""


class Builder(AppBuilder):
    """The application's views and menu."""

    def add_view_no_menu(self, baseview: Any, *args: Any, **kwargs: Any) -> Any:
        """Adds a view, unless it is one that is left out."""
        if baseview in LEFT_OUT or isinstance(baseview, LEFT_OUT):
            return baseview
        return super().add_view_no_menu(baseview, *args, **kwargs)
