"""Decisions, tasks and standing in over REST: proofs, corrections, what has changed; and requests sent again (security 17)."""

import io
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import clock
from app.audit.models import AuditEntry
from app.database import transaction
from app.demo.people import PASSWORD
from app.demo.prerequisites import everybody, prepare
from app.documents.guard import writing
from app.documents.models import ApiRequest, Attachment
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.jobs.housekeeping import tidy
from app.notices.models import Notice
from app.security import codes, locking
from app.security.models import User
from tests.conftest import OwnContext
from tests.rest import address, declared, fields_refused, ok, shown

Login = Callable[[str], FlaskClient]
Example = Callable[..., dict[str, Any]]

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
    return example(spec, 7000 + (session.scalar(select(func.count()).select_from(Document)) or 0))


@pytest.fixture
def maker(client_for: Login) -> FlaskClient:
    return client_for("data_manager")


def counted(session: Session, model: Any = Document) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def key(text: Any) -> dict[str, str]:
    return {"Idempotency-Key": f"k-{text}"}


@pytest.fixture
def reloading(session: Session, example: Example, actors: Any, client_for: Login) -> tuple[FlaskClient, str, dict[str, Any]]:
    """A load error register that waits for its authorisation on the spot: its maker's client, address, and itself."""
    form = next(one for one in declared().forms if one.slug == "load_error_register")
    prepare(session, form, everybody(session))
    session.commit()
    number = 7000 + (session.scalar(select(func.count()).select_from(Document)) or 0)
    client = client_for("data_manager")
    values = example(form, number, actors["data_manager"], given={"disposal": "reload"})
    made = ok(client.post(address(form, ""), json=values), 201)
    act = address(form, made["id"], "actions")
    sent = ok(client.post(f"{act}/submit", json=shown(made)))
    now = ok(client_for("it_head").post(f"{act}/approve", json=shown(sent)))
    return client, act, now


@pytest.mark.article("19")
def test_authorising_on_the_spot(reloading: Any, session: Session) -> None:
    """Article 19: another person proves identity in the operator's session; the code once, the password nowhere."""
    client, act, now = reloading
    secret, basis = pyotp.random_base32(), shown(now)
    with transaction(session):
        user = session.scalars(select(User).where(User.username == "it_head2")).one()
        row = locking.security_of(session, user.id)
        row.totp_secret, row.totp_used, user.fail_login_count = codes.sealed(user.id, secret), None, 0
    offered = {one["action"]: one for one in ok(client.get(act))["actions"]}
    assert offered["authorise"]["allowed"] is offered["authorise"]["proof"] is True
    right = {"user_name": "it_head2", "password": PASSWORD, "code": pyotp.TOTP(secret).now()}
    for wrong in (None, {**right, "password": "Wrong-2026!"}, {**right, "code": "1"}, {"password": PASSWORD}):
        answer = client.post(f"{act}/authorise", json={**basis, **({"proof": wrong} if wrong else {})})
        assert (answer.status_code, answer.get_json()["code"]) == (403, "unproven"), wrong
        assert "2026!" not in answer.get_data(as_text=True)
    assert client.post(f"{act}/authorise", json={**basis, "proof": {**right, "pin": "1"}}).status_code == 422
    headers = key(now["number"])
    done = client.post(f"{act}/authorise", json={**basis, "proof": right}, headers=headers)
    assert ok(done)["state"] == "done"
    again = client.post(f"{act}/authorise", json={**basis, "proof": right}, headers=headers)
    assert ok(again) == ok(done)
    assert again.headers["Idempotent-Replay"] == "true"
    last = ok(client.get(act.replace("actions", "trail")))["rows"][-1]
    assert last["operator_name"]
    assert last["user_name"] != last["operator_name"]
    session.rollback()
    texts = [*session.scalars(select(AuditEntry.detail)), *session.scalars(select(ApiRequest.body))]
    assert not any(PASSWORD in text or "Wrong-2026!" in text for text in texts)
    with transaction(session):
        locking.security_of(session, user.id).totp_secret = None


def test_signing_with_ones_own_password(
    maker: FlaskClient, client_for: Login, session: Session, here: str, raw: dict[str, Any]
) -> None:
    """Where the parameter asks for it, approving and returning need the signer's own password."""
    made = ok(maker.post(here, json=raw), 201)
    act = f"{here}{made['id']}/actions"
    now = ok(maker.post(f"{act}/submit", json=shown(made)))
    signer, name = next(
        (client, name) for name in ("data_manager/2", "safe_keeper", "safe_keeper/2") for client in [client_for(name)]
        if any(one["action"] == "return" and one["allowed"] for one in ok(client.get(act))["actions"])
    )
    set_switch(session, "是")
    try:
        offered = {one["action"]: one.get("proof") for one in ok(signer.get(act))["actions"]}
        assert offered["approve"] is offered["return"] is True
        body = {**shown(now), "opinion": "介质编号与标签不符"}
        other = {"user_name": "data_manager", "password": PASSWORD}
        for wrong in (None, {"password": "Wrong-2026!"}, {"user_name": name, "password": ""}, other):
            answer = signer.post(f"{act}/return", json={**body, "proof": wrong})
            assert (answer.status_code, answer.get_json()["code"]) == (403, "unproven"), wrong
        assert ok(signer.post(f"{act}/return", json={**body, "proof": {"password": PASSWORD}}))["state"] == "returned"
    finally:
        set_switch(session, "否")


def set_switch(session: Session, value: str) -> None:
    """Sets the parameter that asks for the password at each signature."""
    with transaction(session), writing(session):
        row: Any = session.scalars(select(declared().register("parameters").model).filter_by(code="sign_password")).one()
        row.value = value


def test_corrections_and_terminating(maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any], session: Session) -> None:
    """更正 names the document by id or number; 终止 needs an opinion and ends it."""
    made = ok(maker.post(here, json=raw), 201)
    refused = fields_refused(maker.post(here, json={**raw, "amends": "没有这个编号"}))
    assert set(refused) == {"amends"}
    assert maker.post(here, json={**raw, "amends": made["id"]}).status_code == 403
    assert set(fields_refused(maker.patch(f"{here}{made['id']}", json={"amends": 1, **shown(made)}))) == {"amends"}
    act = f"{here}{made['id']}/actions"
    now = ok(maker.post(f"{act}/submit", json=shown(made)))
    now = ok(maker.post(f"{act}/withdraw", json=shown(now)))
    assert maker.post(f"{act}/terminate", json=shown(now)).status_code == 422
    assert maker.post(f"{act}/terminate", json={**shown(now), "opinion": "x", "proof": {"password": "x"}}).status_code == 422
    assert ok(maker.post(f"{act}/terminate", json={**shown(now), "opinion": "填错介质"}))["state"] == "terminated"


def test_amending_a_finished_document(reloading: Any, session: Session, example: Example, actors: Any) -> None:
    """Both documents name each other."""
    client, act, now = reloading
    proof = {"user_name": "it_head2", "password": PASSWORD}
    done = ok(client.post(f"{act}/authorise", json={**shown(now), "proof": proof}))
    here = act.removesuffix(f"{done['id']}/actions")
    form = next(one for one in declared().forms if one.slug == "load_error_register")
    values = example(form, done["id"], actors["data_manager"], given={"disposal": "reload"})
    made = ok(client.post(here, json={**values, "amends": done["number"]}), 201)
    assert made["amends"] == done["number"]
    assert ok(client.get(f"{here}{done['id']}"))["amended_by"] == made["number"]
    assert client.post(here, json={**values, "amends": done["id"]}).status_code == 403


def test_what_has_changed_is_told(maker: FlaskClient, here: str, raw: dict[str, Any]) -> None:
    """security 3: the conflict names what is different now."""
    made = ok(maker.post(here, json=raw), 201)
    ok(maker.patch(f"{here}{made['id']}", json={"remarks": "改过", **shown(made)}))
    changes = ok(maker.post(f"{here}{made['id']}/actions/submit", json=shown(made)), 409)["changes"]
    assert [(one["field"], one["now"]) for one in changes] == [("remarks", "改过")]
    assert set(changes[0]) == {"field", "label", "then", "now"}


def test_every_change_is_replayed(maker: FlaskClient, here: str, raw: dict[str, Any], session: Session) -> None:
    """security 17: each kind of change, sent twice under one key, happens once and is answered the same."""
    name = raw["medium_no"]
    made = ok(maker.post(here, json=raw), 201)
    mine = f"{here}{made['id']}"

    def twice(verb: str, path: str, **sent: Any) -> Any:
        file = sent.pop("file", None)
        answers = []
        for _time in range(2):
            body = {"data": {"file": (io.BytesIO(file), "扫描件.pdf"), **sent["data"]}} if file else sent
            answers.append(getattr(maker, verb)(path, headers=key(f"{verb}{name}{len(path)}"), **body))
        first, again = answers
        assert (again.status_code, again.data) == (first.status_code, first.data)
        assert {n: again.headers.get(n) for n in ("ETag", "Location")} == {n: first.headers.get(n) for n in ("ETag", "Location")}
        assert first.status_code < 300, first.data
        assert "Idempotent-Replay" not in first.headers
        assert again.headers["Idempotent-Replay"] == "true"
        return first.get_json(silent=True)

    now = twice("patch", mine, json={"remarks": "一次", **shown(made)})
    now = twice("put", mine, json={**raw, **shown(now)})
    files = counted(session, Attachment)
    twice("post", f"{mine}/attachments", data=shown(now), file=PDF)
    assert counted(session, Attachment) == files + 1
    now = ok(maker.get(mine))
    now = twice("post", f"{mine}/actions/submit", json=shown(now))
    now = twice("post", f"{mine}/actions/withdraw", json=shown(now))
    assert len(ok(maker.get(f"{mine}/trail"))["rows"]) == 2


def test_keys_that_are_refused(maker: FlaskClient, here: str, raw: dict[str, Any], session: Session) -> None:
    """A key is of one request; what failed is not kept; nonsense is no key; a week later it is forgotten."""
    mine = key(raw["medium_no"])
    assert maker.post(here, json={**raw, "medium_no": None}, headers=mine).status_code == 422
    made = ok(maker.post(here, json=raw, headers=mine), 201)
    assert maker.post(here, json={**raw, "remarks": "另"}, headers=mine).status_code == 422
    assert maker.patch(f"{here}{made['id']}", json={"remarks": "x", **shown(made)}, headers=mine).status_code == 422
    for wrong in ("", "k" * 65, "a b", "键".encode().decode("latin-1")):
        assert maker.post(here, json=raw, headers={"Idempotency-Key": wrong}).status_code == 422
    week = clock.now().replace(tzinfo=clock.SHANGHAI) + timedelta(days=7, seconds=1)
    with clock.at(week):
        tidy()
    session.rollback()
    kept = select(func.count()).select_from(ApiRequest).where(ApiRequest.key == mine["Idempotency-Key"])
    assert session.scalar(kept) == 0


def test_one_key_in_ten_threads(maker: FlaskClient, client_for: Login, here: str, raw: dict[str, Any], session: Session) -> None:
    """security 17: one document, nine replays."""
    clients, before, answers = [client_for("data_manager") for _number in range(10)], counted(session), []
    start = threading.Barrier(10)

    def send(client: FlaskClient) -> None:
        start.wait()
        answers.append(client.post(here, json=raw, headers=key(f"ten-{raw['medium_no']}")))

    threads = [threading.Thread(target=send, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 10
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 9
    assert counted(session) == before + 1


def test_an_announcement_goes_out_once(client_for: Login, session: Session) -> None:
    """security 17: the page sent twice sends one announcement; another text is another."""
    client, before = client_for("general_manager"), counted(session, Notice)
    sent = {"title": "双击", "body": "正文", "whom": "all", "_key": f"page-{before}"}
    answers = [client.post("/notices/new", data=sent) for _time in range(2)]
    assert [one.status_code for one in answers] == [302, 302]
    assert answers[0].location == answers[1].location
    assert counted(session, Notice) == before + 1
    client.post("/notices/new", data={**sent, "body": "另一正文"})
    assert counted(session, Notice) == before + 2


def test_an_attachment_is_added_once(maker: FlaskClient, here: str, raw: dict[str, Any], session: Session) -> None:
    """security 17: the upload is bound to what was shown, so the second click finds it changed."""
    made, before = ok(maker.post(here, json=raw), 201), counted(session, Attachment)
    for status in (302, 409):
        data = {**shown(made), "attachment": (io.BytesIO(PDF), "扫描件.pdf")}
        assert maker.post(f"/forms/media_safe_record/{made['id']}/attachments", data=data).status_code == status
    assert counted(session, Attachment) == before + 1


def test_tasks(maker: FlaskClient, client_for: Login, reloading: Any) -> None:
    """Article 107: one's own tasks, by view, form and deadline, paged."""
    client, _act, now = reloading
    rows = ok(client.get("/api/v1/tasks/?form=load_error_register&size=200"))["rows"]
    mine = next(one for one in rows if one["number"] == now["number"])
    assert mine["step"] == "reload"
    assert client.get(mine["links"]["document"]).status_code == 200
    done = ok(client_for("it_head").get("/api/v1/tasks/?view=done&size=1"))
    assert done["rows"][0]["number"] == now["number"]
    assert ok(client.get("/api/v1/tasks/?view=read"))["rows"] == []
    assert ok(client.get("/api/v1/tasks/?overdue=true"))["rows"] == []
    for query in ("view=x", "form=x", "overdue=1", "after=x", "no=1", "size=0"):
        assert set(fields_refused(client.get(f"/api/v1/tasks/?{query}"))) == {query.partition("=")[0]}
    assert client.post(f"/api/v1/tasks/{mine['id']}/claim", json={}).status_code == 403
    assert client.post(f"/api/v1/tasks/{mine['id']}/read").status_code == 404
    assert client_for("marketer").post(f"/api/v1/tasks/{mine['id']}/claim", json={}).status_code == 404


def test_claiming(client_for: Login, session: Session, example: Example, actors: Any) -> None:
    """认领: taken on once, by somebody else only with `over`, and released."""
    form = next(one for one in declared().forms if one.slug == "load_error_register")
    prepare(session, form, everybody(session))
    session.commit()
    values = example(form, 7900 + counted(session), actors["data_manager"], given={"disposal": "discard"})
    made = ok(client_for("data_manager").post(address(form, ""), json=values), 201)
    ok(client_for("data_manager").post(address(form, made["id"], "actions", "submit"), json=shown(made)))
    first, second = client_for("it_head"), client_for("it_head/2")
    task = next(one for one in ok(first.get("/api/v1/tasks/?size=200"))["rows"] if one["number"] == made["number"])
    here = f"/api/v1/tasks/{task['id']}"
    claimed = first.post(f"{here}/claim", json={}, headers=key(here))
    assert ok(claimed)["claimed_by_name"] == actors["it_head"].name
    assert first.post(f"{here}/claim", json={}, headers=key(here)).data == claimed.data
    assert second.post(f"{here}/claim", json={}).status_code == 403
    assert set(fields_refused(second.post(f"{here}/claim", json={"over": "yes"}))) == {"over"}
    assert ok(second.post(f"{here}/claim", json={"over": True}))["claimed_by_name"] == actors["it_head/2"].name
    assert first.post(f"{here}/release").status_code == 403
    assert ok(second.post(f"{here}/release"))["claimed_by_name"] is None


def test_delegations(client_for: Login, session: Session) -> None:
    """委托: given, listed by both, ended; refusals name the field; nobody else's to give."""
    client, here = client_for("it_head"), "/api/v1/delegations/"
    start = clock.now().replace(second=0) + timedelta(hours=1)
    body = {"to": "it_head2", "starts_at": f"{start:%Y-%m-%d %H:%M}", "reason": "休假",
            "ends_at": f"{start + timedelta(days=1):%Y-%m-%d %H:%M}", "confirmed": True}
    assert set(fields_refused(client.post(here, json={"to": "nobody", "starts_at": "1"}))) >= {"starts_at", "ends_at", "reason"}
    assert set(fields_refused(client.post(here, json={**body, "to": "nobody"}))) == {"to"}
    assert set(fields_refused(client.post(here, json={**body, "ends_at": body["starts_at"]}))) == {"ends_at"}
    assert client_for("marketer").post(here, json={**body, "from": "it_head"}).status_code == 403
    answers = [client.post(here, json=body, headers=key(f"delegate{start:%m%d%H%M}")) for _time in range(2)]
    assert answers[0].data == answers[1].data
    made = ok(answers[0], 201)
    for one in (client, client_for("it_head/2")):
        assert [row["id"] for row in ok(one.get(here))["rows"]].count(made["id"]) == 1
    assert client_for("marketer").post(f"{here}{made['id']}/revoke").status_code == 403
    assert client.post(f"{here}2000000/revoke").status_code == 404
    assert ok(client.post(f"{here}{made['id']}/revoke"))["revoked_at"]


def test_handing_over(client_for: Login, maker: FlaskClient, here: str, raw: dict[str, Any]) -> None:
    """交接: what went over and what was refused."""
    made = ok(maker.post(here, json=raw), 201)
    body = {"from": "data_manager", "to": "data_manager2", "reason": "离职"}
    assert client_for("marketer").post("/api/v1/handover/", json=body).status_code == 403
    assert set(fields_refused(maker.post("/api/v1/handover/", json={"from": "data_manager"}))) == {"to", "reason"}
    found = ok(maker.post("/api/v1/handover/", json=body))
    assert made["number"] in found["documents"]
    assert set(found) == {"documents", "tasks", "refused"}
    assert client_for("data_manager/2").get(f"{here}{made['id']}").status_code == 200
