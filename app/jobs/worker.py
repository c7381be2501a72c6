"""Entry point of worker and scheduler: `celery --app app.jobs.worker worker` and `… beat`."""

import gc

from app import create_app

celery = create_app().extensions["celery"]
gc.collect()
gc.freeze()  # what lives as long as the process is not looked through again and again for cycles
