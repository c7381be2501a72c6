"""标准文件: what preprocessing writes and importing reads, one line a good row, in the text format of PostgreSQL's COPY.

batch, file, row number, key, digest (16 bytes each, as `\\\\x…`), values as a JSON list. JSON leaves no tab or line feed
in a value, so that only backslashes need escaping. PostgreSQL takes the bytes as they are; SQLite's rows are cut from them.
"""

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import IO

from app.intake.chunks import Row

COLUMNS = ("batch_id", "file_id", "row_no", "key", "digest", "values")
HASH_BYTES = 16

Parsed = tuple[str, str, str, bytes, bytes, str]
"""A line as SQLite takes it; its column types turn digits into numbers."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_of(rows: Sequence[Row]) -> list[str]:
    """A JSON list of texts of each row: joined by hand where nothing in them needs escaping, which is many times as fast."""
    joined = list(map('","'.join, rows))
    if plain("".join(joined), sum(map(len, rows)) - len(rows)):
        return [f'["{one}"]' for one in joined]
    return [f'["{one}"]' if plain(one, len(row) - 1) else _encode(list(row)) for one, row in zip(joined, rows, strict=True)]


def plain(joined: str, between: int) -> bool:
    """Whether nothing needs escaping in values joined by so many `","`."""
    return joined.isprintable() and "\\" not in joined and joined.count('"') == 2 * between


class Lines:
    """Makes the lines of one file of a batch."""

    def __init__(self, batch_id: int, file_id: int) -> None:
        self.head = f"{batch_id}\t{file_id}\t"

    def of(self, rows: Sequence[tuple[int, Row]], keys: Sequence[bytes]) -> bytes:
        """The lines of checked rows: (number, standard values), with the digests of their keys."""
        head, size, found = self.head, HASH_BYTES, []
        for (number, _values), key, text in zip(rows, keys, json_of([values for _number, values in rows]), strict=True):
            digest = blake2b(text.encode(), digest_size=size).hexdigest()
            if "\\" in text:
                text = text.replace("\\", "\\\\")
            found.append(f"{head}{number}\t\\\\x{key.hex()}\t\\\\x{digest}\t{text}\n")
        return "".join(found).encode()


def blocks(file: IO[bytes], size: int) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at once, from where the file stands."""
    while block := file.read(size):
        yield block + file.readline() if not block.endswith(b"\n") else block


def parsed(block: bytes) -> Iterator[Parsed]:
    """The rows of a block, for SQLite; one after the other, so that no list of them is held."""
    lines = block.decode().split("\n")
    lines.pop()
    to_bytes = bytes.fromhex
    return (
        (batch, file, row, to_bytes(key[3:]), to_bytes(digest[3:]), values.replace("\\\\", "\\") if "\\" in values else values)
        for batch, file, row, key, digest, values in (line.split("\t") for line in lines)
    )


def keys_of(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """File, row number and key of each line."""
    for line in block.split(b"\n")[:-1]:
        _batch, file, row, key, _rest = line.split(b"\t", 4)
        yield int(file), int(row), bytes.fromhex(key[3:].decode())


def path_of(folder: Path) -> Path:
    """The standard file of a batch."""
    return folder / "standard.txt"
