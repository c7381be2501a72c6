"""Guesses a layout from a sample file, as a draft that people correct: format, encoding, separator, header, columns."""

import codecs
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from xml.parsers import expat

from flask_babel import lazy_gettext as _

from app.intake.chunks import Row, Unreadable
from app.intake.decoding import MARKS, texts
from app.intake.guessing_columns import Codes, guess_field, is_header, keys_of
from app.intake.layout import Field, Layout
from app.intake.markup import refuse_declarations
from app.intake.reading import read
from app.intake.terms import Encoding, FieldType, FileFormat

HEAD = 256 * 1024
"""Bytes that format and encoding are told by."""
LINES, ROWS = 200, 2_000
"""Lines that the separator is told by, rows that types are."""
MOST_COLUMNS = 100
SEPARATORS = ("|@|", "||", "@@", "$$", "^|", "\x01", "\t", "|", "^", ";", ",")
"""Tried in this order; of equally good ones the first."""
EVEN = 0.9
"""Share of lines that must have the same number of separators."""


@dataclass(frozen=True)
class Guess:
    """A layout, and the first rows as they would be read by it."""

    layout: Layout
    rows: tuple[Row, ...]


def guess(path: Path, tables: Codes) -> Guess:
    """The layout that a sample suggests; `tables` are the codes of known code tables. Raises Unreadable."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Unreadable(_("文件是空的"))
    if head.startswith(b"PK"):
        return described(path, Layout(FileFormat.XLSX, Encoding.UTF_8, plain_fields(MOST_COLUMNS)), tables)
    encoding = encoding_of(head)
    text = next(texts(path, encoding))
    if text.lstrip().startswith("<"):
        return described(path, Layout(FileFormat.XML, encoding, xml_fields(path, encoding)), tables)
    lines = [line for line in text.split("\n")[: LINES + 1] if line.strip()][:LINES]
    found = delimited(lines, encoding) or fixed(lines, encoding) or Layout(FileFormat.TXT, encoding, plain_fields(1), "\t", "")
    return described(path, found, tables)


def encoding_of(head: bytes) -> Encoding:
    """The encoding of the beginning of a file; raises Unreadable where it is none that is agreed."""
    for mark, marked, _codec in MARKS:
        if head.startswith(mark):
            return marked
    if b"\0" in head:
        return Encoding.UTF_16
    for one in (Encoding.UTF_8, Encoding.GBK, Encoding.GB18030):
        try:
            codecs.getincrementaldecoder(one.value)().decode(head, final=len(head) < HEAD)
        except UnicodeDecodeError:
            continue
        return one
    raise Unreadable(_("文件的编码不能识别（应为 UTF-8、UTF-16、GBK 或 GB18030）"))


def delimited(lines: Sequence[str], encoding: Encoding) -> Layout | None:
    """The layout of lines with a separator, or None."""
    best: tuple[int, str] | None = None
    for one in SEPARATORS:
        count, often = Counter(line.count(one) for line in lines).most_common(1)[0]
        quoted = any(f'{one}"' in line for line in lines)
        better = best is None or count > best[0] * (len(best[1]) if one in best[1] else 1)
        if count and better and (often >= EVEN * len(lines) or quoted):
            best = count, one
    if best is None:
        return None
    count, separator = best
    quote = next((one for one in "\"'" if any(f"{separator}{one}" in line or line.startswith(one) for line in lines)), "")
    format_ = FileFormat.CSV if separator == "," else FileFormat.TXT
    return Layout(format_, encoding, plain_fields(count + 1), separator, quote or ('"' if separator == "," else ""))


def fixed(lines: Sequence[str], encoding: Encoding) -> Layout | None:
    """The layout of lines of one width, cut where blanks end in all of them, or None."""
    codec = encoding.value if encoding in (Encoding.GBK, Encoding.GB18030) else "utf-32-le"
    size = 1 if codec != "utf-32-le" else 4
    data = [line.encode(codec) for line in lines]
    if len({len(one) for one in data}) != 1 or len(data) < 2:
        return None
    width = len(data[0]) // size
    blank = " ".encode(codec)
    free = [all(one[at * size : (at + 1) * size] == blank for one in data) for at in range(width)]
    starts = [0, *(at for at in range(1, width) if free[at - 1] and not free[at])]
    ends = [*starts[1:], width]
    fields = [
        Field(f"f{at:02d}", "", FieldType.TEXT, length=end - start, start=start + 1)
        for at, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
    ]
    return Layout(FileFormat.FIXED, encoding, tuple(fields)) if len(fields) > 1 else None


def xml_fields(path: Path, encoding: Encoding) -> tuple[Field, ...]:
    """The elements without elements in them that stand beside each other, in the order they come; raises Unreadable."""
    names: dict[str, None] = {}
    stack: list[bool] = []
    depths: Counter[int] = Counter()
    parser = expat.ParserCreate("utf-8", "}")
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse_declarations

    def start(_name: str, _attributes: dict[str, str]) -> None:
        if stack:
            stack[-1] = False
        stack.append(True)

    def end(name: str) -> None:
        if stack.pop() and stack:
            depths[len(stack)] += 1
            if len(stack) == depths.most_common(1)[0][0]:
                names[name.rpartition("}")[2]] = None

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        for piece in islice(texts(path, encoding), 2):
            parser.Parse(piece.encode(), False)
    except expat.ExpatError as error:
        raise Unreadable(_("XML 第 %(line)s 行第 %(column)s 列有误，不能读取", line=error.lineno, column=error.offset + 1)) from None
    if not names:
        raise Unreadable(_("XML 中没有可以作字段的元素"))
    return tuple(Field(name, "", FieldType.TEXT) for name in list(names)[:MOST_COLUMNS])


def described(path: Path, layout: Layout, tables: Codes) -> Guess:
    """The layout with its header and fields told by the rows; raises Unreadable."""
    rows: list[Row] = []
    for chunk in read(path, layout):
        rows += chunk.rows
        if len(rows) > ROWS:
            break
    if not rows:
        raise Unreadable(_("没有读到任何行，不能据以起草"))
    if layout.format is FileFormat.XLSX:
        width = max(at + 1 for row in rows for at, value in enumerate(row) if value)
        rows = [row[:width] for row in rows]
    named = layout.format is FileFormat.XML
    header = not named and is_header(rows)
    names = [one.name for one in layout.fields] if named else rows.pop(0) if header else []
    rows = rows[:ROWS]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    fields = tuple(
        guess_field(names[at].strip() if names else f"f{at + 1:02d}", column, tables, layout.fields[at], layout.format)
        for at, column in enumerate(columns)
    )
    keys = keys_of(fields, columns)
    fields = tuple(replace(one, key_part=at in keys, required=one.required or at in keys) for at, one in enumerate(fields))
    return Guess(replace(layout, fields=fields, header=header), tuple(rows[:5]))


def plain_fields(count: int) -> tuple[Field, ...]:
    """So many columns of which nothing is known yet."""
    return tuple(Field(f"f{at + 1:02d}", "", FieldType.TEXT) for at in range(count))
