"""English by switch: every text of the product has its English, and no Chinese is left on an English page but data."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import String, select
from sqlalchemy.orm import Session

from app.areas.organisation.operations import full_name
from app.database import db, transaction
from app.demo.documents import prepare
from app.documents import operations
from app.engine.catalogue import catalogue
from app.engine.positions import Position
from app.excel.layout import layout_of
from app.security.models import User
from app.workflow.door import Shown, act
from app.workflow.options import Action
from config import ROOT

Clients = Callable[[str], FlaskClient]
Actors = Mapping[str, Any]

ENGLISH = ROOT / "babel" / "en" / "LC_MESSAGES"
CHINESE = re.compile("[\u3400-\u9fff][\u3400-\u9fff\u3000-\u303f\uff00-\uffef\\w]*")
CHINESE_MARK = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
FORMS = ["FJ01", "FJ02", "FJ08", "FJ13", "FJ17", "FJ19", "FJ26", "FJ28"]
"""One form of each area, and the most used ones."""


@pytest.fixture(scope="module")
def messages() -> dict[str, set[str]]:
    """Every message id of the tree with the files it stands in."""
    with (ROOT / "babel" / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = {**DEFAULT_KEYWORDS, **parse_keywords(["lazy_gettext"])}
    found: dict[str, set[str]] = {}
    for name, _line, ids, _comments, _context in extract_from_dir(str(ROOT), methods, options, keywords):
        for one in (ids,) if isinstance(ids, str) else ids:
            found.setdefault(str(one), set()).add(name)
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The English catalogue as translators keep it."""
    return read_po(io.BytesIO((ENGLISH / "messages.po").read_bytes()), locale="en", abort_invalid=True)


def test_every_chinese_text_has_its_english(messages: dict[str, set[str]], english: Catalog) -> None:
    chinese = {one: files for one, files in messages.items() if CHINESE_MARK.search(one)}
    assert len(chinese) > 2000
    lacking = {one: files for one, files in chinese.items() if one not in english or not english[one].string}
    assert lacking == {}
    assert [one for one in chinese if english[one].fuzzy] == []


def test_no_translation_is_left_over(messages: dict[str, set[str]], english: Catalog) -> None:
    assert [one.id for one in english if one.id and one.id not in messages] == []
    assert list(english.obsolete) == []


def test_translations_keep_the_placeholders(english: Catalog) -> None:
    differing = [
        one.id for one in english
        if one.id and one.string and sorted(PLACEHOLDER.findall(one.id)) != sorted(PLACEHOLDER.findall(one.string))
    ]
    assert differing == []


def test_translations_keep_the_blanks_that_other_texts_join_on(english: Catalog) -> None:
    assert [one.id for one in english if one.id and one.id[-1] == " " != one.string[-1:]] == []


def test_compiled_catalogue_is_up_to_date(english: Catalog) -> None:
    fresh = io.BytesIO()
    write_mo(fresh, english)
    fresh.seek(0)
    compiled = io.BytesIO(Path(ENGLISH / "messages.mo").read_bytes())
    assert texts(read_mo(compiled)) == texts(read_mo(fresh))


def texts(one: Catalog) -> dict[str, str]:
    """Message ids and their translations, without the header."""
    return {message.id: message.string for message in one if message.id}


# ---------- pages ----------


@pytest.fixture
def data(session: Session) -> list[str]:
    """What stands in the database in Chinese, longest first: names, codes' titles, free text."""
    columns = [
        column for table in db.metadata.sorted_tables for column in table.columns
        if isinstance(column.type, String) and (not table.name.startswith("ab_") or table.name == "ab_user")
    ]
    found = {value for column in columns for value in session.scalars(select(column).distinct()) if isinstance(value, str)}
    found |= {full_name(one) for one in session.scalars(select(User))}  # pages join what is kept as surname and given name
    lines = {line.strip() for value in found for line in value.splitlines()}
    return sorted((one for one in found | lines if len(one) > 1 and CHINESE.search(one)), key=len, reverse=True)


@pytest.fixture
def in_english(client_for: Clients) -> Iterator[Callable[[str], FlaskClient]]:
    """Logged-in clients that have switched to English."""

    def login(key: str) -> FlaskClient:
        for name in list(g) if has_app_context() else ():  # a test's own context would hand on the person of the last request
            g.pop(name)
        client = client_for(key)
        assert client.post("/language/", data={"language": "en"}).status_code == 302
        return client

    return login


def left_in_chinese(page: Any, data: list[str], status: int = 200) -> list[str]:
    """The Chinese words of a page that are not data, in its text or in what screen readers and scripts get from it."""
    html = page.get_data(as_text=True)
    assert page.status_code == status, html[:500]
    html = re.sub(r"<(script|style|svg)\b.*?</\1>|<button[^>]*lang=\"zh-CN\".*?</button>|<!--.*?-->", " ", html, flags=re.DOTALL)
    spoken = re.findall(r"(?:aria-label|placeholder|title|data-[\w-]+)=\"([^\"]*)\"", html)
    words = unescape("\n".join([re.sub(r"<[^>]+>", "\n", html), *spoken]))
    for value in data:
        if value in words:
            words = words.replace(value, " ")
    return CHINESE.findall(words)


@pytest.mark.parametrize("code", FORMS)
def test_list_and_sheet_are_english(code: str, in_english: Clients, data: list[str]) -> None:
    spec = catalogue.form(code)
    client = in_english(spec.makers[0].code)
    assert left_in_chinese(client.get(f"/forms/{spec.slug}/list"), data) == []
    assert left_in_chinese(client.get(f"/forms/{spec.slug}/add"), data) == []
    workbook = [name for sheet in layout_of(spec).read for name in (sheet.name, *(one.header for one in sheet.given))]
    known = sorted([*data, *workbook], key=len, reverse=True)  # a workbook is the same in every language
    assert left_in_chinese(client.get(f"/forms/{spec.slug}/import"), known) == []
    refused = client.post(f"/forms/{spec.slug}/add", data={"_do": "submit"})
    assert left_in_chinese(refused, data, 422) == []


@pytest.mark.parametrize("code", ["FJ02", "FJ08", "FJ19"])
def test_document_pages_are_english(
    code: str, in_english: Clients, session: Session, actors: Actors, example: Callable[..., dict[str, Any]],
    request: pytest.FixtureRequest,
) -> None:
    spec = catalogue.form(code)
    maker = actors[spec.makers[0].code]
    prepare(session, spec, [actors[f"{one.code}{half}"] for one in Position for half in (("",) if one.external else ("", "/2"))])
    with transaction(session):
        made = operations.create(session, maker, spec, example(spec, 5000))
    with transaction(session):
        act(session, maker, spec, made.id, Action.SUBMIT, Shown(made.version, made.digest))
    data = request.getfixturevalue("data")
    path = f"/forms/{spec.slug}/show/{made.id}"
    assert left_in_chinese(in_english(spec.makers[0].code).get(path), data) == []
    signer = spec.signers(next(step for step in spec.chain if step.waits))[0]
    assert left_in_chinese(in_english(f"{signer.code}/2").get(path), data) == []


@pytest.mark.parametrize("path", [
    "/", "/tasks/", "/search?q=FJ02", "/registers/employees/list", "/registers/employees/as-of", "/registers/employees/show/1",
    "/registers-check/", "/environments/", "/account/sessions", "/account/token", "/account/acknowledge", "/users/list/",
    "/roles/list/",
])
def test_frame_and_navigation_are_english(path: str, in_english: Clients, data: list[str]) -> None:
    assert left_in_chinese(in_english("sysadmin").get(path), data) == []


def test_login_and_errors_are_english(app: Flask, in_english: Clients, data: list[str]) -> None:
    client = app.test_client()
    client.post("/language/", data={"language": "en", "next": "/login/"})
    assert left_in_chinese(client.get("/login/"), data) == []
    missing = in_english("collector").get("/forms/nothing/list")
    assert left_in_chinese(missing, data, 404) == []
