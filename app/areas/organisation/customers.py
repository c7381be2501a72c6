"""Customers (普通单位、司法机关): registered by their first application, whoever takes it in (articles 48, 100.1)."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import ExternalKind, ExternalOrganisation, Status
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.registers.versions import NEW, keep

External = ExternalOrganisation


def register_customer(
    session: Session, document: Document, kind: ExternalKind, name: str, uscc: str | None, contact: str | None, phone: str | None
) -> ExternalOrganisation:
    """The customer of an application: known by the USCC, without one by name, or registered now with the form behind it."""
    same: ColumnElement[bool] = External.uscc == uscc if uscc else (External.name == name) & (External.kind == kind)
    known = session.scalar(select(External).where(same).order_by(External.id).limit(1))
    if known is not None:
        return known
    with writing(session):
        row = External(
            code=f"KH{document.id:06d}", name=name, kind=kind, uscc=uscc, contact=contact, phone=phone,
            status=Status.ACTIVE, made_by_id=document.id,
        )
        session.add(row)
        session.flush()
        keep(session, catalogue.register("external_organisations"), row, NEW, document)
    return row
