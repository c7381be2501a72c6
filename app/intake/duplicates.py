"""主键重复 within a file, in memory that does not grow with it.

A bitmap says of nearly every key that it is new; only where it is not sure, the keys seen so far are looked at, which
lie on disk in 256 buckets.
"""

import shutil
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from types import TracebackType
from typing import Self

BITS = 1 << 27
"""Of the bitmap: 16 MB. Of ten million keys it is unsure in one of a hundred."""
BUCKETS = 256
BUFFER = 16 * 1024

_PROBES = Struct("<II8x")
_NUMBER = Struct("<Q")
_SIZE = 16 + _NUMBER.size


def digest(text: str) -> bytes:
    """The 16-byte hash by which keys and values are compared."""
    return blake2b(text.encode(), digest_size=16).digest()


class Duplicates:
    """The keys of one file. `folder`, made for the buckets and removed by `close`, is its own; what a killed run left is not read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bitmap = bytearray(BITS // 8)
        self._buffers = [bytearray() for _number in range(BUCKETS)]
        self._written = [False] * BUCKETS

    def first(self, key: bytes, number: int) -> int:
        """The first row with that key: `number` itself where it is new, and remembered from now on."""
        bitmap = self._bitmap
        one, other = _PROBES.unpack(key)
        one, other = one % BITS, other % BITS
        bit, other_bit = 1 << (one & 7), 1 << (other & 7)
        if bitmap[one >> 3] & bit and bitmap[other >> 3] & other_bit:
            found = self._find(key)
            if found is not None:
                return found
        bitmap[one >> 3] |= bit
        bitmap[other >> 3] |= other_bit
        self._keep(key, number)
        return number

    def _keep(self, key: bytes, number: int) -> None:
        buffer = self._buffers[key[15]]
        buffer += key
        buffer += _NUMBER.pack(number)
        if len(buffer) >= BUFFER:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._path(key[15]).open("ab" if self._written[key[15]] else "wb") as file:
                file.write(buffer)
            self._written[key[15]] = True
            buffer.clear()

    def _find(self, key: bytes) -> int | None:
        bucket = key[15]
        found = entry(bytes(self._buffers[bucket]), key)
        if found is None and self._written[bucket]:
            found = entry(self._path(bucket).read_bytes(), key)
        return found

    def _path(self, bucket: int) -> Path:
        return self._folder / f"{bucket:02x}"

    def close(self) -> None:
        """Removes what lies on disk."""
        shutil.rmtree(self._folder, ignore_errors=True)
        self._written = [False] * BUCKETS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def entry(data: bytes, key: bytes) -> int | None:
    """The row that stands beside a key, None where the key is not there."""
    at = data.find(key)
    while at >= 0:
        if at % _SIZE == 0:
            return int(_NUMBER.unpack_from(data, at + 16)[0])
        at = data.find(key, at + 1)
    return None
