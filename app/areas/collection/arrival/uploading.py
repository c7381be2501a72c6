"""Upload: a provider's operator brings the own organisation's files, whatever the channel, and sees what was brought (16.1.1.3)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.areas.collection.arrival import counting, receiving
from app.areas.collection.arrival.models import Arrival, Way
from app.areas.collection.arrival.receiving import Delivered
from app.areas.organisation.registers import ExternalOrganisation
from app.database import transaction
from app.workflow.actor import Actor
from app.workflow.errors import Denied, Missing


def upload(
    session: Session, actor: Actor, folder: Path, name: str, pieces: Iterable[bytes], digest: str | None = None
) -> Arrival:
    """Takes one file as it comes, in transactions of its own; `folder`: DATA_DIR/arrivals. Raises Denied, Invalid.

    `digest`: the SHA-256 that the provider knows it by; a file that has another is registered as damaged.
    """
    with received(session, actor, folder, name, pieces, digest) as delivered:
        with transaction(session):
            arrival = register(session, actor, delivered)
        settle(session, folder, arrival, delivered)
    return arrival


@contextmanager
def received(
    session: Session, actor: Actor, folder: Path, name: str, pieces: Iterable[bytes], digest: str | None
) -> Iterator[Delivered]:
    """The file once it is here whole; what is not settled by the end is gone. Raises Denied, Invalid."""
    own_provider(session, actor)
    delivered = receiving.write(folder / "incoming", name, pieces, receiving.most_bytes(session), digest)
    try:
        yield delivered
    finally:
        delivered.path.unlink(missing_ok=True)


def register(session: Session, actor: Actor, delivered: Delivered) -> Arrival:
    """Registers the file within the caller's transaction; `settle` comes after its commit."""
    return receiving.register(session, actor, own_provider(session, actor), delivered, Way.UPLOAD)


def settle(session: Session, folder: Path, arrival: Arrival, delivered: Delivered) -> None:
    """Puts the file of a registered arrival in its place, and has its records counted."""
    receiving.place(folder, arrival, delivered.path)
    counting.ask(session, arrival)


def own_provider(session: Session, actor: Actor) -> ExternalOrganisation:
    """The organisation that the operator belongs to; raises Denied for people of none."""
    found = session.get(ExternalOrganisation, actor.organisation_id) if actor.organisation_id else None
    if found is None:
        raise Denied(_("您的账号不属于任何数据提供单位"))
    return found


def own(actor: Actor) -> Select[Arrival]:
    """What the operator's organisation has brought, in no order."""
    return select(Arrival).where(Arrival.provider_id == actor.organisation_id)


def find_own(session: Session, actor: Actor, key: int) -> Arrival:
    """One of the own organisation's arrivals; raises Missing."""
    found = session.get(Arrival, key)
    if found is None or found.provider_id != actor.organisation_id:
        raise Missing
    return found
