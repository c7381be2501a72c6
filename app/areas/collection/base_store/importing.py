"""Jobs "import" and "discard": the standard file goes into the base store, in whole or not at all (article 18).

Records are put in chunk by chunk and are nobody's until the last transaction, which drops what is known already, links
corrections and lets all of it count. What a run that ended without success has left is removed.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.base_store import folders, parts, results
from app.areas.collection.base_store.batches import lock_batch
from app.areas.collection.base_store.merging import merge
from app.areas.collection.base_store.models import BatchState
from app.areas.collection.base_store.standard import blocks, path_of
from app.areas.collection.base_store.writing import put, remove_some
from app.clock import now
from app.jobs import operations
from app.jobs.kinds import job
from app.jobs.models import Job
from app.jobs.running import Refused, Run
from app.workflow.errors import Denied

BLOCK = 4 * 1024 * 1024
"""Bytes of the standard file that one transaction brings: some 20,000 rows."""


def unfinished(session: Session, job: Job) -> None:
    """The import was cancelled or has failed: its records go, in a job of their own."""
    batch = lock_batch(session, int(job.params["batch"]))
    if batch.state is BatchState.IMPORTING:
        batch.state = results.state_after(job)
        operations.enqueue(session, None, "discard", document_id=batch.register_id, batch=batch.id)
        results.tell_problem(session, batch, job)


def once_more(session: Session, job: Job) -> None:
    """The same batch is imported anew, as its witness authorised; raises Denied where it is not the one that counts."""
    batch = lock_batch(session, int(job.params["batch"]))
    if batch.prepared_at is None or not results.waits_for(session, batch, "confirm"):
        raise Denied(_("本批次不能重新导入"))
    batch.state = BatchState.IMPORTING


RESULTS = {"imported": _("导入"), "corrections": _("其中更正"), "duplicates": _("重复")}


@job("import", _("导入基础数据库"), unfinished, RESULTS, once_more)
def import_batch(run: Run) -> Mapping[str, Any]:
    """The import of batch `batch`; raises Refused where the standard file is not what preprocessing wrote."""
    batch_id = int(run.params["batch"])
    good, sha256, folder = begin(run, batch_id)
    done, offset = int(run.checkpoint.get("done", 0)), int(run.checkpoint.get("offset", 0))
    if good:
        path = path_of(folder)
        verify(path, sha256)
        with path.open("rb") as file:
            file.seek(offset)
            for block in blocks(file, BLOCK):
                done, offset = done + block.count(b"\n"), offset + len(block)
                with run.chunk(done, good, {"done": done, "offset": offset}) as session:
                    put(session.connection(), block)
    if done != good:
        raise Refused(_("标准文件的记录数与预处理结果不符，没有导入"))
    result: dict[str, Any] = {}
    with run.finish(result, done) as session:
        batch = lock_batch(session, batch_id)
        merged = merge(session, batch)
        batch.state, batch.imported_at = BatchState.IMPORTED, now()
        batch.imported, batch.corrections, batch.duplicates = merged.imported, merged.corrections, merged.duplicates
        result |= {"imported": merged.imported, "corrections": merged.corrections, "duplicates": merged.duplicates}
        results.imported(session, run, batch)
    path_of(folder).unlink(missing_ok=True)
    return result


def begin(run: Run, batch_id: int) -> tuple[int, str, Path]:
    """Good rows, digest and folder of the batch; removes what an earlier import of it has left."""
    while not run.checkpoint:
        with run.held() as session:
            if not remove_some(session, batch_id):
                break
    with run.held() as session:
        batch = lock_batch(session, batch_id)
        if batch.state is not BatchState.IMPORTING:
            raise Refused(_("批次为“%(state)s”，不能导入", state=batch.state.title))
        return batch.good, batch.standard_sha256 or "", folders.of(batch.number)


def verify(path: Path, sha256: str) -> None:
    """Raises Refused unless the standard file is to the byte what preprocessing wrote."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise Refused(_("标准文件不在了，没有导入；请退回后重新预处理")) from None
    if found != sha256:
        raise Refused(_("标准文件与预处理时的校验值不符，可能被改动，没有导入；请退回后重新预处理"))


@job("discard", _("清理未完成的导入"), results={"removed": _("清理")})
def discard(run: Run) -> Mapping[str, Any]:
    """Removes the records of a batch that did not get in, with `files` its files too; stops where it is taken up anew."""
    batch_id, done = int(run.params["batch"]), 0
    while True:
        with run.chunk(done) as session:
            batch = lock_batch(session, batch_id)
            if batch.state not in (BatchState.FAILED, BatchState.CANCELLED):
                break
            removed = remove_some(session, batch_id)
            if not removed and run.params.get("files"):
                parts.empty(folders.of(batch.number))
        done += removed
        if not removed:
            break
    return {"removed": done}
