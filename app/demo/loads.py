"""Demo loads: imported batches matched, authorised on the spot and loaded by the demo people, and form 7 of their errors."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BatchState
from app.areas.collection.credit import error_register, operations
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.forms.load_error_register import Disposal
from app.clock import now
from app.demo.walk import shown
from app.documents import operations as documents
from app.engine.document import Document
from app.jobs.operations import run_queued
from app.workflow.actor import Actor
from app.workflow.proof import Proof

OPERATOR, AUTHORISER = "data_manager", "it_head"
CAUSE = "用户未登记统一社会信用代码，提供单位报送时该项为空，不能确定目标企业。"
REMEDY = "已与提供单位核对，能确认的补登记后重新装载，其余随下期更正。"


def load(session: Session, people: Iterable[Actor], batch: BaseBatch) -> LoadBatch:
    """Loads an imported batch with its jobs, in the caller's transaction."""
    by_name = {one.username: one for one in people}
    operator = by_name[OPERATOR]
    found = operations.start(session, operator, batch.id)
    run_queued(session)
    expect(session, found, LoadState.MATCHED)
    operations.authorise(session, operator, found.id, Proof(by_name[AUTHORISER], now()))
    run_queued(session)
    expect(session, found, LoadState.LOADED)
    return found


def expect(session: Session, found: LoadBatch, state: LoadState) -> None:
    """Demo loads come to their end."""
    session.refresh(found)
    assert found.state is state, (found.number, found.state)


def batch_of(session: Session, register: Document) -> BaseBatch | None:
    """The imported batch of a form 6, or None."""
    same = (BaseBatch.register_id == register.id, BaseBatch.state == BatchState.IMPORTED)
    return session.scalar(select(BaseBatch).where(*same))


def with_errors(session: Session) -> LoadBatch | None:
    """The latest load with errors that no reload has dealt with, or None."""
    reloaded = select(LoadBatch.reload_of_id).where(LoadBatch.reload_of_id.is_not(None))
    found = select(LoadBatch).where(LoadBatch.state == LoadState.LOADED, LoadBatch.rejected > 0, LoadBatch.id.not_in(reloaded))
    return session.scalar(found.order_by(LoadBatch.id.desc()).limit(1))


def registered(session: Session, people: Iterable[Actor], of: LoadBatch, attached: Path, disposal: Disposal) -> Document:
    """The form 7 of a load's errors, its cause and remedy filled in; still a draft."""
    operator = next(one for one in people if one.user_id == of.operator_id)
    spec = error_register.spec()
    document = error_register.draft(session, operator, of.id, attached)
    found = {"cause": CAUSE, "disposal": disposal.value, "remedy": REMEDY}
    raw = {one.name: one.key(document) for one in spec.writable} | found
    raw["errors"] = [
        {one.name: one.key(line) for one in spec.line("errors").fields} for line in document.errors  # type: ignore[attr-defined]
    ]
    return documents.change(session, operator, spec, document.id, raw, shown(document))
