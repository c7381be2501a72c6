"""A file that is written in runs: each run appends to a part of its own, the checkpoint says how much of each part counts.

So a run that was killed in the middle of a write, or goes on though another has taken over, spoils nothing.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

Mark = list[list[str | int]]
"""[[name of a part, bytes of it that count], …], as a checkpoint keeps it."""
PIECE = 1024 * 1024


class Parts:
    """The parts below `folder` that `mark` counts, and a new one of run `attempt` to append to; raises OSError."""

    def __init__(self, folder: Path, name: str, attempt: int, mark: Mark) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.name = folder, f"{name}.{attempt}"
        self.before: Mark = [part for part in mark if part[0] != self.name]
        self.bytes = 0
        self._file: IO[bytes] = (folder / self.name).open("wb", buffering=PIECE)

    def write(self, data: bytes) -> None:
        """Appends."""
        self._file.write(data)
        self.bytes += len(data)

    def mark(self) -> Mark:
        """What there is by now, safely on disk."""
        if self.bytes:
            self._file.flush()
            os.fsync(self._file.fileno())
        return [*self.before, [self.name, self.bytes]] if self.bytes else list(self.before)

    def back_to(self, mark: Mark) -> None:
        """Forgets what was written since."""
        self.bytes = next((int(size) for name, size in mark if name == self.name), 0)
        self.before = [part for part in mark if part[0] != self.name]
        self._file.flush()
        self._file.truncate(self.bytes)
        self._file.seek(self.bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def pieces(folder: Path, mark: Mark, size: int = PIECE) -> Iterator[bytes]:
    """The bytes that count, in pieces of whole lines; raises EOFError where a part has lost some."""
    for name, count in mark:
        left = int(count)
        with (folder / str(name)).open("rb") as file:
            while left:
                piece = file.read(min(size, left))
                if not piece:
                    raise EOFError(name)
                if len(piece) < left and not piece.endswith(b"\n"):
                    piece += file.readline(left - len(piece))
                left -= len(piece)
                yield piece


def join(folder: Path, mark: Mark, target: Path) -> None:
    """Makes one file of the parts, in one step; the parts stay. Of a single whole part another name is enough."""
    fresh = target.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    if len(mark) == 1 and (folder / str(mark[0][0])).stat().st_size == mark[0][1] and linked(folder / str(mark[0][0]), fresh):
        fresh.replace(target)
        fresh.unlink(missing_ok=True)  # where both were names of one file already, rename(2) leaves both
        return
    with fresh.open("wb") as file:
        file.writelines(pieces(folder, mark))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(target)


def linked(path: Path, other: Path) -> bool:
    """Gives a file another name, where the file system can."""
    try:
        os.link(path, other)
    except OSError:
        return False
    return True


def remove(folder: Path, *names: str) -> None:
    """Removes all parts whose names match one of the patterns, and folders beside them."""
    for name in names:
        for path in folder.glob(name):
            if path.is_dir():
                empty(path)
            else:
                path.unlink(missing_ok=True)


def empty(folder: Path) -> None:
    """Removes a folder and everything in it."""
    shutil.rmtree(folder, ignore_errors=True)
