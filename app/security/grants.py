"""The permissions of a role as people read them: by area of work, form and step."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.engine.spec import AnySpec
from app.engine.text import Text
from app.screens.navigation import AREAS, area_title
from app.security.words import PERMISSIONS, permission_title, resource_title, specs
from app.workflow.permissions import permissions_of

SCREENS = _("系统功能")
"""The group of resources that are neither form nor register."""


@dataclass(frozen=True)
class Grant:
    """A permission on a resource; `key` is its id."""

    key: int
    name: str
    spec: AnySpec | None
    held: bool

    @property
    def title(self) -> Text:
        """The permission in words."""
        return permission_title(self.name, self.spec)

    @property
    def order(self) -> tuple[int, str]:
        """As the chain goes; elsewhere as PERMISSIONS goes."""
        names = permissions_of(self.spec) if self.spec else tuple(PERMISSIONS)
        return (names.index(self.name) if self.name in names else len(names), self.name)


@dataclass(frozen=True)
class ResourceGrants:
    """A form, register or screen with permissions on it."""

    title: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class AreaGrants:
    """An area of work with its resources."""

    title: Text
    resources: tuple[ResourceGrants, ...]

    @property
    def held(self) -> int:
        """How many of the permissions are held."""
        return sum(grant.held for resource in self.resources for grant in resource.grants)


def by_area(pairs: Iterable[Any], held: Iterable[Any] | None = None) -> list[AreaGrants]:
    """Permission pairs by area of work and resource; all are held, or those of `held`."""
    known, mine = specs(), None if held is None else {one.id for one in held}
    areas: dict[str, dict[str, list[Grant]]] = {name: {} for name in (*AREAS, "")}
    for pair in pairs:
        spec = known.get(pair.view_menu.name)
        grants = areas.setdefault(spec.area if spec else "", {}).setdefault(pair.view_menu.name, [])
        grants.append(Grant(pair.id, pair.permission.name, spec, mine is None or pair.id in mine))
    order = {name: at for at, name in enumerate(known)}
    return [
        AreaGrants(area_title(area) if area else SCREENS, tuple(
            ResourceGrants(resource_title(name, known.get(name)), tuple(sorted(grants, key=lambda grant: grant.order)))
            for name, grants in sorted(resources.items(), key=lambda item: order.get(item[0], len(order)))
        ))
        for area, resources in areas.items() if resources
    ]
