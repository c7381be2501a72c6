"""The desk: authorising on the spot, countersigning, correcting, claims, bulk decisions, absence, as a browser posts them."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.audit.models import AuditEntry
from app.clock import now
from app.demo.people import PASSWORD
from app.demo.prerequisites import everybody, first_maker, prepare
from app.demo.walk import make, step_on
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.security import codes
from app.security.models import AccountSecurity, User
from app.workflow.cases import case_of
from app.workflow.models import Delegation, SignOff, Task

Client = Callable[[str], FlaskClient]
Example = Callable[..., dict[str, Any]]
Actors = Mapping[str, Any]


def text(answer: TestResponse) -> str:
    """The page's source."""
    return answer.get_data(as_text=True)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def posted(spec: FormSpec, raw: dict[str, Any]) -> dict[str, Any]:
    """Raw values under the names of the sheet."""
    data: dict[str, Any] = {}
    for name, value in raw.items():
        if name in {line.name for line in spec.lines}:
            data |= {f"{name}-{at}-{column}": cell for at, row in enumerate(value) for column, cell in row.items()}
        else:
            data[name] = value
    return data


def shown(session: Session, pk: int) -> dict[str, str]:
    """Version and digest as the page of a document sends them."""
    found = document(session, pk)
    return {"version": str(found.version), "digest": found.digest}


def document(session: Session, pk: int) -> Document:
    """The document as it is now."""
    session.rollback()
    return session.get_one(Document, pk)


def url(spec: FormSpec, page: str, pk: int | None = None) -> str:
    """A page of a form."""
    return f"/forms/{spec.slug}/{page}" + (f"/{pk}" if pk else "")


def act(session: Session, client: FlaskClient, spec: FormSpec, pk: int, action: str, **more: str) -> TestResponse:
    """A decision on the document as it is now."""
    return client.post(url(spec, "act", pk), data={"action": action, **shown(session, pk), **more})


def trail(session: Session, pk: int) -> list[SignOff]:
    """The decisions on a document."""
    session.rollback()
    return list(session.scalars(select(SignOff).where(SignOff.document_id == pk).order_by(SignOff.sequence)))


def waiting_at(session: Session, spec: FormSpec, step: str, number: int = 0, **given: Any) -> int:
    """A document that waits at a step."""
    from app.demo.examples import example

    people = everybody(session)
    prepare(session, spec, people)
    maker = first_maker(spec, people)
    found = make(session, maker, spec, example(session, maker, spec, number, given=given))
    while found.step != step:
        assert step_on(session, spec, found, people), found.step
    return found.id


@contextmanager
def parameter(session: Session, code: str, value: str) -> Iterator[None]:
    """A business parameter set for a while."""
    model: Any = catalogue.register("parameters").model
    session.rollback()
    before = session.scalar(select(model.value).where(model.code == code))

    def put(text: str | None) -> None:
        session.rollback()
        session.execute(update(model).where(model.code == code).values(value=text))
        session.commit()

    put(value)
    yield
    put(before)


def user_id(session: Session, name: str) -> int:
    """A demo person's account."""
    return session.scalars(select(User.id).where(User.username == name)).one()


def staff_no(session: Session, name: str) -> str:
    """A demo person's staff number."""
    employee: Any = catalogue.register("employees").model
    found: str = session.scalars(select(employee.staff_no).where(employee.user_id == user_id(session, name))).one()
    return found


def urgent(session: Session, *keys: int) -> None:
    """Puts the tasks of documents on top of the list, whatever else waits."""
    session.rollback()
    early = now() - timedelta(days=400)
    session.execute(update(Task).where(Task.document_id.in_(keys), Task.done_at.is_(None)).values(due_at=early))
    session.commit()


# ---------- 现场授权 ----------


@pytest.fixture
def reload(session: Session) -> tuple[FormSpec, int, str, str]:
    """附件 7 waiting to be authorised: form, document, its maker's user name, and a head who may authorise."""
    spec = catalogue.form("FJ07")
    pk = waiting_at(session, spec, "reload", disposal="reload")
    approved = {one.user_id for one in trail(session, pk)}
    head = next(name for name in ("it_head", "it_head2") if user_id(session, name) not in approved)
    return spec, pk, document(session, pk).maker_name and user_name(session, document(session, pk).maker_id), head


def user_name(session: Session, key: int) -> str:
    """The user name of an account."""
    return session.scalars(select(User.username).where(User.id == key)).one()


@pytest.mark.article("19", "19.2")
def test_a_head_authorises_in_the_operators_dialog(session: Session, client_for: Client, reload: Any) -> None:
    """security 1"""
    spec, pk, maker, head = reload
    client = client_for(maker)
    page = text(client.get(url(spec, "show", pk)))
    assert 'id="authorise"' in page
    assert "可以授权" in page
    answer = act(session, client, spec, pk, "authorise", _authoriser=head, _password=PASSWORD, opinion="当面核对")
    assert answer.status_code == 302, text(answer)
    last = trail(session, pk)[-1]
    assert (last.step, last.user_id, last.operator_id) == ("reload", user_id(session, head), user_id(session, maker))
    page = text(client.get(url(spec, "show", pk)))
    assert f"{last.user_name}（现场授权，操作人：{last.operator_name}）" in page
    assert client.get("/tasks/").status_code == 200, "the session stays the operator's"


def test_a_wrong_password_reopens_the_dialog_without_it(session: Session, client_for: Client, reload: Any) -> None:
    """security 21: neither password nor code is ever shown again."""
    spec, pk, maker, head = reload
    answer = act(session, client_for(maker), spec, pk, "authorise", _authoriser=head, _password="Wrong-Secret-1!",
                 _code="135790", opinion="已当面核对原件")
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="authorise" aria-labelledby="h-authorise" data-open' in page
    assert "用户名、密码或动态口令不正确" in page
    assert "已当面核对原件" in page
    assert f'value="{head}"' in page
    assert "Wrong-Secret-1!" not in page
    assert "135790" not in page
    session.rollback()
    session.execute(update(User).where(User.username == head).values(fail_login_count=0))
    session.execute(delete(AccountSecurity).where(AccountSecurity.user_id == user_id(session, head)))
    session.commit()


@pytest.mark.parametrize("who", ["maker", "second data manager", "who approved before"])
def test_nobody_else_authorises(session: Session, client_for: Client, reload: Any, who: str) -> None:
    """security 1: not the maker, not another position, not a hand that the document has had."""
    spec, pk, maker, head = reload
    other = {"maker": maker, "second data manager": "data_manager2" if maker == "data_manager" else "data_manager",
             "who approved before": "it_head" if head == "it_head2" else "it_head2"}[who]
    answer = act(session, client_for(maker), spec, pk, "authorise", _authoriser=other, _password=PASSWORD)
    assert answer.status_code == 403
    assert "data-open" in text(answer)
    assert document(session, pk).step == "reload"


def test_the_dialog_names_who_may_authorise(session: Session, client_for: Client, reload: Any) -> None:
    """security 6: not who has signed already, nor who cannot log in; where nobody is left, the page says so."""
    spec, pk, maker, head = reload
    other = "it_head2" if head == "it_head" else "it_head"
    names = {one: session.scalars(select(User).where(User.username == one)).one() for one in (head, other)}
    free, signed = (f"{names[one].last_name}{names[one].first_name}" for one in (head, other))
    session.rollback()
    page = text(client_for(maker).get(url(spec, "show", pk)))
    assert re.search(rf"可以授权：[^<]*{free}", page)
    assert not re.search(rf"可以授权：[^<]*{signed}", page)
    session.execute(update(User).where(User.username == head).values(active=False))
    session.commit()
    try:
        assert "没有他人可以办理" in text(client_for(maker).get(url(spec, "show", pk)))
    finally:
        session.execute(update(User).where(User.username == head).values(active=True))
        session.commit()


def test_only_the_operator_opens_the_dialog(session: Session, client_for: Client, reload: Any) -> None:
    """security 1: a foreign proof does not help who has no right; it is not even looked at."""
    spec, pk, maker, head = reload
    count = select(func.count()).select_from(AuditEntry).where(AuditEntry.resource == "身份验证")
    before = session.scalar(count)
    for other in (head, "data_manager2" if maker == "data_manager" else "data_manager"):
        client = client_for(other)
        assert 'id="authorise"' not in text(client.get(url(spec, "show", pk)))
        answer = act(session, client, spec, pk, "authorise", _authoriser=head, _password="Wrong-Secret-1!")
        assert answer.status_code == 403
        assert act(session, client, spec, pk, "approve").status_code == 403
    session.rollback()
    assert session.scalar(count) == before
    assert document(session, pk).step == "reload"


def test_who_may_authorise_can_return(session: Session, client_for: Client, reload: Any) -> None:
    spec, pk, _maker, head = reload
    client = client_for(head)
    page = text(client.get(url(spec, "show", pk)))
    assert 'id="sign"' in page
    assert 'name="action" value="approve"' not in page
    assert act(session, client, spec, pk, "return", opinion="差错原因不清", back_to="maker").status_code == 302
    assert document(session, pk).state is State.RETURNED


# ---------- the signer's own password ----------


@pytest.fixture
def handed_in(session: Session) -> tuple[FormSpec, int]:
    """附件 2 handed in, waiting to be received."""
    spec = catalogue.form("FJ02")
    return spec, waiting_at(session, spec, spec.chain[0].name)


def receiver(session: Session, spec: FormSpec, pk: int) -> str:
    """Somebody who may sign the document now, by user name."""
    from app.demo.walk import signer

    session.rollback()
    case = case_of(session, spec, session.get_one(spec.model, pk))
    return signer(case, everybody(session)).username


def test_signing_asks_for_the_password_where_the_parameter_says_so(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    name = receiver(session, spec, pk)
    client = client_for(name)
    with parameter(session, "sign_password", "是"):
        assert 'name="_password"' in text(client.get(url(spec, "show", pk)))
        for password in ("", "Wrong-Secret-1!"):
            answer = act(session, client, spec, pk, "approve", _password=password, opinion="同意接收")
            assert answer.status_code == 422
            assert "同意接收" in text(answer)
            assert "Wrong-Secret-1!" not in text(answer)
        assert act(session, client, spec, pk, "approve", _password=PASSWORD).status_code == 302
    assert trail(session, pk)[-1].user_id == user_id(session, name)


def test_a_token_is_asked_for_where_the_signer_has_one(session: Session, client_for: Client, handed_in: Any) -> None:
    import pyotp

    spec, pk = handed_in
    name = receiver(session, spec, pk)
    client, secret = client_for(name), pyotp.random_base32()
    key = user_id(session, name)
    session.rollback()
    session.execute(delete(AccountSecurity).where(AccountSecurity.user_id == key))
    session.add(AccountSecurity(user_id=key, totp_secret=codes.sealed(key, secret)))
    session.commit()
    try:
        with parameter(session, "sign_password", "是"):
            assert 'name="_code"' in text(client.get(url(spec, "show", pk)))
            assert act(session, client, spec, pk, "approve", _password=PASSWORD).status_code == 422
            code = pyotp.TOTP(secret).now()
            assert act(session, client, spec, pk, "approve", _password=PASSWORD, _code=code).status_code == 302
    finally:
        session.rollback()
        session.execute(delete(AccountSecurity).where(AccountSecurity.user_id == key))
        session.commit()


# ---------- 终止, 更正 ----------


def test_terminating_needs_an_opinion(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    maker = client_for(user_name(session, document(session, pk).maker_id))
    assert act(session, maker, spec, pk, "withdraw").status_code == 302
    assert 'id="terminate"' in text(maker.get(url(spec, "show", pk)))
    answer = act(session, maker, spec, pk, "terminate")
    assert answer.status_code == 422
    assert 'id="terminate" aria-labelledby="h-terminate" data-open' in text(answer)
    assert act(session, client_for("clerk"), spec, pk, "terminate", opinion="不办了").status_code in (403, 404)
    assert act(session, maker, spec, pk, "terminate", opinion="提供单位撤回文件").status_code == 302
    assert document(session, pk).state is State.TERMINATED
    page = text(maker.get(url(spec, "show", pk)))
    assert "提供单位撤回文件" in page
    assert act(session, maker, spec, pk, "submit").status_code == 403


def test_a_finished_document_is_corrected(session: Session, client_for: Client) -> None:
    from app.demo.prerequisites import finish

    spec = catalogue.form("FJ02")
    done = finish(session, spec, everybody(session))
    pk, number = done.id, done.number
    name = user_name(session, done.maker_id)
    maker = client_for(name)
    page = text(maker.get(url(spec, "show", pk)))
    assert f"/add?amends={pk}" in page
    sheet = text(maker.get(url(spec, "add") + f"?amends={pk}"))
    assert number in sheet
    assert hidden(sheet, "_amends") == str(pk)
    assert "data-autosave=" not in sheet
    values = posted(spec, raw_of(session, spec, pk))
    sent = {**values, "_amends": str(pk), "_key": hidden(sheet, "_key"), "_do": "save"}
    answer = maker.post(url(spec, "add"), data={**sent, "period_to": "不是日期"})
    assert answer.status_code == 422
    assert hidden(text(answer), "_amends") == str(pk)
    answer = maker.post(url(spec, "add"), data=sent)
    assert answer.status_code == 302, text(answer)[-3000:]
    new = int(answer.location.rsplit("/", 1)[1])
    assert document(session, new).amends_id == pk
    assert maker.post(url(spec, "add"), data=sent).location == answer.location
    assert f"本单更正 <a href=\"{url(spec, 'show', pk)}\"" in text(maker.get(url(spec, "show", new)))
    old = text(maker.get(url(spec, "show", pk)))
    assert f"本单已由 <a href=\"{url(spec, 'show', new)}\"" in old
    assert f"/add?amends={pk}" not in old
    again = maker.get(url(spec, "add") + f"?amends={pk}")
    assert again.status_code == 403
    assert document(session, new).number in text(again)
    assert client_for("clerk").get(url(spec, "add") + f"?amends={pk}").status_code == 403


def raw_of(session: Session, spec: FormSpec, pk: int) -> dict[str, Any]:
    """A document's values as typed."""
    from app.areas.organisation.operations import load_actor
    from app.documents.resolver import DatabaseResolver
    from app.screens.typed import typed_values

    session.rollback()
    found = session.get_one(spec.model, pk)
    maker = load_actor(session, session.get_one(User, found.maker_id))
    return typed_values(spec, found, DatabaseResolver(session, maker))


def test_nothing_unfinished_is_corrected(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    maker = client_for(user_name(session, document(session, pk).maker_id))
    assert maker.get(url(spec, "add") + f"?amends={pk}").status_code == 403
    assert maker.post(url(spec, "add"), data={"_amends": str(pk), "_do": "save"}).status_code in (403, 422)


# ---------- 会签 ----------


@pytest.mark.article("26.3.2")
def test_countersignatures_are_told_apart(session: Session, client_for: Client, app: Flask) -> None:
    from app.documents.opinions import boxes_of

    spec = catalogue.form("FJ10")
    pk = waiting_at(session, spec, "countersign")
    tasks = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None))).all()
    people = {user_name(session, int(task.user_id or 0)) for task in tasks}
    assert len(people) > 1
    first, *others = sorted(people)
    client = client_for(first)
    page = text(client.get(url(spec, "show", pk)))
    assert page.count("尚未会签") == len(people)
    assert "全部会签后流程继续" in page
    answer = act(session, client, spec, pk, "approve", opinion="同意产品上线")
    assert answer.status_code == 302
    page = text(client.get(answer.location))
    assert page.count("尚未会签") == len(others)
    assert "已办理，还须" in page
    session.rollback()
    case = case_of(session, spec, session.get_one(spec.model, pk))
    with app.test_request_context():
        boxes = [box for box in boxes_of(case) if box.label == str(spec.step("countersign").label)]
    assert len(boxes) == len(people)
    assert sum(bool(box.signer) for box in boxes) == 1
    assert client.get(url(spec, "show", pk).replace(f"show/{pk}", f"{pk}/print.pdf")).status_code == 200
    assert act(session, client, spec, pk, "approve").status_code == 302, "a double click"
    assert len([one for one in trail(session, pk) if one.step == "countersign"]) == 1


# ---------- 认领, 待阅 ----------


def test_claiming_releasing_and_taking_over(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    task = session.scalars(select(Task.id).where(Task.document_id == pk, Task.done_at.is_(None))).one()
    first, second = client_for("data_manager"), client_for("data_manager2")
    assert first.get(f"/tasks/claim/{task}").status_code == 405
    assert first.post(f"/tasks/claim/{task}", data={"back": "document"}).location.endswith(url(spec, "show", pk))
    page = text(second.get(url(spec, "show", pk)))
    assert "认领" in page
    assert f"/tasks/take/{task}" in page
    assert second.post(f"/tasks/claim/{task}").status_code == 403
    assert second.post(f"/tasks/release/{task}").status_code == 403
    assert second.post(f"/tasks/take/{task}").status_code == 302
    session.rollback()
    assert session.get_one(Task, task).claimed_by_id == user_id(session, "data_manager2")
    assert f"/tasks/release/{task}" in text(second.get("/tasks/?whose=named"))
    assert second.post(f"/tasks/release/{task}").status_code == 302
    assert client_for("clerk").post(f"/tasks/claim/{task}").status_code == 404


def test_copies_are_read_and_ticked_off(session: Session, client_for: Client) -> None:
    spec = next(one for one in catalogue.forms if any(not step.waits for step in one.chain))
    from app.demo.prerequisites import finish

    prepare(session, spec, everybody(session))
    pk = finish(session, spec, everybody(session)).id
    task = session.scalars(select(Task.id).where(Task.document_id == pk, Task.reading)).one()
    number = document(session, pk).number
    manager = client_for("general_manager")
    assert number in text(manager.get("/tasks/?view=read"))
    assert number not in text(manager.get("/tasks/"))
    assert "尚未阅" in text(manager.get(url(spec, "show", pk)))
    assert client_for("clerk").post(f"/tasks/read/{task}").status_code == 404
    assert manager.post(f"/tasks/read/{task}", data={"view": "read"}).location.endswith("view=read")
    assert number not in text(manager.get("/tasks/?view=read"))
    assert "已阅" in text(manager.get(url(spec, "show", pk)))
    assert number in text(manager.get("/tasks/?view=done"))


# ---------- 批量办理 ----------


def test_changed_meanwhile_says_what(session: Session, client_for: Client, handed_in: Any) -> None:
    """security 3"""
    spec, pk = handed_in
    before = shown(session, pk)
    maker = client_for(user_name(session, document(session, pk).maker_id))
    checker = client_for(receiver(session, spec, pk))
    act(session, maker, spec, pk, "withdraw")
    values = posted(spec, {**raw_of(session, spec, pk), "remarks": "补记一笔"})
    now_shown = shown(session, pk)
    sent = {**values, "_version": now_shown["version"], "_digest": now_shown["digest"], "_do": "submit"}
    assert maker.post(url(spec, "edit", pk), data=sent).status_code == 302
    answer = checker.post(url(spec, "act", pk), data={"action": "approve", **before, "opinion": "看过"})
    page = text(answer)
    assert answer.status_code == 409
    assert "您打开页面之后的改动" in page
    assert "<ins>补记一笔</ins>" in page
    answer = checker.post("/tasks/decide", data={
        "action": "approve", "document": str(pk), f"version-{pk}": before["version"], f"digest-{pk}": before["digest"],
    })
    assert "内容已变化" in text(answer)
    assert "补记一笔" in text(answer)


def bulk_sent(session: Session, *keys: int) -> dict[str, Any]:
    """What the bulk page posts of documents."""
    found: dict[str, Any] = {"document": [str(key) for key in keys]}
    for key in keys:
        found |= {f"{name}-{key}": value for name, value in shown(session, key).items()}
    return found


def test_usual_phrases_are_offered_by_decision(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    maker, signer = user_name(session, document(session, pk).maker_id), receiver(session, spec, pk)
    act(session, client_for(signer), spec, pk, "return", opinion="请补盖公章")
    act(session, client_for(maker), spec, pk, "submit")
    page = text(client_for(signer).get(url(spec, "show", pk)))
    usual = dict(re.findall(r'data-for="(approve|return)">((?:<button[^>]*data-phrase>[^<]*</button> )+)', page))
    assert "请补盖公章" in usual["return"]
    assert "请补盖公章" not in usual.get("approve", "")


def test_bulk_decisions_fall_one_by_one(session: Session, client_for: Client) -> None:
    """security 3, 17"""
    spec, other = catalogue.form("FJ02"), catalogue.form("FJ07")
    step = spec.chain[0].name
    good, gone, stale = (waiting_at(session, spec, step, number) for number in range(3))
    foreign = waiting_at(session, other, "approve")
    client = client_for(receiver(session, spec, good))
    page = text(client.get("/tasks/bulk", query_string={"document": [good, gone, stale, foreign, 99999999]}))
    assert "可以一起办理的 3 件" in page
    assert "不能一起办理的 1 件" in page
    sent = bulk_sent(session, good, gone, stale, foreign)
    sent[f"digest-{stale}"] = "0" * 64
    assert act(session, client_for(user_name(session, document(session, gone).maker_id)), spec, gone, "withdraw").status_code == 302
    assert client.get("/tasks/decide").status_code == 405
    page = text(client.post("/tasks/decide", data={**sent, "action": "approve", "opinion": "一并接收"}))
    assert "共 4 件，办成 1 件" in page
    assert page.count(">未办成<") == 2
    assert page.count(">内容已变化<") == 1
    assert trail(session, good)[-1].opinion == "一并接收"
    for pk in (gone, stale, foreign):
        assert "approve" not in [one.decision.value for one in trail(session, pk)[1:] if one.opinion == "一并接收"]
    again = text(client.post("/tasks/decide", data={**sent, "action": "approve", "opinion": "一并接收"}))
    assert "办成 1 件" in again
    assert len([one for one in trail(session, good) if one.opinion == "一并接收"]) == 1


def test_bulk_return_needs_an_opinion_and_keeps_the_page(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    client = client_for(receiver(session, spec, pk))
    sent = {**bulk_sent(session, pk), "action": "return"}
    answer = client.post("/tasks/decide", data=sent)
    assert answer.status_code == 422
    assert "退回时必须填写意见" in text(answer)
    assert "办成 1 件" in text(client.post("/tasks/decide", data={**sent, "opinion": "文件缺页"}))
    assert document(session, pk).state is State.RETURNED
    assert client.post("/tasks/decide", data={**sent, "action": "delete"}).status_code == 400
    assert client.get("/tasks/bulk", query_string={"document": list(range(1, 60))}).status_code == 400


def test_bulk_asks_for_the_password_once(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    client = client_for(receiver(session, spec, pk))
    with parameter(session, "sign_password", "是"):
        sent = {**bulk_sent(session, pk), "action": "approve", "opinion": "一并接收"}
        answer = client.post("/tasks/decide", data={**sent, "_password": "Wrong-Secret-1!"})
        assert answer.status_code == 422
        assert "Wrong-Secret-1!" not in text(answer)
        assert "一并接收" in text(answer)
        assert "办成 1 件" in text(client.post("/tasks/decide", data={**sent, "_password": PASSWORD}))


def test_steps_that_need_more_are_not_for_bulk(session: Session, client_for: Client, reload: Any) -> None:
    _spec, pk, maker, head = reload
    for name in (maker, head):
        assert "须当面验证身份，请逐件办理" in text(client_for(name).get("/tasks/bulk", query_string={"document": pk}))
    answer = client_for(head).post("/tasks/decide", data={**bulk_sent(session, pk), "action": "approve"})
    assert "办成 0 件" in text(answer)
    assert document(session, pk).step == "reload"


# ---------- 委托 ----------


@pytest.fixture
def _no_delegations(session: Session) -> Iterator[None]:
    yield
    session.rollback()
    session.execute(delete(Delegation))
    session.commit()


def period(**more: str) -> dict[str, str]:
    """A period from a minute ago, as the browser sends it."""
    at = now()
    return {"starts_at": f"{at - timedelta(minutes=2):%Y-%m-%dT%H:%M}", "ends_at": f"{at + timedelta(days=2):%Y-%m-%dT%H:%M}",
            "reason": "出差", **more}


def given(client: FlaskClient, **data: str) -> TestResponse:
    """A delegation, confirmed where that is asked for."""
    answer = client.post("/delegations/new", data=data)
    if answer.status_code == 422 and 'name="confirmed"' in text(answer):
        answer = client.post("/delegations/new", data={**data, "confirmed": "1"})
    return answer


@pytest.mark.usefixtures("_no_delegations")
@pytest.mark.parametrize("taker_name", ["it_staff", "web_clerk"])
def test_a_delegate_signs_and_both_are_named(session: Session, client_for: Client, handed_in: Any, taker_name: str) -> None:
    """security 1; a delegate who cannot read such documents otherwise can for the while."""
    spec, pk = handed_in
    urgent(session, pk)
    giver_name = receiver(session, spec, pk)
    key = f"{staff_no(session, taker_name)} 某人"
    giver, taker = client_for(giver_name), client_for(taker_name)
    assert act(session, taker, spec, pk, "approve").status_code in (302, 403)
    assert document(session, pk).step == spec.chain[0].name
    assert given(giver, **period(to_user="没有这个人")).status_code == 422
    assert given(giver, **period(to_user=key, ends_at="2020-01-01T00:00")).status_code == 422
    answer = given(giver, **period(to_user=key))
    assert answer.status_code == 302, text(answer)
    assert "生效中" in text(giver.get("/delegations/"))
    assert document(session, pk).number in text(taker.get("/tasks/?whose=delegate"))
    assert document(session, pk).number not in text(taker.get("/tasks/?whose=duty"))
    assert act(session, taker, spec, pk, "approve", opinion="代为核对").status_code == 302
    last = trail(session, pk)[-1]
    assert (last.user_id, last.for_user_id) == (user_id(session, taker_name), user_id(session, giver_name))
    assert f"{last.user_name}（受{last.for_user_name}委托）" in text(taker.get(url(spec, "show", pk)))
    found = session.scalars(select(Delegation.id).order_by(Delegation.id.desc()).limit(1)).one()
    assert client_for("clerk").post(f"/delegations/end/{found}").status_code == 403
    assert taker.get(f"/delegations/end/{found}").status_code == 405
    assert taker.post(f"/delegations/end/{found}").status_code == 302
    session.rollback()
    assert session.get_one(Delegation, found).revoked_at is not None


@pytest.mark.usefixtures("_no_delegations")
def test_a_head_arranges_for_the_department_only(session: Session, client_for: Client) -> None:
    head = client_for("service_head")
    page = text(head.get("/delegations/new"))
    clerk, manager = user_id(session, "clerk"), user_id(session, "data_manager")
    assert f'value="{clerk}"' in page
    assert f'value="{manager}"' not in page
    taker = staff_no(session, "clerk2")
    assert given(head, **period(to_user=taker, from_user=str(clerk))).status_code == 302
    assert given(head, **period(to_user=taker, from_user=str(manager))).status_code == 403
    assert given(client_for("marketer"), **period(to_user=taker, from_user=str(clerk))).status_code == 403
    page = text(head.get("/delegations/"))
    assert "本部门" in page
    assert "提前终止" in page


def test_outsiders_neither_delegate_nor_hand_over(client_for: Client) -> None:
    outsider = client_for("member_operator")
    for address in ("/delegations/", "/delegations/new", "/delegations/people", "/handover/", "/handover/people"):
        assert outsider.get(address).status_code == 403
    assert outsider.post("/handover/", data={}).status_code == 403
    assert "/delegations/" not in text(outsider.get("/"))


# ---------- 交接 ----------


def test_handing_over_says_what_went_and_what_did_not(session: Session, client_for: Client, example: Example, actors: Actors) -> None:
    spec = catalogue.form("FJ02")
    pk = waiting_at(session, spec, spec.chain[0].name)
    name = user_name(session, document(session, pk).maker_id)
    other = "collector2" if name == "collector" else "collector"
    head = client_for("collection_head")
    leaver = user_id(session, name)
    page = text(head.get(f"/handover/?from_user={leaver}"))
    assert document(session, pk).number in page
    assert client_for("clerk").get(f"/handover/?from_user={leaver}").status_code == 403
    assert client_for("clerk").post("/handover/", data={"from_user": leaver, "to_user": "x", "reason": "y"}).status_code in (403, 422)
    sent = {"from_user": str(leaver), "to_user": staff_no(session, other)}
    assert head.post("/handover/", data=sent).status_code == 422
    assert document(session, pk).maker_id == leaver
    answer = head.post("/handover/", data={**sent, "reason": "离职"})
    assert answer.status_code == 200
    assert "已交接单据" in text(answer)
    assert document(session, pk).maker_id == user_id(session, other)
    page = text(head.get(url(spec, "show", pk)))
    assert "交接给" in page
    back = {"from_user": str(user_id(session, other)), "to_user": staff_no(session, "clerk"), "reason": "试"}
    refused = text(head.post("/handover/", data=back))
    assert "没有交接的" in refused
    assert "接收人的岗位不能制作本单据" in refused


def test_what_the_disabled_left_behind_is_shown_to_the_head(session: Session, client_for: Client, reload: Any) -> None:
    """The head of a department arranges for its groups, too: data managers are the technology head's."""
    spec, pk, maker, _head = reload
    leaver, number = user_id(session, maker), document(session, pk).number
    other = "data_manager2" if maker == "data_manager" else "data_manager"
    page = text(client_for("it_head").get("/handover/"))
    assert "待重新分配：" not in page
    session.rollback()
    session.execute(update(User).where(User.id == leaver).values(active=False))
    session.commit()
    try:
        head = client_for("it_head")
        page = text(head.get("/handover/"))
        assert "待重新分配：" in page
        assert number in page
        assert f"/handover/?from_user={leaver}" in page
        assert number not in text(client_for("service_head").get("/handover/"))
        sent = {"from_user": str(leaver), "to_user": staff_no(session, other), "reason": "离职"}
        assert number in text(head.post("/handover/", data=sent))
        assert number not in text(head.get("/handover/"))
        assert document(session, pk).maker_id == user_id(session, other)
        assert 'id="authorise"' in text(client_for(other).get(url(spec, "show", pk)))
    finally:
        session.rollback()
        session.execute(update(User).where(User.id == leaver).values(active=True))
        session.commit()


def test_what_a_leaver_has_to_leave(session: Session, client_for: Client) -> None:
    """security 6: positions with who else holds them, delegations, and the steps that nobody would be left for."""
    leaver, colleague = user_id(session, "safe_keeper"), user_id(session, "safe_keeper2")
    page = text(client_for("safe_keeper").get("/handover/"))
    assert "岗位职责" in page
    assert "保险柜管理员" in page
    assert "离岗后，以下环节将无人可办" not in page
    session.rollback()
    session.execute(update(User).where(User.id == colleague).values(active=False))
    given = Delegation(
        from_user_id=leaver, from_user_name="甲", to_user_id=user_id(session, "archivist"), to_user_name="乙", starts_at=now(),
        ends_at=now() + timedelta(days=1), reason="试", created_by_id=leaver, created_by_name="甲", created_at=now(),
    )
    session.add(given)
    session.commit()
    try:
        page = text(client_for("safe_keeper").get("/handover/"))
        assert "离岗后，以下环节将无人可办" in page
        assert str(catalogue.form("S4").title) in page
        assert "甲委托乙办理任务" in page
    finally:
        session.execute(delete(Delegation))
        session.execute(update(User).where(User.id == colleague).values(active=True))
        session.commit()


def test_the_general_manager_answers_for_heads(session: Session, client_for: Client) -> None:
    """Somebody arranges for a head who is gone, and for a department whose heads are all gone; else only its head does."""
    manager, head, clerk = client_for("general_manager"), user_id(session, "service_head"), user_id(session, "clerk")
    assert manager.get(f"/handover/?from_user={head}").status_code == 200
    assert manager.get(f"/handover/?from_user={clerk}").status_code == 403
    assert client_for("service_head/2").get(f"/handover/?from_user={clerk}").status_code == 200
    heads = update(User).where(User.username.in_(("service_head", "service_head2")))
    session.rollback()
    session.execute(heads.values(active=False))
    session.commit()
    try:
        assert manager.get(f"/handover/?from_user={clerk}").status_code == 200
    finally:
        session.execute(heads.values(active=True))
        session.commit()


def test_what_the_disabled_claimed_and_drafted_is_shown_too(session: Session, client_for: Client, handed_in: Any) -> None:
    spec, pk = handed_in
    maker, signer = user_name(session, document(session, pk).maker_id), receiver(session, spec, pk)
    task = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None))).one().id
    session.rollback()
    assert client_for(signer).post(f"/tasks/claim/{task}").status_code == 302
    number = document(session, pk).number
    for name, head in ((signer, "it_head"), (maker, "collection_head")):
        session.execute(update(User).where(User.username == name).values(active=False))
        session.commit()
        try:
            page = text(client_for(head).get("/handover/"))
            assert number in page.split("待重新分配：", 1)[1]
        finally:
            session.execute(update(User).where(User.username == name).values(active=True))
            session.commit()


# ---------- all of it ----------


def test_every_form_of_these_pages_carries_a_token(session: Session, client_for: Client, handed_in: Any) -> None:
    """security 12"""
    spec, pk = handed_in
    name = receiver(session, spec, pk)
    client = client_for(name)
    pages = [client.get(one) for one in ("/tasks/", "/delegations/new", "/delegations/", "/handover/", url(spec, "show", pk))]
    pages.append(client.get("/tasks/bulk", query_string={"document": pk}))
    for answer in pages:
        assert answer.status_code == 200
        forms = re.findall(r'<form[^>]*method="post".*?</form>', text(answer), re.DOTALL)
        assert [form[:90] for form in forms if 'name="csrf_token"' not in form] == []


def test_tokens_are_asked_for(app: Flask, client_for: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """security 12"""
    client = client_for("data_manager")
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for address in ("/tasks/decide", "/tasks/claim/1", "/tasks/read/1", "/delegations/new", "/delegations/end/1", "/handover/"):
        assert client.post(address, data={}).status_code == 400, address


