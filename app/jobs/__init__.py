"""Background work: Celery over the embedded database by default, over Redis where REDIS_URL is set."""

from celery import Celery, Task
from flask import Flask


def init_jobs(app: Flask) -> Celery:
    """Makes the Celery application of a Flask application; tasks run inside its context."""

    class ContextTask(Task):
        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=ContextTask, broker=broker_url(app))
    celery.conf.update(
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        worker_hijack_root_logger=False,
        timezone="Asia/Shanghai",
        imports=("app.jobs.housekeeping", "app.excel.jobs"),
        beat_schedule=SCHEDULE,
        beat_schedule_filename=str(app.config["DATA_DIR"] / "beat-schedule"),
    )
    celery.set_default()
    app.extensions["celery"] = celery
    return celery


def broker_url(app: Flask) -> str:
    """Redis, or a SQLite file of its own: the queue never holds the business database's lock."""
    return app.config["REDIS_URL"] or f"sqla+sqlite:///{app.config['DATA_DIR'] / 'queue.db'}"


SCHEDULE = {
    "resume-imports": {"task": "app.excel.jobs.resume", "schedule": 60.0},
    "tidy-uploads": {"task": "app.jobs.housekeeping.tidy", "schedule": 3600.0},
}
