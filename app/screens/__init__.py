"""Screens: the frame with its own pages, and those generated from the catalogue."""

from flask import current_app
from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Registers all screens; the workbench is Flask-AppBuilder's index view already."""
    from app.screens import errors, frame, generated
    from app.screens.account_history import RoleHistory, UserHistory
    from app.screens.delegations import Delegations
    from app.screens.duties import Duties
    from app.screens.environments import Environments
    from app.screens.handover import Handover
    from app.screens.jobs import Jobs
    from app.screens.language import LanguageView
    from app.screens.notices import Notices
    from app.screens.reconciling_pages import RegistersCheck
    from app.screens.record import Record
    from app.screens.search import Search
    from app.screens.tasks import Tasks

    frame.init_app(current_app)
    errors.init_app(current_app)
    views = (
        Tasks, Delegations, Handover, Notices, Search, Duties, Record, RegistersCheck, Environments, UserHistory, RoleHistory,
        Jobs, LanguageView,
    )
    for view in views:
        appbuilder.add_view_no_menu(view)
    generated.register(appbuilder, catalogue)
