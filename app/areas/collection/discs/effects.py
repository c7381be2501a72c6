"""Effects around discs: a received delivery gets the draft of its safe record, and a handed-in record its sealed package."""

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.discs import jobs
from app.areas.collection.discs.packing import places, seal
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.forms.media_safe_record import MediaSafeRecord
from app.areas.collection.forms.public_collection_handover import PublicCollectionHandover
from app.areas.organisation.operations import load_actor
from app.areas.organisation.registers import Employee
from app.clock import now
from app.documents import operations
from app.documents.resolver import eligible
from app.engine.catalogue import catalogue
from app.jobs.operations import enqueue
from app.security.models import User
from app.workflow.effects import Happening, effect
from app.workflow.permissions import MAKE

AT_ONCE = 64 * 1024 * 1024
"""Packages up to so many bytes are made at once; larger ones in the background."""
FIRST_SAFE = "BXG-01"
"""The safe that a draft names while no disc is in any; else it names that of the latest."""


@effect("store_disc")
def store_disc(happening: Happening) -> None:
    """The draft of form S4 for who operated, with register, witness and number of files; the operator hands it in."""
    session, document = happening.session, happening.case.document
    assert isinstance(document, CollectionFileRegister | PublicCollectionHandover)
    files = originals.of(session, document.id)
    standing = happening.case.standing
    operated = next((standing[step] for step in ("burn", "extract", "receive") if step in standing), None)
    spec = catalogue.form("media_safe_record")
    if not files or operated is None:
        return
    actor = load_actor(session, session.get_one(User, operated.user_id), happening.actor.origin)
    witness = witness_of(document) or another(session, actor.user_id)
    if witness is None or not actor.may(MAKE, spec.resource):
        return
    with force_locale("zh"):
        operations.create(session, actor, spec, {
            "medium_no": medium_no(session, document),
            "content": gettext("%(summary)s，原始文件 %(count)s 个", summary=document.summary, count=len(files)),
            "burnt_at": f"{getattr(document, 'burnt_at', None) or now():%Y-%m-%d %H:%M}",
            "operator": session.scalar(select(Employee.staff_no).where(Employee.user_id == actor.user_id)),
            "witness": witness.staff_no,
            "safe": session.scalar(select(MediaSafeRecord.safe).order_by(MediaSafeRecord.id.desc()).limit(1)) or FIRST_SAFE,
            "registers": [{"register": document.number, "files": str(len(files))}],
        })


def witness_of(document: CollectionFileRegister | PublicCollectionHandover) -> Employee | None:
    """Who stood by."""
    return document.extraction_witness if isinstance(document, CollectionFileRegister) else document.witness


def medium_no(session: Session, document: CollectionFileRegister | PublicCollectionHandover) -> str:
    """The number on the disc: as the handover names it, unless another disc has that; else after the register."""
    named = document.medium_no if isinstance(document, PublicCollectionHandover) else None
    taken = named and session.scalar(select(MediaSafeRecord.id).where(MediaSafeRecord.medium_no == named))
    return named if named and not taken else f"GP-{document.number}"


def another(session: Session, user_id: int) -> Employee | None:
    """Another data manager, where nothing was extracted and so nobody was named."""
    target = catalogue.form("media_safe_record").field("witness").target
    assert target is not None
    actor = load_actor(session, session.get_one(User, user_id))
    rows = session.scalars(eligible(target, actor).where(Employee.user_id != user_id).order_by(Employee.id))
    found: Employee | None = rows.first()
    return found


@effect("seal_package")
def seal_package(happening: Happening) -> None:
    """封存: the package is made when the record is handed in, so that the witness signs its digest."""
    record, session = happening.case.document, happening.session
    assert isinstance(record, MediaSafeRecord)
    record.sha256 = None
    found = places(session, [line.register for line in record.registers])
    if not found:
        return
    size = sum(file.bytes for _name, file in found)
    if size > AT_ONCE:
        enqueue(session, happening.actor, jobs.KIND, title=f"{record.number} {record.medium_no}", document_id=record.id, total=size)
        return
    data = current_app.config["DATA_DIR"]
    record.sha256 = seal(session, record, data / "discs", data / "originals")
