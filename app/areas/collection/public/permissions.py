"""Who collects from public channels (公开渠道采集): fixed at first, changed by form 26."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "公开渠道采集"
LIST, MAKE = "can_list", "can_make"
"""See the months; make lists, reports and handovers."""
READERS = (Position.COLLECTOR, Position.COLLECTION_REVIEWER, Position.COLLECTION_HEAD, Position.DATA_MANAGER, Position.INSPECTOR)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
    yield MAKE, RESOURCE, Position.COLLECTOR
