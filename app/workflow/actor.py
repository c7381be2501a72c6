"""The person who acts: who, with which positions and permissions. Passed explicitly to every operation."""

from dataclasses import dataclass, field

from app.engine.positions import Position


@dataclass(frozen=True)
class Actor:
    """Who acts. `permissions` are pairs (permission, resource) of Flask-AppBuilder's roles."""

    user_id: int
    username: str
    name: str
    positions: frozenset[Position]
    permissions: frozenset[tuple[str, str]] = field(repr=False)
    employee_id: int | None = None
    department_code: str | None = None
    department_name: str | None = None
    organisation_id: int | None = None

    def may(self, permission: str, resource: str) -> bool:
        """Whether one of the actor's roles has the permission on the resource."""
        return (permission, resource) in self.permissions

    @property
    def external(self) -> bool:
        """People of members and providers see their own records only."""
        return bool(self.positions) and all(position.external for position in self.positions)

    @property
    def position_titles(self) -> str:
        """The actor's positions in words."""
        return "、".join(str(one.title) for one in Position if one in self.positions)
