"""Chapter 8: organisations, departments, employees and users of the bureau."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Department, Employee, Organisation
from app.demo.choosing import free
from app.demo.outsiders import CITY, outsider
from app.engine.positions import HEADS, Position
from app.security.models import User
from app.standards.resident_id import sex
from app.workflow.actor import Actor

Raw = dict[str, Any]
KEPT = {"action", "reason", "record", "remarks", "applied_on"}
"""What a change, a stop or a start still fills in; new values are given where they are wanted."""

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
    raw |= {"user_kind": kind, "user_name": free(session, User.username, lambda turn: f"xinyonghu{turn + 1}", number)}
    if kind == "staff":
        raw |= {"party": None, "member_role": None, **newcomer(session, actor, number)}
        return
    who = outsider(number + 5)
    slug = "HY001" if kind == "member" else "TG001"
    raw |= {"employee": None, "roles": None, "party": raw["party"] and slug}
    raw |= {"person_name": who.name, "resident_id": who.resident_id}
    if kind == "member":
        raw["member_role"] = "member_operator"


def newcomer(session: Session, actor: Actor, number: int) -> Raw:
    """An employee without an account, of the head's own department where there is one."""
    wanted = select(Employee).where(Employee.user_id.is_(None)).order_by(Employee.id)
    rows = list(session.scalars(wanted))
    own = [one for one in rows if one.department.code == actor.department_code] or rows
    one = own[number % len(own)]
    return {
        "employee": one.staff_no,
        "person_name": one.name,
        "resident_id": one.resident_id,
        "roles": one.positions,
    }


ADJUSTMENTS = {
    one.__name__: one
    for one in (organisation_maintenance, department_maintenance, employee_maintenance, user_maintenance)
}
