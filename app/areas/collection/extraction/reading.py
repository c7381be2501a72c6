"""Reads delivered files: takes the packages off and compares what is found with what was announced (articles 14, 16.1.1.4).

`delivery_of` reads the database once; `unpacked` works on files alone, for as long as it takes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.extraction import counting
from app.areas.collection.extraction.limits import BadPackage, Limits, Telling, WrongPassword
from app.areas.collection.extraction.packages import Opener
from app.areas.collection.forms.collection_file_register import CollectionFileRegister
from app.areas.collection.originals import Stored
from app.documents import attachments
from app.engine.text import Text
from app.intake.layout import Layout


@dataclass(frozen=True)
class Delivered:
    """A line of the register with what was received for it: the attachment's name on disk, None where nothing was."""

    name: str
    bytes: int
    records: int
    stored: str | None = None
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Delivery:
    """The files of a register, and the layout that their records are counted by."""

    files: tuple[Delivered, ...]
    layout: Layout | None

    @property
    def size(self) -> int:
        """Bytes received."""
        return sum(one.size or 0 for one in self.files)


@dataclass(frozen=True)
class Found:
    """What came out of one line's file. `path` lies in the working folder; None where nothing came out.

    `locked`: it would not open with the password given, which may be a typing error rather than the provider's fault.
    """

    file: Delivered
    path: Path | None = None
    found_name: str | None = None
    records: int | None = None
    layers: tuple[str, ...] = ()
    encrypted: bool = False
    fault: Text | None = None
    locked: bool = False

    @property
    def name(self) -> str:
        """The line's name."""
        return self.file.name


@dataclass(frozen=True)
class Means:
    """What extraction works with: `DATA_DIR`, the agreed password, the limits."""

    data: Path
    password: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)


Watching = Callable[[int], None]
"""Called now and then with the bytes of delivered files that are dealt with; what it raises ends the work."""


def unwatched(_done: int) -> None:
    """Nobody watches."""


def delivery_of(session: Session, register: CollectionFileRegister) -> Delivery:
    """What was delivered."""
    known = {one.name: one for one in attachments.of(session, register.id)}
    files = []
    for line in register.files:
        file = Delivered(line.name, line.bytes, line.records)
        if attachment := known.get(line.name):
            file = replace(file, stored=attachment.stored, size=attachment.size, sha256=attachment.sha256)
        files.append(file)
    return Delivery(tuple(files), counting.layout_for(session, register.structure))


@contextmanager
def working(data: Path, name: str) -> Iterator[Path]:
    """A folder of that job or demo person below `DATA_DIR/extracting`, gone with the context; clears what an earlier run left."""
    base = data / "extracting"
    base.mkdir(parents=True, exist_ok=True)
    for left in base.glob(f"{name}-*"):
        rmtree(left, ignore_errors=True)
    folder = Path(mkdtemp(prefix=f"{name}-", dir=base))
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def unpacked(delivery: Delivery, means: Means, folder: Path, watching: Watching = unwatched) -> list[Found]:
    """Every file as it came out, below `folder`."""
    taken: set[str] = set()
    found, done = [], 0
    for number, file in enumerate(delivery.files):
        size = file.size or 0
        one = read(file, delivery.layout, folder / str(number), means, partial(share_told, watching, done, size))
        if one.found_name in taken:
            one = Found(file, layers=one.layers, fault=_("解压后与另一文件同名：%(name)s", name=one.found_name))
        taken.add(one.found_name or "")
        found.append(one)
        done += size
        watching(done)
    return found


def share_told(watching: Watching, before: int, size: int, share: float) -> None:
    """Tells the share of a file in bytes of the delivery."""
    watching(before + round(size * share))


def read(file: Delivered, layout: Layout | None, folder: Path, means: Means, told: Telling) -> Found:
    """One file."""
    if file.stored is None:
        return Found(file, fault=_("没有收到这个文件（未随附于登记表）"))
    folder.mkdir()
    opener = Opener(folder, means.data / "gnupg", means.password, means.limits, told)
    try:
        opened = opener.open(means.data / "attachments" / file.stored, file.name)
        if file.size != file.bytes:
            words = _("字节数不符：登记 %(said)s，实收 %(found)s", said=f"{file.bytes:,}", found=f"{file.size:,}")
            raise BadPackage(words)
        records = counting.records(opened.path, layout, told)
        found = Found(file, opened.path, opened.name, records, opened.layers, opened.encrypted)
        if records is not None and records != file.records:
            words = _("记录数不符：登记 %(said)s，解出 %(found)s", said=f"{file.records:,}", found=f"{records:,}")
            return replace(found, path=None, fault=words)
        return found
    except WrongPassword as wrong:
        return Found(file, fault=wrong.reason, locked=True)
    except BadPackage as bad:
        return Found(file, fault=bad.reason)


@contextmanager
def stored(found: list[Found], data: Path, watching: Callable[[], None] = lambda: None) -> Iterator[dict[str, Stored]]:
    """The sound files below `DATA_DIR/originals`, by the names of their lines; gone again where the context ends in an error."""
    kept: dict[str, Stored] = {}
    try:
        for one in found:
            if one.path is not None:
                kept[one.name] = originals.store(data / "originals", one.path, lambda _share: watching())
        yield kept
    except BaseException:
        for file in kept.values():
            (data / "originals" / file.stored).unlink(missing_ok=True)
        raise
