"""The text of a delivered file, decoded strictly and piece by piece: a wrong encoding is refused, never replaced."""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.intake.chunks import AT_ONCE, Unreadable
from app.intake.limits import MOST_LINE
from app.intake.terms import Encoding

PIECE = 512 * 1024
LINE_END = re.compile(r"\r\n|\r|\n")
MARKS = (
    (codecs.BOM_UTF8, Encoding.UTF_8, "utf-8"),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16, "utf-16-le"),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16, "utf-16-be"),
)
"""Byte order marks, and what they prove."""
ENOUGH = 12
"""So many bytes beyond ASCII that all make valid UTF-8 are not GBK: by chance that happens once in a million."""


@dataclass
class Block:
    """Lines of a file without their ends. `number`: of the first, from 1; `text`: all of them, and maybe some before or after.

    `last`: whether the file ends with them; `cut`: whether it ends without a line end.
    """

    number: int
    lines: list[str]
    text: str
    last: bool = False
    cut: bool = False


def blocks(path: Path, encoding: Encoding) -> Iterator[Block]:
    """The lines of a file, whatever their ends, at most `AT_ONCE` at a time; raises Unreadable."""
    waiting: Block | None = None
    for one in _blocks(path, encoding):
        if waiting is not None:
            yield waiting
        waiting = one
    if waiting is not None:
        waiting.last = True
        yield waiting


def _blocks(path: Path, encoding: Encoding) -> Iterator[Block]:
    number, rest = 1, ""
    for piece in texts(path, encoding):
        text = rest + piece
        lines = text.split("\n")
        rest = lines.pop()
        if len(rest) > MOST_LINE:
            raise Unreadable(_("第 %(line)s 行超过 %(most)s 个字符，不是约定的格式", line=number + len(lines), most=MOST_LINE),
                             number + len(lines))
        for at in range(0, len(lines), AT_ONCE):
            yield Block(number + at, lines[at : at + AT_ONCE], text)
        number += len(lines)
    if rest:
        yield Block(number, [rest], rest, cut=True)


def texts(path: Path, encoding: Encoding) -> Iterator[str]:
    """The text of a file in pieces, every line end as \\n, without a byte order mark; raises Unreadable."""
    with path.open("rb") as file:
        piece = file.read(PIECE)
        if not piece:
            raise Unreadable(_("文件是空的"))
        codec, piece = codec_of(piece, encoding)
        decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(), translate=True)
        line = 1
        while True:
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                before = bytes(error.object[: error.start]).decode(codec, "ignore")
                raise not_of(encoding, line + len(LINE_END.findall(before))) from None
            line += text.count("\n")
            if text:
                yield text
            if not piece:
                return
            piece = file.read(PIECE)


def codec_of(head: bytes, encoding: Encoding) -> tuple[str, bytes]:
    """Python's name of the codec, and the head without its byte order mark; raises Unreadable where it proves another."""
    for mark, marked, codec in MARKS:
        if head.startswith(mark):
            if marked is not encoding:
                raise Unreadable(_("文件的编码是 %(found)s，与约定的 %(agreed)s 不符", found=marked.title, agreed=encoding.title), 1)
            return codec, head[len(mark) :]
    if encoding is Encoding.UTF_16:
        return utf_16_without_mark(head), head
    if encoding is not Encoding.UTF_8 and is_utf_8(head):
        raise Unreadable(
            _("文件的编码是 %(found)s，与约定的 %(agreed)s 不符", found=Encoding.UTF_8.title, agreed=encoding.title), 1
        )
    return encoding.value, head


def utf_16_without_mark(head: bytes) -> str:
    """The order of the bytes, told by the zeros of separators and digits; raises Unreadable where there are none."""
    first, second = head[0::2].count(0), head[1::2].count(0)
    if not first and not second:
        raise not_of(Encoding.UTF_16, 1)
    return "utf-16-be" if first > second else "utf-16-le"


def is_utf_8(head: bytes) -> bool:
    """Whether text beyond ASCII is certainly UTF-8."""
    if len(head) - len(head.translate(None, bytes(range(128, 256)))) < ENOUGH:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def not_of(encoding: Encoding, line: int) -> Unreadable:
    """The refusal of a file in another encoding."""
    return Unreadable(_("第 %(line)s 行不是有效的 %(encoding)s 编码，请核对文件编码", line=line, encoding=encoding.title), line)
