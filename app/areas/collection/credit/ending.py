"""Loads that come to nothing: nothing of them counts, and what they had written already is removed."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.areas.collection.credit import error_register, operations, telling
from app.areas.collection.credit.models import CreditFact, LoadState
from app.jobs import operations as jobs
from app.jobs.kinds import job
from app.jobs.models import Job, JobState
from app.jobs.running import Run

AT_ONCE = 20_000


def ended(session: Session, failed: Job) -> None:
    """A load's job failed or was cancelled: the load with it, in the same transaction."""
    load = operations.find(session, failed.params["load_id"], lock=True)
    began = load.state is LoadState.LOADING
    cancelled = failed.state is JobState.CANCELLED
    load.state = LoadState.CANCELLED if cancelled else LoadState.FAILED
    if began:
        jobs.enqueue(session, None, operations.PURGE, title=str(_("清除未完成的装载 %(number)s", number=load.number)), load_id=load.id)
    error_register.reload_failed(session, load)
    telling.tell(session, load, _("已取消") if cancelled else _("没有完成"), failed.problem or _("没有装载任何数据"))


@job(operations.PURGE, _("清除未完成的装载"))
def purge(run: Run) -> Mapping[str, Any]:
    """Removes facts that never counted. Enterprises that were registered meanwhile stay: others may match them by now."""
    session, load = run.session, operations.find(run.session, run.params["load_id"])
    load_id, done = load.id, 0
    assert load.state in operations.GIVEN_UP
    some = select(CreditFact.id).where(CreditFact.load_id == load_id).limit(AT_ONCE)
    while keys := session.scalars(some).all():
        done += len(keys)
        with run.chunk(done):
            session.execute(delete(CreditFact).where(CreditFact.id.in_(some)), execution_options={"synchronize_session": False})
    return {"facts": done}
