"""Roles and permissions (角色功能权限, article 93): what form 26 makes of them. Only its confirmation changes anything."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.system.forms.role_permission_maintenance import (
    Grant,
    PermissionChange,
    RoleAction,
    RolePermissionMaintenance,
)
from app.areas.system.role_bases import LINES, compare, note_held, pairs_of, refuse_second
from app.documents.values import Fault, Invalid, check_rules, line_label
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.registers import versions
from app.registers.accounts import ROLES, keep_changed
from app.security.models import Permission, PermissionView, Role, ViewMenu
from app.security.words import resource_title, specs, stored_words
from app.workflow.duties import Change, Pair, RoleChange, RoleRemoved, guard_change, in_words
from app.workflow.errors import Denied

Known = Mapping[str, Mapping[str, PermissionView]]
"""Every permission that there is: by function, then by name."""


def propose(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """Notes what the roles have now (原有), and tries the change; raises Invalid."""
    refuse_second(session, spec, form)
    note_held(session, form)
    rehearse(session, spec, form)


def enter(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """The system administrator enters the change, which stays pending (录入，待确认); raises Moved, Invalid."""
    compare(session, spec, form)
    rehearse(session, spec, form)


def confirm(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """Another person confirms: now the roles change, and their versions are kept; raises Moved, Invalid."""
    compare(session, spec, form)
    carry_out(session, spec, form)


def rehearse(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """Tries the change and takes it back, so that its maker sees at once what the confirmation would refuse."""
    savepoint = session.begin_nested()
    try:
        carry_out(session, spec, form)
    finally:
        savepoint.rollback()


def carry_out(session: Session, spec: FormSpec, form: RolePermissionMaintenance) -> None:
    """Does to the roles what the form says; raises Invalid with what stands in the way."""
    if faults := check_rules(spec, form):
        raise Invalid(faults)
    roles, known = {role.name: role for role in session.scalars(select(Role))}, known_permissions(session)
    check_role(spec, form, roles)
    wanted = proposed(spec, form, roles, known)
    judge(session, spec, form, wanted)
    if form.action is RoleAction.DELETE:
        versions.keep(session, ROLES, roles[form.role], versions.DELETED, form)
        session.delete(roles[form.role])
    for name, pairs in wanted.items():
        role = roles.setdefault(name, Role(name=name))
        session.add(role)
        role.permissions = [known[function][permission] for permission, function in sorted(pairs)]
    keep_changed(session, ROLES, [roles[name] for name in wanted], form)


def proposed(
    spec: FormSpec, form: RolePermissionMaintenance, roles: Mapping[str, Role], known: Known
) -> dict[str, frozenset[Pair]]:
    """The permissions that each role named will have; raises Invalid with every line that is wrong."""
    gone = form.role if form.action is RoleAction.DELETE else None
    found = {line.role: pairs_of(roles.get(line.role)) for line in form.permissions if line.role != gone}
    if form.action is RoleAction.CREATE:
        found.setdefault(form.role, frozenset())
    faults: list[Fault] = []
    for at, line in enumerate(form.permissions):
        if reason := wrong_with(line, {*roles, *([form.role] if form.action is RoleAction.CREATE else [])}, known):
            faults.append(fault(spec, at, *reason))
            continue
        pair = (by_words(known, line.function)[line.pair[0]], line.function)
        if line.role in found and (line.grant is Grant.ADD) == (pair in found[line.role]):
            have = pair in found[line.role]
            faults.append(fault(spec, at, "grant", _("该角色已有此权限") if have else _("该角色没有此权限")))
        elif line.role in found:
            found[line.role] = found[line.role] ^ {pair}
    if faults:
        raise Invalid(faults)
    return found


def wrong_with(line: PermissionChange, roles: Iterable[str], known: Known) -> tuple[str, Text] | None:
    """The field of a line that names nothing there is, with the nearest names."""
    if line.role not in roles:
        return "role", unknown(line.role, {one: one for one in roles})
    if line.function not in known:
        return "function", unknown(line.function, {name: resource_title(name, specs().get(name)) for name in known})
    words = by_words(known, line.function)
    if line.pair[0] not in words:
        return "permission", unknown(line.permission, {name: one for one, name in words.items()} | {one: one for one in words})
    return None


def by_words(known: Known, function: str) -> dict[str, str]:
    """The names of a function's permissions by their words."""
    spec = specs().get(function)
    return {stored_words(name, spec): name for name in known[function]}


def unknown(name: str, titles: Mapping[str, str]) -> Text:
    """No such name; the nearest that there are, in words."""
    found = get_close_matches(name, list(titles), 3, 0.3) or sorted(titles)[:3]
    nearest = dict.fromkeys(titles[one] for one in found)
    return _("没有“%(name)s”，相近的有：%(nearest)s", name=name, nearest="、".join(nearest))


def check_role(spec: FormSpec, form: RolePermissionMaintenance, roles: Mapping[str, Role]) -> None:
    """A new role is new; another is there, and nobody has one that goes."""
    role, reason = roles.get(form.role), None
    if form.action is RoleAction.CREATE:
        reason = _("该角色已存在") if role is not None else None
    elif role is None:
        reason = unknown(form.role, {one: one for one in roles})
    elif form.action is RoleAction.DELETE and role.user:
        reason = _("还有用户属于这个角色，不能删除")
    if reason is not None:
        raise Invalid([Fault(("role",), spec.field("role").label, reason)])


def judge(
    session: Session, spec: FormSpec, form: RolePermissionMaintenance, wanted: Mapping[str, frozenset[Pair]]
) -> None:
    """Refuses what would let one person make and check the same form, and what leaves a step without a person."""
    changes: list[Change] = [RoleChange(name, pairs) for name, pairs in wanted.items()]
    if form.action is RoleAction.DELETE:
        changes.append(RoleRemoved(form.role))
    label = spec.line(LINES).label
    try:
        left = guard_change(session, *changes)
    except Denied as denied:
        raise Invalid([Fault((LINES,), label, denied.reason)]) from None
    if left:
        raise Invalid([Fault((LINES,), label, _("修改后将无人办理：%(what)s", what=in_words(left)))])


def known_permissions(session: Session) -> dict[str, dict[str, PermissionView]]:
    """Every permission that there is."""
    found: dict[str, dict[str, PermissionView]] = {}
    statement = (
        select(PermissionView, Permission.name, ViewMenu.name)
        .join(Permission, Permission.id == PermissionView.permission_id)
        .join(ViewMenu, ViewMenu.id == PermissionView.view_menu_id)
    )
    for row, permission, function in session.execute(statement):
        found.setdefault(function, {})[permission] = row
    return found


def fault(spec: FormSpec, at: int, name: str, reason: Text) -> Fault:
    """What is wrong with a line."""
    line = spec.line(LINES)
    return Fault((LINES, at, name), f"{line_label(line, at)}{line.field(name).label}", reason)
