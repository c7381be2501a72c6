"""REST resources of chapter 3 that no form or register gives rise to."""

from flask_appbuilder import AppBuilder
from flask_appbuilder.api import BaseApi

from app.areas.collection.resources.arrivals import ArrivalApi, DeliveryApi
from app.areas.collection.resources.credit import CreditApi, LoadApi
from app.areas.collection.resources.discs import DiscApi
from app.areas.collection.resources.entry import EntryApi
from app.areas.collection.resources.extraction import ExtractionApi
from app.areas.collection.resources.faults import BatchFilesApi
from app.areas.collection.resources.samples import SampleApi
from app.areas.collection.resources.sight import BatchApi, ProviderApi

RESOURCES: tuple[type[BaseApi], ...] = (
    ProviderApi, ArrivalApi, DeliveryApi, EntryApi, ExtractionApi, DiscApi, BatchApi, BatchFilesApi, SampleApi, LoadApi, CreditApi,
)


def register(appbuilder: AppBuilder, catalogue: object) -> None:
    """Registers the resources."""
    for resource in RESOURCES:
        appbuilder.add_api(resource)
