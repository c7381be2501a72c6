"""The verbs that make and change documents: create, change, delete. Screens, REST, workbooks and the CLI all call these.

Each runs in the caller's transaction (`app.database.transaction`) and takes the actor; none looks at a request.
"""

from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete as sql_delete
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents import search
from app.documents.guard import writing
from app.documents.models import Attachment, DocumentLink
from app.documents.numbers import next_numbers
from app.documents.proposals import describe_changes
from app.documents.resolver import DatabaseResolver
from app.documents.sealing import seal
from app.documents.values import Fault, Invalid, Raw, Values, check_rules, fill, read
from app.engine.document import Document, State
from app.engine.fields import LineSpec
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.door import Shown, compare
from app.workflow.errors import Denied
from app.workflow.options import Action, option
from app.workflow.permissions import MAKE


def create(
    session: Session, actor: Actor, spec: FormSpec, raw: Raw, *, generated: bool = False, amends: int | None = None
) -> Document:
    """A new draft from raw values, with its number; raises Denied, Missing, Invalid.

    `generated` lets an area's operation make what nobody keys (forms 29, 33); channels never set it. `amends`: the
    finished document that it corrects (更正).
    """
    may_make(actor, spec, generated=generated)
    amended = amendable(session, actor, spec, amends) if amends is not None else None
    values = checked(session, actor, spec, raw)
    moment = now()
    document = spec.model(
        form_code=spec.prefix,
        state=State.DRAFT,
        maker_id=actor.user_id,
        maker_name=actor.name,
        department_code=actor.department_code,
        department_name=actor.department_name,
        created_at=moment,
        updated_at=moment,
        amends_id=amended.id if amended else None,
    )
    with session.no_autoflush:
        put(session, spec, document, values, raw)
        unique(session, spec, document)
    with writing(session):
        document.number = next_numbers(session, spec, moment.year)[0]
        session.add(document)
        session.flush()
        seal(session, spec, document)
    detail = {"amends": amended.number} if amended else {}
    record(session, actor, AuditAction.CREATE, spec.resource, document=document, detail=detail)
    return document


def change(session: Session, actor: Actor, spec: FormSpec, document_id: int, raw: Raw, shown: Shown) -> Document:
    """New values for a document that is with its maker; raises Missing, Denied, Stale, Invalid."""
    case = open_case(session, actor, spec, document_id, lock=True)
    answer = option(actor, case, Action.EDIT)
    if answer.reason is not None:
        raise Denied(answer.reason)
    compare(session, case, shown)
    values = checked(session, actor, spec, raw)
    with writing(session):
        with session.no_autoflush:
            put(session, spec, case.document, values, raw)
            unique(session, spec, case.document)
        case.document.updated_at = now()
        session.flush()
        seal(session, spec, case.document)
    record(session, actor, AuditAction.CHANGE, spec.resource, document=case.document)
    return case.document


def delete(session: Session, actor: Actor, spec: FormSpec, document_id: int, shown: Shown) -> None:
    """Removes an own draft that was never submitted; its number stays taken. Raises Missing, Denied, Stale."""
    case = open_case(session, actor, spec, document_id, lock=True)
    answer = option(actor, case, Action.DELETE)
    if answer.reason is not None:
        raise Denied(answer.reason)
    compare(session, case, shown)
    with writing(session):
        remove(session, case.document)
    record(session, actor, AuditAction.DELETE, spec.resource, document=case.document)


def may_make(actor: Actor, spec: FormSpec, *, generated: bool = False) -> None:
    """Refuses people whose position does not make the form, and everybody for generated ones; raises Denied."""
    if spec.generated and not generated:
        raise Denied(_("本单据由系统生成，不能直接填制"))
    if not actor.may(MAKE, spec.resource):
        raise Denied(_("您的岗位不能制作本单据"))


def amendable(session: Session, actor: Actor, spec: FormSpec, document_id: int) -> Document:
    """The finished document that a new one is to correct, one at a time; raises Missing, Denied."""
    case = open_case(session, actor, spec, document_id, lock=True)
    answer = option(actor, case, Action.AMEND)
    if answer.reason is not None:
        raise Denied(answer.reason)
    live = (Document.amends_id == document_id, Document.state != State.TERMINATED)
    other = session.scalar(select(Document.number).where(*live))
    if other is not None:
        raise Denied(_("已有更正单 %(number)s，请在该单上更正", number=other))
    return case.document


def checked(session: Session, actor: Actor, spec: FormSpec, raw: Raw) -> Values:
    """The raw values read; raises Invalid with every fault of type and presence."""
    faults: list[Fault] = []
    values = read(spec, raw, DatabaseResolver(session, actor), faults)
    if faults:
        raise Invalid(faults)
    return values


def put(session: Session, spec: FormSpec, document: Any, values: Values, raw: Raw) -> None:
    """Puts checked values into a document and asks its rules; raises Invalid."""
    fill(session, document, spec.writable, values.fields)
    for line in spec.lines:
        if line.name in values.lines:
            setattr(
                document, line.name, merged(session, line, list(getattr(document, line.name)), values.lines[line.name])
            )
    describe_changes(session, spec, document)
    if faults := check_rules(spec, document):
        for fault in faults:  # what was typed helps to find it
            if len(fault.path) == 1:
                object.__setattr__(fault, "value", raw.get(str(fault.path[0])))
        raise Invalid(faults)


def merged(session: Session, line: LineSpec, rows: list[Any], given: list[dict[str, Any]]) -> list[Any]:
    """The lines as given. Rows keep their identity: by place where none came or went, else by content.

    So what the system or a later signer wrote into a row never moves to another.
    """
    keep = list(rows) if len(rows) == len(given) else [same_row(line, rows, values) for values in given]
    found = []
    for number, (row, values) in enumerate(zip(keep, given, strict=True), 1):
        row = line.model() if row is None else row
        row.line_no = number
        fill(session, row, line.fields, values)
        found.append(row)
    return found


def same_row(line: LineSpec, rows: list[Any], values: dict[str, Any]) -> Any:
    """The row that has just these values, taken out of `rows`; None where there is none."""
    for row in rows:
        if all(getattr(row, one.attribute) == values[one.attribute] for one in line.fields if one.attribute in values):
            rows.remove(row)
            return row
    return None


def unique(session: Session, spec: FormSpec, document: Any) -> None:
    """Refuses a value that another document of the form has where it must be unique; raises Invalid."""
    faults = []
    stand_in_line(session, spec)
    for one in spec.fields:
        value = getattr(document, one.attribute)
        if one.unique and value is not None:
            column = getattr(spec.model, one.attribute)
            own = (document.id or 0, *corrected(session, document))
            other = session.query(spec.model.number).filter(column == value, spec.model.id.not_in(own)).first()
            if other:
                faults.append(Fault((one.name,), one.label, _("已用于 %(number)s", number=other[0]), value))
    if faults:
        raise Invalid(faults)


def stand_in_line(session: Session, spec: FormSpec) -> None:
    """Lets one writer at a time compare unique values: the database does not, as corrections may share them."""
    if any(one.unique for one in spec.fields) and session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(spec.slug))))


def corrected(session: Session, document: Document) -> list[int]:
    """The documents that this one corrects, directly and through others; they may share its unique values."""
    found: list[int] = []
    key = document.amends_id
    while key is not None:
        found.append(key)
        key = session.scalar(select(Document.amends_id).where(Document.id == key))
    return found


def remove(session: Session, document: Document) -> None:
    """Deletes a document with everything that hangs on it."""
    either = or_(DocumentLink.source_id == document.id, DocumentLink.result_id == document.id)
    session.execute(sql_delete(DocumentLink).where(either))
    session.execute(sql_delete(Attachment).where(Attachment.document_id == document.id))
    search.drop(session, [document.id])
    session.delete(document)
