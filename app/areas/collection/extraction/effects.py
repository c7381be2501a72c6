"""Effects around extraction: what is received or extracted becomes original files; faulty files go back by form 3."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _

from app.areas.collection import originals
from app.areas.collection.extraction.operations import unexplained, unlike
from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Extraction
from app.areas.collection.forms.public_collection_handover import PublicCollectionHandover
from app.areas.collection.registers import Carrier, Method
from app.clock import today
from app.documents import attachments, operations
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.workflow.door import Shown
from app.workflow.effects import Happening, effect
from app.workflow.errors import Denied
from app.workflow.permissions import MAKE

DAYS_TO_ANSWER = 10
"""Days that a provider is given to answer the notice; the form can be changed before it is sent."""


@effect("keep_originals")
def keep_originals(happening: Happening) -> None:
    """What needs no extraction (人工录入, 异议更正, S1) is original as it was received: the attachment of the line's name."""
    document = happening.case.document
    assert isinstance(document, CollectionFileRegister | PublicCollectionHandover)
    if isinstance(document, CollectionFileRegister) and to_extract(document):
        return
    data = data_folder()
    known = {one.name: one for one in attachments.of(happening.session, document.id)}
    missing = [line.name for line in document.files if line.name not in known]
    if missing:
        raise Denied(_("没有收到文件“%(names)s”（未随附于本单），请退回补充", names="、".join(missing)))
    for line in document.files:
        source = data / "attachments" / known[line.name].stored
        originals.keep(happening.session, document, line.name, originals.store(data / "originals", source), line.records)


def to_extract(register: CollectionFileRegister) -> bool:
    """Whether the files of a form 2 pass the step `extract`."""
    return register.method in (Method.NETWORK, Method.BULK_COPY) and register.carrier is not Carrier.CORRECTION


@effect("return_faulty_files")
def return_faulty_files(happening: Happening) -> None:
    """Refuses what was not found so, or is against the agreement unexplained; makes form 3's draft of faulty files, with them."""
    register, session = happening.case.document, happening.session
    assert isinstance(register, CollectionFileRegister)
    opinion = happening.signed.opinion if happening.signed else None
    if fault := unlike(session, register) or unexplained(session, register, opinion):
        raise Invalid([fault])
    faulty = [one for one in register.files if one.result is Extraction.FAULTY]
    for one in faulty:
        if original := originals.find(session, register.id, one.decrypted_name or one.name):
            session.delete(original)
    spec = catalogue.form("error_file_return_notice")
    if not faulty or not happening.actor.may(MAKE, spec.resource):
        return
    with force_locale("zh"):
        notice = operations.create(session, happening.actor, spec, notice_raw(register, faulty))
    known = {one.name: one for one in attachments.of(session, register.id)}
    for one in faulty:
        if one.name in known:
            shown = Shown(notice.version, notice.digest)
            attachments.copy(session, happening.actor, spec, notice.id, shown, data_folder() / "attachments", known[one.name])


def notice_raw(register: CollectionFileRegister, faulty: list[Any]) -> dict[str, Any]:
    """Raw values of form 3 about the faulty files of a register."""
    return {
        "source": register.number,
        "stage": "extraction",
        "provider": register.provider.code,
        "reason": str(_("提取（解压、解密）时发现下列文件有误，请核对后重新报送。")),
        "demanded_by": (today() + timedelta(days=DAYS_TO_ANSWER)).isoformat(),
        "faults": [{"file": one.name, "error": one.fault, "count": str(one.records)} for one in faulty],
    }


def data_folder() -> Path:
    """DATA_DIR."""
    path: Path = current_app.config["DATA_DIR"]
    return path
