"""The verbs of entry by hand: open a sheet, key it, hand it over for review, review it row by row, make form 2.

Each runs in the caller's transaction, takes the actor, and asks whether that person may: who keyed never reviews.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.entry.checking import faults_of
from app.areas.collection.entry.models import EntryRow, EntrySheet, Review, SheetState
from app.areas.collection.entry.permissions import RESOURCE
from app.areas.collection.forms.collection_file_register import Original
from app.areas.collection.registers import Carrier, DataStructure, Method
from app.areas.collection.structures import layout_of
from app.areas.organisation.registers import Employee, Status
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now, today
from app.documents import attachments, operations
from app.documents.guard import writing
from app.documents.numbers import take
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.positions import Position
from app.engine.text import Text, clean
from app.intake.layout import Layout
from app.intake.terms import FileFormat
from app.intake.writing import write_rows
from app.workflow.actor import Actor
from app.workflow.comparing import Shown
from app.workflow.errors import Denied, Missing, Stale

PREFIX = "LR"
MOST_ROWS = 2_000
LONGEST = 4_000
ENDINGS = {FileFormat.CSV: ".csv", FileFormat.TXT: ".txt", FileFormat.FIXED: ".txt", FileFormat.XLSX: ".xlsx", FileFormat.XML: ".xml"}

Keyed = Sequence[Sequence[str]]
"""Rows as keyed, a text for each field."""


def open_sheet(
    session: Session, actor: Actor, structure_code: str, original: Original, source: str, first: date, last: date
) -> EntrySheet:
    """A new sheet; of electronic sources the collector keys it, paper goes to a data_entry clerk. Raises Denied, Invalid."""
    if Position.COLLECTOR not in actor.positions:
        raise Denied(_("原始资料由数据采集员取得并交付录入"))
    structure = session.scalar(select(DataStructure).where(DataStructure.code == structure_code, DataStructure.status == Status.ACTIVE))
    faults = []
    if structure is None or structure.method is not Method.MANUAL:
        faults.append(Fault(("structure",), _("数据结构"), _("请选择人工录入的现行数据结构")))
    if not (source := clean(source)) or len(source) > 120:
        faults.append(Fault(("source",), _("原始资料名称"), _("必填，不超过 %(most)s 个字", most=120)))
    if last < first:
        faults.append(Fault(("period_to",), _("所属期间止"), _("不能早于所属期间起")))
    if faults or structure is None:
        raise Invalid(faults)
    layout_of(session, structure)
    with writing(session):
        number = f"{PREFIX}-{now().year}-{take(session, PREFIX, now().year, 1):06d}"
    me = session.get_one(Employee, actor.employee_id)
    sheet = EntrySheet(
        number=number, structure=structure, original=original, source=source, period_from=first, period_to=last,
        state=SheetState.KEYING, first_collector=me, received_at=now(), version=1,
        keyed_by=me if original is Original.ELECTRONIC else None,
    )
    session.add(sheet)
    session.flush()
    record(session, actor, AuditAction.CREATE, RESOURCE, number)
    return sheet


def locked(session: Session, sheet_id: int, version: int) -> EntrySheet:
    """The sheet as it was shown, its row locked; raises Missing, Stale."""
    sheet = session.get(EntrySheet, sheet_id, with_for_update=True, populate_existing=True)
    if sheet is None:
        raise Missing
    if sheet.version != version:
        raise Stale(_("录入表已被他人更新，请刷新后再办理"))
    sheet.version += 1
    return sheet


def may_not_key(actor: Actor, sheet: EntrySheet) -> Text | None:
    """Why the actor may not key the sheet now, or None."""
    if sheet.state is not SheetState.KEYING:
        return _("录入表为“%(state)s”，不能录入", state=sheet.state.title)
    if sheet.keyed_by is not None:
        return None if sheet.keyed_by.user_id == actor.user_id else _("由%(name)s录入", name=sheet.keyed_by.name)
    if Position.DATA_ENTRY not in actor.positions:
        return _("纸质资料由数据录入员录入")
    if sheet.original is Original.PAPER and sheet.received_at.date() != today():
        return _("纸质资料须于接收当日录入，请采集员重新交付")
    return _("录入人不能是第一采集人") if sheet.first_collector.user_id in actor.hands else None


def may_not_review(actor: Actor, sheet: EntrySheet) -> Text | None:
    """Why the actor may not review the sheet now, or None: another one than who keyed and, of paper, who brought it."""
    given_up = sheet.state is SheetState.DONE and sheet.register_id is None  # its draft of form 2 was deleted
    if sheet.state is not SheetState.REVIEWING and not given_up:
        return _("录入表为“%(state)s”，不能复核", state=sheet.state.title)
    wanted = Position.COLLECTION_REVIEWER if sheet.original is Original.ELECTRONIC else Position.COLLECTOR
    if wanted not in actor.positions:
        return _("由%(position)s复核", position=wanted.title)
    apart = {one.user_id for one in (sheet.keyed_by, sheet.first_collector) if one is not None}
    if actor.hands & apart:
        return _("复核人不能是录入人或取得原始资料的采集员")
    if sheet.reviewed_by is not None and sheet.reviewed_by.user_id != actor.user_id:
        return _("由%(name)s复核", name=sheet.reviewed_by.name)
    return None


def key(session: Session, actor: Actor, sheet_id: int, version: int, rows: Keyed, *, hand_over: bool = False) -> EntrySheet:
    """Saves what was keyed, faults and all; `hand_over` gives it to review, which it must be sound for.

    Rows that are as the reviewer found them right stay reviewed. Raises Missing, Denied, Stale, Invalid.
    """
    sheet = locked(session, sheet_id, version)
    if (reason := may_not_key(actor, sheet)) is not None:
        raise Denied(reason)
    layout = layout_of(session, sheet.structure)
    kept = tidy(layout, rows)
    if sheet.keyed_by is None:
        sheet.keyed_by = session.get_one(Employee, actor.employee_id)
    put(session, sheet, kept)
    if hand_over:
        sound(layout, sheet)
        sheet.state, sheet.keyed_on = SheetState.REVIEWING, sheet.keyed_on or today()
    record(session, actor, AuditAction.CHANGE, RESOURCE, sheet.number, detail={"rows": len(kept)})
    return sheet


def tidy(layout: Layout, rows: Keyed) -> list[list[str]]:
    """The rows that hold anything, each as long as the layout; raises Invalid where there are too many."""
    width = len(layout.fields)
    found = [[clean(str(cell))[:LONGEST] for cell in (*row, *[""] * width)][:width] for row in rows]
    found = [row for row in found if any(row)]
    if len(found) > MOST_ROWS:
        raise Invalid([Fault(("rows",), _("录入表"), _("一张录入表不超过 %(most)s 条，请分张录入", most=MOST_ROWS))])
    return found


def put(session: Session, sheet: EntrySheet, kept: list[list[str]]) -> None:
    """Puts the rows into the sheet; what a row was found to be holds for as long as its values do."""
    for at, values in enumerate(kept):
        if at == len(sheet.rows):
            sheet.rows.append(EntryRow(row_no=at + 1, values=values))
        elif sheet.rows[at].values != values:
            row = sheet.rows[at]
            row.values, row.review = values, None
            row.read = None if row.read == values else row.read
    del sheet.rows[len(kept) :]
    session.flush()


def sound(layout: Layout, sheet: EntrySheet) -> None:
    """Refuses a sheet that is empty, has faults, or differences that nobody has settled; raises Invalid."""
    if not sheet.rows:
        raise Invalid([Fault(("rows",), _("录入表"), _("没有一条记录"))])
    found = faults_of(layout, [(one.row_no, one.values) for one in sheet.rows])
    faults = [fault(layout, number, place, reason) for (number, place), reason in sorted(found.items(), key=str)]
    open_ = [one.row_no for one in sheet.rows if one.review is Review.DIFFERENT]
    faults += [Fault(("rows", number), _("第 %(row)s 条", row=number), _("复核不符，尚未更正")) for number in open_]
    if faults:
        raise Invalid(faults)


def fault(layout: Layout, number: int, place: int | None, reason: Text) -> Fault:
    """A fault by row and field."""
    title = layout.fields[place].title if place is not None else ""
    return Fault(("rows", number, place or 0), _("第 %(row)s 条 %(field)s", row=number, field=title), reason)


def review(
    session: Session, actor: Actor, sheet_id: int, version: int, read: Mapping[int, Sequence[str]], same: frozenset[int]
) -> EntrySheet:
    """Notes what the reviewer reads in the original: rows in `same`, and the values of those that differ, by row number.

    Raises Missing, Denied, Stale.
    """
    sheet = locked(session, sheet_id, version)
    if (reason := may_not_review(actor, sheet)) is not None:
        raise Denied(reason)
    sheet.reviewed_by = session.get_one(Employee, actor.employee_id)
    layout = layout_of(session, sheet.structure)
    for row in sheet.rows:
        found = tidy(layout, [read[row.row_no]]) if row.row_no in read else []
        if found and found[0] != row.values:
            row.review, row.read = Review.DIFFERENT, found[0]
        elif row.row_no in same:
            row.review, row.read = Review.SAME, None
    if any(one.review is Review.DIFFERENT for one in sheet.rows):
        sheet.state = SheetState.KEYING
    session.flush()
    counted = [one.row_no for one in sheet.rows if one.review is Review.DIFFERENT]
    record(session, actor, AuditAction.DECIDE, RESOURCE, sheet.number, detail={"rows": len(sheet.rows), "different": counted})
    return sheet


def complete(session: Session, actor: Actor, sheet_id: int, version: int, folder: Path) -> Document:
    """The file in the structure's format and a draft of the reviewer's form 2, once every row was found the same.

    Raises Missing, Denied, Stale, Invalid.
    """
    sheet = locked(session, sheet_id, version)
    if (reason := may_not_review(actor, sheet)) is not None:
        raise Denied(reason)
    left = [str(one.row_no) for one in sheet.rows if one.review is not Review.SAME]
    if left:
        raise Denied(_("第 %(rows)s 条尚未复核一致", rows="、".join(left[:20])))
    layout = layout_of(session, sheet.structure)
    sound(layout, sheet)
    name = f"{sheet.structure.code}_{sheet.number}{ENDINGS[layout.format]}"
    content = written(layout, [one.values for one in sheet.rows])
    spec = catalogue.form("collection_file_register")
    document: Any = operations.create(session, actor, spec, register_raw(sheet, name, len(content)))
    attachments.add(session, actor, spec, document.id, Shown(document.version, document.digest), folder, name, io.BytesIO(content))
    sheet.state, sheet.register_id = SheetState.DONE, document.id
    record(session, actor, AuditAction.DECIDE, RESOURCE, sheet.number, detail={"file": name, "rows": len(sheet.rows)})
    return document  # type: ignore[no-any-return]


def written(layout: Layout, rows: Keyed) -> bytes:
    """The file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        write_rows(path, layout, rows)
        return path.read_bytes()


def register_raw(sheet: EntrySheet, name: str, size: int) -> dict[str, Any]:
    """Raw values of form 2."""
    assert sheet.keyed_by is not None
    assert sheet.reviewed_by is not None
    assert sheet.keyed_on is not None
    structure = sheet.structure
    return {
        "provider": structure.provider.code if structure.provider else None,
        "agreement": structure.agreement.agreement_no if structure.agreement else None,
        "structure": structure.code,
        "period_from": sheet.period_from.isoformat(),
        "period_to": sheet.period_to.isoformat(),
        "method": Method.MANUAL.value,
        "carrier": (Carrier.PAPER if sheet.original is Original.PAPER else Carrier.MAIL).value,
        "received_at": f"{sheet.received_at:%Y-%m-%d %H:%M}",
        "first_collector": sheet.first_collector.staff_no,
        "original": sheet.original.value,
        "keyed_by": sheet.keyed_by.staff_no,
        "keyed_on": sheet.keyed_on.isoformat(),
        "reviewed_by": sheet.reviewed_by.staff_no,
        "remarks": sheet.source,
        "files": [{"name": name, "bytes": str(size), "records": str(len(sheet.rows))}],
    }
