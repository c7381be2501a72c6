"""The procedure as data: its text, citations, requirement rows and their coverage.

None of these tests carries an article: they show the measure itself, and would cover requirements that nothing meets.
"""

import json
import sys
from dataclasses import FrozenInstanceError
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from app.procedure import (
    UnknownReference,
    articles,
    chapters,
    chinese_number,
    cite,
    cite_requirement,
    find_article,
    find_requirement,
    heading,
    knows_article,
    requirements,
    row_for,
    rows_for,
)
from app.procedure.cli import procedure
from app.procedure.coverage import FormCitation, TestCitation, Unplaced, collect_tests, coverage, unplaced
from app.procedure.model import parse
from app.procedure.tables import aligned, width

EVERY_REF = [str(one.number) for one in articles()] + [item.ref for one in articles() for item in one.items]
WALKS = ["39", "40", "41", "42", *(f"{number}{kind}" for number in range(44, 48) for kind in "RV")]


def test_chapters_divide_the_articles() -> None:
    assert [one.number for one in chapters()] == list(range(1, 14))
    assert (chapters()[0].first, chapters()[-1].last) == (1, 122)
    assert all(after.first == before.last + 1 for before, after in pairwise(chapters()))
    assert chapters()[2].heading == "第三章 数据获取与加工管理"
    assert [(one.number, one.chapter) for one in articles()] == [
        (number, chapter.number) for chapter in chapters() for number in range(chapter.first, chapter.last + 1)
    ]


def test_items_count_up_from_one_and_each_level_has_its_numbering() -> None:
    seen = set(EVERY_REF)
    assert len(seen) == len(EVERY_REF)
    for article in articles():
        depths = {len(parse(item.ref)) - 1 for item in article.items}
        assert depths == set(range(1, len(article.numbering) + 1))
        for item in article.items:
            *above, last = parse(item.ref)
            before = ".".join(map(str, [*above, last - 1] if last > 1 else above))
            assert before in seen, item.ref


def test_every_title_is_short_and_there() -> None:
    titles = [one.title for table in (chapters(), articles(), requirements()) for one in table]
    titles += [item.title for article in articles() for item in article.items]
    assert all(0 < len(title) <= 40 for title in titles)


def test_the_data_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        find_article("16").title = "别的"  # type: ignore[misc]


@pytest.mark.parametrize(("number", "written"), [
    (1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"), (105, "一百〇五"),
    (110, "一百一十"), (117, "一百一十七"), (122, "一百二十二"), (200, "二百"),
])
def test_chinese_numbers(number: int, written: str) -> None:
    assert chinese_number(number) == written


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_numbers_that_no_article_has(number: int) -> None:
    with pytest.raises(ValueError, match="between"):
        chinese_number(number)


@pytest.mark.parametrize(("ref", "citation"), [
    ("79", "第七十九条"),
    ("16.1.1", "第十六条（一）1"),
    ("16.1.1.3", "第十六条（一）1（3）"),
    ("16.2.3.7", "第十六条（二）3（7）"),
    ("18.1", "第十八条（一）"),
    ("39.2.1", "第三十九条（二）（1）"),
    ("42.4.5.2", "第四十二条（四）（5）②"),
    ("105.1", "第一百〇五条（一）"),
    ("110.1", "第一百一十条一"),
    ("110.1.5", "第一百一十条一（五）"),
    ("113.2", "第一百一十三条二"),
    ("115.2.3", "第一百一十五条二（三）"),
    ("117.11", "第一百一十七条十一"),
    ("39-47", "第三十九条至第四十七条"),
])
def test_cite(ref: str, citation: str) -> None:
    assert cite(ref) == citation


def test_citations_are_unambiguous() -> None:
    assert len({cite(ref) for ref in EVERY_REF}) == len(EVERY_REF)


@pytest.mark.parametrize("ref", [
    "", "0", "123", "016", "16.", ".16", "16.0", "16.3", "16.1.4", "16.1.1.6", "16.1.1.3.1", "111.1", "117.12", "44R",
    "二", "²", "6-", "-6", "6-123",
])
def test_unknown_references(ref: str) -> None:
    assert not knows_article(ref)
    with pytest.raises(UnknownReference):
        cite(ref)


def test_lookups() -> None:
    assert find_article("16.1.3").title == "数据采集"
    assert heading("16.1.1") == "第十六条（一）1 联网采集"
    assert find_requirement("6–9") is find_requirement("6-9")
    assert find_requirement("112,113") is find_requirement("112, 113")
    assert cite_requirement(find_requirement("26.4, 27.2")) == "第二十六条（四）、第二十七条（二）"
    assert cite_requirement(find_requirement("XLS")) == ""
    with pytest.raises(UnknownReference):
        find_requirement("7")


def test_requirements_are_in_their_chapters() -> None:
    assert len({row.id for row in requirements()}) == len(requirements()) == 75
    for row in requirements():
        numbers = [parse(end)[0] for one in row.articles for end in one.split("-")]
        assert {find_article(str(number)).chapter for number in numbers} == ({row.chapter} if row.chapter else set())
        assert cite_requirement(row) or row.id in {"ARC", "AUD", "XLS", "PDF", "API"}
    assert all(find_requirement(walk).chapter == 5 for walk in WALKS)


@pytest.mark.parametrize(("ref", "row"), [
    ("7", "6-9"), ("8", "8"), ("16.1.1.3", "16.1.1"), ("16.2.3", "16.2"), ("26.4.2", "26.4, 27.2"), ("26.3", "26"),
    ("31", "28, 31"), ("40.2", "40"), ("43", "39-47"), ("44", "39-47"), ("44V", "44V"), ("79", "76-79"),
    ("79.4", "79.4"), ("80", "76-83"), ("82.1.5", "81-83"), ("113.5", "112, 113"), ("76–83", "76-83"), ("AUD", "AUD"),
    ("111", None), ("16.1", None), ("110", None), ("17", None),
])
def test_row_for(ref: str, row: str | None) -> None:
    found = row_for(ref)
    assert (found.id if found else None) == row


@pytest.mark.parametrize(("ref", "ids"), [
    ("44", ["44R", "44V"]), ("44.4.1", ["44R", "44V"]), ("16.1", ["16.1.1", "16.1.2", "16.1.3"]),
    ("110", ["110.1", "110.2"]), ("8", ["8"]), ("111", []), ("39", ["39"]),
])
def test_rows_for_wide_references(ref: str, ids: list[str]) -> None:
    assert [row.id for row in rows_for(ref)] == ids


def test_no_row_for_what_does_not_exist() -> None:
    for find in (row_for, rows_for):
        with pytest.raises(UnknownReference):
            find("16.9")


def test_coverage() -> None:
    form = FormCitation("2", "数据采集文件登记表", ("16.1.1.3", "16.1.1.4", "44", "94", "16.9"))
    test = TestCitation("tests/test_a.py::test_it", ("16.1.1", "44V", "16.1", "200"))
    rows = {row.requirement.id: row for row in coverage([form], [test])}
    assert list(rows) == [row.id for row in requirements()]
    assert {name for name, row in rows.items() if row.forms == (form,)} == {"16.1.1", "44R", "44V"}
    assert {name for name, row in rows.items() if not row.uncovered} == {"16.1.1", "44V"}
    assert rows["44V"].tests == (test,)
    assert unplaced([form], [test]) == [
        Unplaced("94", "2", known=True), Unplaced("16.9", "2", known=False),
        Unplaced("16.1", test.name, known=True), Unplaced("200", test.name, known=False),
    ]


SOURCE = '''
import no_such_module
from pytest import mark
pytestmark = [pytest.mark.slow, pytest.mark.article("AUD")]

@pytest.mark.article("16.1.3", "18")
def test_one(): ...

@mark.article("18")
async def test_two(): ...

@pytest.mark.parametrize("walk", [1, pytest.param(2, marks=pytest.mark.article("44R"))])
def test_walks(walk): ...

@pytest.mark.article("5")
def helper(): ...

@pytest.mark.article("60")
class TestReview:
    pytestmark = pytest.mark.article("59")

    @pytest.mark.article("60", ref)
    def test_levels(self): ...

@pytest.mark.article("70")
class TestInherited(Base): ...

@pytest.mark.article("71")
class TestEmpty: ...
'''


def test_collect_tests_reads_marks_without_importing(tmp_path: Path) -> None:
    tests = tmp_path / "tests"
    (tests / "deep").mkdir(parents=True)
    (tests / "deep" / "test_marks.py").write_text(SOURCE, "utf-8")
    (tests / "test_plain.py").write_text("def test_nothing(): ...\n", "utf-8")
    (tests / "other.py").write_text("(this is no Python", "utf-8")
    assert {one.name.removeprefix("tests/deep/test_marks.py::"): one.refs for one in collect_tests(tests)} == {
        "test_one": ("AUD", "16.1.3", "18"),
        "test_two": ("AUD", "18"),
        "test_walks": ("AUD", "44R"),
        "TestReview::test_levels": ("AUD", "60", "59"),
        "TestInherited": ("AUD", "70"),
    }


def test_tables_align_wide_characters() -> None:
    assert (width("章a"), width("（一）"), width("e\u0301")) == (3, 6, 1)
    assert aligned([("要求", "章"), ("16.1.1", "3")]) == "要求    章\n16.1.1  3"


class Run:
    """Runs `flask procedure coverage` under an app that has nothing."""

    def __init__(self, tests: Path) -> None:
        self.tests = tests

    def __call__(self, *options: str) -> str:
        bare = ScriptInfo(create_app=lambda: Flask("bare"))
        result = CliRunner().invoke(procedure, ["coverage", "--tests", str(self.tests), *options], obj=bare)
        assert result.exit_code == 0, result.output
        return result.output


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The command, over one form and one test."""
    module = ModuleType("app.engine.catalogue")
    spec = SimpleNamespace(code="6", title="数据导入文件登记表", articles=("18.1", "94"))
    module.catalogue = SimpleNamespace(forms=(spec,))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    source = 'import pytest\n@pytest.mark.article("18")\ndef test_import(): ...\n'
    (tmp_path / "test_import.py").write_text(source, "utf-8")
    return Run(tmp_path)


def test_coverage_command_prints_a_table(run: Run) -> None:
    lines = run().splitlines()
    assert next(line for line in lines if line.startswith("18 ")).split()[-2:] == ["6", "1"]
    assert next(line for line in lines if line.startswith("AUD")).endswith("未覆盖")
    assert "共 75 项要求，74 项未覆盖" in lines
    assert lines[-1] == "6 引用的 94 不对应任何一项要求"
    assert not any(line.startswith("18 ") for line in run("--uncovered").splitlines())


def test_coverage_command_gives_json(run: Run) -> None:
    data = json.loads(run("--json"))
    row = next(one for one in data["requirements"] if one["id"] == "18")
    assert row["forms"] == [{"code": "6", "title": "数据导入文件登记表"}]
    assert row["tests"] == [f"{run.tests.name}/test_import.py::test_import"]
    assert not row["uncovered"]
    assert data["unplaced"] == [{"ref": "94", "cited_by": "6", "known": True}]
    assert len(json.loads(run("--json", "--uncovered"))["requirements"]) == 74
