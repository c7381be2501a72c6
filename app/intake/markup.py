"""XML: a record is the element that holds the fields' elements; read in a stream, without any tree.

Document types and entities are refused, so nothing is expanded and nothing fetched. A missing element is an empty value.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape

from flask_babel import lazy_gettext as _

from app.engine.text import Text
from app.intake.chunks import AT_ONCE, Chunk, RowFault, Unreadable
from app.intake.decoding import texts
from app.intake.headers import REASONS, plain
from app.intake.layout import Layout
from app.intake.limits import MOST_FIELD, MOST_LINE, shown
from app.intake.rules import Rule

DEEPEST = 20
MOST_TOKEN = 4 * 1024 * 1024
"""Bytes that the parser may hold back for one tag that has not ended."""


def read_markup(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The records of an XML file, numbered from 1; raises Unreadable."""
    records = Records(layout)
    parser = expat.ParserCreate("utf-8", "}")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = records.start, records.end
    parser.CharacterDataHandler = records.characters
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ProcessingInstructionHandler = refuse_declarations
    fed = 0
    try:
        for text in texts(path, layout.encoding):
            data = text.encode()
            fed += len(data)
            parser.Parse(data, False)
            if fed - parser.CurrentByteIndex > MOST_TOKEN:
                raise Unreadable(_("XML 第 %(line)s 行的标签过长，不能读取", line=parser.CurrentLineNumber))
            yield from records.full()
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Unreadable(_("XML 第 %(line)s 行第 %(column)s 列有误，不能读取", line=error.lineno, column=error.offset + 1),
                         error.lineno) from None
    yield from records.full(last=True)
    if records.depth is None:
        raise Unreadable(_("XML 中没有数据结构约定的元素"))


def refuse_declarations(*_found: object) -> NoReturn:
    """A document type, an entity or a processing instruction: no delivery needs them."""
    raise Unreadable(_("XML 含有文档类型、实体或处理指令声明，已拒绝"))


class Records:
    """Gathers records from the parser's calls."""

    def __init__(self, layout: Layout) -> None:
        self.places = {plain(one.name): at for at, one in enumerate(layout.fields)}
        self.blank = [""] * len(layout.fields)
        self.reasons = {plain(one) for one in REASONS}
        self.depth: int | None = None
        """Of the record elements, once the first field has told."""
        self.tag = ""
        self.number = 0
        self.chunk = Chunk()
        self._stack: list[str] = []
        self._text: list[str] = []
        self._size = self._record_size = 0
        self._found: list[tuple[str, str]] = []
        self._fault: tuple[Rule, Text] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = name.rpartition("}")[2]
        depth = len(self._stack)
        if depth > DEEPEST:
            raise Unreadable(_("XML 的元素嵌套过深"))
        if self.depth is None and depth and plain(tag) in self.places:
            self.depth, self.tag = depth, self._stack[-1]
        elif self.depth is not None and depth > self.depth and self._fault is None:
            self._fault = Rule.ELEMENTS, _("元素“%(name)s”里不应再有元素", name=self._stack[-1])
        self._stack.append(tag)
        self._text, self._size = [], 0

    def characters(self, text: str) -> None:
        """Text of the element that is open."""
        self._size += len(text)
        self._record_size += len(text)
        if self._size > MOST_FIELD or self._record_size > MOST_LINE:
            raise Unreadable(_("第 %(number)s 条记录中有值超过 %(most)s 个字符", number=self.number + 1, most=MOST_FIELD),
                             self.number + 1)
        self._text.append(text)

    def end(self, _name: str) -> None:
        """An element ends: a field, a record, or what holds them."""
        tag = self._stack.pop()
        depth = len(self._stack)
        if self.depth is None:
            self._record_size = 0
        elif depth == self.depth:
            self._found.append((tag, "".join(self._text)))
        elif depth == self.depth - 1:
            self._record(tag)
        self._text, self._size = [], 0

    def _record(self, tag: str) -> None:
        self.number += 1
        row, fault = self.blank.copy(), self._fault
        seen: set[int] = set()
        for name, text in self._found:
            at = self.places.get(plain(name))
            if at is None and plain(name) in self.reasons:
                continue
            if at is None:
                fault = fault or (Rule.ELEMENTS, _("有数据结构以外的元素“%(name)s”", name=name))
            elif at in seen:
                fault = fault or (Rule.ELEMENTS, _("元素“%(name)s”重复", name=name))
            else:
                row[at] = text
                seen.add(at)
        if tag != self.tag:
            fault = Rule.ELEMENTS, _("有数据结构以外的元素“%(name)s”", name=tag)
        if fault is None:
            self.chunk.numbers.append(self.number)
            self.chunk.rows.append(row)
        else:
            raw = record_text(tag, self._found)
            self.chunk.broken.append(RowFault(self.number, None, shown(raw), fault[0].value, fault[1]))
            self.chunk.raw[self.number] = raw
        self._found, self._fault, self._record_size = [], None, 0

    def full(self, *, last: bool = False) -> Iterator[Chunk]:
        """What has been gathered, once it is enough."""
        size = len(self.chunk.rows) + len(self.chunk.broken)
        if size >= AT_ONCE or (last and size):
            yield self.chunk
            self.chunk = Chunk()


def record_text(tag: str, found: list[tuple[str, str]]) -> str:
    """A record as it stood in the file, but for its layout."""
    return f"<{tag}>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in found)}</{tag}>"
