"""The verbs of extraction: note what was found, sign for it, give faulty files back. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.extraction.models import ExtractedFile
from app.areas.collection.extraction.reading import Found
from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Extraction
from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis
from app.areas.collection.originals import Stored
from app.areas.organisation.registers import Employee
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents.resolver import eligible
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.intake.terms import Encryption
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.comparing import Shown, compare
from app.workflow.errors import Denied
from app.workflow.options import may_not_sign

STEP = "extract"


def spec() -> FormSpec:
    """Form 2."""
    return catalogue.form("collection_file_register")


def waiting(session: Session, actor: Actor, document_id: int, *, lock: bool = False) -> Case:
    """The case of a register that the actor is to extract now; raises Missing, Denied."""
    case = open_case(session, actor, spec(), document_id, lock=lock)
    if case.current is None or case.current.name != STEP:
        raise Denied(_("登记表不在“提取”步骤"))
    if (reason := may_not_sign(actor, case, case.current)) is not None:
        raise Denied(reason)
    return case


def witnesses(session: Session, actor: Actor, case: Case) -> list[Employee]:
    """Data managers who may stand by: neither the actor nor who made the register."""
    target = case.spec.field("extraction_witness").target
    assert target is not None
    rows = session.scalars(eligible(target, actor).order_by(Employee.id))
    return [one for one in rows if one.user_id not in actor.hands and one.user_id != case.document.maker_id]


def witness_named(session: Session, actor: Actor, case: Case, staff_no: str) -> Employee:
    """The witness of that staff number; raises Invalid."""
    found = next((one for one in witnesses(session, actor, case) if one.staff_no == staff_no), None)
    if found is None:
        raise Invalid([Fault(("witness",), _("提取监督人"), _("请选择另一名数据管理员"), staff_no)])
    return found


def note(
    session: Session, actor: Actor, document_id: int, shown: Shown, found: Sequence[Found], witness: str,
    stored: Mapping[str, Stored],
) -> list[ExtractedFile]:
    """Keeps what was found, in place of an earlier extraction; sound files become originals. Raises Missing, Denied, Stale, Invalid.

    `witness` by staff number; `stored`: the sound files as they lie among the originals, by the names of their lines.
    """
    case = waiting(session, actor, document_id, lock=True)
    compare(session, case, shown)
    named = witness_named(session, actor, case, witness)
    return keep(session, actor, case.document, found, named, stored)


def keep(
    session: Session, actor: Actor, document: Any, found: Sequence[Found], witness: Employee, stored: Mapping[str, Stored]
) -> list[ExtractedFile]:
    """The rows of an extraction, and the original files of what is sound."""
    session.execute(delete(ExtractedFile).where(ExtractedFile.document_id == document.id))
    for before in originals.of(session, document.id):
        session.delete(before)
    session.flush()
    with force_locale("zh"):
        rows = [row_of(document, one, actor, witness) for one in found]
    session.add_all(rows)
    for one in found:
        if one.found_name is not None and one.name in stored:
            originals.keep(session, document, one.found_name, stored[one.name], one.records)
    detail = {
        "how": "extracted", "attachment": "、".join(one.name for one in found), "witness": witness.name,
        "faulty": [one.name for one in found if one.fault is not None],
    }
    record(session, actor, AuditAction.ATTACH, spec().resource, document=document, detail=detail)
    return rows


def row_of(document: CollectionFileRegister, one: Found, actor: Actor, witness: Employee) -> ExtractedFile:
    """What was found of one file, as it is kept; reasons in Chinese, as the notice gives them."""
    file = one.file
    return ExtractedFile(
        document_id=document.id, name=one.name, bytes=file.size, sha256=file.sha256, layers=" ".join(one.layers), encrypted=one.encrypted,
        found_name=one.found_name, records=one.records,
        result=Extraction.GOOD if one.fault is None else Extraction.FAULTY,
        fault=None if one.fault is None else str(one.fault)[:255],
        witness=witness, user_id=actor.user_id, user_name=actor.name, at=now(),
    )


def extracted(session: Session, document_id: int) -> dict[str, ExtractedFile]:
    """What was extracted of a register, by the names of its lines."""
    rows = session.scalars(select(ExtractedFile).where(ExtractedFile.document_id == document_id).order_by(ExtractedFile.id))
    return {one.name: one for one in rows}


def terms(session: Session, register: CollectionFileRegister) -> DataStructureAnalysis | None:
    """The form 1 that says how the provider packs and encrypts."""
    key = register.structure.made_by_id
    return session.get(DataStructureAnalysis, key) if key else None


def unencrypted(session: Session, register: CollectionFileRegister) -> dict[str, Text]:
    """Sound files that came open though encryption was agreed, by name, with what is wrong: faulty, or accepted with a reason."""
    agreed = terms(session, register)
    if agreed is None or agreed.encryption is Encryption.NONE:
        return {}
    rows = extracted(session, register.id).values()
    words = _("没有按约定加密：约定 %(encryption)s", encryption=agreed.encryption.title)
    return {one.name: words for one in rows if one.result is Extraction.GOOD and not one.encrypted}


def unexplained(session: Session, register: CollectionFileRegister, opinion: str | None) -> Fault | None:
    """Refuses files taken as sound that came open against the agreement, unless the opinion says why; or None."""
    open_ = unencrypted(session, register)
    names = [one.name for one in register.files if one.result is Extraction.GOOD and one.name in open_]
    if not names or opinion:
        return None
    words = _("“%(names)s”没有按约定加密：按正常登记的，须在意见中写明理由", names="、".join(names))
    return Fault(("opinion",), _("意见"), words)


def filled(session: Session, document: CollectionFileRegister, also_faulty: dict[str, str] | None = None) -> dict[str, Any]:
    """What the step `extract` fills in, from the extraction. `also_faulty`: what people found wrong with sound files, by name."""
    rows, said = extracted(session, document.id), also_faulty or {}
    if not rows:
        raise Denied(_("请先提取文件"))
    files = {str(line.id): line_filled(rows[line.name], said.get(line.name)) for line in document.files if line.name in rows}
    faulty = any(one["result"] == Extraction.FAULTY.value for one in files.values())
    witness = next(iter(rows.values())).witness
    return {
        "extraction": (Extraction.FAULTY if faulty else Extraction.GOOD).value,
        "extraction_witness": witness.staff_no,
        "files": files,
    }


def line_filled(row: ExtractedFile, said: str | None) -> dict[str, str]:
    """The raw values of one line."""
    fault = row.fault or said
    values = {
        "decrypted_name": row.found_name, "extracted_records": None if row.records is None else str(row.records),
        "result": (Extraction.FAULTY if fault else Extraction.GOOD).value, "fault": fault,
    }
    return {name: value for name, value in values.items() if value is not None}


def unlike(session: Session, document: CollectionFileRegister) -> Fault | None:
    """What a signed extraction says that the system has not found, or None: a sound file needs its original."""
    rows = extracted(session, document.id)
    for at, line in enumerate(document.files):
        row = rows.get(line.name)
        if row is None:
            return Fault(("files", at, "result"), line.name, _("尚未提取，请在“提取”页上提取"))
        if document.extraction_witness is not row.witness:
            return Fault(("extraction_witness",), _("提取监督人"), _("提取时的监督人是%(name)s", name=row.witness.name))
        if line.result is Extraction.FAULTY:
            continue
        name = line.decrypted_name or line.name
        if row.result is Extraction.FAULTY or originals.find(session, document.id, name) is None:
            fault = row.fault or _("没有原始文件")
            return Fault(("files", at, "result"), line.name, _("提取有误（%(fault)s），不能登记为正常", fault=fault))
        if row.records is not None and line.extracted_records != row.records:
            return Fault(("files", at, "extracted_records"), line.name, _("与解出的记录数 %(count)s 不一致", count=row.records))
    return None
