"""Business parameters (业务参数), read by code."""

from decimal import Decimal, InvalidOperation

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue


def parameter_text(session: Session, code: str) -> str | None:
    """The value of a parameter as it stands in the register, or None where there is none of that code."""
    model = catalogue.register("parameters").model
    found: str | None = session.scalar(select(model.value).where(model.code == code))  # type: ignore[attr-defined]
    return found


def parameter_number(session: Session, code: str) -> Decimal:
    """The value of a numeric parameter; raises KeyError where it is missing or no number."""
    text = parameter_text(session, code)
    try:
        return Decimal((text or "").replace(",", ""))
    except InvalidOperation:
        raise KeyError(code) from None


def switched_off(session: Session, code: str) -> bool:
    """Whether a yes-or-no parameter says no; one that is missing says yes."""
    return parameter_text(session, code) == "否"
