"""The frame: navigation, login, headers, errors, language, tasks, search, and the security screens in Chinese."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from app.database import db, transaction
from app.documents import operations
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.notices.models import Notice
from app.screens import errors, navigation
from app.screens.deadlines import deadline
from app.security.models import Role, User
from app.workflow.door import Shown, act
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.models import Task
from app.workflow.options import Action

Clients = Callable[[str], FlaskClient]
Examples = Callable[..., dict[str, Any]]


@pytest.fixture
def document(session: Session, actors: Mapping[str, Any], example: Examples) -> Document:
    """A submitted 数据采集文件登记表 of the collector."""
    return submitted(session, actors["collector"], example)


OTHER_PAGES = ("接口说明", *(str(title) for pages in navigation.PAGES.values() for title, *_rest in pages))
"""What the navigation has beside forms and registers."""


def draft(session: Session, actor: Any, example: Examples) -> Document:
    """A draft 数据采集文件登记表."""
    spec = catalogue.form("FJ02")
    raw = example(spec, actor=actor)
    with transaction(session):
        return operations.create(session, actor, spec, raw)


def submitted(session: Session, actor: Any, example: Examples) -> Document:
    """A submitted one."""
    made = draft(session, actor, example)
    with transaction(session):
        return act(session, actor, catalogue.form("FJ02"), made.id, Action.SUBMIT, Shown(made.version, made.digest))


def titles(actor: Any, path: str = "/") -> dict[str, list[str]]:
    """The navigation as titles by area."""
    return {group.name: [str(item.title) for item in group.items] for group in navigation.groups(actor, path)}


def text_of(html: str) -> str:
    """The words of a page."""
    without_code = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", without_code))


# ---------- navigation ----------


def test_areas_stand_in_the_order_of_the_procedure(app: Flask, actors: Mapping[str, Any]) -> None:
    found = list(titles(actors["inspector"]))
    assert found == [name for name in navigation.AREAS if name in found]
    assert len(found) == 8


def test_navigation_has_what_the_person_may_read_and_own_work_first(app: Flask, actors: Mapping[str, Any]) -> None:
    collector = actors["collector"]
    listed = [title for pages in titles(collector).values() for title in pages if title not in OTHER_PAGES]
    assert listed == [
        str(spec.title) for name in navigation.AREAS
        for spec in sorted(
            (one for one in catalogue if one.area == name and collector.may("can_read", one.resource)),
            key=lambda one: navigation.rank(collector, one),
        )
    ]
    assert titles(collector)["collection"][0] == "数据采集文件登记表"
    assert "用户" not in listed


def test_only_security_administrators_see_the_security_screens(app: Flask, actors: Mapping[str, Any]) -> None:
    assert [one for one in titles(actors["sysadmin"])["system"] if one in ("用户", "角色", "权限")] == ["用户", "角色", "权限"]
    for code in ("collector", "general_manager", "member_operator"):
        assert "角色" not in titles(actors[code]).get("system", [])


def test_the_current_page_is_marked_and_its_area_open(client_for: Clients) -> None:
    page = client_for("sysadmin").get("/roles/list/").get_data(as_text=True)
    assert re.search(r'<a href="/roles/list/" aria-current="page">角色</a>', page)
    assert re.findall(r"<details open data-area=\"(\w+)\"", page) == ["system"]


def test_workbench_asks_few_questions_of_the_database(client_for: Clients, session: Session) -> None:
    client, asked = client_for("data_manager"), []

    def count(*arguments: Any) -> None:
        asked.append(arguments[2])

    client.get("/")
    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get("/").status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert len(asked) <= 19, asked  # two of them only where documents are under way and notices unread


# ---------- login and logout ----------


def test_wrong_password_and_unknown_user_get_the_same_answer(app: Flask) -> None:
    """security 9"""
    pages = []
    for name in ("collector", "nobody-of-this-name"):
        answer = app.test_client().post("/login/", data={"username": name, "password": "wrong"})
        page = re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", answer.get_data(as_text=True))
        pages.append((answer.status_code, page.replace(f' value="{name}"', "…")))
    assert "用户名或密码不正确" in pages[0][1]
    assert pages[0] == pages[1]


@pytest.mark.parametrize(("wanted", "target"), [
    ("/tasks/?view=done", "/tasks/?view=done"),
    ("http://localhost/search?q=1", "/search?q=1"),
    ("", "/"),
    ("http://evil.example/x", "/"),
    ("//evil.example/x", "/"),
    ("///evil.example/x", "/evil.example/x"),  # a path of ours, and there is none
    ("/\\evil.example", "/"),
    ("\\\\evil.example", "/"),
    ("javascript:alert(1)", "/"),
    ("/\tevil", "/evil"),
    ("http://[", "/"),
])
def test_login_leads_to_own_pages_only(app: Flask, wanted: str, target: str) -> None:
    """security 8"""
    from app.demo.people import PASSWORD

    data = {"username": "collector", "password": PASSWORD}
    answer = app.test_client().post("/login/", query_string={"next": wanted}, data=data)
    assert (answer.status_code, answer.location) == (302, target)


def test_a_forged_host_leads_nowhere_else(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 8: also where the server takes any name."""
    from app.demo.people import PASSWORD

    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", None)
    answer = app.test_client().post(
        "/login/", query_string={"next": "http://evil.example/x"}, headers={"Host": "evil.example"},
        data={"username": "collector", "password": PASSWORD},
    )
    assert answer.location == "/x"  # a path of ours: host and scheme are never taken over


def test_a_host_that_is_not_ours_is_refused_in_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 8"""
    monkeypatch.setitem(app.config, "TRUSTED_HOSTS", ["localhost"])
    answer = app.test_client().get("/login/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "请求有误" in answer.get_data(as_text=True)
    assert app.test_client().get("/login/").status_code == 200


def test_pages_send_strangers_to_the_login_and_back(app: Flask) -> None:
    for path in ("/", "/tasks/?view=done", "/search?q=x"):
        answer = app.test_client().get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/login/")
    assert app.test_client().get("/tasks/?view=done").location == "/login/?next=/tasks/?view%3Ddone"


def test_logout_is_posted_and_ends_the_session(client_for: Clients) -> None:
    """security 8"""
    client = client_for("collector")
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/logout/").location == "/login/"
    assert client.get("/").status_code == 302


def test_the_old_password_is_needed_for_a_new_one(client_for: Clients) -> None:
    """security 9"""
    data = {"old_password": "wrong", "password": "Another-2026!", "conf_password": "Another-2026!"}
    answer = client_for("collector").post("/resetmypassword/form", data=data)
    assert "原密码不正确" in answer.get_data(as_text=True)
    assert client_for("collector").get("/").status_code == 200


def test_a_token_stands_for_its_owner(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.demo.people import PASSWORD

    monkeypatch.setitem(app.config, "JWT_SECRET_KEY", "long enough for the library to be content")

    client = app.test_client()
    data = {"username": "sysadmin", "password": PASSWORD, "provider": "db"}
    token = client.post("/api/v1/security/login", json=data).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/v1/menu/", headers=headers).status_code == 200
    assert app.test_client().get("/api/v1/menu/").status_code == 401


# ---------- headers and inline code ----------


@pytest.mark.parametrize("path", ["/login/", "/nothing", "/static/css/app.css", "/api/v1/nothing", "/"])
def test_every_answer_carries_the_security_headers(app: Flask, path: str) -> None:
    """security 8"""
    with app.test_client().get(path) as answer:
        headers = answer.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_only_the_api_page_may_have_inline_styles(client_for: Clients) -> None:
    policy = client_for("sysadmin").get("/swagger/v1").headers["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src" not in policy


PAGES = ["/", "/tasks/", "/tasks/?view=done", "/tasks/?view=all", "/tasks/?view=made", "/search", "/search?q=FJ02",
         "/users/list/", "/users/add", "/users/show/1", "/users/edit/1", "/users/userinfo/", "/roles/list/", "/roles/add",
         "/roles/show/2", "/roles/edit/2", "/permissionviews/list/", "/resetmypassword/form",
         "/resetpassword/form?pk=1", "/swagger/v1", "/nothing"]


@pytest.mark.usefixtures("before_set_up")
@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_script_style_or_foreign_address(client_for: Clients, path: str) -> None:
    answer = client_for("sysadmin").get(path)
    page = answer.get_data(as_text=True)
    assert answer.status_code == (404 if path == "/nothing" else 200)
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", page) == []
    assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//[^\"]*", page) == []


# ---------- errors ----------


def test_errors_are_pages_in_chinese_and_json_for_the_api(client_for: Clients) -> None:
    client = client_for("collector")
    page = client.get("/nothing")
    assert page.status_code == 404
    assert "没有找到" in page.get_data(as_text=True)
    assert 'id="side"' in page.get_data(as_text=True)
    answer = client.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert "不存在" in answer.get_json()["message"]


def test_strangers_get_plain_error_pages(app: Flask) -> None:
    page = app.test_client().get("/nothing").get_data(as_text=True)
    assert "没有找到" in page
    assert 'id="side"' not in page


def test_forbidden_says_what_to_do(client_for: Clients) -> None:
    answer = client_for("collector").get("/users/list/")
    assert answer.status_code == 403
    assert "系统用户维护申请单" in answer.get_data(as_text=True)


@pytest.mark.parametrize(("error", "code", "words"), [
    (Denied("您的岗位不能制作本单据"), 403, "您的岗位不能制作本单据"),
    (Missing(), 404, "不在您的查看范围内"),
    (Stale("单据已被他人更新"), 409, "单据已被他人更新"),
    (RequestEntityTooLarge(), 413, "MB 的上限"),
    (TooManyRequests(), 429, "操作太频繁"),
])
def test_refusals_are_said_in_words(app: Flask, error: Exception, code: int, words: str) -> None:
    with app.test_request_context("/"):
        answer = app.make_response(app.handle_user_exception(error))
    assert answer.status_code == code
    assert words in answer.get_data(as_text=True)


@pytest.fixture
def unsparing(app: Flask) -> Iterator[None]:
    """As in production: errors are answered, not raised into the test."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    yield
    app.config["PROPAGATE_EXCEPTIONS"] = None


@pytest.mark.usefixtures("unsparing")
def test_a_fault_of_ours_shows_a_number_and_no_traceback(client_for: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 12"""
    client = client_for("collector")
    monkeypatch.setattr("app.screens.workbench.figures", lambda *given: 1 // 0)
    answer = client.get("/")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert re.search(r"错误编号 <[^>]*>[0-9a-f]{8}<", page)
    assert "Traceback" not in page
    assert "ZeroDivisionError" not in page


@pytest.mark.usefixtures("unsparing")
def test_an_error_page_needs_no_database(client_for: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 20"""
    client = client_for("collector")

    def gone(*given: Any) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("app.screens.frame.current_actor", gone)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "系统出错" in answer.get_data(as_text=True)


def test_a_form_without_its_token_is_refused_with_advice(app: Flask, client_for: Clients) -> None:
    """security 8"""
    client = client_for("collector")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        answers = [client.post(path) for path in ("/logout/", "/language/", "/resetmypassword/form")]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "已填写的内容会保留" in answers[0].get_data(as_text=True)
    assert client.get("/").status_code == 200


@pytest.mark.usefixtures("before_set_up")
def test_every_posting_form_carries_a_token(app: Flask, client_for: Clients) -> None:
    """security 8"""
    client = client_for("sysadmin")
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        pages = [client.get(path).get_data(as_text=True) for path in PAGES]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    forms = [form for page in pages for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", page, re.DOTALL)]
    assert len(forms) > 2 * len(PAGES)
    assert [form[:80] for form in forms if 'name="csrf_token"' not in form] == []


# ---------- language ----------


def test_the_language_is_switched_by_post_and_kept(client_for: Clients) -> None:
    client = client_for("collector")
    assert '<html lang="zh-CN">' in client.get("/").get_data(as_text=True)
    answer = client.post("/language/", data={"language": "en", "next": "/tasks/?view=done"})
    assert answer.location == "/tasks/?view=done"
    assert '<html lang="en">' in client.get("/").get_data(as_text=True)
    assert client.post("/language/", data={"language": "xx"}).status_code == 400
    assert client.post("/language/", data={"language": "zh", "next": "//evil.example"}).location == "/"
    assert '<html lang="zh-CN">' in client.get("/").get_data(as_text=True)


def test_the_login_page_switches_too(app: Flask) -> None:
    client = app.test_client()
    client.post("/language/", data={"language": "en", "next": "/login/"})
    assert '<html lang="en">' in client.get("/login/").get_data(as_text=True)


# ---------- the security screens ----------


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/swagger/v1"])
def test_no_english_word_is_left_on_a_page(client_for: Clients, session: Session, path: str) -> None:
    words = text_of(client_for("sysadmin").get(path).get_data(as_text=True))
    names = [name for user in session.execute(select(User.username, User.email)) for name in user]
    names += [*session.scalars(select(Document.summary)), *session.scalars(select(Notice.title))]  # data, whatever they say
    for name in sorted(names, key=len, reverse=True):
        words = words.replace(name, " ")
    allowed = r"FJ\d\d(-\d{4}-\d{6})?|S\d|English|REST|Excel"
    assert re.findall(r"[A-Za-z]{2,}", re.sub(allowed, " ", words)) == []


def test_buttons_have_words_and_never_only_an_icon(client_for: Clients) -> None:
    page = client_for("sysadmin").get("/users/list/").get_data(as_text=True)
    for tag in re.findall(r"<(?:a|button)\b(?![^>]*aria-label)[^>]*class=\"[^\"]*btn.*?</(?:a|button)>", page, re.DOTALL):
        assert text_of(tag).strip(), tag


def test_a_role_shows_its_permissions_in_the_words_of_its_forms(client_for: Clients, session: Session) -> None:
    role = session.scalars(select(Role).where(Role.name == "数据管理员")).one()
    page = text_of(client_for("sysadmin").get(f"/roles/show/{role.id}").get_data(as_text=True))
    steps = [str(step.label) for step in catalogue.form("FJ02").chain if step.waits]
    row = page[page.index("FJ02 数据采集文件登记表"):][:200]
    assert "查看" in row
    assert steps[0] in row
    assert "can_" not in page


@pytest.mark.usefixtures("before_set_up")
def test_permissions_of_a_role_are_changed_by_ticking(client_for: Clients, session: Session) -> None:
    role = session.scalars(select(Role).where(Role.name == "网站受理员")).one()
    held = [pair.id for pair in role.permissions]
    client = client_for("sysadmin")
    answer = client.post(f"/roles/edit/{role.id}", data={"permissions": held[1:]})
    assert answer.location == f"/roles/show/{role.id}"
    session.rollback()
    assert sorted(pair.id for pair in role.permissions) == sorted(held[1:])
    client.post(f"/roles/edit/{role.id}", data={"permissions": held})
    session.rollback()
    assert sorted(pair.id for pair in role.permissions) == sorted(held)


def test_positions_are_not_deleted_and_nothing_is_deleted_by_get(client_for: Clients, session: Session) -> None:
    """security 8"""
    role = session.scalars(select(Role).where(Role.name == "数据管理员")).one()
    client = client_for("sysadmin")
    client.get(f"/roles/delete/{role.id}")
    client.post(f"/roles/delete/{role.id}")
    session.rollback()
    assert session.get(Role, role.id) is not None
    assert client.post("/users/delete/1").status_code == 403


def test_users_are_found_by_role_and_state(client_for: Clients, session: Session) -> None:
    role = session.scalars(select(Role).where(Role.name == "数据管理员")).one()
    client = client_for("sysadmin")
    page = client.get("/users/list/").get_data(as_text=True)
    name = re.search(r'name="(_flt_\d_roles)"', page)
    active = re.search(r'name="(_flt_\d_active)"', page)
    assert name
    assert active
    found = client.get("/users/list/", query_string={name[1]: role.id, active[1]: "1"}).get_data(as_text=True)
    assert "共 2 条" in found
    stopped = session.scalar(select(func.count()).select_from(User).where(User.active.is_(False)))
    page_of_stopped = client.get("/users/list/", query_string={active[1]: "0"}).get_data(as_text=True)
    assert ("没有符合条件的记录" if not stopped else f"共 {stopped} 条") in page_of_stopped
    nothing_chosen = client.get("/users/list/", query_string={name[1]: "", active[1]: ""}).get_data(as_text=True)
    assert re.findall(r"共 \d+ 条", nothing_chosen) == re.findall(r"共 \d+ 条", page)


def test_permissions_are_found_by_what_they_are_on(client_for: Clients) -> None:
    client = client_for("sysadmin")
    page = client.get("/permissionviews/list/").get_data(as_text=True)
    field, key = re.search(r'name="(_flt_\d_view_menu)"', page), re.search(r'value="(\d+)">FJ02 ', page)
    assert field
    assert key
    found = text_of(client.get("/permissionviews/list/", query_string={field[1]: key[1]}).get_data(as_text=True))
    assert f"共 {3 + sum(step.waits for step in catalogue.form('FJ02').chain)} 条" in found
    everything = client.get("/permissionviews/list/", query_string={field[1]: ""}).get_data(as_text=True)
    assert re.findall(r"共 \d+ 条", everything) == re.findall(r"共 \d+ 条", page)


def test_people_who_do_not_administer_see_none_of_it(client_for: Clients) -> None:
    client = client_for("collector")
    for path in ("/users/list/", "/users/show/1", "/roles/list/", "/roles/edit/2", "/permissionviews/list/",
                 "/resetpassword/form?pk=1"):
        assert client.get(path).status_code == 403, path
    assert client.get("/users/userinfo/").status_code == 200
    assert client.get("/groups/list/").status_code == 404


# ---------- tasks and search ----------


@pytest.mark.article("107")
def test_tasks_wait_are_done_and_are_opened_from_the_list(
    client_for: Clients, session: Session, actors: Mapping[str, Any], document: Document
) -> None:
    link = f"/forms/collection_file_register/show/{document.id}"
    spec, signer = catalogue.form("FJ02"), client_for("data_manager")
    with transaction(session):  # the most urgent, whatever other tests have left
        mine = Task.__table__.update().where(Task.document_id == document.id)
        session.connection().execute(mine.values(due_at=datetime(2020, 1, 2)))
    assert link in signer.get("/tasks/").get_data(as_text=True)
    assert link in signer.get("/").get_data(as_text=True)
    assert link in client_for("collector").get("/tasks/?view=made&state=pending").get_data(as_text=True)
    assert link not in client_for("collector").get("/tasks/").get_data(as_text=True)
    with transaction(session):
        act(session, actors["data_manager"], spec, document.id, Action.APPROVE, Shown(document.version, document.digest))
    assert link in signer.get("/tasks/?view=done").get_data(as_text=True)
    assert link in signer.get("/tasks/?view=all&form=FJ02").get_data(as_text=True)
    assert link not in signer.get("/tasks/?view=all&form=S4").get_data(as_text=True)


def test_turning_pages_shows_every_task_once(
    client_for: Clients, session: Session, actors: Mapping[str, Any], example: Examples
) -> None:
    for number in range(23):
        made = submitted(session, actors["collector"], example)
        due = None if number % 3 else datetime(2026, 11, 1) + timedelta(days=number % 5)
        with transaction(session):
            session.connection().execute(Task.__table__.update().where(Task.document_id == made.id).values(due_at=due))
    client, path, seen, pages = client_for("data_manager"), "/tasks/?form=FJ02", [], []
    while path:
        page = client.get(path).get_data(as_text=True)
        pages.append(re.findall(r'class="code" href="/forms/\w+/show/(\d+)"', page))
        seen += pages[-1]
        following = re.search(r'<a href="([^"]*after=[^"]*)">下一页', page)
        before = re.search(r'<a href="([^"]*before=[^"]*)">上一页', page)
        path = unescape(following[1]) if following else ""
    assert len(pages) > 1
    assert len(seen) == len(set(seen)) >= 23
    assert before
    back = client.get(unescape(before[1])).get_data(as_text=True)
    assert re.findall(r'class="code" href="/forms/\w+/show/(\d+)"', back) == pages[-2]


@pytest.mark.parametrize("path", ["/tasks/?view=x", "/tasks/?after=x", "/tasks/?after=W10", "/tasks/?view=made&state=x",
                                  "/search?q=FJ02&after=!!"])
def test_unknown_views_and_keys_are_bad_requests(client_for: Clients, path: str) -> None:
    assert client_for("data_manager").get(path).status_code == 400


def test_a_whole_number_opens_its_document(client_for: Clients, document: Document) -> None:
    target = f"/forms/collection_file_register/show/{document.id}"
    client = client_for("data_manager")
    for typed in (document.number, document.number.lower(), f" {document.number} ", document.number.replace("F", "Ｆ")):
        assert client.get("/search", query_string={"q": typed}).location == target


def test_search_finds_by_beginning_and_by_words(client_for: Clients, document: Document) -> None:
    client = client_for("data_manager")
    for typed in ("FJ02", document.number[:9], document.number[:14], document.summary[:4]):
        page = client.get("/search", query_string={"q": typed}).get_data(as_text=True)
        assert document.number in page or "下一页" in page, typed
    serial = str(int(document.number[-6:]))
    assert document.number in client.get("/search", query_string={"q": document.number[:10] + serial}).get_data(as_text=True)
    assert "没有找到" in client.get("/search", query_string={"q": "甲乙丙丁戊己"}).get_data(as_text=True)


def test_search_finds_no_draft_of_others_and_nothing_unreadable(
    client_for: Clients, session: Session, actors: Mapping[str, Any], example: Examples
) -> None:
    """security 7"""
    number = draft(session, actors["collector"], example).number
    assert client_for("collector").get("/search", query_string={"q": number}).status_code == 302
    for code in ("data_manager", "collector/2", "member_operator", "inspector"):
        answer = client_for(code).get("/search", query_string={"q": number})
        assert answer.status_code == 200
        assert f'">{number}</a>' not in answer.get_data(as_text=True)


def test_search_takes_anything(client_for: Clients) -> None:
    client = client_for("data_manager")
    for typed in ('"', "'", "%", "*", "\x00", "()", "a OR b", "。", "税", "x" * 5000, "NEAR(税 务)"):
        assert client.get("/search", query_string={"q": typed}).status_code == 200, typed


# ---------- words ----------


@pytest.mark.parametrize(("hours", "words", "day", "urgency"), [
    (-50, "已逾期 1 个工作日", "11-21 08:00", "late"), (-1, "已逾期 1 小时", "11-23 09:00", "late"),
    (2, "剩余 2 小时", "11-23 12:00", "soon"), (6, "今天 16:00 到期", "11-23 16:00", "soon"),
    (24, "剩余 1 个工作日", "11-24 10:00", "soon"), (72, "剩余 3 个工作日", "11-26 10:00", "muted"),
    (24 * 30, "剩余 22 个工作日", "12-23 10:00", "muted"), (24 * 40, "剩余 29 个工作日", "2027-01-02 10:00", "muted"),
])
def test_deadlines_are_said_in_words(app: Flask, hours: int, words: str, day: str, urgency: str) -> None:
    at = datetime(2026, 11, 23, 10, 0)
    with app.test_request_context("/"):
        found = deadline(at + timedelta(hours=hours), at)
        assert found
        assert (str(found.words), found.day, found.urgency) == (words, day, urgency)
        assert deadline(None, at) is None


def test_every_error_has_its_words(app: Flask) -> None:
    with app.test_request_context("/"):
        for code in (400, 401, 403, 404, 405, 409, 413, 429, 500):
            assert all(map(str, (errors.WORDS[code].title, errors.WORDS[code].what, errors.WORDS[code].advice)))
