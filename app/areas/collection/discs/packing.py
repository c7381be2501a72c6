"""封存包: the files of registers in one ZIP, with what the registers say and the digest of each; named by its own digest."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.originals import PIECE, OriginalFile
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.evidence.zipping import Member, zipped

MANIFEST = "manifest.json"
Place = tuple[str, OriginalFile]
"""A path in the package, and the original that lies there."""
Telling = Callable[[int], None]
"""Called with the bytes of originals that are packed; what it raises ends the work."""


def untold(_done: int) -> None:
    """Nobody watches."""


def places(session: Session, registers: Sequence[Document]) -> list[Place]:
    """Where each original file of the registers lies in the package."""
    return [(f"files/{one.number}/{file.name}", file) for one in registers for file in originals.of(session, one.id)]


def seal(session: Session, record: Any, folder: Path, sources: Path, told: Telling = untold) -> str:
    """Makes the package of a safe record below `folder`; returns its SHA-256, by which it is named.

    `sources`: where the originals lie; `told` is called with the bytes of them that were packed so far.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part, hashed = folder / f"{secrets.token_hex(8)}.part", hashlib.sha256()
    try:
        with part.open("xb") as target:
            for piece in zipped(members(session, record, sources, told)):
                hashed.update(piece)
                target.write(piece)
        part.replace(folder / f"{hashed.hexdigest()}.zip")
    finally:
        part.unlink(missing_ok=True)
    return hashed.hexdigest()


def members(session: Session, record: Any, sources: Path, told: Telling) -> Iterator[Member]:
    """The files of the package; SHA256SUMS comes behind them."""
    registers = [line.register for line in record.registers]
    found = places(session, registers)
    paths, done = [(name, sources / file.stored) for name, file in found], 0
    yield Member(MANIFEST, [json.dumps(manifest(record, registers, found), ensure_ascii=False, indent=2).encode()])
    for name, path in paths:
        yield Member(name, content(path, done, told))
        done += path.stat().st_size


def content(path: Path, done: int, told: Telling) -> Iterator[bytes]:
    """A file in pieces; `done`: the bytes before it."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
            told(done + file.tell())


def manifest(record: Any, registers: Sequence[Document], found: Sequence[Place]) -> dict[str, Any]:
    """What the package holds and where it comes from, in words."""
    with force_locale("zh"):
        return {
            "medium_no": record.medium_no,
            "content": record.content,
            "record": record.number,
            "burnt_at": f"{record.burnt_at:%Y-%m-%d %H:%M}",
            "operator": record.operator.name,
            "witness": record.witness.name,
            "registers": [in_words(one) for one in registers],
            "files": [
                {"path": name, "bytes": file.bytes, "records": file.records, "sha256": file.sha256} for name, file in found
            ],
            "note": gettext("原始文件封存包；SHA256SUMS 列出各文件的摘要，封存包自身的摘要登记在介质存放记录上。"),
        }


def in_words(register: Document) -> dict[str, Any]:
    """A register's fields and lines as people read them."""
    spec = next(one for one in catalogue.forms if one.prefix == register.form_code)
    found: dict[str, Any] = {"number": register.number, "title": str(spec.title), "digest": register.digest}
    found["fields"] = {str(one.label): one.show(register) for one in spec.fields}
    for line in spec.lines:
        rows = getattr(register, line.name)
        found[str(line.label)] = [{str(one.label): one.show(row) for one in line.fields} for row in rows]
    return found
