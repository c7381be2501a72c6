"""Who sees jobs at first: everybody their own, some all; form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "作业"
LIST = "can_list"
"""See one's own jobs."""
INSPECT = "can_inspect"
"""See everybody's and the system's."""
INSPECTORS = (Position.IT_HEAD, Position.SYSADMIN, Position.INSPECTOR)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in Position:
        yield LIST, RESOURCE, position
    for position in INSPECTORS:
        yield INSPECT, RESOURCE, position
