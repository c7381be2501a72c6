"""Several people at once."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.database import db


def in_threads(app: Flask, number: int, work: Callable[[Session, int], Any]) -> list[BaseException | None]:
    """Runs `work` at once in so many threads, each with a session of its own; returns what each ended with."""
    barrier, outcome = threading.Barrier(number), [None] * number  # type: ignore[var-annotated]

    def run(index: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                work(db.session(), index)
            except Exception as error:
                outcome[index] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome
