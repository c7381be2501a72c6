"""Who brings and who fetches (到件、报送): fixed at first, changed by form 26."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "到件"
LIST, FETCH = "can_list", "can_fetch"
"""See what has arrived of every provider; fetch it for form 2."""
UPLOAD_RESOURCE, UPLOAD = "报送文件", "can_upload"
"""Bring one's own organisation's files, and see their receipts."""
READERS = (Position.COLLECTOR, Position.COLLECTION_HEAD, Position.DATA_MANAGER, Position.INSPECTOR)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
    yield FETCH, RESOURCE, Position.COLLECTOR
    yield UPLOAD, UPLOAD_RESOURCE, Position.PROVIDER_OPERATOR
