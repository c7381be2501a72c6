"""Changes of people, roles and delegations are judged before they take effect (security 6)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import Catalogue, catalogue
from app.engine.text import Text
from app.security.models import Role
from app.workflow.duties.checking import findings, introduced
from app.workflow.duties.findings import Finding
from app.workflow.duties.holdings import Holdings, Pair, Person
from app.workflow.duties.loading import load_holdings
from app.workflow.errors import Denied

MOST = 5
"""A refusal names so many findings, and counts the rest."""


@dataclass(frozen=True)
class RoleChange:
    """A role gets these permissions, and no others; new or not."""

    role: str
    permissions: frozenset[Pair]


@dataclass(frozen=True)
class RoleRemoved:
    """A role is no more."""

    role: str


@dataclass(frozen=True)
class AccountChange:
    """An account, None for a new one, gets these roles (None: as they are) and is in use or not (None: as it is)."""

    user_id: int | None
    roles: frozenset[str] | None = None
    active: bool | None = None
    name: str | None = None


@dataclass(frozen=True)
class DelegationAdded:
    """One person may do another's tasks."""

    from_user_id: int
    to_user_id: int
    among: frozenset[tuple[int, int]] = field(default=frozenset())
    """Other delegations that will stand at the same time, beside those that stand now."""


Change = RoleChange | RoleRemoved | AccountChange | DelegationAdded

NEW = 0
"""The id of an account that has none yet."""


def after(holdings: Holdings, change: Change) -> Holdings:
    """Who holds what once the change has taken effect."""
    match change:
        case RoleChange(role, permissions):
            return holdings.with_role(role, permissions)
        case RoleRemoved(role):
            return holdings.without_role(role)
        case AccountChange():
            return holdings.with_person(changed(holdings, change))
        case DelegationAdded(one, other, among):
            return holdings.with_delegations(holdings.delegations | among | {(one, other)})


def changed(holdings: Holdings, change: AccountChange) -> Person:
    """The account as it will be."""
    known = holdings.people.get(change.user_id or NEW) or Person(NEW, change.name or "", "", frozenset())
    return replace(
        known, name=change.name or known.name, roles=known.roles if change.roles is None else change.roles,
        active=known.active if change.active is None else change.active,
    )


def findings_after(catalogue: Catalogue, holdings: Holdings, change: Change) -> list[Finding]:
    """Every finding once the change has taken effect."""
    return findings(catalogue, after(holdings, change))


def brought_about(session: Session, *changes: Change) -> list[Finding]:
    """The errors that the changes together would bring about."""
    one_at_a_time(session)
    holdings = load_holdings(session)
    return introduced(findings(catalogue, holdings), findings(catalogue, reduce(after, changes, holdings)))


def one_at_a_time(session: Session) -> None:
    """Changes are judged one after the other: two that are harmless each could do harm together.

    Holds until the caller's transaction ends; on SQLite that the transaction writes is enough.
    """
    session.execute(select(Role.id).order_by(Role.id).with_for_update())


def guard_change(session: Session, *changes: Change) -> list[Finding]:
    """Refuses changes that join duties which are never one person's; raises Denied, naming them and the people.

    Returns the steps that the changes would leave without a person: whoever makes them must confirm that it is meant.
    """
    found = brought_about(session, *changes)
    if conflicts := [one for one in found if one.conflict]:
        raise Denied(_("职责冲突，不能这样修改：%(what)s", what=in_words(conflicts)))
    return found


def may_delegate(session: Session, from_user_id: int, to_user_id: int) -> list[Finding]:
    """What a delegation would bring about: conflicts (`conflict`), which forbid it, and steps left without a person."""
    return brought_about(session, DelegationAdded(from_user_id, to_user_id))


def in_words(found: Sequence[Finding]) -> Text:
    """Findings in one sentence: where, what and who; what is wrong at several places is said once."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in found[:MOST]:
        alike[str(one.what), one.beside].append(f"“{one.where}”")
    said = "；".join(
        "、".join(places) + what + (_("（%(names)s）", names=names) if names else "")
        for (what, names), places in alike.items()
    )
    return _("%(said)s等 %(count)s 处", said=said, count=len(found)) if len(found) > MOST else said
