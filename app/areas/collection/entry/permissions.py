"""Who keys and who reviews (人工录入), and who takes the originals: fixed at first, changed by form 26."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "人工录入"
LIST, KEY, REVIEW = "can_list", "can_key", "can_review"
"""See the sheets; open and key them; review them."""
HANDOVER, TAKE = "原始资料移交", "can_take"
"""See the day's originals; take them over."""
READERS = (Position.COLLECTOR, Position.DATA_ENTRY, Position.COLLECTION_REVIEWER, Position.COLLECTION_HEAD, Position.INSPECTOR)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
    for position in (Position.COLLECTOR, Position.DATA_ENTRY):
        yield KEY, RESOURCE, position
    for position in (Position.COLLECTOR, Position.COLLECTION_REVIEWER):
        yield REVIEW, RESOURCE, position
    for position in (Position.COLLECTOR, Position.COLLECTION_HEAD, Position.ARCHIVIST, Position.INSPECTOR):
        yield LIST, HANDOVER, position
    yield TAKE, HANDOVER, Position.ARCHIVIST
