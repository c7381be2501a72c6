"""The head (链头) outside the database: who cuts off the end of the record cannot make the number go back."""

import logging
import os
import threading
from pathlib import Path

log = logging.getLogger(__name__)

NAME = "audit_head"
_LENGTH = 20 + 1 + 64 + 1
_writing = threading.Lock()


def note(folder: Path, number: int, digest: str) -> None:
    """Keeps the last entry's number and digest; a later one that another process has kept stays."""
    try:
        with _writing:
            file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                if read_head(os.read(file, _LENGTH))[0] < number:
                    os.lseek(file, 0, os.SEEK_SET)
                    os.write(file, f"{number:020d} {digest}\n".encode())
            finally:
                os.close(file)
    except OSError:  # what was done is done; the hourly export says where the record stands
        log.exception("head of the record")


def head(folder: Path) -> tuple[int, str]:
    """The number and digest kept last; (0, "") for none."""
    path = folder / NAME
    return read_head(path.read_bytes()) if path.exists() else (0, "")


def read_head(content: bytes) -> tuple[int, str]:
    """The number and digest in the file; (0, "") where nothing sensible is in it."""
    number, _blank, digest = content.decode("ascii", "replace").strip().partition(" ")
    return (int(number), digest) if number.isdecimal() else (0, "")
