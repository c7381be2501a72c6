"""Links on a register row's page to pages that an area has about it, such as an enterprise's credit data."""

from dataclasses import dataclass

from flask import url_for

from app.engine.spec import RegisterSpec
from app.engine.text import Text
from app.workflow.actor import Actor


@dataclass(frozen=True)
class RecordLink:
    """A page of an area about a row of a register, for those with the permission; `endpoint` takes the row's id as `pk`."""

    register: str
    title: Text
    endpoint: str
    permission: str
    resource: str


_LINKS: dict[tuple[str, str], RecordLink] = {}


def add(link: RecordLink) -> None:
    """Adds a link, or the same one again."""
    _LINKS[link.register, link.endpoint] = link


def of(actor: Actor, spec: RegisterSpec, row_id: int) -> list[tuple[Text, str]]:
    """(title, address) of the links that the person may follow from a row."""
    return [
        (one.title, url_for(one.endpoint, pk=row_id))
        for one in _LINKS.values() if one.register == spec.slug and actor.may(one.permission, one.resource)
    ]
