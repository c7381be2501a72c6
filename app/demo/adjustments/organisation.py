"""Chapter 8: organisations, departments, employees and users of the bureau."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import (
    AccountLink,
    Department,
    Employee,
    EmployeeStatus,
    ExternalOrganisation,
    Organisation,
)
from app.demo.choosing import free
from app.demo.outsiders import CITY, outsider
from app.engine.positions import HEADS, Position, headed
from app.security.models import AccountSecurity, User
from app.standards.resident_id import sex
from app.workflow.actor import Actor

Raw = dict[str, Any]
KEPT = {"action", "reason", "record", "remarks", "applied_on"}
"""What a change, a stop or a start still fills in; new values are given where they are wanted."""

MADE = "xinyonghu"
"""How the names begin of accounts that these forms make."""

POSITIONS = {"数据采集员": "XXCJ", "调查分析员": "CPYF", "信息服务员": "KHFW"}


def only_given(raw: Raw, *kept: str) -> None:
    """Leaves the new values of a change to whoever asks for the example."""
    for name in raw.keys() - KEPT - set(kept):
        raw[name] = None


def organisation_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new outlet or team below the company."""
    if raw["action"] != "create":
        return only_given(raw)
    raw |= {
        "record": None,
        "code": free(session, Organisation.code, lambda turn: f"WD{turn % 9000 + 2:02d}", number),
        "parent": "GS",
        "address": f"{CITY}临港区港前路 {number + 12} 号",
    }
    return None


def department_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new group below the research department."""
    if raw["action"] != "create":
        return only_given(raw)
    raw |= {
        "record": None,
        "code": free(session, Department.code, lambda turn: f"ZU{turn % 9000 + 1:02d}", number),
        "organisation": "GS",
        "parent": "CPYF",
    }
    return None


def employee_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Somebody new, in the department of the position."""
    if raw["action"] != "create":
        return only_given(raw, "left") if raw["action"] == "cancel" else only_given(raw)
    resident_id = outsider(number + 7).resident_id
    raw |= {
        "record": None,
        "staff_no": free(session, Employee.staff_no, lambda turn: f"{2001 + turn % 7000}", number),
        "resident_id": resident_id,
        "sex": sex(resident_id),
        "department": POSITIONS[raw["positions"]],
        "mail": f"yuangong{number + 1}@example.com",
        "left": None,
    }
    return None


def user_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Heads ask for a new colleague, marketers for a member's user, collectors for a provider's operator."""
    kind = "staff" if actor.positions & HEADS else "member" if Position.MARKETER in actor.positions else "provider"
    raw |= {"user_kind": kind, "user_name": free(session, User.username, lambda turn: f"{MADE}{turn + 1}", number)}
    if kind == "staff":
        raw |= {"party": None, "member_role": None, **colleague(session, actor, number)}
        return
    who = outsider(number + 5)
    slug = "HY001" if kind == "member" else "TG001"
    raw |= {"employee": None, "roles": None, "party": raw["party"] and slug}
    raw |= {"person_name": who.name, "resident_id": who.resident_id}
    if kind == "member":
        raw["member_role"] = "member_operator"
        token = free(session, AccountSecurity.token_no, lambda turn: f"LP-{turn + 381:06d}", number)
        raw["token_no"] = token if raw["action"] == "create" else None
    if raw["action"] != "create":
        raw["user_name"] = known(session, slug, active=raw["action"] != "start") or raw["user_name"]


def known(session: Session, organisation: str, *, active: bool) -> str | None:
    """An outside account that such a form has made, or the demo's own."""
    accounts = (
        select(User.username).join(AccountLink, AccountLink.user_id == User.id).join(AccountLink.organisation)
        .where(ExternalOrganisation.code == organisation, User.active.is_(active), User.roles.any())
    )
    return session.scalar(accounts.order_by(User.username.like(f"{MADE}%").desc(), User.id.desc()).limit(1))


def colleague(session: Session, actor: Actor, number: int) -> Raw:
    """A newcomer without an account; where the department has none left, one who needs a new password."""
    mine = {one.department.code for one in actor.positions & HEADS}
    rows = [one for one in session.scalars(select(Employee).order_by(Employee.id)) if headed(one.department.code) in mine]
    new = [one for one in rows if one.user_id is None and one.status is EmployeeStatus.ACTIVE]
    if new:
        return asked_for(new[number % len(new)]) | {"action": "create"}
    accounts = select(User).where(User.username.like(f"{MADE}%"), User.active)
    names = {one.id: one.username for one in session.scalars(accounts)}
    one = next(one for one in rows if one.user_id in names)
    return asked_for(one) | {"action": "reset", "user_name": names[one.user_id], "roles": None}


def asked_for(one: Employee) -> Raw:
    """An employee as the form names one."""
    return {"employee": one.staff_no, "person_name": one.name, "resident_id": one.resident_id, "roles": one.positions}


ADJUSTMENTS = {
    one.__name__: one
    for one in (organisation_maintenance, department_maintenance, employee_maintenance, user_maintenance)
}
