"""Workbooks of every form and register: templates, exports, imports, and what keeps them honest."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from app import models
from app.database import db, transaction
from app.demo.prerequisites import everybody, prepare
from app.documents import operations
from app.documents.bulk import bulk_create
from app.documents.digest import digest_of
from app.documents.listing import Selection
from app.documents.models import DocumentLink
from app.documents.resolver import DatabaseResolver
from app.documents.values import Fault, Invalid, read
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.spec import AnySpec, FormSpec, RegisterSpec
from app.excel import beats, deciding, jobs, running
from app.excel.export import export
from app.excel.layout import EXAMPLE, LISTS, NOTES, layout_of
from app.excel.models import ImportBatch, ImportState
from app.excel.template import template
from app.registers.versions import history
from app.workflow.errors import Denied, Missing
from app.workflow.permissions import EXPORT
from tests.excel_books import bring, content, faults_of, filled, said, upload, values_of

models.load(("app.areas",))
EVERY = [pytest.param(one, id=one.slug) for one in catalogue]
FORMS = [pytest.param(one, id=one.slug) for one in catalogue.forms if not one.generated]
REGISTERS = [pytest.param(one, id=one.slug) for one in catalogue.registers]

AT_ONCE = timedelta(seconds=-5)
"""A silence that every run has kept."""

Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module", autouse=True)
def referred_to(app: Flask) -> None:
    """Finished documents that the forms refer to, whatever other tests have made."""
    with app.app_context():
        session = db.session()
        people = everybody(session)
        for spec in catalogue.forms:
            prepare(session, spec, people)
        db.session.remove()


def maker(actors: Actors, spec: FormSpec) -> Any:
    """The first maker of a form."""
    return actors[spec.makers[0].code]


@pytest.mark.parametrize("spec", EVERY)
def test_a_template_says_what_to_fill_in(spec: AnySpec) -> None:
    book = load_workbook(BytesIO(template(spec)))
    layout = layout_of(spec)
    assert book.sheetnames == [*(one.name for one in layout.read), NOTES, LISTS]
    assert book[LISTS].sheet_state == "hidden"
    assert [book[LISTS].cell(1, at).value for at in (1, 2, 3)] == [spec.slug, layout.title, layout.mark]
    notes = {tuple(row[:2]) for row in book[NOTES].iter_rows(values_only=True)}
    for sheet in layout.read:
        page = book[sheet.name]
        assert [cell.value for cell in page[1]] == [one.header for one in sheet.given]
        assert page.freeze_panes is not None
        assert page.cell(2, 1).value == EXAMPLE
        assert {(sheet.name, one.label) for one in sheet.given} <= notes
        ruled = {str(area) for rule in page.data_validations.dataValidation for area in rule.sqref.ranges}
        for at, column in enumerate(sheet.given, 1):
            if column.field is not None and column.field.codec.__class__.__name__ == "ChoiceCodec":
                assert any(area.startswith(page.cell(2, at).coordinate) for area in ruled), column.label


@pytest.mark.parametrize("spec", FORMS)
def test_many_at_once_are_the_same_as_one_by_one(
    spec: FormSpec, session: Session, actors: Actors, example: Example
) -> None:
    actor = maker(actors, spec)
    raw = example(spec, 7001)
    session.rollback()
    written = []
    for create in (
        lambda: operations.create(session, actor, spec, raw).number,
        lambda: bulk_create(session, actor, spec, [values_from(session, actor, spec, raw)])[0],
    ):
        session.connection(execution_options={"writes": True})
        number = create()
        document = session.scalars(select(spec.model).where(spec.model.number == number)).one()
        session.refresh(document)
        assert document.digest == digest_of(session, spec, document)
        written.append(everything(session, spec, document))
        session.rollback()
        session.expire_all()
    assert written[0] == written[1]


def values_from(session: Session, actor: Any, spec: FormSpec, raw: Mapping[str, Any]) -> Any:
    """Raw values, read."""
    faults: list[Fault] = []
    values = read(spec, raw, DatabaseResolver(session, actor), faults)
    assert not faults
    return values


def everything(session: Session, spec: FormSpec, document: Any) -> dict[str, Any]:
    """All that is stored of a document, but keys and times."""
    found = {one.key: getattr(document, one.key) for one in inspect(spec.model).column_attrs}
    times = {name: found.pop(name) for name in ("created_at", "updated_at")}
    assert None not in times.values()
    key = found.pop("id")
    lines = {
        line.name: [
            {one.key: getattr(row, one.key) for one in inspect(line.model).column_attrs if one.key not in ("id", "parent_id")}
            for row in getattr(document, line.name)
        ]
        for line in spec.lines
    }
    links = session.execute(
        select(DocumentLink.source_id, DocumentLink.field).where(DocumentLink.result_id == key).order_by(DocumentLink.id)
    ).all()
    column = "rowid" if session.connection().dialect.name == "sqlite" else "document_id"
    index = session.execute(text(f"SELECT pairs FROM document_search WHERE {column} = :id"), {"id": key}).all()
    words = [str(one).split("=")[0] for one in index]  # PostgreSQL adds blocks of ids
    return {"fields": found, "lines": lines, "links": links, "index": words}


def test_many_at_once_ask_the_same_permission(session: Session, actors: Actors) -> None:
    with pytest.raises(Denied):
        bulk_create(session, actors["safe_keeper"], catalogue.form("product_proposal"), [])


def test_many_at_once_refuse_what_one_by_one_is_refused(session: Session, actors: Actors, example: Example) -> None:
    spec = catalogue.form("collection_file_register")
    actor = maker(actors, spec)
    good = values_from(session, actor, spec, example(spec, 1))
    bad = values_from(session, actor, spec, example(spec, 2) | {"period_from": "2026-02-01", "period_to": "2026-01-01"})
    before = count(session, spec)
    with pytest.raises(Invalid) as refused, transaction(session):
        bulk_create(session, actor, spec, [good, bad])
    assert refused.value.faults[0].path[0] == 1
    assert count(session, spec) == before


def count(session: Session, spec: FormSpec) -> int:
    """How many documents of a form there are."""
    return session.scalar(select(func.count()).select_from(Document).where(Document.form_code == spec.prefix)) or 0


@pytest.mark.parametrize("spec", FORMS)
def test_export_import_export_is_identical(
    spec: FormSpec, session: Session, actors: Actors, example: Example, tmp_path: Path
) -> None:
    """Own drafts go out and come back: nothing changes. The same rows under own keys become new drafts, the same again."""
    actor = maker(actors, spec)
    raw = [example(spec, 7101), example(spec, 7202)]
    with transaction(session):
        numbers = [operations.create(session, actor, spec, one).number for one in raw]
    try:
        before = exported(session, actor, spec, numbers, tmp_path / "a.xlsx")
        batch = bring(session, actor, spec, (tmp_path / "a.xlsx").read_bytes())
        assert not batch.faults, said(session, batch)
        assert (batch.total, batch.same, batch.new, batch.changed) == (2, 2, 0, 0)
        if any(one.unique for one in spec.fields):
            return
        batch = bring(session, actor, spec, content(rekeyed(tmp_path / "a.xlsx", spec)))
        assert not batch.faults, said(session, batch)
        assert batch.new == 2
        finish(session, actor, batch)
        new = [batch.first_number, batch.last_number]
        after = exported(session, actor, spec, new, tmp_path / "b.xlsx")
        assert unkeyed(after, spec) == unkeyed(before, spec)
        numbers += new
    finally:
        drop(session, actor, spec, numbers)


def exported(session: Session, actor: Any, spec: FormSpec, numbers: list[Any], target: Path) -> dict[str, list[list[Any]]]:
    """The list export of some documents, limited to them by their numbers."""
    session.expire_all()
    assert export(session, actor, spec, Selection({}, "", "mine", None, True), target) >= len(numbers)
    book = load_workbook(target)
    for page in book.worksheets[:-1]:
        for row in range(page.max_row, 1, -1):
            if page.cell(row, 1).value not in numbers:
                page.delete_rows(row)
    book.save(target)
    return values_of(target)


def rekeyed(source: Path, spec: FormSpec) -> Any:
    """The workbook with own keys instead of numbers."""
    book = load_workbook(source)
    keys: dict[Any, str] = {}
    for sheet in layout_of(spec).sheets:
        for row in range(2, book[sheet.name].max_row + 1):
            cell = book[sheet.name].cell(row, 1)
            if cell.value is not None:
                cell.value = keys.setdefault(cell.value, f"新{len(keys)}")
    return book


def unkeyed(values: dict[str, list[list[Any]]], spec: FormSpec) -> list[Any]:
    """What an import reads, without keys, in an order of its own (lists show the newest first)."""
    layout = layout_of(spec)
    return [
        sorted(str(row[1 : len(sheet.given)]) for row in values[sheet.name] if any(cell is not None for cell in row))
        for sheet in layout.read
    ]


def finish(session: Session, actor: Any, batch: ImportBatch) -> None:
    """Confirms a batch and writes it."""
    with transaction(session):
        deciding.confirm(session, actor, batch.id)
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    session.refresh(batch)
    assert batch.state is ImportState.IMPORTED, (batch.problem, said(session, batch))


def drop(session: Session, actor: Any, spec: FormSpec, numbers: list[Any]) -> None:
    """Removes what a test made."""
    from app.workflow.door import Shown

    session.rollback()
    session.expire_all()
    for number in filter(None, numbers):
        document = session.scalar(select(spec.model).where(spec.model.number == number))
        if document is not None and document.state.with_maker:
            with transaction(session):
                operations.delete(session, actor, spec, document.id, Shown(document.version, document.digest))


@pytest.fixture
def register_spec() -> RegisterSpec:
    """A register that tests may add to."""
    return catalogue.register("channels")


def a_channel(batch: str, number: int, **given: Any) -> dict[str, Any]:
    """Raw values of a channel."""
    return {
        "code": f"CS{batch}{number:03d}", "name": f"测试渠道{number}", "kind": "网站", "publisher": "云州市政府",
        "address": f"https://ceshi{number}.example", "content": "=1+1", "status": "启用", **given,
    }


def test_a_register_needs_a_second_person(
    register_spec: RegisterSpec, session: Session, actors: Actors
) -> None:
    spec, importer, second = register_spec, actors["collector"], actors["collection_head"]
    channel = partial(a_channel, uuid4().hex[:6])
    batch = bring(session, importer, spec, content(filled(spec, [channel(900), channel(901)])))
    assert not batch.faults, said(session, batch)
    with pytest.raises(Denied), transaction(session):
        deciding.confirm(session, importer, batch.id)
    with pytest.raises(Missing), transaction(session):
        deciding.confirm(session, actors["sysadmin"], batch.id)
    finish(session, second, batch)
    found = session.scalars(select(spec.model).where(spec.model.code.in_([channel(900)["code"], channel(901)["code"]]))).all()
    assert [one.content for one in found] == ["=1+1", "=1+1"]
    told = [one.source for one in history(session, spec, found[0].id)]
    assert told == [f"导入批次 {batch.id}：{batch.file_name}，{importer.name}导入，{second.name}确认"]
    again = bring(session, importer, spec, content(filled(spec, [channel(900)])))
    assert (again.same, again.new, again.faults) == (1, 0, 0)
    differing = bring(session, importer, spec, content(filled(spec, [channel(900, name="另一名称")])))
    assert (differing.changed, differing.faults) == (1, 0)  # the book is kept by import


def test_a_register_that_forms_keep_is_not_changed_by_import(session: Session, actors: Actors) -> None:
    spec, importer = catalogue.register("code_tables"), actors["sysadmin"]
    row = {"code": "currency", "name": "另一名称", "standard": "GB/T 12406", "edition": "2022"}
    differing = bring(session, importer, spec, content(filled(spec, [row])))
    assert differing.faults == 1
    assert "已有这条记录" in said(session, differing)


def outlet(head: str) -> dict[str, Any]:
    """An outlet below the branch with the same head."""
    return {
        "code": f"{head}-2", "name": "测试网点", "kind": "网点", "parent": f"{head}-1 测试分公司",
        "valid_from": "2026-01-01", "status": "启用",
    }


def test_rows_of_a_register_may_refer_to_rows_above(session: Session, actors: Actors) -> None:
    spec = catalogue.register("organisations")
    head = f"CS{uuid4().hex[:6]}"
    rows = [
        {"code": f"{head}-1", "name": "测试分公司", "kind": "分支机构", "valid_from": "2026-01-01", "status": "启用"},
        outlet(head),
    ]
    batch = bring(session, actors["sysadmin"], spec, content(filled(spec, rows)))
    assert (batch.faults, batch.new) == (0, 2), said(session, batch)
    finish(session, actors["supervisor_admin"], batch)
    child = session.scalars(select(spec.model).where(spec.model.code == f"{head}-2")).one()
    assert child.parent.code == f"{head}-1"
    batch = bring(session, actors["sysadmin"], spec, content(filled(spec, [rows[1] | {"code": "CS-4", "parent": "CS-9"}])))
    assert "CS-9" in said(session, batch)


def test_people_without_the_right_bring_nothing(session: Session, actors: Actors, register_spec: RegisterSpec) -> None:
    for actor, spec in ((actors["safe_keeper"], catalogue.form("product_proposal")), (actors["data_manager"], register_spec)):
        with pytest.raises(Denied):
            bring(session, actor, spec, content(filled(spec, [])))


def test_another_persons_import_is_not_there(
    session: Session, actors: Actors, client_for: Callable[[str], FlaskClient], example: Example
) -> None:
    spec = catalogue.form("product_proposal")
    batch = bring(session, actors["product_dev"], spec, content(filled(spec, [example(spec, 3)])))
    other = client_for("collector")
    for path in ("", "/progress", "/faults.xlsx"):
        assert other.get(f"/imports/{batch.id}{path}").status_code == 404
    assert other.post(f"/imports/{batch.id}/confirm").status_code == 404
    assert other.post(f"/imports/{batch.id}/cancel").status_code == 404


def test_a_document_of_somebody_else_or_under_way_is_not_changed(
    session: Session, actors: Actors, example: Example
) -> None:
    spec = catalogue.form("product_proposal")
    actor = actors["product_dev"]
    with transaction(session):
        document = operations.create(session, actor, spec, example(spec, 4))
    number = document.number
    raw = example(spec, 5)
    stranger = bring(session, actors["product_dev/2"], spec, content(filled(spec, [raw], [number])))
    assert "不是您制作的" in said(session, stranger)
    own = bring(session, actor, spec, content(filled(spec, [raw], [number])))
    assert (own.faults, own.changed) == (0, 1), said(session, own)
    finish(session, actor, own)
    session.expire_all()
    changed = session.scalars(select(spec.model).where(spec.model.number == number)).one()
    assert changed.product_name == raw["product_name"]
    assert changed.digest == digest_of(session, spec, changed)
    drop(session, actor, spec, [number])


def test_faulty_rows_come_out_and_go_in_again(session: Session, actors: Actors, example: Example) -> None:
    spec = catalogue.form("collection_file_register")
    actor = maker(actors, spec)
    good, bad = example(spec, 11), example(spec, 12)
    bad["files"][0]["records"] = "12O"
    batch = bring(session, actor, spec, content(filled(spec, [good, bad])))
    assert (batch.total, batch.faulty) == (2, 1)
    fault = faults_of(session, batch)[0]
    assert (fault.sheet, fault.label, fault.value) == ("文件明细", "记录数", "12O")
    assert "O" in fault.reason
    from app.excel.faulty import faulty_rows

    book = load_workbook(BytesIO(faulty_rows(session, batch, jobs.folder() / batch.stored)))
    page = book["文件明细"]
    assert [page.cell(row, 1).value for row in range(2, page.max_row + 1)] == ["2"] * len(bad["files"])
    column = next(cell.column for cell in page[1] if cell.value.startswith("记录数"))
    assert "记录数" in page.cell(2, page.max_column).value
    page.cell(2, column).value = 120
    again = bring(session, actor, spec, content(book))
    assert (again.total, again.faults) == (1, 0), said(session, again)


def test_nothing_is_written_before_all_is_right(session: Session, actors: Actors, example: Example) -> None:
    """All or nothing: one faulty row of three keeps the others out too (security 12)."""
    spec = catalogue.form("collection_file_register")
    actor = maker(actors, spec)
    before = count(session, spec)
    rows = [example(spec, 21), example(spec, 22) | {"period_from": "2026-02-31"}, example(spec, 23)]
    batch = bring(session, actor, spec, content(filled(spec, rows)))
    assert "日期不存在" in said(session, batch)
    with pytest.raises(Denied), transaction(session):
        deciding.confirm(session, actor, batch.id)
    assert count(session, spec) == before


def test_what_became_wrong_after_the_dry_run_is_found(session: Session, actors: Actors, example: Example) -> None:
    spec = catalogue.form("media_safe_record")
    actor = maker(actors, spec)
    raw = example(spec, 31) | {"medium_no": "CF-31"}
    batch = bring(session, actor, spec, content(filled(spec, [raw])))
    assert not batch.faults, said(session, batch)
    with transaction(session):
        number = operations.create(session, actor, spec, raw).number
    with transaction(session):
        deciding.confirm(session, actor, batch.id)
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    assert batch.state is ImportState.CHECKED
    assert f"已用于 {number}" in said(session, batch)
    drop(session, actor, spec, [number])


def test_a_killed_run_is_taken_up_once_more_and_writes_once(
    session: Session, actors: Actors, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker killed in the middle leaves nothing behind; the run is resumed, and no row stands twice (security 19)."""
    spec = catalogue.form("product_proposal")
    actor = maker(actors, spec)
    before = count(session, spec)
    batch = bring(session, actor, spec, content(filled(spec, [example(spec, 41), example(spec, 42)])))
    with transaction(session):
        deciding.confirm(session, actor, batch.id)
    real = running.count

    def killed(*_rest: Any) -> None:
        raise SystemExit  # after the rows, before the commit

    monkeypatch.setattr(running, "count", killed)
    with pytest.raises(SystemExit):
        running.run_import(session, jobs.folder(), batch.id)
    session.rollback()
    monkeypatch.setattr(running, "count", real)
    session.expire_all()
    assert (batch.state, count(session, spec)) == (ImportState.IMPORTING, before)
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    assert batch.state is ImportState.IMPORTING, "a live run is left alone"
    assert (batch.id, ImportState.IMPORTING) in jobs.silent(session, jobs.folder(), AT_ONCE)
    monkeypatch.setattr(running, "SILENT", AT_ONCE)
    running.run_import(session, jobs.folder(), batch.id)
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    assert (batch.state, count(session, spec)) == (ImportState.IMPORTED, before + 2)
    assert beats.pulse(jobs.folder() / batch.stored) is None
    drop(session, actor, spec, [batch.first_number, batch.last_number])


def test_a_run_that_dies_twice_has_failed(
    session: Session, actors: Actors, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = catalogue.form("product_proposal")
    batch = bring(session, maker(actors, spec), spec, content(filled(spec, [example(spec, 43)])))
    with transaction(session):
        deciding.confirm(session, maker(actors, spec), batch.id)
        batch.attempts = 2
    monkeypatch.setattr(running, "SILENT", AT_ONCE)
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    assert batch.state is ImportState.FAILED
    assert batch.problem


def test_a_role_taken_away_stops_a_queued_import(
    session: Session, actors: Actors, example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Losing the role ends the queued job (security 10)."""
    spec = catalogue.form("product_proposal")
    batch = bring(session, maker(actors, spec), spec, content(filled(spec, [example(spec, 44)])))
    with transaction(session):
        deciding.confirm(session, maker(actors, spec), batch.id)
    monkeypatch.setattr(running, "load_actor", lambda session, user, origin: actors["safe_keeper"])
    running.run_import(session, jobs.folder(), batch.id)
    session.expire_all()
    assert batch.state is ImportState.FAILED


@pytest.mark.parametrize("first", ["=1+1", "+86", "-x", "@SUM(A1)", '=HYPERLINK("http://x","y")', "_x0041_", "'a", "<b>&\"", "a\nb"])
def test_text_that_looks_like_a_formula_stays_text(
    first: str, session: Session, actors: Actors, example: Example, tmp_path: Path
) -> None:
    """Text, with quote prefix, and unchanged when it comes back (security 14)."""
    spec = catalogue.form("product_proposal")
    actor = maker(actors, spec)
    with transaction(session):
        number = operations.create(session, actor, spec, example(spec, 51) | {"demand": first}).number
    target = tmp_path / "a.xlsx"
    export(session, actor, spec, Selection({"number": number}), target)
    page = load_workbook(target).worksheets[0]
    column = next(cell.column for cell in page[1] if cell.value == f"{spec.field('demand').label}*")
    cell = page.cell(2, column)
    written = first.replace("_x0041_", "_x005F_x0041_")  # Excel's own way to write what looks like an escape
    assert (cell.value, cell.data_type, cell.quotePrefix) == (written, "s", True)
    batch = bring(session, actor, spec, target.read_bytes())
    assert (batch.same, batch.faults) == (1, 0), said(session, batch)
    drop(session, actor, spec, [number])


@pytest.mark.parametrize("spec", FORMS)
def test_one_document_as_its_paper(
    spec: FormSpec, session: Session, actors: Actors, example: Example, client_for: Callable[[str], FlaskClient]
) -> None:
    from app.excel.document import document_book

    actor = maker(actors, spec)
    with transaction(session):
        document = operations.create(session, actor, spec, example(spec, 61))
    number, file = document_book(session, actor, spec, document.id)
    page = load_workbook(BytesIO(file)).worksheets[0]
    words = " ".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)
    assert number in words
    assert str(spec.title) in words
    for line in spec.lines:
        assert str(line.label) in words
    assert str(page.page_setup.paperSize) == page.PAPERSIZE_A4
    assert page.merged_cells.ranges
    drop(session, actor, spec, [number])


def test_the_pages_lead_from_file_to_result(
    session: Session, actors: Actors, client_for: Callable[[str], FlaskClient], example: Example
) -> None:
    spec = catalogue.form("product_proposal")
    client = client_for("product_dev")
    assert client.get(f"/forms/{spec.slug}/template.xlsx").mimetype.endswith("sheet")
    assert "试导入" in client.get(f"/forms/{spec.slug}/import").get_data(as_text=True)
    answer = upload(client, f"/forms/{spec.slug}/import", content(filled(spec, [example(spec, 71)])), "产品立项.xlsx")
    assert answer.status_code == 302
    page = client.get(answer.location).get_data(as_text=True)
    assert "1 行都可以导入" in page
    assert "产品立项.xlsx" in page
    done = client.post(f"{answer.location}/confirm", follow_redirects=True).get_data(as_text=True)
    assert "新增 1 份草稿" in done
    again = client.post(f"{answer.location}/confirm", follow_redirects=True)
    assert again.status_code == 200
    assert "产品立项.xlsx" in client.get("/imports/").get_data(as_text=True)
    listed = client.get(f"/forms/{spec.slug}/export.xlsx?view=mine")
    assert listed.status_code == 200
    assert load_workbook(BytesIO(listed.data)).worksheets[0].max_row > 1
    listed.close()
    session.rollback()
    batch = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    drop(session, actors["product_dev"], spec, [batch.first_number])


def test_a_faulty_file_is_shown_with_its_surroundings(
    client_for: Callable[[str], FlaskClient], example: Example
) -> None:
    spec = catalogue.form("product_proposal")
    client = client_for("product_dev")
    rows = [example(spec, number) for number in range(80, 83)]
    rows[1]["start_on"] = "2026/13/02"
    answer = upload(client, f"/forms/{spec.slug}/import", content(filled(spec, rows)))
    page = client.get(answer.location).get_data(as_text=True)
    assert "2026/13/02" in page
    assert 'class="bad"' in page
    assert "3 行中 2 行可以导入，1 行有错误" in page
    assert client.get(f"{answer.location}/faults.xlsx").mimetype.endswith("sheet")
    cancelled = client.post(f"{answer.location}/cancel", follow_redirects=True).get_data(as_text=True)
    assert "已取消" in cancelled


@pytest.mark.parametrize("spec", EVERY)
def test_workbooks_ask_for_the_right(spec: AnySpec, client_for: Callable[[str], FlaskClient]) -> None:
    kind = "forms" if isinstance(spec, FormSpec) else "registers"
    client = client_for("member_operator")
    answer = client.get(f"/{kind}/{spec.slug}/export.xlsx")
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("spec", REGISTERS)
def test_registers_go_out_and_come_back_unchanged(
    spec: RegisterSpec, session: Session, actors: Actors, tmp_path: Path
) -> None:
    actor = actors["sysadmin"]
    reader = actor if actor.may(EXPORT, spec.resource) else actors[spec.readers[0].code]
    target = tmp_path / "a.xlsx"
    rows = export(session, reader, spec, Selection({}, "", "all", spec.key, False), target)
    importer = actors[spec.imports[0].code] if spec.imports else actor
    batch = bring(session, importer, spec, target.read_bytes())
    inactive = {"没有可选的", "代码表中没有"}
    other = [one for one in faults_of(session, batch) if not any(word in one.reason for word in inactive)]
    assert not other, said(session, batch)
    assert batch.same + batch.faulty == rows
