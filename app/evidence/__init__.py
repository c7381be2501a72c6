"""Evidence (证据): a document with everything that belongs to it in one verifiable file, and the record as a workbook."""

from flask_appbuilder import AppBuilder

from app.engine.catalogue import Catalogue


def register(appbuilder: AppBuilder, catalogue: Catalogue) -> None:
    """Adds the addresses of evidence; they serve the whole catalogue."""
    from app.evidence.views import Evidence

    appbuilder.add_view_no_menu(Evidence)
