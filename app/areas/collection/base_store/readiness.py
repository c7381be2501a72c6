"""What form 6 waits for: its jobs, and what they have come to (article 18.2, 18.3)."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import object_session

from app.areas.collection.base_store.batches import latest
from app.areas.collection.base_store.models import BaseBatch, BatchState
from app.engine.text import Text
from app.jobs.models import Job, JobState
from app.workflow.case import Case
from app.workflow.readiness import ready


@ready("preprocessed")
def preprocessed(case: Case, forward: bool) -> Text | None:
    """监督导入 waits for preprocessing."""
    batch, running = state_of(case)
    if batch is None:
        return None if not forward else _("尚未预处理，不能导入")
    if running is not None:
        return _("“%(job)s”正在进行，请待其完成或先取消", job=running.title)
    if forward and batch.state is not BatchState.PREPARED:
        return _("预处理没有完成，请制表人重新运行后再监督导入")
    return None


@ready("imported")
def imported(case: Case, forward: bool) -> Text | None:
    """导入结果确认 waits for the import; what is in the base store is not taken back."""
    batch, running = state_of(case)
    if running is not None:
        return _("“%(job)s”正在进行，请待其完成或先取消", job=running.title)
    if batch is not None and batch.state is BatchState.IMPORTED:
        return None if forward else _("已导入基础数据库，不能退回")
    return _("导入没有完成，请重新运行") if forward else None


def state_of(case: Case) -> tuple[BaseBatch | None, Job | None]:
    """The batch that counts, and the job that is at it."""
    session = object_session(case.document)
    assert session is not None
    register = case.document.id
    open_states = [JobState.QUEUED, JobState.RUNNING]
    at_work = (Job.document_id == register, Job.kind.in_(["preprocess", "import"]), Job.state.in_(open_states))
    return latest(session, register), session.scalar(select(Job).where(*at_work).limit(1))
