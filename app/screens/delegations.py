"""委托: who stands in for whom, arranged for oneself or, by its head, for the department."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_login import login_required
from sqlalchemy import ColumnElement, and_, not_, or_, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.database import db, transaction
from app.documents.values import Fault, Invalid
from app.screens import colleagues, faults
from app.screens.colleagues import staff
from app.screens.exposing import ID
from app.screens.translating import gettext as _
from app.workflow import delegating
from app.workflow.actor import Actor
from app.workflow.models import Delegation

SHOWN = 100


@dataclass(frozen=True)
class Group:
    """Delegations under one heading."""

    title: str
    rows: Sequence[Delegation]


class Delegations(BaseView):
    """/delegations/"""

    route_base = "/delegations"
    default_view = "index"

    @expose("/")
    @login_required
    def index(self) -> Response:
        """What the person gave and received, and a head's department."""
        session, actor = db.session(), staff()
        return make_response(self.render_template(
            "delegations/list.html", title=_("委托"), groups=groups(session, actor), state=state, may_end=may_end(session, actor),
        ))

    @expose("/new", ("GET", "POST"))
    @login_required
    def new(self) -> Any:
        """A new delegation."""
        actor = staff()
        if request.method == "GET":
            return self._form(actor)
        try:
            with transaction(db.session()) as session:
                given = give(session, actor, request.form)
                words = _("已委托%(name)s办理", name=given.to_user_name)
        except Invalid as invalid:
            return self._form(actor, 422, invalid.faults)
        flash(words, "success")
        return redirect(url_for("Delegations.index"))

    @expose(f"/end/{ID}", ("POST",))
    @login_required
    def end(self, pk: int) -> Any:
        """Ends one early."""
        with transaction(db.session()) as session:
            delegating.revoke(session, staff(), pk)
        flash(_("委托已终止"), "success")
        return redirect(url_for("Delegations.index"))

    @expose("/people")
    @login_required
    def people(self) -> Response:
        """Employees for what was typed so far."""
        staff()
        return jsonify([asdict(one) for one in colleagues.find(db.session(), request.args.get("q", ""))])

    def _form(self, actor: Actor, status: int = 200, found: Sequence[Fault] = ()) -> Response:
        session = db.session()
        errors = {str(fault.path[0]): str(fault.message) for fault in found}
        return make_response(self.render_template(
            "delegations/new.html", title=_("新增委托"), people=colleagues.own_people(session, actor), typed=request.form,
            errors=errors, summary=faults.summary(found) if found else None, soon=f"{now():%Y-%m-%dT%H:%M}",
        ), status)


def give(session: Session, actor: Actor, form: MultiDict[str, str]) -> Delegation:
    """The delegation that was typed, within the caller's transaction; raises Missing, Denied, Invalid."""
    found: list[Fault] = []
    starts, ends = (moment(form, name, label, found) for name, label in (("starts_at", _("开始时间")), ("ends_at", _("结束时间"))))
    taker = colleagues.chosen(session, form.get("to_user", ""))
    if taker is None:
        found.append(Fault(("to_user",), _("受托人"), _("请输入姓名或工号，从列表中选择")))
    if found or starts is None or ends is None or taker is None:
        raise Invalid(found)
    giver = form.get("from_user", "")
    from_id = int(giver) if giver.isdecimal() and len(giver) < 10 else actor.user_id
    confirmed = form.get("confirmed") == "1"
    return delegating.delegate(session, actor, from_id, taker, starts, ends, form.get("reason", ""), confirmed=confirmed)


def moment(form: MultiDict[str, str], name: str, label: str, found: list[Fault]) -> datetime | None:
    """A date and time as the browser sends it; None, with a fault, for anything else."""
    try:
        return datetime.strptime(form.get(name, "")[:16], "%Y-%m-%dT%H:%M")
    except ValueError:
        found.append(Fault((name,), label, _("请填写日期和时间")))
        return None


def groups(session: Session, actor: Actor) -> list[Group]:
    """The lists of the page."""
    own = actor.user_id
    found = [Group(_("我委托他人"), rows(session, Delegation.from_user_id == own)),
             Group(_("委托给我"), rows(session, Delegation.to_user_id == own))]
    if colleagues.heads(actor):
        others = [one.user_id for one in colleagues.own_people(session, actor) if one.user_id != own]
        either = or_(Delegation.from_user_id.in_(others), Delegation.to_user_id.in_(others))
        own_ones = or_(Delegation.from_user_id == own, Delegation.to_user_id == own)
        found.append(Group(_("本部门"), rows(session, and_(either, not_(own_ones)))))
    return found


def rows(session: Session, wanted: ColumnElement[bool]) -> Sequence[Delegation]:
    """Delegations, the latest first."""
    return session.scalars(select(Delegation).where(wanted).order_by(Delegation.id.desc()).limit(SHOWN)).all()


def may_end(session: Session, actor: Actor) -> frozenset[int]:
    """Whose delegations, given, the actor may end; received ones are the receiver's to end, too."""
    return frozenset(one.user_id for one in colleagues.own_people(session, actor))


def state(given: Delegation) -> tuple[str, str]:
    """Where a delegation stands: tone and words."""
    at = now()
    if given.revoked_at is not None:
        return "default", _("%(name)s已提前终止", name=given.revoked_by_name)
    if given.ends_at <= at:
        return "default", _("已到期")
    return ("info", _("未开始")) if given.starts_at > at else ("success", _("生效中"))
