"""What form 26 builds on: the permissions as its lines note them (原有), and no other form about the same roles under way."""

from collections.abc import Iterable, Iterator

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.areas.system.forms.role_permission_maintenance import (
    Grant,
    HoldingChange,
    PermissionChange,
    RoleAction,
    RolePermissionMaintenance,
)
from app.documents.proposals import Compared, compares
from app.documents.values import Fault, Invalid, line_label
from app.engine.document import State
from app.engine.spec import FormSpec
from app.engine.text import msgid
from app.registers.accounts import ROLES
from app.registers.proposing import finds_open, refuse_moved
from app.security.codecs import BETWEEN
from app.security.models import Role
from app.security.words import RESOURCES, resource_title, role_title, shown_words, specs, stored_words
from app.workflow.duties import Pair

LINES = "permissions"
LONGEST = 255

Holding = tuple[str, str, frozenset[str], frozenset[str]]
"""Role, function, and the permissions on it before and after, in the words that documents keep."""


def pairs_of(role: Role | None) -> frozenset[Pair]:
    """What a role allows."""
    return frozenset((one.permission.name, one.view_menu.name) for one in role.permissions) if role is not None else frozenset()


def pairs_in_words(role: Role | None) -> frozenset[Pair]:
    """What a role allows, as the lines say it."""
    known = specs()
    return frozenset((stored_words(name, known.get(function)), function) for name, function in pairs_of(role))


def roles_named(form: RolePermissionMaintenance) -> frozenset[str]:
    """The roles that a form changes."""
    return frozenset({form.role, *(line.role for line in form.permissions)})


@finds_open(ROLES.slug)
def under_way(session: Session, role_id: int) -> int | None:
    """The id of the form under way that changes a role."""
    role = session.get(Role, role_id)
    found = open_change(session, role.name) if role is not None else None
    return found.id if found else None


def open_change(session: Session, role: str, besides: int | None = None) -> RolePermissionMaintenance | None:
    """The form under way that changes a role; there is at most one."""
    form = RolePermissionMaintenance
    named = or_(form.role == role, form.permissions.any(PermissionChange.role == role))
    pending = select(form).where(form.state == State.PENDING, named)
    if besides is not None:
        pending = pending.where(form.id != besides)
    return session.scalar(pending.limit(1))


def refuse_second(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """One change of a role at a time; raises Invalid with the number of the other."""
    for role in sorted(roles_named(form)):
        if other := open_change(session, role, besides=form.id):
            message = _("角色“%(role)s”已有未办结的变更 %(number)s", role=role, number=other.number)
            raise Invalid([Fault(("role",), spec.field("role").label, message)])


def note_held(session: Session, form: RolePermissionMaintenance) -> None:
    """Notes on each line whether the role has the permission (原有)."""
    for line, held in held_now(session, form):
        line.held = held
    form.changes = [
        HoldingChange(line_no=at, field=field[:LONGEST], old=old or None, new=new or None)
        for at, (field, old, new) in enumerate(kept_changes(session, form), 1)
    ]


def kept_changes(session: Session, form: RolePermissionMaintenance) -> Iterator[tuple[str, str, str]]:
    """What changes, in the Chinese words that documents keep: role and function, permissions before and after."""
    known = specs()
    for role, function, old, new in holdings(session, form):
        if old != new:
            title = known[function].resource if function in known else msgid(RESOURCES.get(function, function))
            yield f"{role} {title}", BETWEEN.join(sorted(old)), BETWEEN.join(sorted(new))


@compares("role_permission_maintenance")
def compared(session: Session, form: RolePermissionMaintenance) -> Iterator[Compared]:
    """What each role named may do with each function, as it is and as the form would make it; of a finished one, its lines."""
    known = specs()
    told = holdings(session, form) if form.state not in (State.DONE, State.TERMINATED) else told_by_lines(form)
    for role, function, old, new in told:
        label = f"{role_title(role)} {resource_title(function, known.get(function))}"
        yield Compared(label, shown(old), shown(new))


def shown(permissions: Iterable[str]) -> str:
    """Permissions in the language of the page."""
    return BETWEEN.join(str(shown_words(one)) for one in sorted(permissions))


def holdings(session: Session, form: RolePermissionMaintenance) -> Iterator[Holding]:
    """The permissions that each role named has, and would have, by function."""
    roles = {role.name: role for role in session.scalars(select(Role).where(Role.name.in_(roles_named(form))))}
    for name in sorted(roles_named(form), key=lambda one: (one != form.role, one)):
        before = pairs_in_words(roles.get(name))
        after = frozenset() if form.action is RoleAction.DELETE and name == form.role else changed(form, name, before)
        for function in sorted({function for _permission, function in before | after}):
            yield name, function, of_function(before, function), of_function(after, function)


def changed(form: RolePermissionMaintenance, role: str, before: frozenset[Pair]) -> frozenset[Pair]:
    """What a role has after the lines about it."""
    lines = [line for line in form.permissions if line.role == role]
    added = {line.pair for line in lines if line.grant is Grant.ADD}
    return (before | added) - {line.pair for line in lines if line.grant is Grant.REMOVE}


def told_by_lines(form: RolePermissionMaintenance) -> Iterator[Holding]:
    """What a form of an earlier release has changed, which kept no comparison: a line tells of one permission."""
    for line in form.permissions:
        one = frozenset({line.pair[0]})
        yield line.role, line.function, *((frozenset(), one) if line.grant is Grant.ADD else (one, frozenset()))


def of_function(pairs: frozenset[Pair], function: str) -> frozenset[str]:
    """The permissions on one function."""
    return frozenset(permission for permission, its in pairs if its == function)


def compare(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """Refuses a form whose roles have got or lost a permission that it names; raises Moved with the lines."""
    words = {True: str(_("有")), False: str(_("没有"))}
    moved = {}
    for at, (line, held) in enumerate(held_now(session, form)):
        if bool(line.held) is not held:
            label = f"{line_label(spec.line(LINES), at)}{line.title}"
            moved[f"{LINES}[{at + 1}].held"] = label, words[bool(line.held)], words[held]
    refuse_moved(moved)


def held_now(session: Session, form: RolePermissionMaintenance) -> list[tuple[PermissionChange, bool]]:
    """Each line, and whether its role has the permission now."""
    roles = session.scalars(select(Role).where(Role.name.in_(roles_named(form))))
    holdings = {role.name: pairs_in_words(role) for role in roles}
    return [(line, line.pair in holdings.get(line.role, frozenset())) for line in form.permissions]
