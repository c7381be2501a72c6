"""The verbs of public channels: form 4 from the day's workbook, form 5 of a month, S1 with its files.

Each runs in the caller's transaction and takes the actor.
"""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.forms.public_collection_list import PublicCollectionList
from app.areas.collection.forms.public_collection_report import PublicCollectionReport
from app.areas.collection.public.totals import lists_of, total
from app.areas.collection.public.workbook import Found
from app.areas.organisation.registers import Employee
from app.clock import now, today
from app.documents import attachments, operations, sealing
from app.documents.guard import writing
from app.documents.models import Attachment
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.workflow.actor import Actor
from app.workflow.comparing import Shown
from app.workflow.errors import Denied

WORKBOOK = ".xlsx"


def list_of_the_day(session: Session, actor: Actor, found: Found, name: str, content: bytes, folder: Path) -> Document:
    """A draft of form 4 with a line for each item, the workbook attached; raises Denied, Invalid."""
    spec = catalogue.form("public_collection_list")
    name = attachments.kept_name(name)
    items = [
        {
            "collected_at": f"{now():%Y-%m-%d %H:%M}", "item": item, "records": str(count), "channel": channel, "source": source,
            "address": address, "published_on": day, "file": name, "permitted": "1", "identified": "1",
        }
        for (item, channel, source, address, day), count in found.groups.items()
    ]
    raw = {"working_day": today().isoformat(), "collector": own_no(session, actor), "items": items}
    document = operations.create(session, actor, spec, raw)
    attachments.add(session, actor, spec, document.id, Shown(document.version, document.digest), folder, name, io.BytesIO(content))
    return document


def report_of(session: Session, actor: Actor, month: str) -> Document:
    """A draft of form 5 with the month's totals; raises Denied, Invalid where the month has one already."""
    spec = catalogue.form("public_collection_report")
    if not lists_of(session, month):
        raise Denied(_("%(month)s 没有已提交的《公开渠道采集汇总信息清单》", month=month))
    document = operations.create(session, actor, spec, {"month": month})
    assert isinstance(document, PublicCollectionReport)
    with writing(session):
        total(session, document)
        session.flush()
        sealing.seal(session, spec, document)
    return document


def handover_of(session: Session, actor: Actor, report: PublicCollectionReport, folder: Path) -> Document:
    """A draft of S1 with the data files of the month's lists attached, each under its day; raises Denied."""
    spec = catalogue.form("public_collection_handover")
    lists = lists_of(session, report.month)
    found = [(one, file) for one in lists for file in attachments.of(session, one.id) if file.name.endswith(WORKBOOK)]
    if not found:
        raise Denied(_("当月清单没有随附数据文件"))
    names = [named(one, file, at) for at, (one, file) in enumerate(found)]
    files = [
        {"name": name, "content": one.summary[:255], "records": str(sum(item.records for item in one.items if item.file == file.name))}
        for name, (one, file) in zip(names, found, strict=True)
    ]
    raw = {
        "report": report.number, "month": report.month, "handed_over_at": f"{now():%Y-%m-%d %H:%M}", "collector": own_no(session, actor),
        "files": files,
    }
    document = operations.create(session, actor, spec, raw)
    for name, (_one, file) in zip(names, found, strict=True):
        attachments.copy(session, actor, spec, document.id, Shown(document.version, document.digest), folder, file, name)
    return document


def named(one: PublicCollectionList, file: Attachment, at: int) -> str:
    """The name of a day's file among the month's: its day, its place, its own name."""
    return f"{one.working_day:%Y%m%d}_{at + 1:02d}_{file.name}"[-200:]


def month_end(session: Session, actors: Sequence[Actor], month: str) -> Document | None:
    """The report of a month that has lists and no report yet, for who listed most of those given; None else."""
    standing = (PublicCollectionReport.month == month, PublicCollectionReport.state != State.TERMINATED)
    if session.scalar(select(PublicCollectionReport.id).where(*standing)):
        return None
    lists, by = lists_of(session, month), {one.user_id: one for one in actors}
    counted = [one.maker_id for one in lists if one.maker_id in by]
    if not counted:
        return None
    return report_of(session, by[max(sorted(set(counted)), key=counted.count)], month)


def own_no(session: Session, actor: Actor) -> str:
    """The actor's staff number."""
    return session.get_one(Employee, actor.employee_id).staff_no


def month_of(day: date) -> str:
    """2026-11."""
    return f"{day:%Y-%m}"
