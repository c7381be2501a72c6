"""Hostile and careless files: each gets a clear answer by row, or one for the whole file; nothing is guessed or replaced."""

import codecs
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from string import ascii_letters, digits
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl import Workbook

from app.demo.deliveries import sample_rows, write_file
from app.intake.chunks import Chunk, Unreadable
from app.intake.layout import Field, Layout
from app.intake.reading import read
from app.intake.rules import Rule
from app.intake.terms import Encoding, FieldType, FileFormat
from app.intake.writing import write_rows
from tests.deliveries import WIDE, checked, layout, reader, rows_of

Take = Callable[..., Chunk]
LINES = [["1", "企业", "x"], ["2", "单位", "y"]]
TEXT = "1,企业,x\n2,单位,y\n"
NAMED = layout(header=True)


@pytest.fixture
def take(tmp_path: Path) -> Take:
    return reader(tmp_path)


def refusal(take: Take, data: bytes, of: Layout | None = None) -> Unreadable:
    with pytest.raises(Unreadable) as refused:
        take(data, of)
    return refused.value


@pytest.mark.parametrize(("encoding", "data"), [
    (Encoding.UTF_8, TEXT.encode()),
    (Encoding.UTF_8, codecs.BOM_UTF8 + TEXT.encode()),
    (Encoding.UTF_16, TEXT.encode("utf-16")),
    (Encoding.UTF_16, TEXT.encode("utf-16-le")),
    (Encoding.UTF_16, TEXT.encode("utf-16-be")),
    (Encoding.UTF_16, codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")),
    (Encoding.GBK, TEXT.encode("gbk")),
    (Encoding.GB18030, TEXT.encode("gb18030")),
])
def test_encodings_with_and_without_mark(take: Take, encoding: Encoding, data: bytes) -> None:
    """security 13"""
    assert take(data, layout(encoding=encoding)).rows == LINES


def test_a_character_of_four_bytes(take: Take) -> None:
    """security 13: GB18030 has what GBK has not."""
    data = "1,𠮷田公司,x\n".encode("gb18030")
    assert take(data, layout(encoding=Encoding.GB18030)).rows == [["1", "𠮷田公司", "x"]]
    assert refusal(take, data, layout(encoding=Encoding.GBK)).row == 1


@pytest.mark.parametrize(("encoding", "data", "line"), [
    (Encoding.UTF_8, b"1,2,3\n" * 3 + TEXT.encode("gbk"), 4),
    (Encoding.UTF_8, b"1,2,3\r\n" * 200_000 + "企业".encode("gbk"), 200_001),
    (Encoding.UTF_8, b"1,2,3\r1,2,3\r" + "企业".encode("gbk"), 3),
    (Encoding.UTF_8, TEXT.encode("utf-16"), 1),
    (Encoding.GBK, ("企业名称,地址,范围\n" * 3).encode(), 1),
    (Encoding.GB18030, ("企业名称,地址,范围\n" * 3).encode(), 1),
    (Encoding.GBK, codecs.BOM_UTF8 + b"1,2,3\n", 1),
    (Encoding.GBK, b"1,2,3\n1,\x81", 2),
    (Encoding.UTF_16, ("企业名称,地址,范围\n" * 3).encode(), 1),
    (Encoding.UTF_16, "1,2,3\n4,5,6\n".encode("utf-16")[:-1], 2),
    (Encoding.UTF_16, "1,2,3\n".encode("utf-16-le") + b"\x00\xd8a\x00", 2),
])
def test_a_wrong_encoding_is_refused_by_line(take: Take, encoding: Encoding, data: bytes, line: int) -> None:
    """security 13: never replaced."""
    assert refusal(take, data, layout(encoding=encoding)).row == line


def test_mixed_line_ends(take: Take) -> None:
    """security 13"""
    found = take(b"1,2,3\r\n4,5,6\n7,8,9\r10,11,12")
    assert found.rows == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], ["10", "11", "12"]]
    assert found.numbers == [1, 2, 3, 4]


def test_quoted_separators_and_new_lines(take: Take) -> None:
    """security 13: a row counts by the line it begins on."""
    found = take(b'a,b,c\r\n1,"2,5",3\r\n"4\r\n4","say ""no""",6\r\n7,8,9\r\n', NAMED)
    assert found.rows == [["1", "2,5", "3"], ["4\n4", 'say "no"', "6"], ["7", "8", "9"]]
    assert found.numbers == [2, 3, 5]


@pytest.mark.parametrize(("line", "rule"), [
    (b'"1,2,3', Rule.QUOTES),
    (b'1,"2"x,3', Rule.QUOTES),
    (b"1,2,3,", Rule.FIELD_COUNT),
    (b"1,2,3,,,", Rule.FIELD_COUNT),
    (b"1,2", Rule.FIELD_COUNT),
    (b"1,2,3,4", Rule.FIELD_COUNT),
    (b"1,2\x00,3", Rule.CHARACTERS),
    ("1,\ufffd,3".encode(), Rule.CHARACTERS),
    (b"1," + b"x" * 100_001 + b",3", Rule.OVERSIZE),
])
def test_a_bad_row_costs_that_row_alone(take: Take, line: bytes, rule: Rule) -> None:
    """security 13: stray quotes, wrong field count, trailing separators, NUL, damaged characters, oversize values."""
    found = take(b"a,b,c\n1,2,3\n" + line + b"\n4,5,6\n7,8,9", NAMED)
    assert found.rows == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]]
    assert found.numbers == [2, 4, 5]
    assert [(one.row, one.field, one.rule) for one in found.broken] == [(3, None, rule.value)]
    assert found.raw == {3: line.decode()}


def test_a_literal_quote_inside_a_value(take: Take) -> None:
    """security 13"""
    assert take(b'5" pipe,1,2\n3,4,6" pipe\n').rows == [['5" pipe', "1", "2"], ["3", "4", '6" pipe']]


def test_an_open_quote_does_not_swallow_the_file(take: Take) -> None:
    """security 13"""
    found = take(b'"1,2,3\n' + b"4,5,6\n" * 50_000)
    assert len(found.rows) == 50_000
    assert [one.row for one in found.broken] == [1]


def test_a_truncated_last_line_is_told(take: Take) -> None:
    """security 13"""
    found = take(b"1,2,3\n4,5")
    assert found.rows == [["1", "2", "3"]]
    assert "截断" in str(found.broken[0].reason)


def test_empty_lines_and_rows_are_left_out(take: Take) -> None:
    """security 12, 13"""
    found = take("1,2,3\n\n  \n,,\n　,,\n4,5,6\n\x1a".encode())
    assert found.rows == [["1", "2", "3"], ["4", "5", "6"]]
    assert found.numbers == [1, 6]


@pytest.mark.parametrize("separator", ["||", "|@|", "\x01", "\t", "^", "；"])
@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_any_separator_and_quote(take: Take, separator: str, quote: str) -> None:
    """security 13"""
    of = layout(separator=separator, quote=quote, header=True, format_=FileFormat.TXT)
    inner = f"2{separator}5" if quote else "25"
    text = f"{separator.join('abc')}\n1{separator}{quote}{inner}{quote}{separator}3\n"
    assert take(text.encode(), of).rows == [["1", inner, "3"]]


def test_private_characters_beside_a_long_separator(take: Take) -> None:
    """security 13: whatever stands for the separator meanwhile, values come out as they went in."""
    of = layout(separator="||", format_=FileFormat.TXT)
    assert take('\ue000||"\ue001||\ue000"||3\n'.encode(), of).rows == [["\ue000", "\ue001||\ue000", "3"]]


@pytest.mark.parametrize(("header", "word"), [
    (b"a,c,b", "b"), (b"a,b", "c"), (b"a,b,c,d", "d"), (b"", "a"), (b'"a,b,c', "引号"),
])
def test_another_header_is_refused(take: Take, header: bytes, word: str) -> None:
    """security 13"""
    refused = refusal(take, header + b"\n1,2,3\n", NAMED)
    assert word in str(refused.reason)
    assert refused.row == 1


def test_a_header_in_other_letters(take: Take) -> None:
    assert take(codecs.BOM_UTF8 + '"Ａ", B ,c\n1,2,3\n'.encode(), NAMED).rows == [["1", "2", "3"]]


def test_nothing_and_no_format(take: Take) -> None:
    """security 13"""
    assert "空" in str(refusal(take, b"").reason)
    assert take(b"a,b,c\n", NAMED).rows == []
    assert "1000000" in str(refusal(take, b"x" * 3_000_000).reason)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """security 13"""
    def peak(rows: int) -> int:
        path = tmp_path / str(rows)
        path.write_bytes("91420102000000000Q,某某公司,12.00\n".encode() * rows)
        tracemalloc.start()
        for _chunk in read(path, layout()):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(200_000) < peak(40_000) * 1.2


FIXED = layout((Field("a", "甲", FieldType.TEXT, 2), Field("b", "乙", FieldType.TEXT, 4), Field("c", "丙", FieldType.TEXT, 1)),
               FileFormat.FIXED, Encoding.GBK)


def test_fixed_width_counts_bytes_in_gbk(take: Take) -> None:
    """security 13"""
    found = take("12中文3\n1 ab  3   \n\n12中中中3\n1中文x3\n12 \n".encode("gbk"), FIXED)
    assert found.rows == [["12", "中文", "3"], ["1 ", "ab  ", "3"]]
    assert [one.row for one in found.broken] == [4, 5, 6]
    utf_8 = layout(FIXED.fields, FileFormat.FIXED)
    assert take("12中文数据3\n".encode(), utf_8).rows == [["12", "中文数据", "3"]]


XML = layout(format_=FileFormat.XML)


def test_xml_records(take: Take) -> None:
    """security 13"""
    text = (
        '<?xml version="1.0" encoding="GBK"?><r xmlns="urn:x"><count>4</count><rows>'
        "<row><a>1</a><b>甲&amp;乙</b><c/></row><row><c>3</c><a>2</a></row>"
        "<row><a>1</a><a>2</a></row><row><a>1</a><d>2</d></row><row><a><x/>1</a></row><other><a>1</a></other></rows></r>"
    )
    found = take(text.encode("gbk"), layout(format_=FileFormat.XML, encoding=Encoding.GBK))
    assert found.rows == [["1", "甲&乙", ""], ["2", "", "3"]]
    assert [(one.row, one.rule) for one in found.broken] == [(number, "elements") for number in (3, 4, 5, 6)]


@pytest.mark.parametrize("text", [
    '<!DOCTYPE r [<!ENTITY a "x">]><r><row><a>&a;</a></row></r>',
    '<!DOCTYPE r SYSTEM "file:///etc/passwd"><r/>',
    '<r><?php x?><row><a>1</a></row></r>',
    "<r><row><a>&b;</a></row></r>",
    "<r><row><a>1</a></row>",
    "<r><row><a>1</b></row></r>",
    "<r>" + "<x>" * 100 + "</x>" * 100 + "</r>",
    "<r><x>1</x></r>",
    "<r><row><a>" + "x" * 200_000 + "</a></row></r>",
    '<r><row a="' + "x" * 12_000_000 + '"></row></r>',
    "no xml",
])
def test_xml_that_is_refused(take: Take, text: str) -> None:
    """security 12, 13: entities, document types, depth, oversize, truncated, other elements."""
    assert str(refusal(take, text.encode(), XML).reason)


SHEET = layout(format_=FileFormat.XLSX, header=True)


def book(tmp_path: Path, *rows: tuple[object, ...], **more: tuple[object, ...]) -> bytes:
    """A workbook with these rows; further sheets by name."""
    made = Workbook()
    for row in rows:
        made.active.append(row)
    for name, row in more.items():
        made.create_sheet(name).append(row)
    made.save(tmp_path / "book.xlsx")
    return (tmp_path / "book.xlsx").read_bytes()


def test_a_workbook(take: Take, tmp_path: Path) -> None:
    """security 12: numbers, dates, truth values and empty rows as text; damaged values by row."""
    data = book(
        tmp_path, ("a", "b", "c"), (1, 2.5, date(2026, 11, 28)), (), ("001", True, datetime(2026, 11, 28, 9, 30)), ("-x", 1e-7, None),
        (420102199001010000.0, "x", "y"), ("#N/A", "x", "y"), ("1", "2", "3", "4"),
    )
    found = take(data, SHEET)
    assert found.rows == [["1", "2.5", "2026-11-28"], ["001", "TRUE", "2026-11-28 09:30:00"], ["-x", "0.0000001", ""]]
    assert found.numbers == [2, 4, 5]
    assert [(one.row, one.rule) for one in found.broken] == [(6, "cell"), (7, "cell"), (8, "field_count")]


def test_workbooks_that_are_refused(take: Take, tmp_path: Path) -> None:
    """security 12: formulas, several sheets, merged cells, far cells, wrong headers, no workbook."""
    row = ("1", "2", "3")
    head = ("a", "b", "c")
    assert "A2" in str(refusal(take, book(tmp_path, head, ("=1+1", "2", "3")), SHEET).reason)
    assert "more" in str(refusal(take, book(tmp_path, head, row, more=row), SHEET).reason)
    assert "b" in str(refusal(take, book(tmp_path, ("a", "x", "c"), row), SHEET).reason)
    assert str(refusal(take, b"a,b,c\n", SHEET).reason)
    assert str(refusal(take, b"PK\x03\x04broken", SHEET).reason)
    made = Workbook()
    made.active.append(head)
    made.active["XFD1048576"] = "far"
    made.save(tmp_path / "far.xlsx")
    assert "XFD1048576" in str(refusal(take, (tmp_path / "far.xlsx").read_bytes(), SHEET).reason)
    made = Workbook()
    made.active.append(head)
    made.active.append(row)
    made.active.merge_cells("A2:B2")
    made.save(tmp_path / "merged.xlsx")
    assert "A2:B2" in str(refusal(take, (tmp_path / "merged.xlsx").read_bytes(), SHEET).reason)


CELLS = some.text(some.characters(
    codec="gb18030", exclude_characters="\0\ufffd\x1a\u3000", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12)
PLAIN = some.text(ascii_letters + digits + "企业名称（）·-=+@ ", max_size=4)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=some.lists(some.tuples(some.text(ascii_letters, min_size=1, max_size=3), CELLS, CELLS), min_size=1, max_size=8),
    separator=some.sampled_from([",", "|", "||", "\t", "\x01", "|@|"]), quote=some.sampled_from(['"', "'"]),
    encoding=some.sampled_from([Encoding.UTF_8, Encoding.UTF_16, Encoding.GB18030]), header=some.booleans(),
)
def test_what_is_written_is_read(
    tmp_path: Path, rows: list[tuple[str, str, str]], separator: str, quote: str, encoding: Encoding, header: bool
) -> None:
    of = layout(separator=separator, quote=quote, encoding=encoding, header=header, format_=FileFormat.TXT)
    path = tmp_path / "round"
    write_rows(path, of, rows)
    found = rows_of(path, of)
    assert found.rows == [list(row) for row in rows]
    assert not found.broken


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=some.lists(some.tuples(some.text(ascii_letters, min_size=1, max_size=3), PLAIN, PLAIN), min_size=1, max_size=5),
       format_=some.sampled_from([FileFormat.XLSX, FileFormat.XML, FileFormat.FIXED]))
def test_other_formats_come_back_too(tmp_path: Path, rows: list[tuple[str, str, str]], format_: FileFormat) -> None:
    """security 14: a cell that looks like a formula is text, and comes back unchanged."""
    of = layout(format_=format_, encoding=Encoding.GB18030, header=format_ is FileFormat.XLSX)
    path = tmp_path / "round"
    write_rows(path, of, rows)
    found = rows_of(path, of).rows
    assert [[one.strip() for one in row] for row in found] == [[one.strip() for one in row] for row in rows]


@pytest.mark.parametrize("format_", FileFormat)
def test_made_up_files_are_valid(tmp_path: Path, format_: FileFormat) -> None:
    of = layout(WIDE, format_, Encoding.GB18030, header=format_ in (FileFormat.CSV, FileFormat.XLSX))
    path = tmp_path / "made"
    write_file(path, of, sample_rows(of, 300, 5))
    found = checked(rows_of(path, of), of, tmp_path)
    assert [(one.row, one.field, one.value, str(one.reason)) for one in found.faults] == []
    assert len(found.good) == 300
    write_file(path, of, sample_rows(of, 300, 5, faults=0.3))
    spoiled = checked(rows_of(path, of), of, tmp_path)
    assert 40 < len(spoiled.bad) < 140
    assert len(spoiled.good) + len(spoiled.bad) == 300


def test_bombs_and_macros(take: Take, tmp_path: Path) -> None:
    """security 12"""
    data = book(tmp_path, ("a", "b", "c"), ("1", "2", "3"))
    for name, content in (("xl/vbaProject.bin", b"x"), ("xl/media/large.bin", bytes(32 << 20))):
        path = tmp_path / "changed.xlsx"
        path.write_bytes(data)
        with ZipFile(path, "a", ZIP_DEFLATED) as file:
            file.writestr(name, content)
        assert str(refusal(take, path.read_bytes(), SHEET).reason)
