"""What form 22 may ask of an account as it is now, and the roles that it gives."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.forms.user_maintenance import UserMaintenance
from app.areas.organisation.proposals import MemberRole, UserAction, UserKind, position_names
from app.areas.organisation.registers import AccountLink, Status
from app.engine.positions import Position
from app.engine.text import Text
from app.security.initialised import would_be_missing
from app.security.models import AccountSecurity, Role, User

A = UserAction
MEMBER_ROLES = {
    MemberRole.SUPERVISOR: Position.MEMBER_SUPERVISOR.role, MemberRole.OPERATOR: Position.MEMBER_OPERATOR.role,
}
OPENING = (A.CREATE, A.CHANGE, A.START, A.RESET)
Refusal = tuple[str, Text]
"""The field, and what is wrong."""


def roles_after(form: UserMaintenance, user: User | None) -> frozenset[str]:
    """The names of the account's roles once the form is confirmed."""
    present = frozenset(role.name for role in user.roles) if user is not None else frozenset()
    if form.action in (A.CANCEL, A.DELETE):
        return frozenset()
    if form.action not in (A.CREATE, A.CHANGE):
        return present
    if form.user_kind is UserKind.PROVIDER:
        return frozenset({Position.PROVIDER_OPERATOR.role})
    if form.user_kind is UserKind.MEMBER:
        return frozenset({MEMBER_ROLES[form.member_role]}) if form.member_role else present
    return frozenset(position_names(form.roles)) or present


def check_account(session: Session, form: UserMaintenance, user: User | None) -> Refusal | None:
    """Why the form cannot be carried out on the account of its user name; None where it can."""
    refusal = check_new(form, user) if form.action is A.CREATE else check_known(session, form, user)
    if refusal is None and form.party is not None and form.party.status is not Status.ACTIVE and form.action in OPENING:
        return "party", _("该单位已停用")
    return refusal or check_token(session, form, user) or check_supervisor(session, form, user) or check_last(session, form, user)


def check_new(form: UserMaintenance, user: User | None) -> Refusal | None:
    """A new account: its name is free, and an employee has one only."""
    if form.employee is not None and form.employee.user_id is not None:
        return "employee", _("该员工已有用户")
    return ("user_name", _("用户名“%(name)s”已被使用", name=form.user_name)) if user is not None else None


def check_known(session: Session, form: UserMaintenance, user: User | None) -> Refusal | None:
    """An account that there is: it is whose the form says, and in a state that the action fits."""
    if user is None:
        return "user_name", _("没有用户“%(name)s”", name=form.user_name)
    if form.employee is not None and form.employee.user_id != user.id:
        return "user_name", _("不是该员工的用户名")
    if form.party is not None:
        owner = session.scalar(select(AccountLink.organisation_id).where(AccountLink.user_id == user.id))
        if owner != form.party.id:
            return "user_name", _("不是该单位的用户名")
    reason = check_state(form.action, user)
    return ("action", reason) if reason else None


def check_state(action: UserAction, user: User) -> Text | None:
    """Whether the account is in a state that the action changes."""
    closed = not user.active and not user.roles
    if closed and action is not A.DELETE:
        return _("该用户已注销")
    if action is A.START and user.active:
        return _("已经启用")
    if action is A.STOP and not user.active:
        return _("已经停用")
    return _("该用户已停用，请先启用") if action in (A.CHANGE, A.RESET) and not user.active else None


def check_token(session: Session, form: UserMaintenance, user: User | None) -> Refusal | None:
    """A token (动态令牌) is one person's, and given to somebody whose account stays open."""
    if form.token_no is None:
        return None
    if form.action not in (A.CREATE, A.CHANGE, A.RESET):
        return "token_no", _("只有新建、修改、重置密码时发放令牌")
    holder = (
        select(User.username).join(AccountSecurity, AccountSecurity.user_id == User.id)
        .where(AccountSecurity.token_no == form.token_no, User.id != (user.id if user else 0))
    )
    other = session.scalar(holder)
    return ("token_no", _("该令牌已发给用户“%(name)s”", name=other)) if other else None


def check_supervisor(session: Session, form: UserMaintenance, user: User | None) -> Refusal | None:
    """每个会员单位只有一个主管用户 (article 82.1)."""
    role = Position.MEMBER_SUPERVISOR.role
    if form.party is None or form.action not in OPENING or role not in roles_after(form, user):
        return None
    others = (
        select(User.username).join(AccountLink, AccountLink.user_id == User.id)
        .where(AccountLink.organisation_id == form.party.id, User.active, User.roles.any(Role.name == role))
    )
    if user is not None:
        others = others.where(User.id != user.id)
    other = session.scalar(others.limit(1))
    return ("member_role", _("该会员单位已有主管用户“%(name)s”", name=other)) if other else None


def check_last(session: Session, form: UserMaintenance, user: User | None) -> Refusal | None:
    """The last holder of a governing position stays until somebody follows."""
    if user is None or not user.active:
        return None
    present = {role.name for role in user.roles}
    gone = present if form.action in (A.STOP, A.CANCEL, A.DELETE) else present - roles_after(form, user)
    reason = would_be_missing(session, user.id, gone)
    return ("action", reason) if reason else None
