"""The worker's side: one task runs a job by its id, another finds what was left behind."""

import logging

from celery import shared_task

from app.database import db
from app.jobs import running

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def run_job(job_id: int) -> None:
    """Runs a job."""
    running.run(db.session(), job_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Takes up jobs whose worker was killed or whose message was lost."""
    found = running.left_behind(db.session())
    db.session().rollback()
    for job_id in found:
        log.warning("job %s is taken up again", job_id)
        run_job.delay(job_id)
