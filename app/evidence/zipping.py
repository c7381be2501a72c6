"""A ZIP that is sent while it is made: a file at a time, a piece at a time, each with its SHA-256."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.clock import now

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class Member:
    """A file of the pack: its path in it, and its content in pieces."""

    name: str
    pieces: Iterable[bytes]


class Sink(io.RawIOBase):
    """What a ZIP is written to: holds only what was not sent yet."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        """Takes a piece."""
        self._held.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """What has come since the last call."""
        held, self._held = self._held, []
        return b"".join(held)


def zipped(members: Iterable[Member]) -> Iterator[bytes]:
    """The ZIP of the members in pieces; the last member lists the digests of all others."""
    sink = Sink()
    sums: list[str] = []
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for member in members:
            hashed = hashlib.sha256()
            with archive.open(info(member.name), "w", force_zip64=True) as file:
                for piece in member.pieces:
                    hashed.update(piece)
                    file.write(piece)
                    yield sink.taken()
            sums.append(f"{hashed.hexdigest()}  {member.name}\n")
        archive.writestr(info(SUMS), "".join(sums))
    yield sink.taken()


def info(name: str) -> ZipInfo:
    """A member's entry, of this moment."""
    moment = now()
    made = ZipInfo(name, (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    made.compress_type = ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made
