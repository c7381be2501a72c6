"""Chapter 10: parameters, roles and codes."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.areas.system.registers import CodeValue, Parameter
from app.areas.system.role_bases import open_change
from app.demo.adjustments.organisation import only_given
from app.demo.choosing import free
from app.engine.catalogue import catalogue
from app.security.models import Role
from app.workflow.actor import Actor

Raw = dict[str, Any]
TABLE = "data_subject"
CODES = ("water", "electricity", "storage", "customs")
ASKED = ("department", "requirement", "requested_on")


def parameter_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new parameter within its bounds."""
    if raw["action"] != "create":
        return only_given(raw, *ASKED, "valid_from")
    raw |= {"record": None, "code": free(session, Parameter.code, lambda turn: f"own_{turn + 1}", number)}
    return None


def role_permission_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new role that may read a few forms."""
    forms = catalogue.forms
    name, turn = raw["role"], 0
    while open_change(session, raw["role"]) or session.scalar(select(exists().where(Role.name == raw["role"]))):
        turn += 1
        raw["role"] = f"{name}{turn + 1}"
    for at, line in enumerate(raw["permissions"]):
        line |= {"role": raw["role"], "function": forms[(number + at) % len(forms)].resource, "grant": "add"}
        line["permission"] = "查看" if at < len(forms) else "导出"


def code_maintenance(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new value of the table of data subjects."""
    if raw["action"] != "create":
        return only_given(raw, *ASKED)
    full = free(session, CodeValue.full_code, lambda turn: f"{TABLE}:{CODES[turn % len(CODES)]}_{turn + 1}", number)
    raw |= {"record": None, "table": TABLE, "code": full.partition(":")[2]}
    raw |= {"new_table_name": None, "new_table_standard": None, "new_table_edition": None}
    return None


ADJUSTMENTS = {one.__name__: one for one in (parameter_maintenance, role_permission_maintenance, code_maintenance)}
