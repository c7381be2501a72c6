"""Fixed width (定长文本): values by their columns.

Columns count bytes in GBK and GB18030, where the systems that write such files count so and a Chinese character takes
two; they count characters in UTF-8 and UTF-16.
"""

from collections.abc import Iterator
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.engine.text import Text
from app.intake.chunks import Chunk, Row, Unreadable
from app.intake.decoding import Block, blocks
from app.intake.delimited import SUSPECT, refuse
from app.intake.headers import REASONS, plain
from app.intake.layout import Layout
from app.intake.rules import Rule
from app.intake.terms import Encoding

IN_BYTES = (Encoding.GBK, Encoding.GB18030)


def read_fixed(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The rows of a fixed-width file; raises Unreadable."""
    cutter = Cutter(layout)
    first = layout.header
    for block in blocks(path, layout.encoding):
        if first:
            cutter.check_header(block.lines.pop(0), layout)
            block.number, first = block.number + 1, False
        chunk = cutter.cut(block)
        if chunk.rows or chunk.broken:
            yield chunk


class Cutter:
    """Cuts lines by the layout's columns."""

    def __init__(self, layout: Layout) -> None:
        self.slices = slices_of(layout)
        self.width = max(one.stop for one in self.slices)
        self.codec = layout.encoding.value if layout.encoding in IN_BYTES else None
        self.reasons = False
        """Whether reasons of an error file stand behind the columns."""

    def check_header(self, line: str, layout: Layout) -> None:
        """Raises Unreadable where the header names other fields; names may be cut off by their columns."""
        cells = self.values(line.ljust(self.width), lenient=True)
        assert cells is not None
        for at, (cell, one) in enumerate(zip(cells, layout.fields, strict=True), 1):
            if not plain(cell) or not plain(one.name).startswith(plain(cell)):
                raise Unreadable(_("首行第 %(at)s 列是“%(found)s”，应为“%(name)s”", at=at, found=cell.strip(), name=one.name), 1)
        self.reasons = line.split()[-len(REASONS) :] == list(REASONS)

    def cut(self, block: Block) -> Chunk:
        """The rows of a block."""
        chunk = Chunk()
        suspect = any(char in block.text for char in SUSPECT)
        for number, line in enumerate(block.lines, block.number):
            text = line.rstrip("\x1a")
            if not text.strip():
                continue
            row = self.values(text)
            fault = self._fault(text, row, suspect=suspect)
            if fault is not None or row is None:
                refuse(chunk, number, line, *(fault or (Rule.FIELD_COUNT, _("字段的列从汉字中间断开，请核对起始列和长度"))))
            else:
                chunk.numbers.append(number)
                chunk.rows.append(row)
        return chunk

    def _fault(self, text: str, row: Row | None, *, suspect: bool) -> tuple[Rule, Text] | None:
        if suspect and any(char in text for char in SUSPECT):
            return Rule.CHARACTERS, _("含有空字符（NUL）或已损坏的字符")
        size = self.size(text)
        if size < self.width:
            return Rule.FIELD_COUNT, _("应有 %(width)s 列，实有 %(found)s 列；行可能被截断", width=self.width, found=size)
        if size > self.width and not self.reasons and self.size(text.rstrip()) > self.width:
            return Rule.FIELD_COUNT, _("应有 %(width)s 列，实有 %(found)s 列", width=self.width, found=size)
        return None

    def size(self, text: str) -> int:
        """The columns that a text takes."""
        return len(text) if self.codec is None or text.isascii() else len(text.encode(self.codec))

    def values(self, line: str, *, lenient: bool = False) -> Row | None:
        """The values of a line with the blanks around them, None where a column cuts a character in two."""
        if self.codec is None or line.isascii():
            return [line[one] for one in self.slices]
        data = line.encode(self.codec)
        try:
            return [data[one].decode(self.codec, "ignore" if lenient else "strict") for one in self.slices]
        except UnicodeDecodeError:
            return None


def slices_of(layout: Layout) -> list[slice]:
    """Where each field stands in a line."""
    found = []
    for one in layout.fields:
        assert one.start is not None
        assert one.length is not None
        found.append(slice(one.start - 1, one.start - 1 + one.length))
    return found
