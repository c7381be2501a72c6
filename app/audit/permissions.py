"""Who may read the record and take evidence out at first; form 26 changes it. Nobody may change it."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "审计日志"
LIST = "can_list"
"""Search the record."""
EXPORT = "can_export"
"""Take out the record and the evidence on a document (证据包)."""

READERS = (Position.INSPECTOR, Position.INSPECTION_HEAD)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
        yield EXPORT, RESOURCE, position
