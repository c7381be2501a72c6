"""Effects of form 7: its load is checked, its reload authorised on the spot and begun (article 19.2)."""

from sqlalchemy.orm import object_session

from app.areas.collection.credit import error_register, operations
from app.areas.collection.forms.load_error_register import LoadErrorRegister
from app.areas.organisation.operations import load_actor
from app.areas.organisation.registers import Employee
from app.clock import now
from app.engine.text import Text
from app.security.models import User
from app.workflow.case import Case
from app.workflow.effects import Happening, effect
from app.workflow.errors import Denied
from app.workflow.readiness import ready


@effect("check_load_batch")
def check_load_batch(happening: Happening) -> None:
    """核对装载批次: the load is one of the form 6's, and nobody else registers its errors."""
    register = happening.case.document
    assert isinstance(register, LoadErrorRegister)
    error_register.require_own(happening.session, register)


@ready("reloadable")
def reloadable(case: Case, forward: bool) -> Text | None:
    """Why a form 7's records cannot be loaded again now."""
    register = case.document
    session = object_session(register)
    if not forward or session is None:
        return None
    assert isinstance(register, LoadErrorRegister)
    try:
        return operations.not_to_reload(session, error_register.load_of(session, register))
    except Denied as denied:
        return denied.reason


@effect("record_authorisation")
def record_authorisation(happening: Happening) -> None:
    """登记授权人和授权时间: who authorised the reloading on the spot."""
    register = happening.case.document
    assert isinstance(register, LoadErrorRegister)
    register.authorised_by = happening.session.get(Employee, happening.actor.employee_id)
    register.authorised_at = now()


@effect("reload_batch")
def reload_batch(happening: Happening) -> None:
    """重新装载: the records that failed are matched and loaded again; the results follow when it is done."""
    session, register, signed = happening.session, happening.case.document, happening.signed
    assert isinstance(register, LoadErrorRegister)
    assert signed is not None
    operator = load_actor(session, session.get_one(User, signed.operator_id), happening.actor.origin)
    failed = error_register.load_of(session, register)
    register.reload_batch = operations.reload(session, operator, happening.actor, failed, register.id).number
