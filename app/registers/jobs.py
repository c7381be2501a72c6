"""账实核对 by night: what no form explains is told to those who answer for the registers."""

import logging
from datetime import datetime, time

from celery import shared_task
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import AuditAction, AuditEntry
from app.audit.recording import record
from app.clock import today
from app.database import db, transaction
from app.engine.catalogue import catalogue
from app.notices.operations import notify
from app.registers.permissions import READERS, RESOURCE
from app.registers.reconciling import Unexplained, reconcile
from app.workflow.holders import Holders

log = logging.getLogger(__name__)

FIRST = 20
"""So many lines stand in the notice; the page shows them all."""


@shared_task(ignore_result=True)
def check() -> None:
    """Checks every register against its versions."""
    log.info("%s values of registers are unexplained", run(db.session()))


def run(session: Session) -> int:
    """Checks, tells of what is unexplained, once a day, and records that it was done; returns how much there is."""
    found = list(reconcile(session, catalogue))
    with transaction(session):
        if found and not told_today(session):
            tell(session, found)
        detail = {"kind": "unexplained" if found else "explained", "total": len(found)}
        record(session, None, AuditAction.SYSTEM, RESOURCE, today().isoformat() if found else None, detail=detail)
    return len(found)


def told_today(session: Session) -> bool:
    """Whether a check of today has found something already."""
    same = (AuditEntry.resource == RESOURCE, AuditEntry.record == today().isoformat())
    since = datetime.combine(today(), time.min)
    return session.scalar(select(AuditEntry.id).where(*same, AuditEntry.at >= since).limit(1)) is not None


def tell(session: Session, found: list[Unexplained]) -> None:
    """A notice with the number and the first lines to 系统管理员, 主管管理员 and 稽核员."""
    holders = Holders(session)
    people = frozenset[int]().union(*(holders.in_position(one) for one in READERS))
    words = _("账实核对：台账中有 %(count)s 处没有单据依据", count=len(found))
    notify(session, people, words, "\n".join(line(one) for one in found[:FIRST]))


def line(one: Unexplained) -> str:
    """内部机构 T00012 联系电话：027-1 → 027-2."""
    return f"{one.register} {one.key} {one.field}：{one.explained or '—'} → {one.found or '—'}"
