"""封存 of large packages in the background, and what a record waits for meanwhile."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import object_session

from app.areas.collection.discs.packing import seal
from app.areas.collection.forms.media_safe_record import MediaSafeRecord
from app.audit.models import AuditAction
from app.audit.recording import record as note
from app.documents import sealing
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.text import Text
from app.jobs.kinds import BYTES, job
from app.jobs.models import Job
from app.jobs.running import Run, Watch
from app.workflow.case import Case
from app.workflow.readiness import ready

KIND = "seal_disc"


@job(KIND, _("制作封存包"), results={"sha256": _("封存包 SHA-256")}, unit=BYTES)
def work(run: Run) -> Mapping[str, Any]:
    """Makes the package, then writes its digest into the record; made again from the beginning after a crash."""
    spec, data = catalogue.form("media_safe_record"), current_app.config["DATA_DIR"]
    run.beat(0)
    record = run.session.get_one(MediaSafeRecord, run.document_id)
    digest = seal(run.session, record, data / "discs", data / "originals", Watch(run))
    run.session.rollback()
    with run.finish({"sha256": digest}) as session:
        record = session.get_one(MediaSafeRecord, run.document_id, with_for_update=True)
        with writing(session):
            record.sha256 = digest
            session.flush()
            sealing.seal(session, spec, record)
        note(session, None, AuditAction.SYSTEM, spec.resource, document=record, detail={"kind": "sealed"})
    return {"sha256": digest}


@ready("sealed")
def sealed(case: Case, forward: bool) -> Text | None:
    """Nobody signs for a package that is still being made."""
    record = case.document
    assert isinstance(record, MediaSafeRecord)
    session = object_session(record)
    if not forward or record.sha256 or session is None:
        return None
    latest = select(Job).where(Job.kind == KIND, Job.document_id == record.id).order_by(Job.id.desc()).limit(1)
    found = session.scalar(latest)
    if found is None:
        return None
    return _("封存包正在制作，完成后再办理") if found.state.open else _("封存包没有做成，请退回重新提交")
