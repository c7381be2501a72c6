"""What a delivered package may cost: its content is not believed until it has been counted (security 12)."""

import errno
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.engine.text import Text

PIECE = 1024 * 1024
OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EIO)


Telling = Callable[[float], None]
"""Called now and then with the share of the work at hand that is done, 0 to 1; what it raises ends the work."""


def untold(_share: float) -> None:
    """Nobody watches."""


class BadPackage(Exception):
    """The delivered file cannot be extracted; `reason` says why, as the notice to the provider does."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


class WrongPassword(BadPackage):
    """The file is encrypted, and what was given does not open it."""


@dataclass(frozen=True)
class Limits:
    """The most that one delivered file may unfold to: bytes of one file, entries of one package, packages in each other."""

    bytes: int = 4 * 1024**3
    entries: int = 1_000
    layers: int = 4


def pour(pieces: Iterable[bytes], target: Path, most: int, told: Telling = untold, expected: int = 0) -> None:
    """Writes the pieces into a new file and counts them; raises BadPackage where they are too many.

    `expected`: the bytes that the package says there are, 0 where it does not.
    """
    size = 0
    with target.open("xb") as file:
        for piece in pieces:
            size += len(piece)
            if size > most:
                raise too_large(most)
            file.write(piece)
            told(min(size / expected, 1.0) if expected else 0.0)


def too_large(most: int) -> BadPackage:
    """What is said of a package that unfolds without end."""
    return BadPackage(_("解压后超过 %(most)s MB，未予解压", most=f"{most // 1024**2:,}"))


def broken(reason: Text, error: Exception) -> Exception:
    """What to raise for an error while unpacking: that the package is broken, unless it is our own disk (security 21)."""
    ours = isinstance(error, OSError) and error.errno in OF_THE_DISK
    return error if ours else BadPackage(reason)
