"""Who may do what with notices at first; form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import HEADS, Position
from app.workflow.permissions import MAKE, READ

RESOURCE = "通知"
INSPECT = "can_inspect"
"""See every announcement, and who has read it."""

SENDERS = HEADS | {
    Position.GENERAL_MANAGER,
    Position.DEPUTY_MANAGER,
    Position.SYSADMIN,
    Position.PRODUCT_DEV,
    Position.BUSINESS_MANAGER,
    Position.SECURITY_DIRECTOR,
}
"""Who has something to tell other departments: heads, management, and product developers (article 32)."""
INSPECTORS = (Position.INSPECTOR, Position.INSPECTION_HEAD)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position): all read what is sent to them."""
    for position in Position:
        yield READ, RESOURCE, position
        if position in SENDERS:
            yield MAKE, RESOURCE, position
        if position in INSPECTORS:
            yield INSPECT, RESOURCE, position
