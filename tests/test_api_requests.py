"""What callers of the REST interface may get wrong, send twice, or try; tokens, sessions, lists, attachments, description."""

import io
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.people import PASSWORD
from app.documents.models import Attachment
from app.engine.document import Document
from app.engine.spec import FormSpec
from tests.conftest import OwnContext
from tests.rest import address, declared, fields_refused, ok, shown

Login = Callable[[str], FlaskClient]
Example = Callable[..., dict[str, Any]]

REGISTERS = [spec.slug for spec in declared().registers]
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def own_context(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", OwnContext)


@pytest.fixture
def spec() -> FormSpec:
    """介质存放记录."""
    return declared().form("S4")


@pytest.fixture
def here(spec: FormSpec) -> str:
    return address(spec, "")


@pytest.fixture
def raw(spec: FormSpec, session: Session, example: Example) -> dict[str, Any]:
    return example(spec, 5000 + (session.scalar(select(func.count()).select_from(Document)) or 0))


@pytest.fixture
def maker(client_for: Login) -> FlaskClient:
    return client_for("data_manager")


def counted(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Document)) or 0


def token(app: Flask, monkeypatch: pytest.MonkeyPatch, name: str) -> dict[str, str]:
    """The header of somebody who has logged in for a token."""
    monkeypatch.setitem(app.config, "JWT_SECRET_KEY", "a key that is long enough for its algorithm")
    body = {"username": name, "password": PASSWORD, "provider": "db"}
    return {"Authorization": f"Bearer {ok(app.test_client().post('/api/v1/security/login', json=body))['access_token']}"}


BAD_BODIES = {
    "no json": (b"medium_no=1", "application/x-www-form-urlencoded", 415),
    "broken": (b'{"medium_no": ', "application/json", 400),
    "not utf-8": ('{"medium_no": "介质"}'.encode("gbk"), "application/json", 400),
    "list": (b"[]", "application/json", 422),
    "text": (b'"x"', "application/json", 422),
    "deep": (b'{"medium_no":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "application/json", 422),
    "nested": (b'{"medium_no":' + b"[" * 20 + b"]" * 20 + b"}", "application/json", 422),
    "huge": (b'{"medium_no":"' + b"x" * 5_000_000 + b'"}', "application/json", 413),
    "nan": (b'{"medium_no": NaN}', "application/json", 422),
    "great number": (b'{"medium_no": 1e999999}', "application/json", 422),
    "long number": (b'{"medium_no": ' + b"9" * 5000 + b"}", "application/json", 422),
    "half a character": (b'{"medium_no": "\\ud800"}', "application/json", 422),
    "key twice": (b'{"medium_no": "1", "medium_no": "2"}', "application/json", 422),
    "no object in a line": (b'{"registers": [1]}', "application/json", 422),
    "lines no list": (b'{"registers": {"a": 1}}', "application/json", 422),
    "many lines": (b'{"registers": [' + b"{}," * 6000 + b"{}]}", "application/json", 422),
    "object for a value": (b'{"medium_no": {"a": 1}}', "application/json", 422),
    "list for a value": (b'{"medium_no": []}', "application/json", 422),
}


@pytest.mark.parametrize("case", BAD_BODIES)
def test_bad_bodies_get_a_clear_answer(maker: FlaskClient, here: str, case: str) -> None:
    data, kind, status = BAD_BODIES[case]
    answer = maker.post(here, data=data, content_type=kind)
    assert answer.status_code == status
    assert answer.content_type.startswith("application/json")
    assert re.search("[\u4e00-\u9fff]", ok(answer, status)["message"])


@pytest.mark.parametrize("value", ["1e99", "9" * 60, "-1", "1.234"])
def test_numbers_beyond_any_amount(client_for: Login, value: str) -> None:
    """A number of any size is refused, never a fault of ours."""
    product = declared().form("product_contract")
    fee = next(one for one in product.writable if one.codec.json_format == "decimal")
    refused = fields_refused(client_for(product.makers[0].code).post(address(product), json={fee.name: value}))
    assert fee.name in refused


def test_errors_in_english(app: Flask, here: str, maker: FlaskClient, spec: FormSpec) -> None:
    """By ?_l_=en, and by Accept-Language where no session has chosen; Chinese else."""
    assert "语法错误" in maker.post(here, data="{", content_type="application/json").get_json()["message"]
    stranger = app.test_client()
    chinese, english = stranger.get(here), stranger.get(here, headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert chinese.status_code == english.status_code == 401
    assert chinese.get_json()["message"] == "尚未登录，或登录已失效"
    assert not re.search("[\u4e00-\u9fff]", english.get_json()["message"])
    assert not re.search("[\u4e00-\u9fff]", stranger.get(f"{here}?_l_=en").get_json()["message"])
    assert stranger.get(f"{here}?_l_=xx").get_json()["message"] == chinese.get_json()["message"]


def test_a_session_needs_a_csrf_token_and_a_bearer_does_not(
    app: Flask, monkeypatch: pytest.MonkeyPatch, maker: FlaskClient, here: str, raw: dict[str, Any], session: Session
) -> None:
    """security 8: CSRF on every change, REST with cookies included."""
    headers = token(app, monkeypatch, "data_manager")
    before = counted(session)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    for verb, path in (("post", "/api/v1/handover/"), ("post", "/api/v1/tasks/1/read"), ("post", "/api/v1/delegations/"),
                       ("post", here), ("put", f"{here}1"), ("patch", f"{here}1"), ("delete", f"{here}1"),
                       ("post", f"{here}1/actions/submit"), ("post", f"{here}1/attachments"), ("delete", f"{here}1/attachments/1")):
        answer = getattr(maker, verb)(path, json=raw)
        assert (answer.status_code, "X-CSRFToken" in answer.get_json()["message"]) == (400, True), (verb, path)
    assert counted(session) == before
    page = maker.get("/forms/media_safe_record/add").get_data(as_text=True)
    found = re.search(r'name="csrf[_-]token"[^>]*(?:value|content)="([^"]+)"', page)
    assert found
    made = ok(maker.post(here, json=raw, headers={"X-CSRFToken": found[1]}), 201)
    assert ok(app.test_client().patch(f"{here}{made['id']}", json={"remarks": "令牌", **shown(made)}, headers=headers))
    assert maker.post(here, json=raw, headers={"Authorization": "Bearer x"}).status_code == 401


def test_tokens(app: Flask, monkeypatch: pytest.MonkeyPatch, here: str, client_for: Login) -> None:
    """A token decides who calls, whatever cookie comes along; what is no token is refused."""
    headers = token(app, monkeypatch, "data_manager")
    assert ok(app.test_client().get(here, headers=headers))["rows"] is not None
    assert ok(client_for("marketer").get(here, headers=headers))["rows"] is not None
    assert ok(app.test_client().get("/api/v1/tasks/", headers=headers))["rows"] is not None
    assert app.test_client().post("/api/v1/handover/", json={}, headers=headers).status_code == 422
    assert client_for("marketer").get(here).status_code == 403
    for wrong in ("Bearer x", "Bearer ", f"{headers['Authorization']}x", "Basic YTpi"):
        answer = app.test_client().get(here, headers={"Authorization": wrong})
        assert answer.status_code == 401, wrong
        assert "WWW-Authenticate" in answer.headers
    wrong_password = {"username": "data_manager", "password": "x", "provider": "db"}
    assert app.test_client().post("/api/v1/security/login", json=wrong_password).status_code == 401


def test_the_login_for_tokens_is_limited(app: Flask) -> None:
    """security 9: a limit by address on this login path too."""
    view = next(one for one in app.appbuilder.baseviews if type(one).__name__ == "SecurityApi")  # type: ignore[attr-defined]
    assert [limit.limit_value for limit in view.limits] == ["30 per minute"]


def test_every_operation_asks_who_calls(app: Flask) -> None:
    """No route of forms, registers, tasks and the rest answers strangers, by any verb."""
    ours = tuple(f"/api/v1/{one}/" for one in ("forms", "registers", "notices", "tasks", "jobs", "delegations", "handover"))
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(ours):
            path = re.sub(r"<int[^>]*>", "1", re.sub(r"<(path|string):[^>]*>", "submit", rule.rule))
            for verb in rule.methods - {"HEAD", "OPTIONS"}:
                assert app.test_client().open(path, method=verb, json={}).status_code == 401, (verb, rule.rule)


def test_idempotency_key(maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any], session: Session) -> None:
    """security 17: a retry makes no second document, and somebody else's key is somebody else's."""
    before, headers = counted(session), {"Idempotency-Key": f"retry-{raw['medium_no']}"}
    first = maker.post(here, json=raw, headers=headers)
    again = maker.post(here, json=raw, headers=headers)
    assert ok(again, 201) == ok(first, 201)
    assert again.location == first.location
    assert again.headers["Idempotent-Replay"] == "true"
    assert counted(session) == before + 1
    other = {**raw, "remarks": "另一份内容"}
    assert "另一份内容" in ok(maker.post(here, json=other, headers=headers), 422)["message"]
    theirs = {**raw, "medium_no": f"{raw['medium_no']}-2"}
    assert client_for("data_manager/2").post(here, json=theirs, headers=headers).status_code in (201, 422)
    assert maker.post(here, json=raw, headers={"Idempotency-Key": "k" * 201}).status_code == 422


def test_the_same_request_twice_at_once(
    app: Flask, client_for: Login, here: str, raw: dict[str, Any], session: Session
) -> None:
    """security 17: ten copies of one request in the same moment make one document."""
    clients = [client_for("data_manager") for _number in range(10)]
    before, answers = counted(session), []
    start = threading.Barrier(len(clients))

    def send(client: FlaskClient) -> None:
        start.wait()
        answers.append(client.post(here, json=raw, headers={"Idempotency-Key": f"once-{raw['medium_no']}"}))

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.location for answer in answers}) == 1
    assert counted(session) == before + 1


def test_what_a_change_is_based_on(maker: FlaskClient, here: str, raw: dict[str, Any]) -> None:
    """security 3: version and digest, in the body or as If-Match; none, half, two, none of ours."""
    made = ok(maker.post(here, json=raw), 201)
    mine, tag = f"{here}{made['id']}", f'"{made["version"]}-{made["digest"]}"'
    assert maker.patch(mine, json={"remarks": "x"}).status_code == 428
    assert maker.delete(mine).status_code == 428
    assert set(fields_refused(maker.patch(mine, json={"remarks": "x", "version": made["version"]}))) == {"digest"}
    assert set(fields_refused(maker.patch(mine, json={"remarks": "x", "version": "一", "digest": 1}))) == {"version", "digest"}
    for wrong in ("*", "1", '"1"', f"W/{tag}", f"{tag}, {tag}"):
        assert maker.patch(mine, json={"remarks": "x"}, headers={"If-Match": wrong}).status_code == 422, wrong
    other = {"If-Match": f'"{made["version"] + 1}-{made["digest"]}"'}
    assert maker.patch(mine, json={"remarks": "x", **shown(made)}, headers=other).status_code == 422
    assert maker.patch(mine, json={"remarks": "x"}, headers=other).status_code == 409
    changed = ok(maker.patch(mine, json={"remarks": "x"}, headers={"If-Match": tag}))
    stale = maker.patch(mine, json={"remarks": "y", **shown(made)})
    assert stale.status_code == 409
    assert "已被他人更新" in stale.get_json()["message"]
    assert ok(maker.get(mine)) == changed


def test_drafts_are_their_makers_own(maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any]) -> None:
    """security 7: 404 on every address of somebody else's draft."""
    made = ok(maker.post(here, json=raw), 201)
    other = client_for("data_manager/2")
    for verb, path, body in (
        ("get", "", None), ("get", "/trail", None), ("get", "/actions", None), ("get", "/attachments", None),
        ("put", "", shown(made)), ("patch", "", shown(made)), ("post", "/actions/submit", shown(made)),
    ):
        answer = getattr(other, verb)(f"{here}{made['id']}{path}", **({"json": body} if body else {}))
        assert answer.status_code == 404, (verb, path)
    tag = {"If-Match": f'"{made["version"]}-{made["digest"]}"'}
    assert other.delete(f"{here}{made['id']}", headers=tag).status_code == 404
    assert made["id"] not in [one["id"] for one in ok(other.get(f"{here}?size=200"))["rows"]]
    assert maker.get(f"{here}{'9' * 20}").status_code == 404
    assert maker.post(f"{here}{made['id']}/actions/edit", json=shown(made)).status_code == 404


def test_lists(maker: FlaskClient, here: str, raw: dict[str, Any]) -> None:
    """Filters, order, pages by key; arguments that there are none of are named."""
    for number in range(3):
        ok(maker.post(here, json={**raw, "medium_no": f"{raw['medium_no']}-{number}"}), 201)
    page = ok(maker.get(f"{here}?size=2&view=mine"))
    assert len(page["rows"]) == 2
    following = ok(maker.get(f"{here}?size=2&view=mine&after={page['next']}"))
    assert following["rows"][0]["id"] < page["rows"][-1]["id"]
    back = ok(maker.get(f"{here}?size=2&view=mine&before={following['previous']}"))
    assert back["rows"] == page["rows"]
    assert ok(maker.get(f"{here}?state=done&number={page['rows'][0]['number']}"))["count"] == 0
    assert "registers" not in page["rows"][0]
    for query, name in (("no_such=1", "no_such"), ("size=0", "size"), ("size=201", "size"), ("size=x", "size"),
                        ("state=nothing", "state"), ("sort=digest", "sort"), ("order=up", "order"), ("content=x", "content"),
                        ("created_at_from=2026-02-31", "created_at"), ("digest=x", "digest")):
        assert name in fields_refused(maker.get(f"{here}?{query}")), query
    assert maker.get(f"{here}?after=nonsense").status_code == 400
    assert maker.get(f"{here}?after={page['next']}&before={page['next']}").status_code == 422


@pytest.mark.parametrize("slug", REGISTERS)
def test_registers_are_only_read(slug: str, client_for: Login) -> None:
    register = declared().register(slug)
    here, client = f"/api/v1/registers/{slug}", client_for("inspector")
    page = ok(client.get(f"{here}/"))
    for row in page["rows"][:2]:
        assert ok(client.get(row["links"]["self"])) == row
        assert {one.name for one in register.fields} <= set(row)
    assert client.get(f"{here}/没有这个代码").status_code == 404
    for verb in ("post", "put", "patch", "delete"):
        for path in ("", "/", "/1"):
            answer = getattr(client, verb)(f"{here}{path}", json={})
            assert answer.status_code == 405
            assert answer.get_json()["message"] == "台账只随单据办结而变更，不能直接写入"


def test_register_rows_by_id_and_masked(client_for: Login) -> None:
    """Identity numbers are shown whole only to who works with them."""
    row = ok(client_for("inspector").get("/api/v1/registers/employees?size=1"))["rows"][0]
    assert re.fullmatch(r".{3,4}\*{8,}.{4}", row["resident_id"])
    assert ok(client_for("inspector").get(f"/api/v1/registers/employees/{row['id']}")) == row
    assert row["titles"]["department"]


def test_attachments(app: Flask, maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any], session: Session) -> None:
    """security 15: Chinese names kept, type by content, download guarded, the digest renewed."""
    made = ok(maker.post(here, json=raw), 201)
    files = f"{here}{made['id']}/attachments"

    def send(content: bytes, name: str, **texts: Any) -> Any:
        return maker.post(files, data={"file": (io.BytesIO(content), name), **texts}, content_type="multipart/form-data")

    assert send(PDF, "扫描件.pdf").status_code == 428
    assert send(b"<html>", "扫描件.pdf", **shown(made)).status_code == 422
    assert send(b"MZ", "程序.exe", **shown(made)).status_code == 422
    assert maker.post(files, json=shown(made)).status_code == 415
    answer = send(PDF, "扫描件（一）.pdf", **shown(made))
    kept = ok(answer, 201)
    assert kept["name"] == "扫描件（一）.pdf"
    now = ok(maker.get(f"{here}{made['id']}"))
    assert answer.headers["ETag"] == f'"{now["version"]}-{now["digest"]}"'
    assert now["digest"] != made["digest"]
    assert send(PDF, "又一份.pdf", **shown(made)).status_code == 409
    assert ok(maker.get(files))["rows"] == [kept]
    with maker.get(kept["links"]["self"]) as got:
        assert got.data == PDF
    assert "filename*=UTF-8''%E6%89%AB" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert client_for("data_manager/2").get(kept["links"]["self"]).status_code == 404
    assert maker.get(f"{files}/{kept['id'] + 1}").status_code == 404
    session.rollback()
    stored = session.get_one(Attachment, kept["id"]).stored
    assert (app.config["DATA_DIR"] / "attachments" / stored).exists()
    tag = {"If-Match": answer.headers["ETag"]}
    assert maker.delete(kept["links"]["self"]).status_code == 428
    gone = maker.delete(kept["links"]["self"], headers=tag)
    assert gone.status_code == 204
    assert not (app.config["DATA_DIR"] / "attachments" / stored).exists()
    assert gone.headers["ETag"].endswith(f'-{made["digest"]}"')


def test_withdraw_and_return(maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any]) -> None:
    """Back to the maker by withdrawing; what is sent with a decision is checked."""
    made = ok(maker.post(here, json=raw), 201)
    act = f"{here}{made['id']}/actions"
    assert set(fields_refused(maker.post(f"{act}/submit", json={**shown(made), "state": "done"}))) == {"state"}
    wrong = {**shown(made), "opinion": 1, "back_to": [], "filled": "x"}
    assert set(fields_refused(maker.post(f"{act}/submit", json=wrong))) == {"opinion", "back_to", "filled"}
    sent = ok(maker.post(f"{act}/submit", json=shown(made)))
    tag = {"If-Match": f'"{sent["version"]}-{sent["digest"]}"'}
    assert ok(maker.post(f"{act}/withdraw", json={}, headers=tag))["state"] == "withdrawn"
    sent = ok(maker.post(f"{act}/submit", json=shown(ok(maker.get(f"{here}{made['id']}")))))
    signers = (client_for("data_manager/2"), client_for("data_manager"), client_for("safe_keeper"), client_for("safe_keeper/2"))
    for client in signers:
        for one in ok(client.get(act))["actions"]:
            if one["action"] == "return" and one["allowed"]:
                assert one["back_to"][0]["name"] == "maker"
                assert set(fields_refused(client.post(f"{act}/return", json=shown(sent)))) == {"opinion"}
                back = ok(client.post(f"{act}/return", json={**shown(sent), "opinion": "介质编号与标签不符"}))
                assert back["state"] == "returned"
                return
    raise AssertionError("nobody may return it")


def test_unknown_addresses_answer_json(maker: FlaskClient, here: str) -> None:
    for path, verb, status in (("/api/v1/forms/no_such/", "get", 404), (here, "delete", 405), ("/api/v2/x", "get", 404)):
        answer = getattr(maker, verb)(path)
        assert answer.status_code == status
        assert answer.is_json
