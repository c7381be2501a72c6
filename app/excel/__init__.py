"""Excel: templates, exports, single documents and imports of every form and register, from specs alone."""

from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Adds the workbook addresses and the import pages; they serve the whole catalogue."""
    from app.excel.pages_imports import Imports
    from app.excel.pages_workbooks import Workbooks

    for view in (Workbooks, Imports):
        appbuilder.add_view_no_menu(view)
