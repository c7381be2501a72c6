"""Business parameters (业务参数), read by code."""

from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.engine.catalogue import catalogue
from app.registers.models import RegisterVersion


def parameter_text(session: Session, code: str) -> str | None:
    """The value of a parameter that is valid today, or None where there is none of that code."""
    return parameter_texts(session, code).get(code)


def parameter_texts(session: Session, *codes: str) -> dict[str, str]:
    """The values of parameters that are valid today, in one query where no change lies ahead."""
    spec = catalogue.register("parameters")
    model: Any = spec.model
    rows = session.execute(select(model.id, model.code, model.value, model.valid_from).where(model.code.in_(codes)))
    found: dict[str, str] = {}
    for row_id, code, value, valid_from in rows:
        text = value if valid_from <= today() else earlier_value(session, spec.slug, row_id)
        if text is not None:
            found[code] = text
    return found


def earlier_value(session: Session, register: str, row_id: int) -> str | None:
    """The value that counts while the registered one is not valid yet: that of the last version valid today."""
    same = (RegisterVersion.register == register, RegisterVersion.row_id == row_id)
    for values in session.scalars(select(RegisterVersion.values).where(*same).order_by(RegisterVersion.number.desc())):
        if values["valid_from"] <= today().isoformat():
            return str(values["value"])
    return None


def parameter_number(session: Session, code: str) -> Decimal:
    """The value of a numeric parameter; raises KeyError where it is missing or no number."""
    return parameter_numbers(session, code)[0]


def parameter_numbers(session: Session, *codes: str) -> tuple[Decimal, ...]:
    """The values of numeric parameters, asked for together; raises KeyError where one is missing or no number."""
    texts = parameter_texts(session, *codes)
    found = []
    for code in codes:
        try:
            found.append(Decimal(texts.get(code, "").replace(",", "")))
        except InvalidOperation:
            raise KeyError(code) from None
    return tuple(found)
