"""Workbooks that are wrong, odd or meant to hurt: each gets a clear answer, and none a traceback (security 12)."""

import re
import time
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from sqlalchemy.orm import Session

from app import models
from app.engine.catalogue import catalogue
from app.excel import reader
from app.excel.layout import LISTS, layout_of
from app.excel.models import ImportBatch, ImportState
from app.excel.template import template
from tests.excel_books import bring, content, faults_of, filled, put, said, upload

models.load(("app.areas",))
SPEC = catalogue.register("target_enterprises")
SHEET = layout_of(SPEC).main.name
HEADERS = [one.header for one in layout_of(SPEC).main.given]
Actors = Mapping[str, Any]


def row(number: int = 1, **given: Any) -> dict[str, Any]:
    """Raw values of a target enterprise."""
    return {"code": f"GY{number:04d}", "name": f"测试企业{number}", "founded": "2020-01-02", "status": "启用", **given}


@pytest.fixture
def check(session: Session, actors: Actors) -> Callable[..., tuple[ImportBatch, str]]:
    """Brings a workbook in and tells what was said about it."""

    def run(file: bytes | Workbook, name: str = "数据.xlsx") -> tuple[ImportBatch, str]:
        batch = bring(session, actors["sysadmin"], SPEC, file if isinstance(file, bytes) else content(file), name)
        assert batch.state is ImportState.CHECKED, batch.problem
        return batch, said(session, batch)

    return run


Check = Callable[..., tuple[ImportBatch, str]]


def book(*rows: Mapping[str, Any]) -> Workbook:
    """A filled template."""
    return filled(SPEC, rows or [row()])


def at(name: str) -> int:
    """The column of a field."""
    return next(at for at, one in enumerate(layout_of(SPEC).main.given, 1) if one.field and one.field.name == name)


def rewritten(file: bytes, change: Callable[[str, bytes], bytes | None], extra: Mapping[str, bytes] | None = None) -> bytes:
    """The package with its parts changed; None leaves one out."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(file)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if (changed := change(one, old.read(one))) is not None:
                new.writestr(one, changed)
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return target.getvalue()


def first_sheet(change: Callable[[bytes], bytes], file: bytes | None = None) -> bytes:
    """The template with its first sheet's XML changed."""
    return rewritten(
        file or content(book()), lambda name, data: change(data) if name == "xl/worksheets/sheet1.xml" else data
    )


def test_a_good_one_is_taken(check: Check) -> None:
    batch, words = check(book(row(1), row(2)))
    assert (batch.new, batch.faults, batch.warnings) == (2, 0, 0), words
    assert (batch.first_row, batch.last_row) == (3, 4)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("founded", "2026-02-31", "日期不存在"),
        ("founded", "2026/13/02", "日期不存在"),
        ("founded", 45000.5, "应为日期"),
        ("founded", "昨天", "应为日期"),
        ("founded", True, "应为日期"),
        ("founded", datetime(2026, 1, 2, 3, 4), "不含时间"),
        ("uscc", "91990100MA0T4Q1E7A", "校验"),
        ("uscc", 9.1990100123456789e17, "15 位"),
        ("uscc", "9.199E+17", "科学计数法"),
        ("registration_no", 1.10108000000017e14, "校验"),
        ("registration_no", 123.5, "小数"),
        ("status", "不知道", "不是可选项"),
        ("name", "", "必填"),
        ("name", "　\u200b ", "必填"),
        ("name", "名" * 121, "最多 120 个字"),
        ("name", "#N/A", "错误值"),
        ("name", "两\n行", "换行"),
        ("industry", "没有这个行业", "代码表中没有"),
        ("code", "A B", "空格"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(
    field: str, value: Any, reason: str, check: Check, session: Session
) -> None:
    batch, words = check(book(row(1), row(2, **{field: value})))
    found = [one for one in faults_of(session, batch) if not one.warning]
    assert len(found) == 1, words
    assert (found[0].sheet, found[0].row, found[0].column) == (SHEET, 4, at(field)), words
    assert reason in found[0].reason, words
    assert found[0].mend
    assert (batch.total, batch.faulty) == (2, 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("founded", "２０２０年１月２日"), ("founded", date(2020, 1, 2)), ("founded", datetime(2020, 1, 2)), ("founded", "2020/1/2"),
        ("founded", 20200102), ("code", "ＧＹ０００９"), ("code", " GY0009\u200b"), ("code", 90009), ("status", "　启用 "),
        ("registration_no", 110108000000016), ("name", "\ufeff测试\u00a0企业"), ("uscc", None),
    ],
)
def test_what_can_be_meant_is_taken(field: str, value: Any, check: Check) -> None:
    batch, words = check(book(row(1, **{field: value})))
    assert (batch.new, batch.faults) == (1, 0), words


def test_dates_of_1904_are_the_days_they_show(check: Check, session: Session, actors: Actors) -> None:
    made = book(row(1, founded=None))
    made.epoch = CALENDAR_MAC_1904
    cell = made[SHEET].cell(3, at("founded"))
    cell.value = date(2020, 1, 2)
    cell.number_format = "yyyy-mm-dd"
    file = content(made)
    assert b"date1904" in zipfile.ZipFile(BytesIO(file)).read("xl/workbook.xml")
    from app.excel.checking_rows import RegisterCheck

    seen = []
    real = RegisterCheck.check_row

    def spy(self: Any, number: int, cells: list[Any], values: list[Any], existing: Any) -> Any:
        seen.append(values[at("founded") - 1])
        return real(self, number, cells, values, existing)

    RegisterCheck.check_row = spy  # type: ignore[method-assign]
    try:
        batch, words = check(file)
    finally:
        RegisterCheck.check_row = real  # type: ignore[method-assign]
    assert batch.faults == 0, words
    assert seen == [date(2020, 1, 2)]


def test_headers_that_are_missing_double_or_unknown(check: Check) -> None:
    made = book()
    page = made[SHEET]
    page.cell(1, at("name")).value = "企业全称"
    page.cell(1, len(HEADERS) + 1).value = HEADERS[0]
    page.cell(1, len(HEADERS) + 2).value = "我的列"
    batch, words = check(made)
    assert "缺少列“企业名称*”" in words
    assert "重复，已在 A 列" in words
    assert "“我的列”不是本表的列" in words
    assert batch.faults == 2
    assert batch.warnings == 2


def test_headers_may_stand_elsewhere_and_in_another_order(check: Check) -> None:
    made = Workbook()
    page = made.active
    page["C3"] = "说明：本表由测试生成"
    for place, header in enumerate(reversed(HEADERS), 3):
        page.cell(5, place, header.rstrip("*") + " ")
    for place, one in enumerate(reversed(layout_of(SPEC).main.given), 3):
        put(page.cell(6, place), row(1).get(one.field.name) if one.field else None)
    batch, words = check(made)
    assert (batch.new, batch.faults) == (1, 0), words
    assert batch.first_row == 6


def test_no_headers_at_all(check: Check) -> None:
    made = Workbook()
    made.active.append(["甲", "乙"])
    assert "没有找到标题行" in check(made)[1]
    assert "没有找到标题行" in check(Workbook())[1]


def test_another_forms_workbook(check: Check) -> None:
    assert "这是《内部机构》的工作簿" in check(template(catalogue.register("organisations")))[1]


def test_an_earlier_edition_of_the_template(check: Check) -> None:
    made = book()
    made[LISTS].cell(1, 3).value = "0" * 16
    assert "模板已不是现行版本" in check(made)[1]


def test_merged_cells_in_the_data(check: Check) -> None:
    made = book(row(1), row(2))
    made[SHEET].merge_cells("B3:B4")
    assert "合并单元格 B3:B4" in check(made)[1]


def test_formulas_are_named_by_their_cells(check: Check) -> None:
    made = book(row(1), row(2))
    made[SHEET].cell(4, 2).value = "=A4&\"x\""
    batch, words = check(made)
    assert "单元格 B4 是公式" in words
    assert batch.new == 0


def test_hidden_rows_and_sheets_are_read_and_said(check: Check) -> None:
    made = book(row(1), row(2))
    made[SHEET].row_dimensions[4].hidden = True
    other = made.create_sheet("备用")
    other.sheet_state = "hidden"
    other["A1"] = "x"
    batch, words = check(made)
    assert (batch.new, batch.faults) == (2, 0)
    assert "隐藏的行（第 4 行）" in words
    assert "备用" in words
    made = book(row(1))
    made.active = 1
    made[SHEET].sheet_state = "hidden"
    batch, words = check(made)
    assert batch.new == 1
    assert "工作表是隐藏的" in words


def test_rows_that_have_only_a_format_are_no_rows(check: Check) -> None:
    made = book(row(1))
    for number in range(4, 3000):
        made[SHEET].cell(number, 2).number_format = "@"
    made[SHEET].cell(5000, 2).value = "　 "
    batch, words = check(made)
    assert (batch.total, batch.faults) == (1, 0), words


def test_a_million_empty_rows_cost_little(check: Check) -> None:
    rows = b"".join(b'<row r="%d" spans="1:9" ht="15"><c r="A%d" s="1"/></row>' % (n, n) for n in range(4, 1_000_000))
    file = first_sheet(lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>"))
    start = time.perf_counter()
    batch, words = check(file)
    assert (batch.total, batch.faults) == (1, 0), words
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row>',
        b'<row r="1048576"><c r="xfd1048576" t="n"><v>1</v></c></row>',
        b'<row r="5"><c r="ZZZ5" t="n"><v>1</v></c></row>',
        b'<row r="900000"><c t="n"><v>1</v></c></row>',
        b'<row r="900000"><c t="n" r="A900000"><v>1</v></c></row>',
        b"<row r='900000'><c\n r = 'A900000' t='n'><v>1</v></c></row>",
        b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="900000">'
        b'<x:c r="A900000" t="n"><x:v>1</x:v></x:c></x:row>',
        b'<row r="900000"><c r="A900000" t="inlineStr"><is><t>x</t></is></c></row>',
    ],
)
def test_a_far_cell_takes_no_memory(cell: bytes, check: Check) -> None:
    batch, words = check(first_sheet(lambda data: data.replace(b"</sheetData>", cell + b"</sheetData>")))
    assert "数据超出范围" in words
    assert batch.new == 0


def test_a_far_cell_that_is_empty_is_no_harm(check: Check) -> None:
    cell = b'<row r="1048576"><c r="XFD1048576" s="1"/><c r="A1048576" s="1"></c></row>'
    batch, words = check(first_sheet(lambda data: data.replace(b"</sheetData>", cell + b"</sheetData>")))
    assert (batch.new, batch.faults) == (1, 0), words


def test_too_many_rows(check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_ROWS", 3)
    assert "数据超过 3 行" in check(book(*(row(number) for number in range(8))))[1]


def test_a_zip_bomb(check: Check) -> None:
    bomb = rewritten(content(book()), lambda name, data: data, {"xl/media/image1.xml": b"<a/>" + b" " * (64 << 20)})
    assert len(bomb) < 1 << 20
    assert "压缩炸弹" in check(bomb)[1]


def test_a_package_that_lies_about_its_sizes(check: Check) -> None:
    file = content(book())
    name = b"xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(file)) as old:
        size = old.getinfo(name.decode()).file_size
    directory = file.rfind(b"PK\x01\x02", 0, file.rfind(name))
    place = directory + 24
    assert int.from_bytes(file[place : place + 4], "little") == size
    lying = file[:place] + (size // 2).to_bytes(4, "little") + file[place + 4 :]
    assert "不能" in check(lying)[1]


def test_a_package_with_too_many_parts(check: Check) -> None:
    many = rewritten(content(book()), lambda name, data: data, {f"xl/x/{number}.bin": b"" for number in range(2100)})
    assert "内部结构不正常" in check(many)[1]


def entity(name: str, data: bytes) -> bytes:
    """A part with a document type that would expand a billion times."""
    if name != "xl/workbook.xml":
        return data
    return re.sub(rb"^(<\?xml[^>]*>)?", rb'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]>', data, count=1)


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (b"", "文件是空的"),
        (b"a,b\n1,2\n", "不是 Excel 工作簿"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "不是 Excel 工作簿"),
        (b"PK\x03\x04" + b"0" * 100, "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "旧版 .xls"),
    ],
)
def test_files_that_are_no_workbooks(
    file: bytes, reason: str, client_for: Callable[[str], FlaskClient]
) -> None:
    answer = upload(client_for("sysadmin"), f"/registers/{SPEC.slug}/import", file)
    page = answer.get_data(as_text=True)
    if answer.status_code == 302:
        page = client_for("sysadmin").get(answer.location).get_data(as_text=True)
    assert reason in page


def test_broken_and_forbidden_packages(check: Check) -> None:
    file = content(book())
    keep = lambda name, data: data  # noqa: E731
    for bad, reason in (
        (file[: len(file) // 2], "已损坏"),
        (rewritten(file, keep, {"xl/vbaProject.bin": b"x"}), "宏"),
        (rewritten(file, lambda n, d: d.replace(b"spreadsheetml.sheet.main", b"x.macroEnabled.main") if "Content" in n else d), "宏"),
        (rewritten(file, keep, {"xl/externalLinks/externalLink1.xml": b"<a/>"}), "外部链接"),
        (rewritten(file, entity), "XML 实体"),
        (rewritten(file, lambda n, d: d.decode().encode("utf-16") if n == "xl/workbook.xml" else d), "异常编码"),
        (rewritten(file, lambda n, d: None if n == "xl/workbook.xml" else d), "不是 Excel 工作簿"),
        (rewritten(file, lambda n, d: None if n == "xl/worksheets/sheet1.xml" else d), "已损坏"),
        (rewritten(file, lambda n, d: b"<workbook" if n == "xl/workbook.xml" else d), "已损坏"),
        (rewritten(file, lambda n, d: d[:200] if n == "xl/worksheets/sheet1.xml" else d), ""),
        (rewritten(file, lambda n, d: b"\x00\x01" * 500 if n == "xl/sharedStrings.xml" else d), ""),
    ):
        batch, words = check(bad)
        assert reason in words
        assert batch.new == 0 or not batch.faults


def test_values_that_stand_twice(check: Check) -> None:
    batch, words = check(book(row(1), row(2), row(1)))
    assert "“GY0001”重复，已在第 3 行" in words
    assert (batch.total, batch.faulty) == (3, 1)


def test_rows_that_say_the_same_are_remarked(session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> None:
    spec = catalogue.form("dispute_statement")
    raw = example(spec, 1)
    batch = bring(session, actors[spec.makers[0].code], spec, content(filled(spec, [raw, raw])))
    assert "与第 3 行相同，可能重复" in said(session, batch)


def test_lines_that_belong_to_nothing(session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> None:
    spec = catalogue.form("collection_file_register")
    made = filled(spec, [example(spec, 1), example(spec, 2)])
    lines = made["文件明细"]
    lines.cell(3, 1).value = "9"
    lines.cell(4, 1).value = None
    made[layout_of(spec).main.name].cell(4, 1).value = "1"
    batch = bring(session, actors[spec.makers[0].code], spec, content(made))
    words = said(session, batch)
    assert "主表中没有单据“9”" in words
    assert "没有填单据" in words
    assert "单据“1”重复，已在第 3 行" in words
    assert "至少填写 1 行" in words


def test_a_missing_sheet(session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> None:
    spec = catalogue.form("collection_file_register")
    made = filled(spec, [example(spec, 1)])
    del made["文件明细"]
    batch = bring(session, actors[spec.makers[0].code], spec, content(made))
    assert "缺少工作表“文件明细”" in said(session, batch)


def test_a_full_disk_leaves_nothing_behind(
    client_for: Callable[[str], FlaskClient], monkeypatch: pytest.MonkeyPatch, app: Any
) -> None:
    """A clear error, no orphan (security 21)."""
    real = Path.open

    def full(self: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        file = real(self, mode, *rest, **more)
        return Full(file) if mode == "xb" else file

    class Full:
        """A file on a disk without room."""

        def __init__(self, file: Any) -> None:
            self.file = file

        def __enter__(self) -> "Full":
            return self

        def __exit__(self, *_rest: object) -> None:
            self.file.close()

        def write(self, piece: bytes) -> int:
            self.file.write(piece[:10])
            raise OSError(28, "No space left on device")

    folder = app.config["DATA_DIR"] / "uploads"
    before = set(folder.iterdir())
    client = client_for("sysadmin")
    monkeypatch.setattr(Path, "open", full)
    page = upload(client, f"/registers/{SPEC.slug}/import", content(book())).get_data(as_text=True)
    assert "存储空间不足" in page
    assert set(folder.iterdir()) == before


def test_names_of_files_are_kept_and_shown_safely(client_for: Callable[[str], FlaskClient]) -> None:
    client = client_for("sysadmin")
    answer = upload(client, f"/registers/{SPEC.slug}/import", content(book()), "../../<b>企业</b>.xlsx")
    page = client.get(answer.location).get_data(as_text=True)
    assert "<b>企业" not in page
    assert "企业" in page
