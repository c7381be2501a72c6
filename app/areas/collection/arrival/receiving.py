"""Receives what a provider sends: counted and hashed while it is written, then registered and, last, put in its place."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.arrival.models import Arrival, Way
from app.areas.organisation.registers import ExternalOrganisation
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.guard import writing
from app.documents.numbers import take
from app.documents.parameters import parameter_number
from app.documents.values import Fault, Invalid
from app.engine.text import clean
from app.workflow.actor import Actor

RESOURCE = "到件"
PREFIX = "DJ"
MOST = "delivery_most_mb"
"""The parameter with the most megabytes of an uploaded file."""
MB = 1024 * 1024
LONGEST = 200
DIGEST = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class Delivered:
    """A file that has arrived whole: `path` is where it lies until it is registered."""

    path: Path
    name: str
    size: int
    sha256: str
    announced: str | None = None


def write(folder: Path, name: str, pieces: Iterable[bytes], most: int, announced: str | None = None) -> Delivered:
    """Writes a file that is being sent, below `folder`; raises Invalid where it is too large, empty or badly named."""
    name = kept_name(name)
    folder.mkdir(parents=True, exist_ok=True)
    path, size, hashed = folder / secrets.token_hex(16), 0, hashlib.sha256()
    try:
        with path.open("xb") as file:
            for piece in pieces:
                size += len(piece)
                if size > most:
                    raise refused(_("文件超过 %(most)s MB，请通过前置机目录报送", most=most // MB), name)
                hashed.update(piece)
                file.write(piece)
        if size == 0:
            raise refused(_("文件是空的"), name)
        return Delivered(path, name, size, hashed.hexdigest(), said(announced, name))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def said(text: str | None, name: str) -> str | None:
    """The SHA-256 that a provider announced; raises Invalid for what is none."""
    if not text or not text.strip():
        return None
    found = DIGEST.match(text.strip())
    if found is None:
        raise refused(_("SHA-256 应为 64 位十六进制数"), name)
    return found.group().lower()


def kept_name(name: str) -> str:
    """The file's own name, without any path; raises Invalid."""
    own = clean(name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".")
    if not own or len(own) > LONGEST:
        raise refused(_("文件名为空，或超过 %(most)s 个字", most=LONGEST), name)
    return own


def refused(message: object, name: str) -> Invalid:
    """A file that is not taken."""
    return Invalid([Fault(("file",), name[:LONGEST] or _("文件"), message, name)])


def register(
    session: Session, actor: Actor | None, provider: ExternalOrganisation, delivered: Delivered, way: Way
) -> Arrival:
    """Registers an arrival within the caller's transaction; `place` puts the file where it says, after the commit."""
    at = now()
    with writing(session):
        number = f"{PREFIX}-{at.year}-{take(session, PREFIX, at.year, 1):06d}"
    arrival = Arrival(
        number=number, provider=provider, name=delivered.name, stored=secrets.token_hex(16), size=delivered.size,
        sha256=delivered.sha256, announced=delivered.announced, way=way, arrived_at=at,
        uploaded_by_id=actor.user_id if actor else None, uploaded_by_name=actor.name if actor else None,
    )
    session.add(arrival)
    session.flush()
    detail = {"file": delivered.name, "size": delivered.size, "sha256": delivered.sha256, "provider": provider.code}
    record(session, actor, AuditAction.ATTACH, RESOURCE, number, detail=detail)
    return arrival


def place(folder: Path, arrival: Arrival, path: Path) -> None:
    """Puts the file of a registered arrival in its place below `folder`. A crash before that is mended by the next scan."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        path.replace(folder / arrival.stored)
    except OSError:  # another file system: copied first, so that it is there whole or not at all
        part = folder / f"{arrival.stored}.part"
        with path.open("rb") as source, part.open("wb") as target:
            while piece := source.read(MB):
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        part.replace(folder / arrival.stored)
        path.unlink()


def lost(session: Session, provider_id: int, delivered: Delivered, folder: Path) -> Arrival | None:
    """The arrival of this very file that was registered while its file never came to its place."""
    same = (Arrival.provider_id == provider_id, Arrival.name == delivered.name, Arrival.sha256 == delivered.sha256)
    rows = session.scalars(select(Arrival).where(*same).order_by(Arrival.id)).all()
    return next((one for one in rows if not (folder / one.stored).exists()), None)


def most_bytes(session: Session) -> int:
    """The largest file that is taken by upload: what the parameter says, and the web server lets through."""
    return min(int(parameter_number(session, MOST)) * MB, int(current_app.config["MAX_DELIVERY_LENGTH"]))
