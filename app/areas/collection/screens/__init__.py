"""Pages of chapter 3 that no form or register gives rise to."""

from flask_appbuilder import AppBuilder, BaseView
from flask_babel import lazy_gettext as _

from app.areas.collection.credit.permissions import CREDIT, READ
from app.areas.collection.screens.arrivals import Arrivals
from app.areas.collection.screens.batches import Batches
from app.areas.collection.screens.credit import Credit
from app.areas.collection.screens.deliveries import Deliveries
from app.areas.collection.screens.discs import Discs
from app.areas.collection.screens.entry import Entry
from app.areas.collection.screens.extraction import Extraction
from app.areas.collection.screens.imports import ImportFaults
from app.areas.collection.screens.loads import Loads
from app.areas.collection.screens.originals import Originals
from app.areas.collection.screens.providers import Providers
from app.areas.collection.screens.public import PublicChannels
from app.areas.collection.screens.samples import StructureSamples
from app.extensions import csrf
from app.screens import record_links
from app.screens.record_links import RecordLink

VIEWS: tuple[type[BaseView], ...] = (
    Providers, Batches, Arrivals, Deliveries, Extraction, ImportFaults, Discs, PublicChannels, Entry, Originals, StructureSamples,
    Loads, Credit,
)


def register(appbuilder: AppBuilder, catalogue: object) -> None:
    """Registers the pages."""
    for view in VIEWS:
        appbuilder.add_view_no_menu(view)
    csrf.exempt(f"{Deliveries.__module__}.send")  # asks for the token itself, once the limit of its body is set
    record_links.add(RecordLink("target_enterprises", _("企业信用信息"), "Credit.show", READ, CREDIT))
