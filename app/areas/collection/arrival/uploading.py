"""Upload: a provider's operator brings the own organisation's files, whatever the channel, and sees what was brought (16.1.1.3)."""

from collections.abc import Iterable
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.areas.collection.arrival import counting, receiving
from app.areas.collection.arrival.models import Arrival, Way
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
    provider = own_provider(session, actor)
    delivered = receiving.write(folder / "incoming", name, pieces, receiving.most_bytes(session), digest)
    try:
        with transaction(session):
            arrival = receiving.register(session, actor, provider, delivered, Way.UPLOAD)
        receiving.place(folder, arrival, delivered.path)
    except BaseException:
        delivered.path.unlink(missing_ok=True)
        raise
    counting.ask(session, arrival)
    return arrival


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
