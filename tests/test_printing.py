"""Prints: every form as a PDF that holds what its document says, with fonts, copies, page numbers and opinion boxes."""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import Context
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, DictLoader
from pypdf import PdfReader
from sqlalchemy.orm import Session
from xhtml2pdf.config.resources import ResourceAccessError

from app.database import transaction
from app.demo import walk
from app.demo.documents import prepare
from app.documents.opinions import Box
from app.documents.paper import Cell, Column, Foot, Group, Paper, Table, Tick, paper_of
from app.engine.catalogue import Catalogue
from app.engine.codecs import BoolCodec, ChoiceCodec, ChoiceSetCodec, CodeTableCodec
from app.engine.positions import Position
from app.engine.spec import FormSpec
from app.printing import documents, sheet
from app.printing.breaking import broken
from app.printing.cells import even
from app.printing.documents import NoSuchCopy, TooMuch, copies, page_for, print_document, print_documents, render
from app.printing.fonts import MISSING, width
from app.printing.layout import ACROSS, UPRIGHT
from app.printing.legible import legible
from app.workflow.cases import case_of
from app.workflow.door import Shown, act
from app.workflow.options import Action
from bench.harness import counted

Make = Callable[..., Any]
Login = Callable[[str], FlaskClient]


def declared() -> Catalogue:
    """The catalogue, compiled when tests are collected."""
    from app import models
    from app.engine.catalogue import catalogue

    models.load(("app.areas",))
    return catalogue


FORMS = [spec.slug for spec in declared().forms]
SAFE = "media_safe_record"


def pages(content: bytes) -> list[str]:
    """The text of a PDF's pages without blanks, which lines are broken at."""
    return [squeezed(page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def squeezed(text: object) -> str:
    return re.sub(r"\s+", "", str(text))


def fonts_of(content: bytes) -> list[Any]:
    """The descriptors of all fonts that the pages name."""
    found = []
    for page in PdfReader(BytesIO(content)).pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            found.append(inner.get("/FontDescriptor"))
    return found


@pytest.fixture
def people(actors: Mapping[str, Any]) -> list[Any]:
    return [
        actors[f"{one.code}{half}"] for one in Position for half in (("",) if one.external else ("", "/2"))
    ]


@pytest.fixture
def draft(session: Session, people: Sequence[Any], actors: Mapping[str, Any], example: Make) -> Make:
    """Makes a draft of a form by its first maker; named values in place of the example's."""
    made = iter(range(5000, 6000))

    def make(slug: str, lines: int = 2, **given: Any) -> tuple[FormSpec, Any]:
        spec = declared().form(slug)
        prepare(session, spec, people)
        maker = actors[spec.makers[0].code]
        with transaction(session):
            raw = {**example(spec, next(made), lines=lines), **given}
            return spec, walk.draft(session, maker, spec, raw)

    return make


@pytest.mark.parametrize("slug", FORMS)
def test_every_form_prints_what_its_document_says(slug: str, session: Session, draft: Make) -> None:
    spec, document = draft(slug)
    content = print_document(session, spec, document)
    shown = pages(content)
    assert squeezed(spec.title) in shown[0]
    says_its_fields("".join(shown), spec, document)
    for step in case_of(session, spec, document).steps:
        assert squeezed(step.label) in "".join(shown)
    has_pages_for_every_copy(shown, spec, document)
    assert all(descriptor is not None and "/FontFile2" in descriptor for descriptor in fonts_of(content))


def says_its_fields(text: str, spec: FormSpec, document: Any) -> None:
    """Labels and values, the chosen ones of choices ticked, those of every line."""
    for one in spec.fields:
        assert squeezed(one.label) in text or one.name.endswith(("_from", "_to")), one.label
        value = one.show(document)
        if isinstance(one.codec, ChoiceCodec | ChoiceSetCodec | BoolCodec):
            for title in filter(None, value.split("、")):
                assert f"☑{squeezed(title)}" in text or squeezed(title) in text, one.label
        elif not isinstance(one.codec, CodeTableCodec):
            assert squeezed(value) in text, one.label
    for line in spec.lines:
        assert squeezed(line.label) in text
        for row in getattr(document, line.name):
            for one in line.fields:
                value = squeezed(one.show(row))
                assert value in text or f"{value[:8]}…{value[-4:]}" in text, one.label


def has_pages_for_every_copy(shown: Sequence[str], spec: FormSpec, document: Any) -> None:
    """The same pages for each copy, numbered and marked; each says which document it is of, and that it is a draft."""
    marks = copies(spec)
    each, rest = divmod(len(shown), len(marks))
    assert rest == 0
    for number, page in enumerate(shown):
        assert f"第{number % each + 1}页，共{each}页" in page
        assert squeezed(marks[number // each]) in page
        assert "草稿" in page
        assert document.digest[:8] in page
        assert document.number in page


@pytest.mark.article("112.5")
def test_a_form_with_copies_prints_all_or_the_one_asked_for(session: Session, draft: Make) -> None:
    spec, document = draft("dispute_application")
    every = pages(print_document(session, spec, document))
    second = pages(print_document(session, spec, document, copy=2))
    assert len(every) == 3 * len(second)
    assert all("复核联（第二联）" in page for page in second)
    with pytest.raises(NoSuchCopy):
        print_document(session, spec, document, copy=4)


def test_marks_of_copies_are_numbered_unless_they_say_it_themselves() -> None:
    assert copies(declared().form("brief_report_application")) == ("第一联 公司联", "第二联 客户联（回执）")
    assert copies(declared().form("dispute_receipt"))[2] == "客户联（第三联）"
    assert copies(declared().form("error_file_return_notice"))[0] == "原件"
    assert copies(declared().form(SAFE)) == ("",)


def test_signatures_stand_in_their_boxes_and_the_trail_keeps_returns(
    session: Session, draft: Make, people: Sequence[Any]
) -> None:
    spec, document = draft(SAFE)

    def decide(action: Action, **more: Any) -> Any:
        case = case_of(session, spec, document)
        actor = walk.signer(case, people)
        with transaction(session):
            act(session, actor, spec, document.id, action, Shown(document.version, document.digest), **more)
        return actor

    maker = next(one for one in people if one.user_id == document.maker_id)
    with transaction(session):
        walk.submit(session, maker, spec, document)
    assert "草稿" not in pages(print_document(session, spec, document))[0]
    witness = decide(Action.APPROVE, opinion="在场监督，封签完好。", filled={})
    keeper = decide(Action.RETURN, opinion="柜满，请另选保险柜。", back_to="witness")
    text = pages(print_document(session, spec, document))[0]
    assert "签字（已失效）" in text
    assert "退回至“监督人签字”" in text
    assert "柜满，请另选保险柜。" in text
    assert text.count("签字：") == 2, "neither signature stands, both boxes are to sign by hand"
    decide(Action.APPROVE, opinion="再次确认。", filled={})
    decide(Action.RETURN, opinion="介质编号有误。", back_to="maker")
    assert "已退回" in pages(print_document(session, spec, document))[0]
    with transaction(session):
        walk.submit(session, maker, spec, document)
    walk.to_the_end(session, spec, document, people)
    text = pages(print_document(session, spec, document))[0]
    assert "已退回" not in text
    assert "签字：" not in text
    for person in (maker, witness, keeper):
        assert person.name in text
    assert f"{document.finished_at:%Y-%m-%d%H:%M}" in text


def test_long_text_is_printed_whole(session: Session, draft: Make) -> None:
    sentences = [f"第{number}句，共很多句。" for number in range(180)]
    spec, document = draft(SAFE, content="".join(sentences)[:2000], remarks="\n".join(f"第{n}行备注" for n in range(200)))
    text = "".join(pages(print_document(session, spec, document)))
    assert all(one in text for one in sentences[:170])
    assert all(f"第{number}行备注" in text for number in range(200))


def test_lines_go_on_over_pages_under_repeated_heads(session: Session, draft: Make) -> None:
    spec, document = draft("collection_file_register", lines=300)
    shown = pages(print_document(session, spec, document))
    heads = "".join(squeezed(one.label) for one in spec.line("files").fields)
    assert len(shown) > 5
    assert all(heads in page for page in shown)
    assert sum(page.count("文件明细") for page in shown) == 1
    names = [one.name for one in document.files]
    assert [name for page in shown for name in re.findall(r"\d{8}_\d+\.csv", page)] == [
        found[0] for name in names if (found := re.search(r"\d{8}_\d+\.csv", name))
    ]
    total = sum(one.records for one in document.files)
    assert f"{total:,}" in shown[-1]


def test_long_text_in_a_line_goes_on_too() -> None:
    text = "".join(f"第{number}处，" for number in range(700))
    content = render([paper(tables=(table([("甲", text), ("乙", "短")]),))], ("",), None)
    shown = pages(content)
    assert len(shown) > 1
    assert all(f"第{number}处，" in "".join(shown) for number in range(700))


@pytest.mark.parametrize(
    "text",
    [
        "<b>&amp;粗</b>&",
        "<img src=file:///etc/passwd>",
        '<img src="http://127.0.0.1:9/x.png"/><pdf:nextpage/>',
        "</td></table><style>td{color:red}</style>",
        "{{ 7*7 }}{% raise %}",
        "]]><!--",
    ],
)
def test_text_is_text(text: str, session: Session, draft: Make) -> None:
    """security 16: what people typed is printed as they typed it, whatever it means elsewhere."""
    spec, document = draft(SAFE, content=text, remarks=text)
    shown = pages(print_document(session, spec, document))
    assert len(shown) == 1
    assert shown[0].count(squeezed(text)) == 2
    assert "root:" not in shown[0]


def test_templates_read_no_file_and_no_address() -> None:
    """security 16: neither a path nor an address is open to what is printed."""
    for path in ("/etc/passwd", "/work/main/config.py", str(sheet.TEMPLATES / "general.html")):
        with pytest.raises(ResourceAccessError):
            sheet.POLICY.check_path(path)
    for address in ("http://127.0.0.1/", "https://example.com/x.png", "ftp://example.com/x"):
        with pytest.raises(ResourceAccessError):
            sheet.POLICY.check_url(address)


def test_characters_without_a_glyph_are_marked(session: Session, draft: Make) -> None:
    spec, document = draft(SAFE, content="吉𠮷野家😀完\u200b了\ufe0f")
    assert f"吉{MISSING}野家{MISSING}完了" in pages(print_document(session, spec, document))[0]


def test_too_much_is_refused_in_time(session: Session, draft: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 16: too many lines are refused before they are read, and a print that takes too long is given up."""
    spec, document = draft("collection_file_register", lines=3)
    monkeypatch.setattr(documents, "MOST_LINES", 2)
    with pytest.raises(TooMuch) as refused:
        print_document(session, spec, document)
    assert "明细共 3 行，一次最多打印 2 行" in str(refused.value.message)
    monkeypatch.setattr(documents, "MOST_LINES", 5_000)
    monkeypatch.setattr(documents, "POLICY", dataclasses.replace(sheet.POLICY, max_render_seconds=0.0))
    with pytest.raises(TooMuch):
        print_document(session, spec, document)


def test_several_documents_make_one_print(session: Session, draft: Make) -> None:
    (spec, first), (_spec, second) = draft("public_collection_list"), draft("public_collection_list")
    shown = pages(print_documents(session, spec, [first, second]))
    assert [first.number in page for page in shown] == [True, False]
    assert [second.number in page for page in shown] == [False, True]
    assert all("第1页，共1页" in page for page in shown)
    with pytest.raises(TooMuch):
        print_documents(session, spec, [first] * 51)


def test_a_form_may_name_a_layout_of_its_own(
    session: Session, draft: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = sheet.environment()
    own = '{% extends "general.html" %}{% block remarks %}<p>此联由保险柜管理员留存</p>{% endblock %}'
    monkeypatch.setattr(environment, "loader", ChoiceLoader([DictLoader({"own.html": own}), environment.loader]))
    spec, document = draft(SAFE)
    text = pages(print_document(session, dataclasses.replace(spec, print_layout="own.html"), document))[0]
    assert "此联由保险柜管理员留存" in text
    assert "备注" not in text
    assert "介质编号" in text


def test_sensitive_values_are_masked_for_who_may_not_see_them(session: Session, draft: Make) -> None:
    spec, document = draft("brief_report_application")
    number = next(one.show(document) for one in spec.fields if one.sensitive and one.read(document))
    assert number in pages(print_document(session, spec, document))[0]
    masked = pages(print_document(session, spec, document, plain=False))[0]
    assert number not in masked
    assert number[-4:] in masked


def test_the_paper_costs_no_query_a_line(session: Session, draft: Make) -> None:
    spec, few = draft("collection_file_register", lines=2)
    _spec, many = draft("collection_file_register", lines=60)
    counts = []
    for document in (few, many):
        key = document.id
        session.expire_all()
        loaded = session.get(spec.model, key)
        with counted(session.get_bind()) as sent:  # type: ignore[arg-type]
            paper_of(session, spec, loaded, case_of(session, spec, loaded))
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 14


def apart(client_for: Login) -> Callable[[str, str], Any]:
    """Requests by a person, outside the test's application context, which would keep the first one signed in."""

    def get(person: str, address: str) -> Any:
        client = Context().run(client_for, person)
        return Context().run(client.get, address)

    return get


def test_prints_by_address(app: Any, session: Session, draft: Make, client_for: Login) -> None:
    """security 7, 15: a print is the reader's; for anybody else there is no such document."""
    spec, document = draft(SAFE)
    address = f"/forms/{SAFE}/{document.id}/print.pdf"
    get, own = apart(client_for), spec.makers[0].code
    answer = get(own, address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert f"filename*=UTF-8''%E4%BB%8B%E8%B4%A8%E5%AD%98%E6%94%BE%E8%AE%B0%E5%BD%95_{document.number}.pdf" in (
        answer.headers["Content-Disposition"]
    )
    assert document.number in pages(answer.data)[0]
    assert get(own, f"{address}?copy=1").status_code == 200
    for wrong in ("?copy=2", "?copy=0", "?copy=x", "?copy=-1"):
        assert get(own, f"{address}{wrong}").status_code == 404
    assert get(own, f"/forms/{SAFE}/999999/print.pdf").status_code == 404
    assert get(own, f"/forms/none/{document.id}/print.pdf").status_code == 404
    other_form = f"/forms/collection_file_register/{document.id}/print.pdf"
    assert get(own, other_form).status_code == 404
    assert get("data_manager/2", address).status_code == 404, "a draft is its maker's own"
    assert get("cashier", address).status_code == 404, "no right to read the form"
    assert Context().run(app.test_client().get, address).status_code == 302


def test_several_by_address(session: Session, draft: Make, client_for: Login) -> None:
    (spec, first), (_spec, second) = draft("public_collection_list"), draft("public_collection_list")
    get, own = apart(client_for), spec.makers[0].code
    address = f"/forms/{spec.slug}/print.pdf"
    answer = get(own, f"{address}?id={second.id}&id={first.id}&id={second.id}")
    assert [page.count(first.number) > 0 for page in pages(answer.data)] == [False, True]
    assert get(own, address).status_code == 400
    assert get(own, f"{address}?id=x").status_code == 400
    assert get(own, f"{address}?id={first.id}&id=999999").status_code == 404
    many = get(own, f"{address}?" + "&".join(f"id={number}" for number in range(1, 60)))
    assert many.status_code == 413
    assert "一次最多打印 50 份单据" in many.get_data(as_text=True)


def paper(**parts: Any) -> Paper:
    """A paper by hand."""
    foot = Foot("公司", "部门", "制表人", date(2026, 11, 23), "0" * 64)
    blank = Paper("附件 1", "表", "FJ01-2026-000001", (), (), (), Cell("备注", full=True), (), foot, None)
    return dataclasses.replace(blank, **parts)


def table(rows: Sequence[tuple[str, ...]], columns: int = 2) -> Table:
    labels = tuple(Column(f"列{number}", False, 10) for number in range(columns))
    return Table("lines", "明细", labels, tuple(rows))


def test_forms_that_are_mostly_wide_lines_are_printed_across() -> None:
    few = (Group("一", tuple((Cell(f"项{number}"),) for number in range(5))),)
    many = (Group("一", tuple((Cell(f"项{number}"),) for number in range(30))),)
    wide = (table([], 11),)
    assert page_for(paper(groups=few, tables=wide)) is ACROSS
    assert page_for(paper(groups=many, tables=wide)) is UPRIGHT
    assert page_for(paper(groups=few, tables=(table([], 8),))) is UPRIGHT


def test_an_empty_table_says_so_and_a_range_of_ticks_wraps() -> None:
    ticks = tuple(Tick(f"选项{number}", number == 7) for number in range(30))
    groups = (Group("一", ((Cell("选择", ticks=ticks, full=True),),)),)
    text = pages(render([paper(groups=groups, tables=(table([]),))], ("",), None))[0]
    assert "以下空白" in text
    assert "☑选项7☐选项8" in text
    assert text.count("☐") == 29


def test_a_long_opinion_gets_a_box_of_its_own_and_is_whole() -> None:
    opinion = "".join(f"意见{number}。" for number in range(300))
    boxes = (Box("审核", "主管", "甲", "主管", opinion), Box("批准", "经理"))
    text = "".join(pages(render([paper(boxes=boxes)], ("",), None)))
    assert all(f"意见{number}。" in text for number in range(300))


@pytest.mark.parametrize(("count", "rows"), [(0, []), (1, [1]), (4, [4]), (5, [3, 2]), (7, [4, 3]), (10, [4, 3, 3])])
def test_opinion_boxes_stand_in_even_rows(count: int, rows: list[int]) -> None:
    assert [len(row) for row in even([Box(str(number), "") for number in range(count)])] == rows


CHARACTERS = st.text(st.sampled_from("数据采集，。（）“”、；ABCabc012-_./ 　\n〓"), max_size=200)


@given(CHARACTERS, st.floats(30, 400))
def test_broken_text_loses_nothing_and_fits(text: str, room: float) -> None:
    lines = broken(text, room, 9)
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(width(line, 9) <= room + 0.01 for line in lines)


@given(CHARACTERS)
def test_no_line_begins_with_a_closing_mark(text: str) -> None:
    lines = broken(text.replace("\n", ""), 200, 9)
    assert not any(line[:1] in "，。、；）”" and len(line) > 1 for line in lines[1:] if not re.search("[，。、；）”]{9}", text))


@given(st.text(max_size=50))
def test_legible_text_has_glyphs_only_and_stays_as_long(text: str) -> None:
    shown = legible(text)
    assert legible(shown) == shown
    assert len(shown) <= len(text)
    assert "\ud83d" not in shown
