"""取件: a collector fetches what has arrived, and has form 2 half filled in, with the files attached (article 16.1.1.3)."""

import re
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.arrival.models import Arrival, ArrivalState
from app.areas.collection.arrival.receiving import RESOURCE
from app.areas.collection.registers import DataStructure, Method
from app.areas.collection.sight.cycles import Period, period_of
from app.areas.organisation.registers import Employee, Status
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents import attachments, operations
from app.documents.attachments import ACCEPTED, Received
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.errors import Denied, Missing

FORM = "collection_file_register"
OTHER_TYPE = "application/octet-stream"
DATED = re.compile(r"(?<!\d)(20\d{2})[-_.年]?(0[1-9]|1[0-2])(?:[-_.月]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
FETCHABLE = (Method.NETWORK, Method.BULK_COPY)


def fetch(session: Session, actor: Actor, ids: Sequence[int], arrivals: Path, folder: Path) -> Document:
    """A draft of form 2 with these arrivals, within the caller's transaction; raises Missing, Denied.

    Records that could not be counted stand as 0, which the form refuses when it is handed in. Files above the web's
    limit are attached too. `arrivals` is where they lie, `folder` where attachments do.
    """
    rows = locked(session, ids)
    spec = catalogue.form(FORM)
    document = operations.create(session, actor, spec, prefilled(session, actor, rows))
    for one in rows:
        case = open_case(session, actor, spec, document.id)
        attachments.put(session, actor, spec, case, folder, brought(arrivals, folder, one))
        one.register_id, one.fetched_at = document.id, now()
        one.fetched_by_id, one.fetched_by_name = actor.user_id, actor.name
        detail = {"how": "fetched", "attachment": one.name}
        record(session, actor, AuditAction.ATTACH, RESOURCE, one.number, document=document, detail=detail)
    session.flush()
    return document


def locked(session: Session, ids: Sequence[int]) -> Sequence[Arrival]:
    """The arrivals asked for, of one provider, sound and waiting; raises Missing, Denied."""
    statement = select(Arrival).where(Arrival.id.in_(ids)).order_by(Arrival.id).with_for_update(of=Arrival)
    rows = session.scalars(statement.execution_options(populate_existing=True)).all()
    if not rows or len(rows) < len(set(ids)):
        raise Missing
    if len({one.provider_id for one in rows}) > 1:
        raise Denied(_("一次只能取同一数据提供单位的文件"))
    if len({one.name for one in rows}) < len(rows):
        raise Denied(_("所选文件中有同名文件，请分别登记"))
    if wrong := next((one for one in rows if one.state is not ArrivalState.WAITING), None):
        raise Denied(_("“%(name)s”%(state)s，不能取件", name=wrong.name, state=wrong.state.title))
    return rows


def brought(arrivals: Path, folder: Path, one: Arrival) -> Received:
    """The file of an arrival as an attachment's: the very bytes, without a second copy where the file system allows it."""
    stored = secrets.token_hex(16)
    source = arrivals / one.stored
    try:
        (folder / stored).hardlink_to(source)
    except OSError:
        copyfile(source, folder / stored)
    kind = ACCEPTED.get(Path(one.name).suffix.lower(), OTHER_TYPE)
    return Received(stored, one.size, one.sha256, kind, one.name)


def prefilled(session: Session, actor: Actor, rows: Sequence[Arrival]) -> dict[str, Any]:
    """Raw values of the form: what follows from the provider's structure, and a guess at the period. Raises Denied."""
    provider, first = rows[0].provider, rows[0]
    structure = structure_of(session, first)
    if structure is None or structure.agreement is None:
        raise Denied(_("%(name)s没有联网采集或批量拷盘的数据结构，请先填制《数据结构分析表》", name=provider.name))
    period = guessed(structure, first)
    return {
        "provider": provider.code,
        "agreement": structure.agreement.agreement_no,
        "structure": structure.code,
        "period_from": period.start.isoformat(),
        "period_to": period.end.isoformat(),
        "method": Method.NETWORK.value,
        "carrier": "line",
        "received_at": f"{min(one.arrived_at for one in rows):%Y-%m-%d %H:%M}",
        "delivered_by": next((one.uploaded_by_name for one in rows if one.uploaded_by_name), None),
        "first_collector": session.get_one(Employee, actor.employee_id).staff_no,
        "files": [{"name": one.name, "bytes": str(one.size), "records": str(one.records or 0)} for one in rows],
    }


def structure_of(session: Session, one: Arrival) -> DataStructure | None:
    """The structure in force that the file's name begins with; else the provider's first for deliveries by line."""
    mine = (DataStructure.provider_id == one.provider_id, DataStructure.status == Status.ACTIVE)  # type: ignore[attr-defined]
    found = session.scalars(select(DataStructure).where(*mine).order_by(DataStructure.id)).all()
    named = [each for each in found if one.name.startswith((each.code, each.name))]
    usual = [each for method in FETCHABLE for each in found if each.method is method]
    return next(iter([*named, *usual]), None)


def guessed(structure: DataStructure, one: Arrival) -> Period:
    """The period that the name tells of; else the last whole one before the file arrived."""
    tail = one.name.removeprefix(structure.code)
    if dated := DATED.search(tail):
        year, month, day = dated.groups()
        try:
            return period_of(structure.cycle, date(int(year), int(month), int(day or 1)))
        except ValueError:
            pass  # the 31st of a month that has none
    return period_of(structure.cycle, period_of(structure.cycle, one.arrived_at.date()).start - timedelta(days=1))
