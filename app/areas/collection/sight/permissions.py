"""Who sees at first what providers deliver and how each batch goes its way; form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "采集情况"
LIST = "can_list"
"""See providers, their deliveries and their quality, and the way of each batch."""
EXPORT = "can_export"
"""Take them out as workbooks."""
READERS = (
    Position.COLLECTOR, Position.COLLECTION_REVIEWER, Position.COLLECTION_HEAD, Position.DATA_MANAGER, Position.IT_STAFF,
    Position.IT_HEAD, Position.GENERAL_MANAGER, Position.ARCHIVIST, Position.INSPECTOR,
)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
        yield EXPORT, RESOURCE, position
