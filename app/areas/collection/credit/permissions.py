"""Who at first loads, authorises on the spot and reads the credit database; form 26 changes it."""

from collections.abc import Iterator

from app.engine.positions import Position

LOADING = "数据装载"
CREDIT = "企业信用信息"

LIST = "can_list"
"""See loads."""
LOAD = "can_load"
"""Operate a load: begin it, have it authorised, give it up (article 19; 115 for corrections)."""
AUTHORISE = "can_authorise"
"""Authorise a load on the spot."""
READ = "can_read"
"""Read what the credit database holds of an enterprise; each reading is recorded (security 25)."""

OPERATORS = (Position.DATA_MANAGER, Position.IT_STAFF)
AUTHORISERS = (Position.IT_HEAD,)
OBSERVERS = (Position.ARCHIVIST, Position.GENERAL_MANAGER, Position.INSPECTOR)
READERS = (
    Position.DATA_MANAGER, Position.IT_STAFF, Position.IT_HEAD, Position.COLLECTOR, Position.COLLECTION_REVIEWER,
    Position.COLLECTION_HEAD, Position.ANALYST, Position.PRODUCT_HEAD, Position.SERVICE_STAFF, Position.DISPUTE_REVIEWER,
    Position.INSPECTOR,
)


def grants() -> Iterator[tuple[str, str, Position]]:
    """Every (permission, resource, position)."""
    for position in (*OPERATORS, *AUTHORISERS, *OBSERVERS):
        yield LIST, LOADING, position
    for position in OPERATORS:
        yield LOAD, LOADING, position
    for position in AUTHORISERS:
        yield AUTHORISE, LOADING, position
    for position in READERS:
        yield READ, CREDIT, position
