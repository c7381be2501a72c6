"""Rules of a structure on rows: each is kept or broken as a person would say, and the same by column as value by value."""

import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.demo.deliveries import sample_rows, write_file
from app.intake import columns, contents, duplicates
from app.intake.checking import Checker
from app.intake.chunks import Chunk
from app.intake.converting import Wrong, converter
from app.intake.duplicates import Duplicates, digest
from app.intake.expressions import BadExpression, comparison
from app.intake.layout import Field
from app.intake.rules import Rule
from app.intake.terms import Encoding, FieldType, FileFormat, Role, Validation
from app.intake.writing import ErrorFile
from app.standards.resident_id import make_resident_id
from app.standards.uscc import make_uscc
from bench import validate
from tests.deliveries import WIDE, checked, layout, rows_of

T = FieldType
USCC = make_uscc("91420102000000001")
OTHER = make_uscc("91420102000000002")


def of(type_: FieldType, **more: object) -> Field:
    return Field("f", "字段", type_, **more)  # type: ignore[arg-type]


def ruled(validation: Validation, expression: str | None = None, type_: FieldType = T.TEXT) -> Field:
    return of(type_, validation=validation, expression=expression)


@pytest.mark.parametrize(("field", "raw", "standard"), [
    (of(T.TEXT), " \u3000云州\u200b公司\ufeff　", "云州公司"),
    (of(T.TEXT), "'=HYPERLINK(1)", "=HYPERLINK(1)"),
    (of(T.TEXT), "NULL", ""), (of(T.TEXT), "O'Neil", "O'Neil"),
    (of(T.INTEGER), "１，２３４", "1234"), (of(T.INTEGER), "-007", "-7"), (of(T.INTEGER), "12.00", "12"), (of(T.INTEGER), "-0", "0"),
    (of(T.DECIMAL), "+1,234.5000", "1234.5"), (of(T.DECIMAL, decimal_places=4), ".5", "0.5000"),
    (of(T.AMOUNT), "￥１２，３４５．６", "12345.60"), (of(T.AMOUNT), "100元", "100.00"), (of(T.AMOUNT), "-0.00", "0.00"),
    (of(T.DATE), "2026-11-28", "2026-11-28"), (of(T.DATE), "2026/1/2", "2026-01-02"), (of(T.DATE), "2026.01.02", "2026-01-02"),
    (of(T.DATE), "20260102", "2026-01-02"), (of(T.DATE), "2026年1月2日", "2026-01-02"), (of(T.DATE), "２０２６－０１－０２", "2026-01-02"),
    (of(T.DATE), "2026-01-02 00:00:00", "2026-01-02"), (of(T.DATE), "2024-02-29", "2024-02-29"),
    (ruled(Validation.DATE_FORMAT, "yyyyMM", T.DATE), "202602", "2026-02-01"),
    (ruled(Validation.DATE_FORMAT, "dd/MM/yyyy", T.DATE), "03/02/2026", "2026-02-03"),
    (ruled(Validation.DATE_FORMAT, "yyyyMMdd", T.CODE), "20260203", "20260203"),
    (of(T.MOMENT), "2026-01-02T03:04:05.678+08:00", "2026-01-02 03:04:05"), (of(T.MOMENT), "20260102030405", "2026-01-02 03:04:05"),
    (of(T.MOMENT), "2026-01-02", "2026-01-02 00:00:00"),
    (of(T.YES_NO), "是", "1"), (of(T.YES_NO), "ｎ", "0"), (of(T.YES_NO), "true", "1"), (of(T.YES_NO), "无", "0"),
    (of(T.CODE, codes=frozenset({"A1"})), "Ａ１", "A1"),
    (ruled(Validation.USCC), f" {USCC.lower()} ", USCC),
    (ruled(Validation.RESIDENT_ID), make_resident_id("420102", date(1990, 1, 1), 7), None),
    (ruled(Validation.REGEX, r"(a+)+b"), "aab", "aab"), (ruled(Validation.RANGE, "~2026-12-31", T.DATE), "20261231", "2026-12-31"),
])
def test_values_become_standard(field: Field, raw: str, standard: str | None) -> None:
    assert converter(field)(raw) == (raw if standard is None else standard)


@pytest.mark.parametrize(("field", "raw", "rule"), [
    (of(T.TEXT, required=True), " \u3000\u200b", Rule.REQUIRED), (of(T.TEXT, key_part=True), r"\N", Rule.REQUIRED),
    (of(T.TEXT, length=2), "三个字", Rule.LENGTH), (of(T.INTEGER, length=3), "1234", Rule.LENGTH),
    (of(T.INTEGER), "1.5", Rule.TYPE), (of(T.INTEGER), "1,23", Rule.TYPE), (of(T.AMOUNT), "一百", Rule.TYPE),
    (of(T.AMOUNT), "1e5", Rule.TYPE),
    (of(T.AMOUNT), "1.005", Rule.PRECISION), (of(T.AMOUNT, length=5, decimal_places=2), "1234.50", Rule.LENGTH),
    (of(T.AMOUNT), "9" * 60, Rule.LENGTH), (of(T.DECIMAL), "NaN", Rule.TYPE), (of(T.DECIMAL), ".", Rule.TYPE),
    (of(T.DATE), "2026-02-31", Rule.TYPE), (of(T.DATE), "2026-13-01", Rule.TYPE), (of(T.DATE), "20260231", Rule.TYPE),
    (of(T.DATE), "2026/01-02", Rule.TYPE), (of(T.DATE), "202611", Rule.TYPE), (of(T.DATE), "2026-01-02 09:00:00", Rule.TYPE),
    (of(T.MOMENT), "2026-01-02 25:00:00", Rule.TYPE), (ruled(Validation.DATE_FORMAT, "yyyyMMdd", T.DATE), "2026-01-02", Rule.DATE_FORMAT),
    (ruled(Validation.DATE_FORMAT, "yyyyMM"), "202613", Rule.DATE_FORMAT),
    (of(T.YES_NO), "也许", Rule.TYPE), (of(T.CODE, codes=frozenset({"A1"})), "A2", Rule.CODE_TABLE),
    (ruled(Validation.RANGE, "0~100", T.DECIMAL), "100.01", Rule.RANGE), (ruled(Validation.RANGE, "0~", T.AMOUNT), "-0.01", Rule.RANGE),
    (ruled(Validation.RANGE, "2020-01-01~", T.DATE), "2019-12-31", Rule.RANGE),
    (ruled(Validation.REGEX, r"\d+"), "12x", Rule.REGEX), (ruled(Validation.USCC), f"{USCC[:-1]}!", Rule.USCC),
    (ruled(Validation.USCC), USCC[:-2] + ("1" if USCC[-2] != "1" else "2") + USCC[-1], Rule.USCC),
    (ruled(Validation.ORGANISATION_CODE), "123456789", Rule.ORGANISATION_CODE),
    (ruled(Validation.REGISTRATION_NUMBER), "420102000000005", Rule.REGISTRATION_NUMBER),
    (ruled(Validation.RESIDENT_ID), "110105194912310021", Rule.RESIDENT_ID),
])
def test_values_that_break_a_rule(field: Field, raw: str, rule: Rule) -> None:
    with pytest.raises(Wrong) as wrong:
        converter(field)(raw)
    assert wrong.value.rule is rule
    assert str(wrong.value.reason)


def test_an_expression_cannot_stop_the_work() -> None:
    """Whatever is keyed as an expression, its time grows with the value's length alone."""
    with pytest.raises(Wrong):
        converter(ruled(Validation.REGEX, r"(a+)+$"))("a" * 5_000 + "!")
    assert contents.fault_of(T.TEXT, Validation.REGEX, r"(a)\1") is not None
    assert contents.fault_of(T.TEXT, Validation.REGEX, r"(?=a)a") is not None
    assert contents.fault_of(T.TEXT, Validation.REGEX, "a{1000}{1000}") is not None
    assert contents.fault_of(T.TEXT, Validation.REGEX, "[") is not None
    assert contents.fault_of(T.TEXT, Validation.REGEX, r"\d{6}") is None


@pytest.mark.parametrize(("type_", "validation", "expression", "right"), [
    (T.AMOUNT, Validation.RANGE, "0~100", True), (T.AMOUNT, Validation.RANGE, "~", False), (T.AMOUNT, Validation.RANGE, "0-100", False),
    (T.AMOUNT, Validation.RANGE, "a~b", False), (T.TEXT, Validation.RANGE, "0~100", False), (T.DATE, Validation.RANGE, "20200101~", True),
    (T.DATE, Validation.DATE_FORMAT, "yyyyMMdd", True), (T.DATE, Validation.DATE_FORMAT, "yyMMdd", False),
    (T.DATE, Validation.DATE_FORMAT, "yyyyMMddMM", False), (T.AMOUNT, Validation.DATE_FORMAT, "yyyyMM", False),
    (T.TEXT, Validation.USCC, "x", False), (T.TEXT, Validation.USCC, None, True), (T.TEXT, Validation.REGEX, None, False),
])
def test_contents_of_rules(type_: FieldType, validation: Validation, expression: str | None, right: bool) -> None:
    assert (contents.fault_of(type_, validation, expression) is None) is right


def test_fields_are_compared() -> None:
    fields = (Field("due", "应缴", T.AMOUNT), Field("paid", "实缴", T.AMOUNT), Field("owed", "欠缴", T.AMOUNT), Field("d", "日", T.DATE))
    sum_ = comparison(fields, 2, "=应缴-paid")
    table = [["10.00", "10.00", "9.50"], ["7.00", "", "9.00"], ["3.00", "1.00", "0.50"], ["", "", ""]]
    assert list(sum_.broken(table)) == []
    table[2][2] = "0.51"
    assert list(sum_.broken(table)) == [2]
    assert list(comparison(fields, 1, "<=due").broken([["9.00", "10.00"], ["10.00", "10.00"], ["", ""], ["", ""]])) == [0]
    for wrong in ("应缴", "<=", "<=无此字段", "<=日", "<=-应缴"):
        with pytest.raises(BadExpression):
            comparison(fields, 1, wrong)
    with pytest.raises(BadExpression):
        comparison(fields, 3, "<=应缴")


def test_a_row_is_held_to_all_its_rules(tmp_path: Path) -> None:
    """Rules together: period, comparison, key; every fault of a row is told, with row, field, value and reason."""
    of_ = layout(WIDE, header=True)
    good = [USCC, "云州甲公司", "202601", "10", "10", "", "2026-01-01", "2026-01-31", "", "", "A", "1", "是"]
    def row(**changes: str) -> list[str]:
        names = [one.name for one in WIDE]
        return [changes.get(name, value) for name, value in zip(names, good, strict=True)]
    rows = [
        good, row(ssq="202602", sjse="10.01"), row(ssq="202603", qz="20251231"), row(nsrmc="同一主键"),
        row(tyshxydm="9142", yjse="x", dj="C"), row(ssq="202604"),
    ]
    chunk = Chunk(list(range(2, 8)), rows)
    found = checked(chunk, of_, tmp_path)
    assert [number for number, _row in found.good] == [2, 7]
    assert found.keys == [digest(f"{USCC}\x1f2026-01-01"), digest(f"{USCC}\x1f2026-04-01")]
    assert found.good[0][1][2:5] == ["2026-01-01", "10.00", "10.00"]
    assert [(one.row, one.field, one.rule) for one in found.faults] == [
        (3, "sjse", "compare"), (4, "qz", "period"), (5, "tyshxydm", "duplicate"),
        (6, "tyshxydm", "uscc"), (6, "yjse", "type"), (6, "dj", "regex"),
    ]
    assert "2" in str(found.faults[2].reason)
    assert [number for number, _row in found.bad] == [3, 4, 5, 6]
    assert found.bad[0][1] == rows[1]


VALUES = some.sampled_from(
    ["", " ", "0.00", "12.50", "1,234.5", "-1.00", "１２", "x", "1.005", "100元", "云州公司", "'=1", "NULL", "是", "20260101", "2026-1-1",
     "2026-02-30", "A", "B", "C", USCC, OTHER, "1.00\n2.00", "a\u200bb", "9" * 30, "1", "007"]
)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some.data(), count=some.integers(1, 30))
def test_columns_say_what_single_values_say(data: some.DataObject, count: int) -> None:
    """By column with a memory, or value by value with plain Python: the same standard values, the same faults."""
    field = data.draw(some.sampled_from(WIDE))
    values = data.draw(some.lists(VALUES, min_size=count, max_size=count))
    plain, column = converter(field), columns.Column(field)
    for _turn in range(2):
        standard, wrong = column.standard(values)
        for raw, found in zip(values, standard, strict=True):
            assert said(lambda value, found=found: found, raw, wrong.get(raw)) == said(plain, raw)


def said(convert: Callable[[str], str], raw: str, wrong: Wrong | None = None) -> tuple[Rule | None, str]:
    """What becomes of a value: the rule it breaks and why, or its standard text."""
    try:
        if wrong is not None:
            raise wrong
        return None, convert(raw)
    except Wrong as error:
        return error.rule, str(error.reason)


def test_what_the_bench_measures_is_the_same(tmp_path: Path) -> None:
    """Plain Python, written for one file alone, takes and refuses the same rows, and makes the same values of them."""
    path = tmp_path / "delivery"
    write_file(path, validate.LAYOUT, sample_rows(validate.LAYOUT, 3_000, 9, faults=0.3))
    plain = list(validate.plain_chunks(path))
    found = checked(rows_of(path, validate.LAYOUT), validate.LAYOUT, tmp_path)
    assert [(number, row) for rows, _faults in plain for number, row, _key in rows] == found.good
    assert [key for rows, _faults in plain for _number, _row, key in rows] == found.keys
    assert {(row, field or None) for _rows, faults in plain for row, field, _value, _why in faults} == {
        (one.row, one.field) for one in found.faults
    }
    assert len(found.bad) > 500


def test_memory_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "REMEMBERED", 100)
    column = columns.Column(ruled(Validation.REGEX, r"\d+"))
    for start in range(0, 3_000, 300):
        found, wrong = column.standard([str(start + at) for at in range(300)])
        assert found[0] == str(start)
        assert not wrong
        assert len(column._memory) <= 400


def test_duplicates_are_found_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys beyond the buffers lie on disk; an unsure bitmap costs a look there, never a wrong answer."""
    monkeypatch.setattr(duplicates, "BUFFER", 240)
    monkeypatch.setattr(duplicates, "BITS", 1 << 10)
    chance, seen = random.Random(4), {}
    folder = tmp_path / "keys"
    killed = Duplicates(folder)
    for number in range(1, 20_001):
        killed.first(digest(str(number)), number)
    with Duplicates(folder) as found:
        for number in range(1, 20_001):
            key = digest(str(chance.randrange(15_000)))
            assert found.first(key, number) == seen.setdefault(key, number)
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("format_", FileFormat)
@pytest.mark.article("18")
def test_error_files_come_back_corrected(tmp_path: Path, format_: FileFormat) -> None:
    """In the provider's own format, with the reasons behind; once corrected it is taken as it is."""
    of_ = layout(WIDE, format_, Encoding.GB18030, header=format_ in (FileFormat.CSV, FileFormat.XLSX, FileFormat.TXT, FileFormat.FIXED))
    rows = [["9142", "-甲=", *one[2:]] for one in sample_rows(of_, 3, 1)]
    found = checked(Chunk([2, 3, 4], rows), of_)
    path = tmp_path / "errors"
    with ErrorFile(path, of_) as out:
        out.write(found)
    again = rows_of(path, of_)
    assert not again.broken
    assert [converter(WIDE[1])(row[1]) for row in again.rows] == ["-甲="] * 3
    for row, number in zip(again.rows, range(3), strict=True):
        row[0] = make_uscc(f"9142010200000000{number}")
    assert not checked(again, of_).faults
    if format_ is not FileFormat.XLSX:
        text = path.read_text("gb18030")
        assert "应为 18 位，实为 4 位" in text
        assert "差错原因" in text


def test_rows_that_could_not_be_split_go_back_as_they_were(tmp_path: Path) -> None:
    """security 14"""
    of_ = layout()
    path = tmp_path / "errors"
    chunk = Chunk()
    source = tmp_path / "source"
    source.write_text('1,"2"x,3\n=1+1,2\n+86-27,-5,@x\n', encoding="utf-8")
    chunk = rows_of(source, of_)
    found = Checker(layout((of_.fields[0], of_.fields[1], Field("c", "丙", T.INTEGER)))).check(chunk)
    with ErrorFile(path, of_) as out:
        out.write(found)
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].startswith('1,"2"x,3,1,')
    assert lines[1].startswith("'=1+1,2,2,")
    assert lines[2].startswith("'+86-27,-5,'@x,3,c,")


def test_roles() -> None:
    of_ = layout(WIDE)
    assert (of_.place(Role.USCC), of_.place(Role.VALID_TO), of_.place(Role.REGISTRATION_NO), of_.key) == (0, 7, None, (0, 2))
