"""Effects of chapter 8's forms, and what else their register changes mean."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation import accounts
from app.areas.organisation.forms.external_org_registration import ExternalOrgRegistration
from app.areas.organisation.forms.user_maintenance import UserMaintenance
from app.areas.organisation.leaving import tell_of_work
from app.areas.organisation.proposals import position_names
from app.areas.organisation.registers import (
    AccountLink,
    Agreement,
    AgreementKind,
    Department,
    Employee,
    EmployeeStatus,
    ExternalKind,
    ExternalOrganisation,
    Organisation,
    Status,
)
from app.clock import today
from app.documents.guard import writing
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.engine.positions import position_of
from app.registers.accounts import USERS, keep_changed
from app.registers.changing import NotYet, also
from app.registers.versions import NEW, keep
from app.security.initialised import would_be_missing
from app.security.models import User
from app.workflow.effects import Happening, effect


@also("organisations")
@also("departments")
def nothing_below(session: Session, document: Any, row: Any, kind: str) -> None:
    """What is stopped has nobody and nothing active below it."""
    if kind != "stop":
        return
    model = type(row)
    if isinstance(row, Organisation) and (name := department_of(session, row)):
        raise Invalid([Fault(("record",), _("原登记"), _("其下还有在用的“%(name)s”，不能停用", name=name))])
    below = session.scalar(select(model.name).where(model.parent_id == row.id, model.status == Status.ACTIVE).limit(1))
    people = None
    if model.__tablename__ == "department":
        employee: Any = Employee
        staff = (employee.department_id == row.id, Employee.status == EmployeeStatus.ACTIVE)
        people = session.scalar(select(Employee.name).where(*staff).limit(1))
    if below or people:
        raise Invalid([Fault(("record",), _("原登记"), _("其下还有在用的“%(name)s”，不能停用", name=below or people))])


def department_of(session: Session, row: Organisation) -> str | None:
    """A department in use of an organisation."""
    own: Any = Department
    return session.scalar(
        select(Department.name).where(own.organisation_id == row.id, Department.status == Status.ACTIVE).limit(1)
    )


@also("employees")
def leaving(session: Session, document: Any, row: Any, kind: str) -> None:
    """员工注销: the account can do nothing any more. 修改: it keeps no role of a position that the employee has no more."""
    if kind == "change" and document.positions and row.user_id:
        take_roles(session, row, document)
    if kind == "cancel":
        row.left = document.left or row.left or today()
        keep_last(session, row.user_id)
        stop_accounts(session, [row.user_id] if row.user_id else [], document)


def take_roles(session: Session, row: Employee, document: Any) -> None:
    """Takes the roles of positions that form 21 gives no more; new ones are given by form 22 (article 79)."""
    user, held = session.get_one(User, row.user_id), position_names(row.positions)
    gone = [role for role in user.roles if position_of(role.name) and role.name not in held]
    if gone:
        keep_last(session, user.id, [role.name for role in gone])
        user.roles = [role for role in user.roles if role not in gone]
        keep_changed(session, USERS, [user], document)


def keep_last(session: Session, user_id: int | None, roles: Sequence[str] | None = None) -> None:
    """The last holder of a governing position leaves it only once somebody follows; `roles`: those that go (None: all)."""
    user = session.get(User, user_id) if user_id else None
    if user is not None and user.active:
        reason = would_be_missing(session, user.id, [role.name for role in user.roles] if roles is None else roles)
        if reason:
            raise Invalid([Fault(("record",), _("原登记"), reason)])


@also("external_organisations")
def stopping_outsiders(session: Session, document: Any, row: Any, kind: str) -> None:
    """A stopped provider's or member's people can do nothing any more."""
    if kind == "stop":
        links = select(AccountLink.user_id).where(AccountLink.organisation_id == row.id)
        stop_accounts(session, list(session.scalars(links)), document)


def stop_accounts(session: Session, user_ids: list[int], document: Any) -> None:
    """Stops accounts; their sessions end with the next request."""
    users = session.scalars(select(User).where(User.id.in_(user_ids), User.active)).all()
    for user in users:
        user.active = False
    keep_changed(session, USERS, users, document)
    tell_of_work(session, users, document)


@also("agreements")
def of_new_member(session: Session, document: Any, row: Any, kind: str) -> None:
    """A new member's agreement belongs to the member that its registration has made (article 81.1.2); raises NotYet."""
    if kind == "create" and row.party_id is None and document.registration is not None:
        if document.registration.state is not State.DONE:
            raise NotYet(_("登记信息维护申请单尚未办结，不能先录入协议"))
        made = select(ExternalOrganisation.id).where(ExternalOrganisation.made_by_id == document.registration.id)
        row.party_id = session.scalar(made)


@effect("register_agreement")
def register_agreement(happening: Happening) -> None:
    """登记数据采集协议: a provider's newly signed agreement; the one before ends (article 83.1)."""
    form, session = happening.case.document, happening.session
    assert isinstance(form, ExternalOrgRegistration)
    if form.kind is not ExternalKind.PROVIDER or form.agreement_no is None:
        return
    spec = catalogue.register("agreements")
    provider = form.record or session.scalars(
        select(ExternalOrganisation).where(ExternalOrganisation.made_by_id == form.id)
    ).one()
    with writing(session):
        row = Agreement(
            agreement_no=form.agreement_no, kind=AgreementKind.COLLECTION, party=provider, signed=form.agreement_signed,
            valid_from=form.agreement_from, valid_to=form.agreement_to, data_covered=form.data_covered, cycle=form.cycle,
            status=Status.ACTIVE, made_by_id=form.id,
        )
        session.add(row)
        session.flush()
        keep(session, spec, row, NEW, form)


@effect("rehearse_user")
def rehearse_user(happening: Happening) -> None:
    """试行用户变更: the maker sees at once what the confirmation would refuse."""
    form = happening.case.document
    assert isinstance(form, UserMaintenance)
    accounts.rehearse(happening.session, happening.actor, happening.case.spec, form)


@effect("enter_user")
def enter_user(happening: Happening) -> None:
    """用户变更录入，待确认: tried on the account as it is now (article 79.2)."""
    form = happening.case.document
    assert isinstance(form, UserMaintenance)
    accounts.enter(happening.session, happening.actor, happening.case.spec, form)


@effect("apply_user")
def apply_user(happening: Happening) -> None:
    """用户变更生效 (article 79.3)."""
    form = happening.case.document
    assert isinstance(form, UserMaintenance)
    accounts.confirm(happening.session, happening.actor, happening.case.spec, form)
