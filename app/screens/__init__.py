"""Screens: the frame with its own pages, and those generated from the catalogue."""

from flask import current_app
from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Registers all screens; the workbench is Flask-AppBuilder's index view already."""
    from app.screens import errors, frame, generated
    from app.screens.language import LanguageView
    from app.screens.search import Search
    from app.screens.tasks import Tasks

    frame.init_app(current_app)
    errors.init_app(current_app)
    for view in (Tasks, Search, LanguageView):
        appbuilder.add_view_no_menu(view)
    generated.register(appbuilder, catalogue)
