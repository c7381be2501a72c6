"""Who may look at the picture of duties at first; form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import Position

RESOURCE = "岗位权限"
LIST = "can_list"
"""See the picture of duties, and take it out as a workbook."""

LOOKERS = (
    Position.SYSADMIN,
    Position.SUPERVISOR_ADMIN,
    Position.INSPECTOR,
    Position.INSPECTION_HEAD,
    Position.IT_HEAD,
    Position.GENERAL_MANAGER,
)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in LOOKERS:
        yield LIST, RESOURCE, position
