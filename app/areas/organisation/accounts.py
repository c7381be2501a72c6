"""Accounts (用户, articles 79 and 82): what form 22 makes of them. Only its confirmation changes anything.

注销 closes an account for good: it is stopped and loses its roles. 删除 also frees the employee for a new one. The row
itself stays, for its name stands in documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.organisation.account_rules import check_account, roles_after
from app.areas.organisation.filing import may_not_file
from app.areas.organisation.forms.user_maintenance import UserChange, UserMaintenance
from app.areas.organisation.leaving import open_work, tell_of_work
from app.areas.organisation.operations import full_name
from app.areas.organisation.proposals import UserAction, UserKind
from app.areas.organisation.registers import AccountLink, Employee, ExternalOrganisation
from app.clock import now
from app.documents.guard import writing
from app.documents.proposals import Compared, compares
from app.documents.values import Fault, Invalid, check_rules
from app.documents.words import together
from app.engine.document import State
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.registers import proposing
from app.registers.accounts import USERS, keep_changed
from app.registers.versions import values_of
from app.security import codes
from app.security.initial import set_initial_password
from app.security.models import AccountSecurity, Role, User
from app.workflow.actor import Actor
from app.workflow.duties import AccountChange, guard_change, in_words
from app.workflow.errors import Denied
from app.workflow.letters import Letter, hand_out

A = UserAction
CLOSING = (A.STOP, A.CANCEL, A.DELETE)
LONGEST = 255


@dataclass(frozen=True)
class Face:
    """An account as people see it."""

    username: str = ""
    name: str = ""
    owner: str = ""
    """员工或单位, by number or code and name."""
    roles: str = ""
    status: str = ""
    token: str = ""


@dataclass(frozen=True)
class Outcome:
    """What a form has made: the account, how it was and is, and what the change leaves without a person."""

    user: User
    before: Face
    after: Face
    unmanned: Text | None
    work: Text | None
    """What waits for the account, of one that is closed."""
    patch: Mapping[str, tuple[str, str]]
    """What of the account changes: {field: (old, new)}."""


def rehearse(session: Session, actor: Actor, spec: FormSpec, form: UserMaintenance) -> None:
    """Tries the change and takes it back, so that its maker sees at once what the confirmation would refuse."""
    if reason := may_not_file(session, actor, form):
        refuse(spec, "user_kind", reason)
    user = account_of(session, form)
    proposing.refuse_second(session, USERS, user, form, spec.field("user_name"))
    outcome = tried(session, actor, spec, form)
    form.changes = compare(outcome)
    proposing.fix(session, form, USERS, user, form.action.value, outcome.patch)


def enter(session: Session, actor: Actor, spec: FormSpec, form: UserMaintenance) -> None:
    """The system administrator enters the change, which stays pending (录入，待确认); raises Moved, Invalid."""
    proposing.entered(session, actor, USERS, form, account_of(session, form))
    form.changes = compare(tried(session, actor, spec, form))


def tried(session: Session, actor: Actor, spec: FormSpec, form: UserMaintenance) -> Outcome:
    """What the form would do; nothing of it stays."""
    savepoint = session.begin_nested()
    try:
        return carry_out(session, actor, spec, form)
    finally:
        savepoint.rollback()


def confirm(session: Session, actor: Actor, spec: FormSpec, form: UserMaintenance) -> None:
    """Changes the account; a new password goes into a sealed letter, which only this request's answer shows."""
    proposed = proposing.to_confirm(session, actor, USERS, form, account_of(session, form))
    user = carry_out(session, actor, spec, form).user
    keep_changed(session, USERS, [user], form)
    if form.action in CLOSING:
        tell_of_work(session, [user], form)
    proposing.applied(session, proposed, user)
    if form.action in (A.CREATE, A.RESET) or (form.user_kind is UserKind.MEMBER and form.action is A.CHANGE):
        hand_out(session, letter(form, set_initial_password(session, user)))


def carry_out(session: Session, actor: Actor, spec: FormSpec, form: UserMaintenance) -> Outcome:
    """Does to the account what the form says, but for its password; raises Invalid with what stands in the way."""
    if faults := check_rules(spec, form):
        raise Invalid(faults)
    user = account_of(session, form)
    if reason := check_account(session, form, user):
        refuse(spec, *reason)
    before, held = face(session, user), values_of(USERS, user) if user is not None else {}
    unmanned = judged(session, spec, form, user)
    with writing(session):
        user = put(session, actor, form, user)
        session.flush()
    after = face(session, user)
    if before == after and form.action is A.CHANGE and form.user_kind is not UserKind.MEMBER:
        refuse(spec, "action", _("与现有用户信息相同，没有要修改的"))
    patch = {name: (held.get(name, ""), new) for name, new in values_of(USERS, user).items() if held.get(name, "") != new}
    work = open_work(session, user.id) if form.action in CLOSING else None
    return Outcome(user, before, after, unmanned, work, patch)


def account_of(session: Session, form: UserMaintenance) -> User | None:
    """The account of the form's user name, whatever its capitals."""
    return session.scalar(select(User).where(func.lower(User.username) == form.user_name.lower()))


def judged(session: Session, spec: FormSpec, form: UserMaintenance, user: User | None) -> Text | None:
    """Refuses separated duties in one hand (security 11); says which steps would be left without a person."""
    active = {A.CREATE: True, A.START: True}.get(form.action, False if form.action in CLOSING else None)
    change = AccountChange(user.id if user else None, roles_after(form, user), active, form.person_name)
    try:
        left = guard_change(session, change)
    except Denied as denied:
        refuse(spec, "roles", denied.reason)
    return in_words(left) if left else None


def put(session: Session, actor: Actor, form: UserMaintenance, user: User | None) -> User:
    """Writes the account and whose it is."""
    wanted = roles_after(form, user)
    if user is None:
        user = User(username=form.user_name, email=mail_of(session, form), created_on=now(), created_by_fk=actor.user_id)
        session.add(user)
    if form.action in (A.CREATE, A.CHANGE):
        user.last_name, user.first_name = form.person_name[:1], form.person_name[1:]
    if wanted != {role.name for role in user.roles}:
        user.roles = list(session.scalars(select(Role).where(Role.name.in_(wanted)).order_by(Role.id)))
    if form.action in (A.CREATE, A.START, *CLOSING):
        user.active = form.action not in CLOSING
    user.changed_on, user.changed_by_fk = now(), actor.user_id
    session.flush()
    if form.token_no or form.action in (A.CANCEL, A.DELETE):
        codes.issue(session, user.id, form.token_no)
    belong(session, form, user)
    return user


def belong(session: Session, form: UserMaintenance, user: User) -> None:
    """A new account belongs to its employee or organisation; a deleted one to no employee any more."""
    if form.employee is not None and form.action in (A.CREATE, A.DELETE):
        form.employee.user_id = user.id if form.action is A.CREATE else None
    elif form.party is not None and form.action is A.CREATE:
        session.add(AccountLink(user_id=user.id, organisation_id=form.party.id))


def mail_of(session: Session, form: UserMaintenance) -> str:
    """The employee's address where no other account has it: every account has one of its own."""
    wanted = form.employee.mail if form.employee else None
    taken = wanted is None or session.scalar(select(User.id).where(User.email == wanted).limit(1))
    return f"{form.user_name}@users.invalid" if taken or wanted is None else str(wanted)


def face(session: Session, user: User | None) -> Face:
    """The account as people see it now."""
    if user is None:
        return Face()
    roles = "、".join(sorted(role.name for role in user.roles))
    kept = session.get(AccountSecurity, user.id)
    return Face(
        user.username, full_name(user), owner_in_words(session, user.id), roles, in_use(user.active),
        (kept and kept.token_no) or "",
    )


def face_after(session: Session, form: UserMaintenance) -> Face:
    """The account as the form would make it, told from the form alone: nothing is tried."""
    user, action = account_of(session, form), form.action
    before = face(session, user)
    owner = together(form.employee.staff_no, form.employee.name) if form.employee else ""
    owner = together(form.party.code, form.party.name) if form.party else owner
    return Face(
        username=before.username or form.user_name,
        name=form.person_name if action in (A.CREATE, A.CHANGE) else before.name,
        owner=owner if action is A.CREATE else "" if action is A.DELETE and form.employee else before.owner,
        roles="、".join(sorted(roles_after(form, user))),
        status=in_use(action not in CLOSING) if action in (A.CREATE, A.START, *CLOSING) else before.status,
        token=form.token_no or ("" if action in (A.CANCEL, A.DELETE) else before.token),
    )


def owner_in_words(session: Session, user_id: int) -> str:
    """The employee or organisation that the account is of; empty where it is nobody's any more."""
    employee: Any = Employee
    party = select(ExternalOrganisation.code, ExternalOrganisation.name).join(
        AccountLink, AccountLink.organisation_id == ExternalOrganisation.id
    )
    found = (
        session.execute(select(employee.staff_no, employee.name).where(employee.user_id == user_id)).first()
        or session.execute(party.where(AccountLink.user_id == user_id)).first()
    )
    return together(*found) if found else ""


def in_use(active: bool) -> str:
    """启用, 停用."""
    return str(_("启用") if active else _("停用"))


@compares("user_maintenance")
def compared(session: Session, form: UserMaintenance) -> list[Compared]:
    """Every property of the account, as it is and as the form would make it; of a finished form its lines tell."""
    if form.state in (State.DONE, State.TERMINATED):
        return []
    before = face(session, account_of(session, form))
    return [Compared(str(label), old, new) for label, old, new in rows_of(before, face_after(session, form))]


def rows_of(before: Face, after: Face) -> list[tuple[Text, str, str]]:
    """The properties of an account, old and new."""
    return [
        (_("用户名"), before.username, after.username), (_("使用人姓名"), before.name, after.name),
        (_("员工或单位"), before.owner, after.owner), (_("角色"), before.roles, after.roles),
        (_("状态"), before.status, after.status), (_("动态令牌编号"), before.token, after.token),
    ]


def compare(outcome: Outcome) -> list[UserChange]:
    """The comparison lines: old and new, and what the change leaves without a person (security 6)."""
    rows = [
        *rows_of(outcome.before, outcome.after),
        (_("变更后无人办理的环节"), "", str(outcome.unmanned or "")),
        (_("未办结、须重新分配的任务"), "", str(outcome.work or "")),
    ]
    moved = [(str(label), old[:LONGEST] or None, new[:LONGEST] or None) for label, old, new in rows if old != new]
    return [UserChange(line_no=at, field=label, old=old, new=new) for at, (label, old, new) in enumerate(moved, 1)]


def letter(form: UserMaintenance, password: str) -> Letter:
    """密封初始密码 (article 82.1.4)."""
    owner = form.party.name if form.party else form.employee.department.name if form.employee else ""
    rows: list[tuple[Text, str]] = [
        (_("单位或部门"), owner), (_("使用人"), form.person_name), (_("用户名"), form.user_name), (_("初始密码"), password),
    ]
    if form.token_no:
        rows.append((_("动态令牌"), form.token_no))
    return Letter(_("用户名和初始密码"), tuple(rows), _("本页只显示一次。请打印后密封，当面交付使用人；首次登录必须修改密码。"))


def refuse(spec: FormSpec, name: str, reason: Text) -> None:
    """Refuses the form at one of its fields."""
    raise Invalid([Fault((name,), spec.field(name).label, reason)])
