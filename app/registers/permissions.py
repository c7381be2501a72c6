"""Who sees at first what no form explains (账实核对); form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "账实核对"
LIST = "can_list"
"""See what the check finds, and have it done."""
READERS = (Position.SYSADMIN, Position.SUPERVISOR_ADMIN, Position.INSPECTOR)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in READERS:
        yield LIST, RESOURCE, position
