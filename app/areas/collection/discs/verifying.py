"""Proves that a sealed package still is what its safe record says, and names what is not (security 25)."""

import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.discs.packing import MANIFEST, places
from app.areas.collection.originals import PIECE, digest_of
from app.engine.text import Text
from app.evidence.zipping import SUMS


def verify(session: Session, record: Any, folder: Path) -> list[Text]:
    """What is wrong with the package of a safe record; empty where it matches to the last bit."""
    if record.sha256 is None:
        return [_("没有封存包：所存登记表没有原始文件，或尚未封存")]
    path = folder / f"{record.sha256}.zip"
    if not path.is_file():
        return [_("封存包文件丢失")]
    if digest_of(path) == record.sha256:
        return []
    return [_("封存包的 SHA-256 与存放记录不一致"), *differences(session, record, path)]


def differences(session: Session, record: Any, path: Path) -> Iterator[Text]:
    """Which files of a changed package are not the originals any more."""
    expected = {name: file.sha256 for name, file in places(session, [line.register for line in record.registers])}
    try:
        with ZipFile(path) as archive:
            names = set(archive.namelist())
            for name, digest in expected.items():
                if name not in names:
                    yield _("缺少文件 %(name)s", name=name)
                elif digest_within(archive, name) != digest:
                    yield _("文件 %(name)s 被改动", name=name)
            for name in sorted(names - set(expected) - {MANIFEST, SUMS}):
                yield _("多出文件 %(name)s", name=name)
    except (BadZipFile, OSError, EOFError):
        yield _("封存包已损坏，不能打开")


def digest_within(archive: ZipFile, name: str) -> str | None:
    """SHA-256 of a file in the package; None where it cannot be read."""
    found = hashlib.sha256()
    try:
        with archive.open(name) as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except (BadZipFile, zlib.error, EOFError, RuntimeError):
        return None
    return found.hexdigest()
