"""Attachments (附件): kept under random names beside the database, typed by content, part of the document's digest."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import BinaryIO

import puremagic
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.guard import writing
from app.documents.models import Attachment
from app.documents.sealing import seal
from app.documents.values import Fault, Invalid
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.engine.text import clean
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.door import Shown, compare
from app.workflow.errors import Denied, Missing
from app.workflow.options import Action, option

MOST_BYTES = 50 * 1024 * 1024
CHUNK = 1024 * 1024

ACCEPTED = {
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".ofd": "application/ofd",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".doc": "application/msword",
    ".zip": "application/zip",
    ".gpg": "application/pgp-encrypted",
    ".pgp": "application/pgp-encrypted",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".xml": "application/xml",
}
"""Kinds of file that documents carry, by the ending of their names. Pages and programs are none of them."""

_ZIPPED = {".xlsx", ".docx", ".ofd", ".zip"}
_OLE = {".xls", ".doc"}
_PLAIN = {".txt", ".csv", ".xml"}
_OPAQUE = {".gpg", ".pgp"}


@dataclass(frozen=True)
class Received:
    """A file that has arrived below the data folder and belongs to nothing yet."""

    stored: str
    size: int
    sha256: str
    media_type: str
    name: str


def add(
    session: Session,
    actor: Actor,
    spec: FormSpec,
    document_id: int,
    shown: Shown,
    folder: Path,
    name: str,
    file: BinaryIO,
) -> Attachment:
    """Keeps a file with a document that is with its maker; raises Missing, Denied, Stale, Invalid."""
    case = changeable(session, actor, spec, document_id, shown)
    return put(session, actor, spec, case, folder, receive(folder, name, file))


def copy(
    session: Session, actor: Actor, spec: FormSpec, document_id: int, shown: Shown, folder: Path, other: Attachment,
    name: str | None = None,
) -> Attachment:
    """Keeps another document's file with this one, too, under its own name or a new one; raises Missing, Denied, Stale."""
    case = changeable(session, actor, spec, document_id, shown)
    stored = secrets.token_hex(16)
    copyfile(folder / other.stored, folder / stored)
    received = Received(stored, other.size, other.sha256, other.media_type, name or other.name)
    return put(session, actor, spec, case, folder, received)


def put(
    session: Session, actor: Actor, spec: FormSpec, case: Case, folder: Path, received: Received
) -> Attachment:
    """Makes a file that has arrived the document's; it is removed again where that fails."""
    try:
        with writing(session):
            attachment = Attachment(
                document_id=case.document.id,
                name=received.name,
                stored=received.stored,
                size=received.size,
                media_type=received.media_type,
                sha256=received.sha256,
                added_by_id=actor.user_id,
                added_by_name=actor.name,
                added_at=now(),
            )
            session.add(attachment)
            session.flush()
            reseal(session, spec, case)
        note(session, actor, AuditAction.ATTACH, spec, case.document, attachment, "added")
    except BaseException:
        (folder / received.stored).unlink(missing_ok=True)
        raise
    return attachment


def remove(session: Session, actor: Actor, spec: FormSpec, document_id: int, shown: Shown, attachment_id: int) -> str:
    """Takes a file off; returns its stored name, for the caller to unlink once the transaction is committed."""
    case = changeable(session, actor, spec, document_id, shown)
    attachment = find(session, document_id, attachment_id)
    stored = attachment.stored
    with writing(session):
        session.delete(attachment)
        session.flush()
        reseal(session, spec, case)
    note(session, actor, AuditAction.ATTACH, spec, case.document, attachment, "removed")
    return stored


def taken(session: Session, actor: Actor, spec: FormSpec, document: Document, attachment: Attachment) -> None:
    """Records that a file is taken out of the system, in the caller's transaction."""
    note(session, actor, AuditAction.EXPORT, spec, document, attachment, "taken")


def note(
    session: Session, actor: Actor, action: AuditAction, spec: FormSpec, document: Document, attachment: Attachment, how: str
) -> None:
    """Records what happened to a file, with its fingerprint."""
    detail = {"attachment": attachment.name, "how": how, "size": attachment.size, "sha256": attachment.sha256}
    record(session, actor, action, spec.resource, document=document, detail=detail)


def changeable(session: Session, actor: Actor, spec: FormSpec, document_id: int, shown: Shown) -> Case:
    """The case of a document that the actor may change as it was shown."""
    case = open_case(session, actor, spec, document_id, lock=True)
    answer = option(actor, case, Action.EDIT)
    if answer.reason is not None:
        raise Denied(answer.reason)
    compare(session, case, shown)
    return case


def reseal(session: Session, spec: FormSpec, case: Case) -> None:
    """A document with another attachment is another document: new digest, and so a new version."""
    case.document.updated_at = now()
    seal(session, spec, case.document)


def of(session: Session, document_id: int) -> list[Attachment]:
    """The attachments of a document in the order they came."""
    return list(
        session.scalars(select(Attachment).where(Attachment.document_id == document_id).order_by(Attachment.id))
    )


def find(session: Session, document_id: int, attachment_id: int) -> Attachment:
    """One attachment of that document; raises Missing."""
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.document_id != document_id:
        raise Missing
    return attachment


def receive(folder: Path, name: str, file: BinaryIO) -> Received:
    """Stores a file under a random name, or refuses it by size, name or content; raises Invalid."""
    name = kept_name(name)
    stored = secrets.token_hex(16)
    path = folder / stored
    size, hashed = 0, hashlib.sha256()
    try:
        with path.open("xb") as target:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise refused(_("每个附件不超过 %(most)s MB", most=MOST_BYTES // 1024 // 1024), name)
                hashed.update(chunk)
                target.write(chunk)
        if size == 0:
            raise refused(_("文件是空的"), name)
        return Received(stored, size, hashed.hexdigest(), media_type(path, name), name)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def kept_name(name: str) -> str:
    """The name people gave, Chinese kept, without any path."""
    base = clean(name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".")
    if not base:
        raise refused(_("文件没有名称"), name)
    stem, dot, ending = base.rpartition(".")
    return base if len(base) <= 200 else f"{stem[: 199 - len(ending)]}{dot}{ending}"


def media_type(path: Path, name: str) -> str:
    """The type that name and content agree on; raises Invalid."""
    ending = Path(name).suffix.lower()
    if ending not in ACCEPTED:
        raise refused(_("不接受这种文件，可用：%(kinds)s", kinds="、".join(one[1:] for one in ACCEPTED)), name)
    with path.open("rb") as file:
        head = file.read(8192)
    if not agrees(ending, head):
        raise refused(_("文件内容与扩展名“%(ending)s”不符", ending=ending), name)
    return ACCEPTED[ending]


def agrees(ending: str, head: bytes) -> bool:
    """Whether a file's beginning is what its ending says."""
    if ending in _PLAIN:
        return b"\x00" not in head or head[:2] in (b"\xff\xfe", b"\xfe\xff")
    if ending in _OPAQUE:
        return True
    if ending in _ZIPPED:
        return head[:4] in (b"PK\x03\x04", b"PK\x05\x06")
    if ending in _OLE:
        return head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    try:
        return any(match.mime_type == ACCEPTED[ending] for match in puremagic.magic_string(head))
    except (puremagic.PureError, ValueError):
        return False


def refused(message: object, name: str) -> Invalid:
    """A file that is not taken."""
    return Invalid([Fault(("attachment",), _("附件"), message, name)])
