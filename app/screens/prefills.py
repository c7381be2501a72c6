"""What a new sheet shows before anybody types: defaults, today, oneself, and what the link that led here says."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now, today
from app.documents.resolver import eligible
from app.engine.codecs import Widget
from app.engine.declare import Prefill
from app.engine.fields import FieldSpec, TargetSpec
from app.engine.spec import FormSpec
from app.screens.typed import reference_text
from app.workflow.actor import Actor


def first_values(session: Session, actor: Actor, spec: FormSpec, given: Mapping[str, str]) -> dict[str, Any]:
    """The raw values of an empty sheet; `given` are values from the address, of fields that the maker keys."""
    values: dict[str, Any] = {}
    for one in spec.writable:
        text = given.get(one.name) or first_value(session, actor, one)
        if text:
            values[one.name] = text.split(",") if one.codec.widget is Widget.TICKS else text
    return values


def first_value(session: Session, actor: Actor, one: FieldSpec) -> str:
    """The raw value that one field starts with."""
    match one.prefill:
        case Prefill.TODAY:
            return today().isoformat()
        case Prefill.NOW:
            return f"{now():%Y-%m-%d %H:%M}"
        case Prefill.THIS_MONTH:
            return f"{today():%Y-%m}"
        case Prefill.ME if one.target:
            return myself(session, actor, one.target)
    return "" if one.default is None else one.codec.key(one.default)


def myself(session: Session, actor: Actor, target: TargetSpec) -> str:
    """The actor as a row of the register of employees, where the field may take it."""
    if actor.employee_id is None:
        return ""
    me = session.scalar(eligible(target, actor).where(target.model.id == actor.employee_id))
    return "" if me is None else reference_text(str(getattr(me, target.key)), str(getattr(me, target.name)))
