"""Watches the drop folders: `DROP_DIR/<provider's code>`, into which the front-end machine's file service writes.

A file is complete once nobody has written to it for a while. Names with a leading dot or the ending of a running
transfer are left alone, links are never followed. `<name>.sha256` beside a file says what its SHA-256 should be.
"""

import logging
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.arrival.counting import ask
from app.areas.collection.arrival.models import Arrival, Way
from app.areas.collection.arrival.receiving import Delivered, kept_name, lost, place, register, said
from app.areas.collection.originals import digest_of
from app.areas.organisation.registers import ExternalKind, ExternalOrganisation, Status
from app.database import transaction
from app.documents.values import Invalid

log = logging.getLogger(__name__)

SETTLED = 30.0
"""Seconds without a write after which a file counts as complete."""
UNDER_WAY = (".part", ".tmp", ".filepart", ".crdownload", ".uploading")
DIGEST = ".sha256"
UNREADABLE = "?"
"""In place of an announced digest that is none: the arrival counts as damaged until the provider has cleared it up."""
SMALL = 4096
"""No announced digest is longer than so many bytes."""


def scan(session: Session, drop: Path, arrivals: Path, settled: float = SETTLED) -> list[Arrival]:
    """Registers every complete file of every active provider, each in a transaction of its own; makes missing folders."""
    found = []
    kinds = (ExternalOrganisation.kind == ExternalKind.PROVIDER, ExternalOrganisation.status == Status.ACTIVE)
    providers = session.execute(select(ExternalOrganisation.id, ExternalOrganisation.code).where(*kinds)).all()
    session.rollback()
    for key, code in providers:
        folder = drop / code
        if not inside(drop, folder):
            continue
        folder.mkdir(parents=True, exist_ok=True)
        for path in complete(folder, settled):
            arrival = take_in(session, key, path, arrivals)
            if arrival is not None:
                found.append(arrival)
    return found


def inside(drop: Path, folder: Path) -> bool:
    """Whether a provider's folder lies in the drop folder itself: a code never leads elsewhere, nor does a link."""
    return folder.parent == drop and not folder.is_symlink()


def complete(folder: Path, settled: float) -> Iterator[Path]:
    """The files of a folder that are whole, by name."""
    for path in sorted(folder.iterdir()):
        name = path.name.lower()
        if path.is_symlink() or not path.is_file() or name.startswith(".") or name.endswith((*UNDER_WAY, DIGEST)):
            continue
        if time.time() - path.stat().st_mtime >= settled:
            yield path


def take_in(session: Session, provider_id: int, path: Path, arrivals: Path) -> Arrival | None:
    """Registers one file and takes it out of the drop folder; None where it changed meanwhile or cannot be taken."""
    before = path.stat()
    beside = path.with_name(path.name + DIGEST)
    try:
        delivered = Delivered(path, kept_name(path.name), before.st_size, digest_of(path), announced(beside))
    except (Invalid, OSError):
        log.warning("a file of provider %s was left in its drop folder", provider_id, exc_info=True)
        return None
    after = path.stat()
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns) or not before.st_size:
        return None
    with transaction(session):
        arrival = lost(session, provider_id, delivered, arrivals)
        if arrival is None:
            provider = session.get_one(ExternalOrganisation, provider_id)
            arrival = register(session, None, provider, delivered, Way.DROP)
    place(arrivals, arrival, path)
    ask(session, arrival)
    beside.unlink(missing_ok=True)
    return arrival


def announced(beside: Path) -> str | None:
    """The digest in the file beside, None where there is none, UNREADABLE where it holds something else."""
    if beside.is_symlink() or not beside.is_file():
        return None
    with beside.open("rb") as file:
        text = file.read(SMALL).decode("ascii", "replace")
    try:
        return said(text, beside.name) or UNREADABLE
    except Invalid:
        return UNREADABLE
