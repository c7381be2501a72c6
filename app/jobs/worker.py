"""Entry point of worker and scheduler: `celery --app app.jobs.worker worker` and `… beat`."""

from app import create_app

celery = create_app().extensions["celery"]
