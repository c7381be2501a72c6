"""What becomes of a product: into the development environment (article 26.1.2), and maintained in production (26.4, 27.2)."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.products.forms.product_maintenance_notice import ProductAction, ProductMaintenanceNotice
from app.areas.products.forms.product_proposal import ProductProposal, ProposalKind
from app.areas.products.registers import INITIALS, Environment, Product, ProductStatus
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.registers.versions import CHANGED, NEW, keep

COPIED = ("name", "kind", "price", "content", "enabled_on", "status")
"""What both environments have the same."""


def product(session: Session, code: str, environment: Environment = Environment.PRODUCTION) -> Product | None:
    """The product of that code in an environment."""
    return session.scalar(select(Product).where(Product.code == code_in(environment, code)))


def code_in(environment: Environment, code: str) -> str:
    """A product's code in an environment."""
    return code if environment is Environment.PRODUCTION else INITIALS[environment] + code


def add_to_development(session: Session, proposal: ProductProposal) -> Product:
    """The proposed product in the development environment: a new one to be tested, of a changed one what is sold."""
    found = product(session, proposal.product_code, Environment.DEVELOPMENT)
    if proposal.action is ProposalKind.CHANGE:
        assert proposal.product is not None
        return found or copy_to_development(session, proposal, proposal.product)
    row = found or new(proposal.product_code, Environment.DEVELOPMENT)
    return write(
        session, proposal, row, name=proposal.product_name, kind=proposal.product_type, price=proposal.guide_price,
        status=ProductStatus.TESTING,
    )


def maintain(session: Session, notice: ProductMaintenanceNotice, on: date) -> Product:
    """Carries the notice out in production, and brings the development environment in step (article 29)."""
    row = notice.product
    match notice.action:
        case ProductAction.CREATE:
            assert notice.code is not None
            row = write(session, notice, new(notice.code, Environment.PRODUCTION), **contents(notice), **enabled(on))
        case ProductAction.CHANGE:
            assert row is not None
            write(session, notice, row, status=ProductStatus.STOPPED)
            write(session, notice, row, **contents(notice))
            write(session, notice, row, **enabled(on))
        case ProductAction.STOP:
            assert row is not None
            write(session, notice, row, status=ProductStatus.STOPPED)
        case ProductAction.START:
            assert row is not None
            write(session, notice, row, **enabled(on))
    assert row is not None
    copy_to_development(session, notice, row)
    return row


def contents(notice: ProductMaintenanceNotice) -> dict[str, Any]:
    """What the notice says of the product; what it leaves empty stays."""
    found = {"name": notice.name, "kind": notice.kind, "price": notice.price, "content": notice.content}
    return {name: value for name, value in found.items() if value is not None}


def enabled(on: date) -> dict[str, Any]:
    """启用."""
    return {"enabled_on": on, "status": ProductStatus.ENABLED}


def new(code: str, environment: Environment) -> Product:
    """A product that is not there yet."""
    return Product(code=code_in(environment, code), environment=environment)


def copy_to_development(session: Session, document: Document, row: Product) -> Product:
    """The development environment's product becomes the same as the one in production."""
    other = product(session, row.code, Environment.DEVELOPMENT) or new(row.code, Environment.DEVELOPMENT)
    return write(session, document, other, **{name: getattr(row, name) for name in COPIED})


def write(session: Session, document: Document, row: Product, **values: Any) -> Product:
    """Puts values into a product and keeps the version, with the form that made it so."""
    kind = NEW if row.id is None else CHANGED
    with writing(session), session.no_autoflush:
        for name, value in values.items():
            setattr(row, name, value)
        row.made_by_id = document.id
        session.add(row)
    keep(session, catalogue.register("products"), row, kind, document)
    return row
