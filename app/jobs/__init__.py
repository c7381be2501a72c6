"""Background work: Celery over the embedded database by default, over Redis where REDIS_URL is set."""

from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from flask import Flask

from app.jobs import operations


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
        imports=("app.jobs.housekeeping", "app.jobs.tasks", "app.excel.jobs", "app.calendar.jobs", "app.audit.jobs", "app.registers.jobs",
                 "app.areas.collection.sight.jobs", "app.areas.collection.arrival.jobs",
                 "app.areas.collection.public.jobs", "app.areas.collection.tidying"),
        beat_schedule=SCHEDULE,
        beat_schedule_filename=str(app.config["DATA_DIR"] / "beat-schedule"),
    )
    celery.set_default()
    operations.install()
    app.extensions["celery"] = celery
    return celery


def broker_url(app: Flask) -> str:
    """Redis, or a SQLite file of its own: the queue never holds the business database's lock."""
    return app.config["REDIS_URL"] or f"sqla+sqlite:///{app.config['DATA_DIR'] / 'queue.db'}"


SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-jobs": {"task": "app.jobs.tasks.sweep", "schedule": 60.0},
    "resume-imports": {"task": "app.excel.jobs.resume", "schedule": 60.0},
    "watch-drop-folders": {"task": "app.areas.collection.arrival.jobs.watch", "schedule": 60.0},
    "report-month": {"task": "app.areas.collection.public.jobs.report", "schedule": crontab(minute="0", hour="17")},
    "tidy-deliveries": {"task": "app.areas.collection.tidying.tidy", "schedule": 3600.0},
    "tidy-uploads": {"task": "app.jobs.housekeeping.tidy", "schedule": 3600.0},
    "export-head-of-record": {"task": "app.audit.jobs.export_head", "schedule": 3600.0},
    "remind-of-deadlines": {"task": "app.calendar.jobs.remind", "schedule": 600.0},
    "remind-of-deliveries": {"task": "app.areas.collection.sight.jobs.remind", "schedule": crontab(minute="30", hour="8")},
    "check-registers": {"task": "app.registers.jobs.check", "schedule": crontab(minute="30", hour="2")},
}
