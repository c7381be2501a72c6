"""Fills an empty database with the demo company; the documents are made by its people, through the one door."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Employee
from app.demo.people import add_company, add_newcomers, add_people
from app.demo.registers import add_registers
from app.demo.structures import publish_structures


def is_empty(session: Session) -> bool:
    """Whether nobody works here yet: demo data never mixes with a company's own."""
    return not session.scalar(select(func.count()).select_from(Employee))


def fill_registers(session: Session) -> None:
    """Company, people and registers, and the structures that the people agreed, in the caller's transaction."""
    departments = add_company(session)
    add_registers(session)
    add_people(session, departments)
    add_newcomers(session, departments)
    publish_structures(session)
