"""Effects of chapter 5's forms."""

from typing import Any

from app.areas.business.terms import CustomerKind
from app.areas.organisation.operations import register_customer
from app.areas.organisation.registers import Employee, ExternalKind
from app.clock import now
from app.engine.document import ArchiveState
from app.workflow.effects import Happening, effect

KINDS = {CustomerKind.ORDINARY: ExternalKind.ORDINARY, CustomerKind.JUDICIAL: ExternalKind.JUDICIAL}
"""Customers whom no form 23 has registered."""


@effect("mark_paid")
def mark_paid(happening: Happening) -> None:
    """缴费标记: who marked the application as paid, and when (articles 39.4.2, 40.3)."""
    application: Any = happening.case.document
    application.marked_by = happening.session.get(Employee, happening.actor.employee_id)
    application.marked_at = now()


@effect("register_customer")
def register(happening: Happening) -> None:
    """登记客户: an ordinary or judicial customer comes into the register by the first application (article 100.1)."""
    one: Any = happening.case.document
    if kind := KINDS.get(one.customer_kind):
        contact = one.contact or one.handler_name
        register_customer(happening.session, one, kind, one.customer_name, one.customer_uscc, contact, one.phone)


@effect("file_contract")
def file_contract(happening: Happening) -> None:
    """The contract is in the archive as soon as it is signed (article 89.2)."""
    happening.case.document.archive_state = ArchiveState.FILED
