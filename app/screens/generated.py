"""The generated screens: one Flask-AppBuilder ModelView a form and register, built from its spec."""

from typing import Any

from flask import current_app
from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue
from app.engine.spec import AnySpec, FormSpec
from app.screens.entries import FILTERS
from app.screens.form_views import FormScreen
from app.screens.interface import GuardedInterface
from app.screens.paths import endpoint
from app.screens.register_views import RegisterScreen
from app.screens.screen import Screen
from app.workflow.permissions import permissions_of


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Adds the screen of every declared form and register."""
    current_app.jinja_env.filters.update(FILTERS)
    for spec in catalogue:
        appbuilder.add_view_no_menu(screen_of(spec))


def screen_of(spec: AnySpec) -> type[Screen]:
    """The screen of one spec."""
    form = isinstance(spec, FormSpec)
    parent: type[Screen] = FormScreen if form else RegisterScreen
    members: dict[str, Any] = {
        "spec": spec,
        "datamodel": GuardedInterface(spec.model),
        "route_base": f"/{'forms' if form else 'registers'}/{spec.slug}",
        "class_permission_name": spec.resource,
        "base_permissions": list(permissions_of(spec)),
        "__module__": __name__,
        "__doc__": f"{spec.resource}.",
    }
    return type(endpoint(spec), (parent,), members)
