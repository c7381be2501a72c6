"""The heartbeat and progress of a run: a small file beside the upload.

The run itself is one transaction, of which others see nothing until it ends; on SQLite nobody else could write
meanwhile either.
"""

import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.clock import SHANGHAI

EVERY = 0.5
"""Seconds between two beats."""


@dataclass
class Beat:
    """Writes how far a run is, not more often than needed."""

    path: Path
    total: int
    _last: float = field(default=0.0)
    _started: float = field(default_factory=time.time)

    def __call__(self, done: int) -> None:
        """So many rows are done."""
        moment = time.monotonic()
        if moment - self._last >= EVERY:
            self._last = moment
            write(self.path, {"done": done, "total": max(self.total, done), "seconds": time.time() - self._started})

    def begin(self) -> None:
        """The first beat, before anything is done."""
        self._last = 0.0
        self(0)


@dataclass(frozen=True)
class Pulse:
    """What a beat said last."""

    done: int
    total: int
    seconds: float

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> int | None:
        """Seconds left, where that can be told."""
        return round((self.total - self.done) / self.rate) if self.done and self.rate else None


def path_of(upload: Path) -> Path:
    """The file of a run's beats."""
    return upload.with_suffix(".progress")


def write(path: Path, content: dict[str, float]) -> None:
    """Replaces the file in one step, so that readers never see half of it."""
    fresh = path.with_suffix(".fresh")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)


def pulse(upload: Path) -> Pulse | None:
    """How far the run of an upload is, or None where it has not begun."""
    try:
        found = json.loads(path_of(upload).read_text(encoding="utf-8"))
        return Pulse(int(found["done"]), int(found["total"]), float(found["seconds"]))
    except (OSError, ValueError, KeyError):
        return None


def last_beat(upload: Path) -> datetime | None:
    """When the run last gave a sign of life."""
    try:
        seconds = path_of(upload).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(seconds, SHANGHAI).replace(tzinfo=None)


def forget(upload: Path) -> None:
    """Removes the file."""
    path_of(upload).unlink(missing_ok=True)
