"""What screens of forms and registers share: a Flask-AppBuilder ModelView with its pages, and none of the stock ones."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from flask import Response, make_response
from flask_appbuilder import ModelView
from flask_wtf import FlaskForm

from app.engine.spec import AnySpec
from app.screens import paths


class Screen(ModelView):
    """Base of the generated screens. `include_route_methods` is all there is: no stock action, download or delete by GET."""

    spec: ClassVar[Any]
    add_form = edit_form = search_form = FlaskForm  # ours are built from the spec, not from columns

    def _init_properties(self) -> None:
        """Columns and labels from the spec; the stock code would walk through every column and relation."""
        nothing: dict[str, Any] = dict.fromkeys(
            ("add_columns", "edit_columns", "search_columns", "base_filters", "related_views", "_related_views"), ()
        )
        names = [one.name for one in self.spec.columns]
        self.__dict__ |= nothing | dict.fromkeys(("list_columns", "show_columns", "order_columns"), names)
        self.label_columns = {one.name: one.label for one in self.spec.fields}
        self._base_filters = self._filters = self.datamodel.get_filters()

    def _init_forms(self) -> None:
        """No forms by columns."""

    def answer(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page of this screen."""
        return make_response(self.render_template(template, spec=self.spec, **context(self.spec), **values), status)


def context(spec: AnySpec) -> Mapping[str, Any]:
    """What every page of a spec needs: addresses."""
    return {
        "url": partial(paths.url, spec),
        "below": partial(paths.below, spec),
        "document_url": paths.document_url,
    }
