"""Opens a delivered file layer by layer until the data file is found: GPG, ZIP, gzip, tar, by content rather than name."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.areas.collection.extraction import gnupg
from app.areas.collection.extraction.entries import only, plain_name
from app.areas.collection.extraction.limits import (
    PIECE,
    BadPackage,
    Limits,
    Telling,
    WrongPassword,
    broken,
    pour,
    untold,
)
from app.areas.collection.extraction.zipped import unzip

GPG_ENDINGS = (".gpg", ".pgp", ".asc")
ARMOUR = b"-----BEGIN PGP MESSAGE-----"
ZIP, GZIP, TAR = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b", b"ustar"
TAR_AT = 257


@dataclass(frozen=True)
class Opened:
    """The data file that was found: where it lies, its name, and the layers that were taken off, such as ("gpg", "zip")."""

    path: Path
    name: str
    layers: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(frozen=True)
class Opener:
    """How packages are opened: the agreed password, the folder for what comes out, the GPG home, the limits, who is told."""

    folder: Path
    home: Path
    password: str | None = field(default=None, repr=False)
    limits: Limits = field(default_factory=Limits)
    told: Telling = field(default=untold, repr=False)
    decrypts: bool = True
    """Else only what is open is opened: the bureau's own key stays out of it."""

    def open(self, source: Path, name: str) -> Opened:
        """The data file in a delivered file, which may be the delivered file itself; raises BadPackage, WrongPassword."""
        found = Opened(source, plain_name(name))
        while (inner := self.peel(found)) is not None:
            if len(inner.layers) > self.limits.layers:
                raise BadPackage(_("压缩层数超过 %(most)s 层，未予解压", most=self.limits.layers))
            found = inner
        if found.path.stat().st_size == 0:
            raise BadPackage(_("文件是空的"))
        return found

    def peel(self, outer: Opened) -> Opened | None:
        """The file within one layer; None where there is no layer any more."""
        folder = self.folder / f"layer{len(outer.layers)}"
        folder.mkdir()
        with outer.path.open("rb") as file:
            head = file.read(TAR_AT + len(TAR))
        if outer.name.lower().endswith(GPG_ENDINGS) or head.startswith(ARMOUR):
            if not self.decrypts:
                raise WrongPassword(_("文件已加密，须在提取时解密"))
            path = gnupg.decrypt(outer.path, folder, self.password, self.home, self.limits, self.told)
            return within(outer, path, without(outer.name, GPG_ENDINGS), "gpg", encrypted=True)
        if head.startswith(ZIP):
            layer = unzip(outer.path, folder, self.password, self.limits, self.told)
            return within(outer, layer[0], layer[1], "zip", encrypted=layer[2]) if layer else None
        if head.startswith(GZIP):
            name = without(outer.name, (".gz",))
            name = name[:-4] + ".tar" if name.lower().endswith(".tgz") else name
            return within(outer, gunzip(outer.path, folder, self.limits, self.told), name, "gzip")
        if head[TAR_AT:] == TAR:
            path, name = untar(outer.path, folder, self.limits, self.told)
            return within(outer, path, name, "tar")
        return None


def within(outer: Opened, path: Path, name: str, layer: str, *, encrypted: bool = False) -> Opened:
    """What a layer held."""
    return Opened(path, name, (*outer.layers, layer), outer.encrypted or encrypted)


def without(name: str, endings: tuple[str, ...]) -> str:
    """A name without its package's ending."""
    ending = next((one for one in endings if name.lower().endswith(one)), "")
    return name[: len(name) - len(ending)] or name


def gunzip(source: Path, folder: Path, limits: Limits, told: Telling = untold) -> Path:
    """The content of a gzip file; raises BadPackage."""
    target, whole = folder / "gz", max(source.stat().st_size, 1)

    def pieces() -> Iterator[bytes]:
        with source.open("rb") as raw, gzip.open(raw) as file:
            while piece := file.read(PIECE):
                yield piece
                told(min(raw.tell() / whole, 1.0))

    try:
        pour(pieces(), target, limits.bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise broken(_("GZIP 压缩包已损坏，不能解压"), error) from error
    return target


def untar(source: Path, folder: Path, limits: Limits, told: Telling = untold) -> tuple[Path, str]:
    """The one file in a tar archive, and its name; links, devices and names that lead elsewhere are refused."""
    target = folder / "tar"
    try:
        with tarfile.open(source) as archive:
            members = []
            for one in archive:
                if not (one.isreg() or one.isdir()):
                    raise BadPackage(_("压缩包内有链接或特殊文件“%(name)s”，未予解压", name=one.name[:60]))
                members.append(one)
                if len(members) > limits.entries:
                    break
            at = only([f"{one.name}/" if one.isdir() else one.name for one in members], limits)
            content = archive.extractfile(members[at])
            assert content is not None
            pour(iter(lambda: content.read(PIECE), b""), target, limits.bytes, told, members[at].size)
            return target, plain_name(members[at].name)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise broken(_("TAR 压缩包已损坏，不能解压"), error) from error
