"""Looks into a workbook's package before anything reads it: size, kind, encryption, macros, external links, entities."""

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask_babel import gettext

MOST_PARTS = 2_000
"""Files inside the package."""
MOST_BYTES = 600 * 1024 * 1024
"""The package unpacked."""
MOST_RATIO = 200
"""Unpacked to packed size of one large part; sheets of real workbooks stay below 40."""
RATIO_FROM = 4 * 1024 * 1024
"""Below this size a part's ratio does not matter."""

STEP = 1 << 20
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class BadPackage(ValueError):
    """A file that cannot be read as a workbook: why, and how to mend it."""

    def __init__(self, reason: str, mend: str = "") -> None:
        super().__init__(reason)
        self.reason, self.mend = reason, mend


@dataclass(frozen=True)
class Package:
    """A package whose parts may be read."""

    path: Path
    parts: dict[str, zipfile.ZipInfo]

    def stream(self, name: str) -> Iterator[bytes]:
        """The unpacked content of a part in pieces, at most as much as the package says it is; raises BadPackage."""
        with self.path.open("rb") as file:
            yield from unpacked(file, self.parts[name])

    def read(self, name: str) -> bytes:
        """A small part at once."""
        return b"".join(self.stream(name))


def open_package(path: Path) -> Package:
    """The package of a file that is a plain workbook; raises BadPackage."""
    refuse_other_files(path)
    try:
        with zipfile.ZipFile(path) as file:
            entries = file.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise BadPackage(gettext("文件已损坏，不能打开"), gettext("用 Excel 打开后另存一份再导入")) from None
    package = Package(path, {one.filename.replace("\\", "/"): one for one in entries})
    refuse_bombs(entries)
    refuse_kinds(package)
    refuse_entities(package)
    return package


def refuse_other_files(path: Path) -> None:
    """Refuses what is no .xlsx at all, by content."""
    with path.open("rb") as file:
        head = file.read(8)
        if head == OLE:
            file.seek(0)
            if ENCRYPTED in file.read(4 * STEP):
                raise BadPackage(gettext("工作簿有打开密码，不能读取"), gettext("在 Excel 中去掉密码后再导入"))
            raise BadPackage(gettext("是旧版 .xls 文件"), gettext("在 Excel 中另存为 .xlsx 后再导入"))
    if not head:
        raise BadPackage(gettext("文件是空的"), gettext("重新选择文件"))
    if head[:2] != b"PK":
        raise BadPackage(gettext("不是 Excel 工作簿（.xlsx）"), gettext("用本页下载的模板填写后再导入"))


def refuse_bombs(entries: list[zipfile.ZipInfo]) -> None:
    """Refuses packages that would unpack to more than any real workbook holds, or that are told wrong."""
    if len(entries) > MOST_PARTS or len({one.filename for one in entries}) != len(entries):
        raise BadPackage(gettext("工作簿的内部结构不正常"), gettext("用 Excel 打开后另存一份再导入"))
    for one in entries:
        if one.flag_bits & 1 or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise BadPackage(gettext("工作簿的内部文件已加密或用了不支持的压缩方式"), gettext("用 Excel 另存一份再导入"))
        if one.file_size > RATIO_FROM and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise BadPackage(gettext("工作簿解压后异常庞大，可能是压缩炸弹"), gettext("把数据复制到新下载的模板后再导入"))
    if sum(one.file_size for one in entries) > MOST_BYTES:
        size = MOST_BYTES >> 20
        raise BadPackage(gettext("工作簿解压后超过 %(size)s MB", size=size), gettext("拆成几个工作簿分别导入"))


def refuse_kinds(package: Package) -> None:
    """Refuses macros, binary workbooks, external links, and packages that hold no workbook."""
    names = {name.lower() for name in package.parts}
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise BadPackage(gettext("工作簿含有宏"), gettext("另存为不含宏的 .xlsx 后再导入"))
    if any("/externallinks/" in name for name in names):
        raise BadPackage(gettext("工作簿引用了其他文件（外部链接）"), gettext("在“数据—编辑链接”中断开链接，粘贴为数值后再导入"))
    if "xl/workbook.bin" in names:
        raise BadPackage(gettext("是二进制工作簿（.xlsb）"), gettext("在 Excel 中另存为 .xlsx 后再导入"))
    if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
        raise BadPackage(gettext("不是 Excel 工作簿（.xlsx）"), gettext("用本页下载的模板填写后再导入"))
    if b"macroEnabled" in package.read("[Content_Types].xml"):
        raise BadPackage(gettext("工作簿含有宏"), gettext("另存为不含宏的 .xlsx 后再导入"))


def refuse_entities(package: Package) -> None:
    """Refuses XML that declares a document type, which workbooks never need, or that hides it in another encoding."""
    for name in package.parts:
        if not name.lower().endswith((".xml", ".rels")):
            continue
        head = next(package.stream(name), b"")
        if b"\x00" in head[:16] or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise BadPackage(gettext("工作簿内含有 XML 实体或异常编码，已拒绝"), gettext("用 Excel 打开后另存一份再导入"))


def unpacked(file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of an entry in pieces; raises BadPackage where it is not what the directory says."""
    file.seek(entry.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise broken()
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    left, size = entry.compress_size, 0
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    try:
        while left > 0 and (packed := file.read(min(left, STEP // 4))):
            left -= len(packed)
            while packed:
                piece = inflate.decompress(packed, STEP) if inflate else packed
                packed = inflate.unconsumed_tail if inflate else b""
                size += len(piece)
                if size > entry.file_size:
                    raise broken()
                if piece:
                    yield piece
    except zlib.error:
        raise broken() from None
    if size != entry.file_size or (inflate is not None and not inflate.eof):
        raise broken()


def broken() -> BadPackage:
    """The package says one thing and holds another."""
    return BadPackage(gettext("文件已损坏或被改动，不能读取"), gettext("用 Excel 打开后另存一份再导入"))
