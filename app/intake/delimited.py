"""CSV and TXT with separators: rows from lines, at the speed of `str.split` where nothing is quoted.

A row's number is that of the line it begins on. A quote that is never closed costs the line it stands on, no more.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from flask_babel import lazy_gettext as _

from app.engine.text import Text
from app.intake.chunks import Chunk, Row, RowFault, Unreadable
from app.intake.decoding import Block, blocks
from app.intake.headers import check_header
from app.intake.layout import Layout
from app.intake.limits import MOST_FIELD, MOST_LINES, shown
from app.intake.rules import Rule

SUSPECT = "\0\ufffd"
"""Characters that no intact file holds."""
STAND_INS = "".join(map(chr, range(0xE000, 0xF900)))
"""Private characters: one that a stretch does not hold stands for a separator of several characters while `csv` splits."""
TOO_LONG = _("有值超过 %(most)s 个字符", most=MOST_FIELD)


def read_delimited(path: Path, layout: Layout) -> Iterator[Chunk]:
    """The rows of a CSV or TXT file; raises Unreadable."""
    splitter = Splitter(layout)
    first = layout.header
    for block in blocks(path, layout.encoding):
        if first:
            splitter.width = check_header(splitter.header(block), layout)
            first = False
        chunk = splitter.split(block)
        if chunk.rows or chunk.broken:
            yield chunk


class Splitter:
    """Splits the blocks of a file one after the other; lines whose quote is still open wait for the next block."""

    def __init__(self, layout: Layout) -> None:
        self.separator, self.quote = layout.separator, layout.quote
        self.fields = len(layout.fields)
        self.width = self.fields
        self._waiting: list[str] = []

    def header(self, block: Block) -> Row:
        """Takes the header line off the block; raises Unreadable where it cannot be split."""
        line = block.lines.pop(0)
        block.number += 1
        cells = self.one(line)
        if cells is None:
            raise Unreadable(_("首行的引号不配对"), 1)
        return cells

    def split(self, block: Block) -> Chunk:
        """The rows of a block."""
        lines, number = block.lines, block.number
        if self._waiting:
            lines, number = [*self._waiting, *lines], number - len(self._waiting)
            self._waiting = []
        numbers: Sequence[int] = range(number, number + len(lines))
        if self.quote and any(self.quote in line for line in lines):
            numbers, lines = self._records(lines, number, last=block.last)
            rows = self._several(lines)
        else:
            rows = [line.split(self.separator) for line in lines]
        return self._sifted(block, numbers, lines, rows)

    def _sifted(self, block: Block, numbers: Sequence[int], records: list[str], rows: Sequence[Row | None]) -> Chunk:
        """The rows that keep to the layout; those that do not are looked at one by one."""
        doubtful = self._doubtful(block, records, rows)
        if not doubtful:
            return Chunk(list(numbers), self._cut(rows))
        chunk = Chunk()
        end = block.number + len(block.lines) - 1
        for at in doubtful:
            fault = self._fault(records[at], rows[at], cut=block.cut and numbers[at] == end)
            if fault is not None:
                refuse(chunk, numbers[at], records[at], *fault)
        sound = [at for at in range(len(rows)) if at not in doubtful]
        chunk.numbers = [numbers[at] for at in sound]
        chunk.rows = self._cut([rows[at] for at in sound])
        return chunk

    def _doubtful(self, block: Block, records: list[str], rows: Sequence[Row | None]) -> set[int]:
        """The places of rows that may be empty or wrong as a whole."""
        width = self.width
        found = {at for at, row in enumerate(rows) if row is None or len(row) != width}
        for char in SUSPECT:
            if char in block.text:
                found.update(at for at, text in enumerate(records) if char in text)
        if max(map(len, records), default=0) > MOST_FIELD:
            found.update(at for at, row in enumerate(rows) if row and max(map(len, row)) > MOST_FIELD)
        if min(map(len, records), default=0) < (len(self.separator) + 1) * width:
            found.update(at for at, row in enumerate(rows) if row and not any(map(str.strip, row)))
        return found

    def _cut(self, rows: Sequence[Row | None]) -> list[Row]:
        return [row[: self.fields] for row in rows if row] if self.width != self.fields else list(rows)  # type: ignore[arg-type]

    def _fault(self, text: str, row: Row | None, *, cut: bool) -> tuple[Rule, Text] | None:
        """What is wrong with a record as a whole; None for one that holds nothing."""
        if row is None:
            return Rule.QUOTES, _("引号不配对，不能分出各字段")
        if "\0" in text:
            return Rule.CHARACTERS, _("含有空字符（NUL）")
        if "\ufffd" in text:
            return Rule.CHARACTERS, _("含有已损坏的字符（�）")
        if not text.strip("\x1a \t\u3000") or not any(map(str.strip, row)):
            return None
        if len(row) != self.width:
            return Rule.FIELD_COUNT, count_fault(row, self.width, cut=cut)
        return Rule.OVERSIZE, TOO_LONG

    def _records(self, lines: list[str], number: int, *, last: bool) -> tuple[list[int], list[str]]:
        """Lines put together where a quoted value runs over several; the number of each record's first line."""
        numbers: list[int] = []
        records: list[str] = []
        at, count, quote = 0, len(lines), self.quote
        while at < count:
            end = at + 1
            if lines[at].count(quote) % 2 and self.one(lines[at]) is None:
                while end < count and end - at < MOST_LINES and lines[end].count(quote) % 2 == 0:
                    end += 1
                if end == count and end - at < MOST_LINES and not last:
                    self._waiting = lines[at:]
                    break
                end += 1
                whole = "\n".join(lines[at:end])
                if end > count or len(self.one(whole) or ()) != self.width:
                    end = at + 1
            numbers.append(number + at)
            records.append(lines[at] if end == at + 1 else "\n".join(lines[at:end]))
            at = end
        return numbers, records

    def one(self, record: str) -> Row | None:
        """The values of one record, None where its quotes do not match."""
        if not self.quote or self.quote not in record:
            return record.split(self.separator)
        return self._several([record])[0]

    def _several(self, records: list[str]) -> list[Row | None]:
        """The values of records, each complete in itself."""
        stand_in = self.separator
        texts = records
        if len(self.separator) > 1:
            stand_in = next((char for char in STAND_INS if not any(char in one for one in records)), "")
            if not stand_in:
                return [self.one(one) for one in records] if len(records) > 1 else [None]
            texts = [one.replace(self.separator, stand_in) for one in records]
        rows = self._parsed(texts, stand_in)
        if rows is None:
            rows = [self._single(one, stand_in) for one in texts]
        if stand_in != self.separator:
            rows = [row and [value.replace(stand_in, self.separator) for value in row] for row in rows]
        return rows

    def _parsed(self, texts: list[str], separator: str) -> "list[Row | None] | None":
        """All records at once, or None where one of them does not keep to itself."""
        try:
            rows: list[Row | None] = list(csv.reader(texts, delimiter=separator, quotechar=self.quote, strict=True))
        except csv.Error:
            return None
        return rows if len(rows) == len(texts) else None

    def _single(self, text: str, separator: str) -> Row | None:
        rows = self._parsed([text], separator)
        return rows[0] if rows else None


def refuse(chunk: Chunk, number: int, text: str, rule: Rule, reason: Text) -> None:
    """Notes a row that cannot be split."""
    chunk.broken.append(RowFault(number, None, shown(text), rule.value, reason))
    chunk.raw[number] = text


def count_fault(row: Row, width: int, *, cut: bool = False) -> Text:
    """Why a row of the wrong number of fields is wrong."""
    found = len(row)
    if found > width and not any(map(str.strip, row[width:])):
        return _("行末多出 %(more)s 个分隔符，应有 %(width)s 个字段", more=found - width, width=width)
    if found < width and cut:
        return _("应有 %(width)s 个字段，实有 %(found)s 个；文件可能被截断", width=width, found=found)
    return _("应有 %(width)s 个字段，实有 %(found)s 个", width=width, found=found)
