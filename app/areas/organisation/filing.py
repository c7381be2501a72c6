"""Who may file form 22 for whom (articles 79.1, 82.1.2)."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.organisation.forms.user_maintenance import UserMaintenance
from app.areas.organisation.proposals import UserKind
from app.areas.organisation.registers import Department
from app.engine.positions import HEADS, Position, headed
from app.engine.text import Text
from app.security.initialised import held
from app.workflow.actor import Actor


def may_not_file(session: Session, actor: Actor, form: UserMaintenance) -> Text | None:
    """Why the actor cannot hand the form in: each kind of user has its own people who ask."""
    if form.user_kind is UserKind.MEMBER:
        return None if Position.MARKETER in actor.positions else _("会员单位用户由市场营销员申请")
    if form.user_kind is UserKind.PROVIDER:
        return None if Position.COLLECTOR in actor.positions else _("数据提供单位操作员由数据采集员申请")
    heads = heads_of(form.employee.department if form.employee else None)
    if actor.positions & heads or (Position.ADMIN_HEAD in actor.positions and not held(session, heads)):
        return None
    return _("员工用户由所在部门负责人申请；没有负责人的，由综合管理部负责人申请")


def heads_of(department: Department | None) -> frozenset[Position]:
    """The position that answers for a department, its own or the nearest above; none for bodies without a head."""
    while department is not None and headed(department.code) is None:
        department = department.parent
    code = headed(department.code) if department is not None else None
    return frozenset(one for one in HEADS if one.department.code == code)
