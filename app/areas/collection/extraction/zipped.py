"""ZIP files: plain, with a password (AES), and with the older password scheme."""

import zlib
from collections.abc import Iterator
from pathlib import Path

import pyzipper
from flask_babel import lazy_gettext as _

from app.areas.collection.extraction.entries import only, plain_name
from app.areas.collection.extraction.limits import (
    PIECE,
    BadPackage,
    Limits,
    Telling,
    WrongPassword,
    broken,
    pour,
    too_large,
    untold,
)

UTF8_NAME, ENCRYPTED = 0x800, 0x1
OFFICE = "[Content_Types].xml"
"""What makes a ZIP file a workbook: it is the delivery, not its package."""

Layer = tuple[Path, str, bool]
"""The file in the layer, its name, and whether it was encrypted."""


def unzip(source: Path, folder: Path, password: str | None, limits: Limits, told: Telling = untold) -> Layer | None:
    """The one file in a ZIP; None where the ZIP is a workbook. Raises BadPackage, WrongPassword."""
    try:
        with pyzipper.AESZipFile(source) as archive:
            entries = archive.infolist()
            names = [name_of(one) for one in entries]
            if OFFICE in names:
                return None
            entry = entries[at := only(names, limits)]
            if entry.file_size > limits.bytes:
                raise too_large(limits.bytes)
            locked = bool(entry.flag_bits & ENCRYPTED)
            if locked and not password:
                raise WrongPassword(_("文件已加密，须输入约定口令"))
            target = folder / "zip"
            pour(pieces(archive, entry, password, locked), target, limits.bytes, told, entry.file_size)
            return target, plain_name(names[at]), locked
    except (pyzipper.BadZipFile, NotImplementedError, EOFError, OSError, zlib.error, ValueError) as error:
        raise broken(_("ZIP 压缩包已损坏，不能解压"), error) from error


def pieces(archive: pyzipper.AESZipFile, entry: pyzipper.ZipInfo, password: str | None, locked: bool) -> Iterator[bytes]:
    """The content of an entry; a password that only seems right fails at the end of the content."""
    try:
        with archive.open(entry, pwd=password.encode() if locked and password else None) as file:
            while piece := file.read(PIECE):
                yield piece
    except (RuntimeError, pyzipper.BadZipFile, zlib.error, EOFError) as error:
        if locked and ("password" in str(error).lower() or isinstance(error, pyzipper.BadZipFile | zlib.error)):
            raise WrongPassword(_("口令不正确，或文件在传输中损坏")) from error
        raise BadPackage(_("ZIP 压缩包已损坏，不能解压")) from error


def name_of(entry: pyzipper.ZipInfo) -> str:
    """The name of an entry; Chinese programs write GBK where the format knows only cp437."""
    if entry.flag_bits & UTF8_NAME:
        return str(entry.filename)
    try:
        return str(entry.filename.encode("cp437").decode("gb18030"))
    except UnicodeError:
        return str(entry.filename)
