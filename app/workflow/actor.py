"""The person who acts: who, with which positions and permissions. Passed explicitly to every operation."""

from dataclasses import dataclass, field

from app.engine.positions import Position


@dataclass(frozen=True)
class Origin:
    """Where an act comes from: channel web, api, job or command, and the caller's network address."""

    channel: str = "command"
    address: str | None = None


@dataclass(frozen=True)
class Principal:
    """委托人: somebody on whose behalf the actor may sign for now."""

    user_id: int
    name: str
    positions: frozenset[Position]
    permissions: frozenset[tuple[str, str]] = field(repr=False)
    employee_id: int | None = None
    department_code: str | None = None

    def may(self, permission: str, resource: str) -> bool:
        """Whether one of the principal's roles has the permission on the resource."""
        return (permission, resource) in self.permissions

    @property
    def position_titles(self) -> str:
        """The principal's positions in words."""
        return titles(self.positions)


@dataclass(frozen=True)
class Actor:
    """Who acts. `permissions` are pairs (permission, resource) of Flask-AppBuilder's roles.

    `principals`: whose delegate the actor is now. `also`: everybody who counts as the same hand as the actor because
    of delegations, directly or through others (security 1). `fellows`: the accounts of an outsider's organisation.
    """

    user_id: int
    username: str
    name: str
    positions: frozenset[Position]
    permissions: frozenset[tuple[str, str]] = field(repr=False)
    employee_id: int | None = None
    department_code: str | None = None
    department_name: str | None = None
    organisation_id: int | None = None
    fellows: frozenset[int] = frozenset()
    origin: Origin = field(default=Origin(), compare=False)
    principals: tuple[Principal, ...] = ()
    also: frozenset[int] = frozenset()

    @property
    def hands(self) -> frozenset[int]:
        """The users who count as one with the actor."""
        return self.also | {self.user_id}

    def may(self, permission: str, resource: str) -> bool:
        """Whether one of the actor's roles has the permission on the resource."""
        return (permission, resource) in self.permissions

    @property
    def external(self) -> bool:
        """People of members and providers see their own organisation's records only."""
        inside = any(not position.external for position in self.positions)
        return self.organisation_id is not None or (bool(self.positions) and not inside)

    @property
    def circle(self) -> frozenset[int]:
        """Whose documents an outsider may see: those of the organisation's accounts, the own one among them."""
        return self.fellows | {self.user_id}

    @property
    def position_titles(self) -> str:
        """The actor's positions in words."""
        return titles(self.positions)


def titles(positions: frozenset[Position]) -> str:
    """Positions in words, in the procedure's order."""
    return "、".join(str(one.title) for one in Position if one in positions)
