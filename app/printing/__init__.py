"""Printing: every form as a PDF in its paper layout, by one ruled template of forms_templates and the form's spec."""

from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Adds the addresses of prints; they serve the whole catalogue."""
    from app.printing.views import Prints

    appbuilder.add_view_no_menu(Prints)
