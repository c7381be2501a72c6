"""Notices (article 106): to whom they go, reading and its record, recall, and who may send."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import clock
from app.areas.organisation.registers import Department
from app.audit.models import AuditAction, AuditEntry
from app.database import db, transaction
from app.demo.documents.notices import ANNOUNCEMENTS
from app.documents.values import Invalid
from app.engine.positions import Position
from app.notices import operations, publishing
from app.notices.audience import Audience
from app.notices.models import Notice, NoticeKind, NoticeReceipt
from app.security.models import Role, User
from app.workflow.errors import Denied, Missing
from tests.rest import fields_refused, ok

Clients = Callable[[str], FlaskClient]
Actors = Mapping[str, Any]


def send(session: Session, actor: Any, audience: Audience, title: str = "关于国庆值班的通知", body: str = "请各部门报名单。") -> int:
    with transaction(session) as writing:
        key: int = publishing.publish(writing, actor, audience, title, body).id
    return key


def to(*actors: Any) -> Audience:
    return Audience(people=frozenset(actor.user_id for actor in actors))


def role(session: Session, position: Position) -> int:
    key: int = session.scalars(select(Role.id).where(Role.name == position.role)).one()
    return key


def department(session: Session, code: str) -> int:
    return session.scalars(select(Department.id).where(Department.code == code)).one()


def readers(session: Session, notice: int) -> set[int]:
    return set(session.scalars(select(NoticeReceipt.user_id).where(NoticeReceipt.notice_id == notice)))


def users(session: Session, *names: str) -> set[int]:
    return set(session.scalars(select(User.id).where(User.username.in_(names))))


def holders(session: Session, position: Position) -> set[int]:
    """The accounts in use that hold a position, others than the demo's among them."""
    return set(session.scalars(select(User.id).where(User.active, User.roles.any(name=position.role))))


def receipt(session: Session, notice: int, actor: Any) -> NoticeReceipt:
    session.rollback()
    return operations.own(session, actor, notice)


@contextmanager
def left(session: Session, actor: Any) -> Iterator[None]:
    """While somebody's account is disabled."""
    with transaction(session):
        session.get_one(User, actor.user_id).active = False
    try:
        yield
    finally:
        with transaction(session):
            session.get_one(User, actor.user_id).active = True


# ---------- to whom ----------


@pytest.mark.article("106")
def test_all_staff_are_people_who_work_here(session: Session, actors: Actors) -> None:
    manager = actors["general_manager"]
    found = readers(session, send(session, manager, Audience(everybody=True)))
    assert {actors[one].user_id for one in ("collector", "sysadmin/2", "inspector", "general_manager/2")} <= found
    outside = ("provider_operator", "member_operator", "member_supervisor")
    assert not found & {actors[one].user_id for one in (*outside, "general_manager")}


@pytest.mark.article("106")
def test_a_department_is_reached_with_those_below_it(session: Session, actors: Actors) -> None:
    audience = Audience(departments=frozenset({department(session, "XXJS")}))
    notice = send(session, actors["general_manager"], audience)
    assert readers(session, notice) == users(session, *(
        f"{name}{number}" for number in ("", "2")
        for name in ("it_head", "data_manager", "it_staff", "safe_keeper", "sysadmin", "product_admin", "supervisor_admin")
    ))
    assert session.get_one(Notice, notice).audience == "信息技术部"


@pytest.mark.article("106")
def test_a_position_is_reached_outside_the_company_too(session: Session, actors: Actors) -> None:
    audience = Audience(roles=frozenset({role(session, Position.ARCHIVIST), role(session, Position.MEMBER_OPERATOR)}))
    notice = send(session, actors["general_manager"], audience)
    assert readers(session, notice) == holders(session, Position.ARCHIVIST) | holders(session, Position.MEMBER_OPERATOR)
    assert actors["member_operator"].user_id in readers(session, notice)
    assert session.get_one(Notice, notice).audience == "岗位：档案管理员、自助会员经办员"


@pytest.mark.article("106")
def test_people_are_reached_by_name_and_once(session: Session, actors: Actors) -> None:
    archivist, operator = actors["archivist"], actors["provider_operator"]
    audience = Audience(roles=frozenset({role(session, Position.ARCHIVIST)}), people=to(archivist, operator).people)
    notice = send(session, actors["general_manager"], audience)
    assert readers(session, notice) == {operator.user_id} | holders(session, Position.ARCHIVIST)
    assert archivist.user_id in readers(session, notice)
    assert f"人员：{archivist.name}、{operator.name}" in session.get_one(Notice, notice).audience


def test_disabled_accounts_get_nothing(session: Session, actors: Actors) -> None:
    gone = actors["archivist/2"]
    with left(session, gone):
        everybody = send(session, actors["general_manager"], Audience(everybody=True))
        holders = send(session, actors["general_manager"], Audience(roles=frozenset({role(session, Position.ARCHIVIST)})))
        with pytest.raises(Invalid):
            send(session, actors["general_manager"], to(gone))
        with transaction(session):
            operations.notify(session, [gone.user_id], "系统通知给停用账号")
    assert gone.user_id not in readers(session, everybody) | readers(session, holders)
    assert session.scalar(select(Notice).where(Notice.title == "系统通知给停用账号")) is None


def test_the_system_notifies_each_once(session: Session, actors: Actors) -> None:
    one, two = actors["clerk"].user_id, actors["clerk/2"].user_id
    with transaction(session):
        operations.notify(session, [one, two, one], "任务即将到期" * 40, "请及时办理。")
        operations.notify(session, [], "没有人")
    found = session.scalars(select(Notice).where(Notice.kind == NoticeKind.SYSTEM).order_by(Notice.id.desc()).limit(1)).one()
    assert (len(found.title), found.sent_by_id, found.sent_by_name, found.audience) == (120, None, "系统", "2 人")
    assert readers(session, found.id) == {one, two}
    assert session.scalar(select(Notice).where(Notice.title == "没有人")) is None


# ---------- reading ----------


@pytest.mark.article("106")
def test_reading_is_recorded_once(session: Session, actors: Actors) -> None:
    clerk = actors["clerk"]
    notice = send(session, actors["general_manager"], to(clerk, actors["clerk/2"]))
    before = operations.count_unread(session, clerk)
    assert receipt(session, notice, clerk).read_at is None
    for hour in (9, 15):
        with clock.at(datetime(2026, 11, 24, hour)), transaction(session):
            assert operations.read(session, clerk, notice).id == notice
    assert receipt(session, notice, clerk).read_at == datetime(2026, 11, 24, 9)
    assert operations.count_unread(session, clerk) == before - 1
    assert operations.count_unread(session, clerk, most=0) == 0
    found = publishing.receipts(session, actors["general_manager"], notice)
    assert [(one.name, one.read_at) for one in found] == [
        (actors["clerk/2"].name, None), (clerk.name, datetime(2026, 11, 24, 9)),
    ]


def test_all_are_read_at_once_and_others_are_not(session: Session, actors: Actors) -> None:
    clerk, other = actors["clerk"], actors["clerk/2"]
    notice = send(session, actors["general_manager"], to(clerk, other))
    with transaction(session):
        operations.read_all(session, clerk)
    assert operations.count_unread(session, clerk) == 0
    assert receipt(session, notice, other).read_at is None


def test_others_notices_do_not_exist(session: Session, actors: Actors, client_for: Clients) -> None:
    """security 6"""
    notice = send(session, actors["general_manager"], to(actors["clerk"]))
    for operation in (operations.read, publishing.receipts, publishing.recall, publishing.sight):
        with pytest.raises(Missing), transaction(session):
            operation(session, actors["cashier"], notice)
    client = client_for("cashier")
    answers = [
        client.get(f"/notices/{notice}"), client.post(f"/notices/{notice}/read"), client.post(f"/notices/{notice}/recall"),
        client.post(f"/api/v1/notices/{notice}/read"), client.get("/notices/2000000000"),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)


def test_who_has_read_is_for_sender_and_inspector(session: Session, actors: Actors) -> None:
    notice = send(session, actors["general_manager"], to(actors["clerk"]))
    assert len(publishing.receipts(session, actors["inspector"], notice)) == 1
    with pytest.raises(Denied):
        publishing.receipts(session, actors["clerk"], notice)


def test_an_announcement_is_recalled_by_its_sender(session: Session, actors: Actors, client_for: Clients) -> None:
    clerk, manager = actors["clerk"], actors["general_manager"]
    notice = send(session, manager, to(clerk), "印错的通知", "不该看到的正文")
    with pytest.raises(Denied), transaction(session):
        publishing.recall(session, clerk, notice)
    assert client_for("general_manager").post(f"/notices/{notice}/recall").status_code == 302
    session.rollback()
    at = session.get_one(Notice, notice).recalled_at
    assert at is not None
    client = client_for("clerk")
    assert "已撤回" in client.get("/notices/").get_data(as_text=True)
    page = client.post(f"/notices/{notice}/read", follow_redirects=True).get_data(as_text=True)
    assert ["印错的通知" in page, "已撤回" in page, "不该看到的正文" in page] == [True, True, False]
    assert ok(client.post(f"/api/v1/notices/{notice}/read"))["body"] is None
    assert "不该看到的正文" in client_for("general_manager").get(f"/notices/{notice}").get_data(as_text=True)


# ---------- sending ----------


@pytest.mark.parametrize("position", ["collection_head", "inspection_head", "deputy_manager", "sysadmin", "product_dev",
                                      "business_manager", "security_director"])
def test_these_send(session: Session, actors: Actors, position: str) -> None:
    assert send(session, actors[position], to(actors["clerk"]))


@pytest.mark.parametrize("position", ["clerk", "collector", "inspector", "provider_operator", "member_supervisor"])
def test_others_do_not_send(session: Session, actors: Actors, client_for: Clients, position: str) -> None:
    with pytest.raises(Denied), transaction(session):
        publishing.publish(session, actors[position], Audience(everybody=True), "标题", "正文")
    client = client_for(position)
    answers = [
        client.get("/notices/new"), client.post("/notices/new", data={"title": "标题", "body": "正文", "whom": "all"}),
        client.post("/notices/new", data={"preview": "1"}), client.get("/notices/people?q=a"), client.get("/notices/?view=sent"),
    ]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 403, 400]
    assert "/notices/new" not in client.get("/notices/").get_data(as_text=True)


def test_what_cannot_be_sent_is_said_at_its_field(client_for: Clients, session: Session) -> None:
    client = client_for("general_manager")
    before = session.scalars(select(Notice.id)).all()
    for data, words in (
        ({"title": " ", "body": "正文", "whom": "all"}, 'id="f-title-err"'),
        ({"title": "题" * 121, "body": "正文", "whom": "all"}, "最多 120 个字，现有 121 个"),
        ({"title": "标题", "body": "", "whom": "all"}, 'id="f-body-err"'),
        ({"title": "标题", "body": "正文"}, "没有选到可以收通知的人员"),
        ({"title": "标题", "body": "正文", "person": "nobody 查无此人"}, "没有找到：nobody"),
        ({"title": "标题", "body": "正文", "department": "x1"}, "没有选到可以收通知的人员"),
    ):
        answer = client.post("/notices/new", data=data)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True), data
    session.rollback()
    assert session.scalars(select(Notice.id)).all() == before


def test_preview_sends_nothing_and_sending_does(client_for: Clients, session: Session, actors: Actors) -> None:
    client, clerk = client_for("general_manager"), actors["clerk"]
    [found] = client.get(f"/notices/people?q={clerk.name}").get_json()
    assert (found["title"], "客户服务部" in found["detail"]) == (clerk.name, True)
    [outside] = client.get("/notices/people?q=member_op").get_json()
    assert outside["key"] == "member_operator"
    data = {"title": "标题一", "body": "正文", "role": str(role(session, Position.ARCHIVIST)), "person": f"{found['key']} {clerk.name}"}
    page = client.post("/notices/new", data={**data, "preview": "1"}).get_data(as_text=True)
    archivists = holders(session, Position.ARCHIVIST)
    assert f"将发给 {len(archivists) + 1} 人：岗位：档案管理员；人员：" in page
    session.rollback()
    assert session.scalar(select(Notice).where(Notice.title == "标题一")) is None
    answer = client.post("/notices/new", data=data)
    notice = int(answer.location.rsplit("/", 1)[1])
    session.rollback()
    assert readers(session, notice) == archivists | users(session, "clerk")
    assert f"已读 0 / {len(archivists) + 1}" in client.get("/notices/?view=sent").get_data(as_text=True)
    assert "标题一" in client_for("inspector").get("/notices/?view=announcements").get_data(as_text=True)


def test_sending_and_recalling_are_recorded(session: Session, actors: Actors) -> None:
    """security 21"""
    manager = actors["general_manager"]
    notice = send(session, manager, to(actors["clerk"]), "记入日志的通知")
    for _again in range(2):
        with transaction(session):
            publishing.recall(session, manager, notice)
    with transaction(session):
        operations.notify(session, [actors["clerk"].user_id], "系统通知不记日志")
    found = session.scalars(
        select(AuditEntry).where(AuditEntry.action == AuditAction.NOTIFY, AuditEntry.record == str(notice)).order_by(AuditEntry.id)
    ).all()
    assert [(one.user_id, one.resource, "记入日志的通知" in one.detail, "recalled" in one.detail) for one in found] == [
        (manager.user_id, "通知", True, False), (manager.user_id, "通知", True, True),
    ]


def test_the_demo_years_announcements_can_be_sent(session: Session, actors: Actors) -> None:
    for one in ANNOUNCEMENTS:
        assert publishing.checked(session, actors[one.sender], one.audience(session), one.title, one.body)


# ---------- screens ----------


def test_a_notice_is_opened_by_post_alone(client_for: Clients, session: Session, actors: Actors) -> None:
    """security 8: nothing changes by GET."""
    clerk, client = actors["clerk"], client_for("clerk")
    notice = send(session, actors["general_manager"], to(clerk), "尚未打开", "这是正文")
    page = client.get(f"/notices/{notice}").get_data(as_text=True)
    assert ["尚未打开" in page, "这是正文" in page] == [True, False]
    assert [client.get(f"/notices/{rest}").status_code for rest in (f"{notice}/read", "read", f"{notice}/recall")] == [405] * 3
    for view in ("unread", "read", "all"):
        assert client.get(f"/notices/?view={view}").status_code == 200
    assert receipt(session, notice, clerk).read_at is None
    page = client.post(f"/notices/{notice}/read", follow_redirects=True).get_data(as_text=True)
    assert "这是正文" in page
    assert receipt(session, notice, clerk).read_at
    assert "尚未打开" in client.get("/notices/?view=read").get_data(as_text=True)
    assert client.post("/notices/read").status_code == 302
    session.rollback()
    assert operations.count_unread(session, clerk) == 0


def test_changes_need_the_pages_token(
    app: Flask, client_for: Clients, session: Session, actors: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 8"""
    manager = client_for("general_manager")
    notice = send(session, actors["product_dev"], to(actors["general_manager"]))
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for url in (f"{notice}/read", "read", f"{notice}/recall", "new"):
        assert manager.post(f"/notices/{url}", data={"title": "标题", "body": "正文", "whom": "all"}).status_code == 400
    assert manager.post(f"/api/v1/notices/{notice}/read").status_code == 400
    assert receipt(session, notice, actors["general_manager"]).read_at is None
    pages = [manager.get(f"/notices/{one}").get_data(as_text=True) for one in ("", "?view=all", str(notice), "new")]
    pages.append(manager.get("/").get_data(as_text=True))
    forms = [form for page in pages for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", page, re.DOTALL)]
    assert len(forms) > 6
    assert [form[:90] for form in forms if 'name="csrf_token"' not in form] == []


def test_words_are_shown_as_words(client_for: Clients, session: Session, actors: Actors) -> None:
    """security 9"""
    clerk = actors["clerk"]
    notice = send(session, actors["general_manager"], to(clerk), "<b>粗</b>", "第一行\r\n\r\n<script>alert(1)</script>")
    client = client_for("clerk")
    page = client.post(f"/notices/{notice}/read", follow_redirects=True).get_data(as_text=True)
    assert 'class="notice-text">第一行\n\n&lt;script&gt;alert(1)&lt;/script&gt;</div>' in page
    assert "<h1>&lt;b&gt;粗&lt;/b&gt;</h1>" in page
    assert "<b>粗" not in client.get("/notices/?view=all").get_data(as_text=True)


def test_the_frame_counts_what_is_unread(client_for: Clients, session: Session, actors: Actors) -> None:
    with transaction(session):
        operations.read_all(session, actors["archivist"])
    client = client_for("archivist")
    assert re.search(r'href="/notices/">通知</a>', client.get("/tasks/").get_data(as_text=True))
    notice = send(session, actors["general_manager"], to(actors["archivist"]), "工作台上的通知")
    assert re.search(r'href="/notices/">通知 <span class="badge">1</span></a>', client.get("/tasks/").get_data(as_text=True))
    bench = client.get("/").get_data(as_text=True)
    assert "工作台上的通知" in bench
    assert f'action="/notices/{notice}/read"' in bench


def test_lists_page_by_key_in_few_queries(client_for: Clients, session: Session, actors: Actors) -> None:
    for number in range(23):
        with transaction(session):
            operations.notify(session, [actors["safe_keeper"].user_id], f"第 {number} 条提醒")
    client = client_for("safe_keeper")
    client.get("/notices/")
    with queries() as asked:
        page = client.get("/notices/").get_data(as_text=True)
    assert len(asked) <= 12, asked
    assert page.count('class="unread"') == 20
    onward = re.search(r'href="(/notices/\?[^"]*after=[^"]*)"', page)
    assert onward
    rest = client.get(onward[1].replace("&amp;", "&")).get_data(as_text=True)
    assert ["第 2 条提醒" in rest, "第 3 条提醒" in rest] == [True, False]
    assert client.get("/notices/?view=nothing").status_code == 400
    assert client.get("/notices/?after=nonsense").status_code == 400


@contextmanager
def queries() -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    found: list[str] = []

    def noted(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", noted)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", noted)


# ---------- REST ----------


def test_rest_lists_and_opens_ones_own(client_for: Clients, session: Session, actors: Actors) -> None:
    keeper = actors["product_admin"]
    with transaction(session):
        operations.read_all(session, keeper)
    first, second = [send(session, actors["it_head"], to(keeper), title, "正文") for title in ("甲", "乙")]
    client = client_for("product_admin")
    page = ok(client.get("/api/v1/notices/?unread=true&size=1"))
    assert [(one["id"], one["title"], one["body"], one["read_at"]) for one in page["rows"]] == [(second, "乙", None, None)]
    page = ok(client.get(f"/api/v1/notices/?unread=true&after={page['next']}"))
    assert ([one["id"] for one in page["rows"]], page["next"]) == ([first], None)
    opened = ok(client.post(f"/api/v1/notices/{first}/read"))
    assert (opened["body"], opened["sent_by"], opened["kind"]) == ("正文", actors["it_head"].name, "announcement")
    assert receipt(session, first, keeper).read_at.isoformat() == opened["read_at"]  # type: ignore[union-attr]
    assert first in [one["id"] for one in ok(client.get("/api/v1/notices/?unread=false"))["rows"]]
    refused = fields_refused(client.get("/api/v1/notices/?unread=perhaps&after=x&colour=red"))
    assert set(refused) == {"unread", "after", "colour"}
    assert ok(client.post("/api/v1/notices/99999999999/read"), 404)["message"]


def test_rest_is_for_people_who_are_logged_in(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/api/v1/notices/").status_code == 401
    assert client.get("/notices/").status_code == 302


def test_rest_describes_notices(client_for: Clients) -> None:
    from openapi_spec_validator import validate

    described = ok(client_for("sysadmin").get("/api/v1/_openapi"))
    validate(described)
    assert {"/api/v1/notices/", "/api/v1/notices/{pk}/read"} <= set(described["paths"])
