"""Job "preprocess": each original file is read by its structure and checked (导入预处理, article 18.2).

Good rows go to the standard file, rejected ones to the file's error file, faults to their table. A run that was killed
is gone on with after the last chunk that was committed; a file that cannot be read to its end is rejected as a whole.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders, parts, results, standard
from app.areas.collection.base_store.batches import lock_batch
from app.areas.collection.base_store.filing import Filing
from app.areas.collection.base_store.keys import BatchKeys
from app.areas.collection.base_store.models import BaseBatch, BaseFault, BaseFaultCount, BatchState
from app.areas.collection.base_store.progress import Progress
from app.areas.collection.base_store.sources import Task, sources
from app.areas.collection.originals import digest_of
from app.areas.collection.structures import NoLayout, layout_of
from app.clock import now
from app.jobs import operations
from app.jobs.kinds import job
from app.jobs.models import Job
from app.jobs.running import Refused, Run
from app.workflow.errors import Denied


def unfinished(session: Session, job: Job) -> None:
    """Preprocessing was cancelled or has failed: what it has written goes, in a job of its own."""
    batch = lock_batch(session, int(job.params["batch"]))
    if batch.state is BatchState.PREPARING:
        batch.state = results.state_after(job)
        operations.enqueue(session, None, "discard", document_id=batch.register_id, batch=batch.id, files=True)
        results.tell_problem(session, batch, job)


def once_more(session: Session, job: Job) -> None:
    """The same batch is preprocessed anew; raises Denied where it is not the one that counts any more."""
    batch = lock_batch(session, int(job.params["batch"]))
    if batch.prepared_at is not None or not results.waits_for(session, batch, "import"):
        raise Denied(_("本批次不能重新预处理"))
    batch.state = BatchState.PREPARING


RESULTS = {"total": _("总记录数"), "good": _("合格"), "rejected": _("拒收"), "faults": _("差错数")}


OF_RUNS = ("standard.[0-9]*", "rejected*.[0-9]*", "keys[0-9]*")
"""What only runs need; `tidying` puts away what one has left that was killed behind its last transaction."""


@job("preprocess", _("导入预处理"), unfinished, RESULTS, once_more)
def preprocess(run: Run) -> Mapping[str, Any]:
    """The preprocessing of batch `batch`; raises Refused."""
    progress = Progress.of(run.checkpoint)
    task = begin(run)
    ids, names = [one.id for one in task.sources], [one.name for one in task.sources]
    with (
        parts.Parts(task.folder, "standard", run.attempt, progress.standard) as lines,
        BatchKeys(task.folder / f"keys{run.attempt}", names) as keys,
    ):
        keys.remember(task.folder, progress.standard, ids)
        while progress.at < len(task.sources):
            Filing(run, task, progress, lines, keys).file()
        path = standard.path_of(task.folder)
        parts.join(task.folder, lines.mark(), path)
    digest = digest_of(path)
    result: dict[str, Any] = {}
    with run.finish(result, progress.done) as session:
        batch = lock_batch(session, task.batch_id)
        total_up(batch, progress)
        batch.state, batch.prepared_at, batch.standard_sha256 = BatchState.PREPARED, now(), digest
        result |= {"total": batch.total, "good": batch.good, "rejected": batch.rejected, "faults": batch.faults}
        results.prepared(session, run, batch, unreadable=progress.unreadable == len(task.sources))
    parts.remove(task.folder, *OF_RUNS)
    return result


def begin(run: Run) -> Task:
    """Reads what there is to do; the first run of a job clears away what an earlier one has left. Raises Refused."""
    with run.held() as session:
        batch = lock_batch(session, int(run.params["batch"]))
        if batch.state is not BatchState.PREPARING:
            raise Refused(_("批次为“%(state)s”，不能预处理", state=batch.state.title))
        folder = folders.of(batch.number)
        if not run.checkpoint:
            parts.empty(folder)
            session.execute(delete(BaseFault).where(BaseFault.batch_id == batch.id))
            session.execute(delete(BaseFaultCount).where(BaseFaultCount.batch_id == batch.id))
        try:
            layout = layout_of(session, batch.structure)
        except NoLayout as missing:
            raise Refused(missing.reason) from None
        return Task(batch.id, folder, layout, sources(session, batch))


def total_up(batch: BaseBatch, progress: Progress) -> None:
    """Adds the files' counts up."""
    files = batch.files
    batch.total, batch.good = sum(one.total for one in files), sum(one.good for one in files)
    batch.rejected, batch.faults = sum(one.rejected for one in files), progress.all_faults
