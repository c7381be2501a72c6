"""Chapter 3 over REST: arrivals, entry sheets, extraction, discs; the same verbs, rights and refusals as on the pages."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.arrival import receiving
from app.areas.collection.arrival.models import Arrival
from app.areas.collection.registers import DataStructure, Method
from app.areas.collection.structures import layout_of
from app.demo.deliveries import sample_rows
from app.demo.packages import AGREED, announced, packed
from app.demo.people import PASSWORD
from app.jobs.running import run_waiting
from tests.conftest import OwnContext
from tests.rest import fields_refused, ok, shown
from tests.test_arrival import NAME, STRUCTURE, arrived, drop, put
from tests.test_discs import disc, package
from tests.test_extraction import received, sent_open, staff_no

__all__ = ["disc", "drop"]

Login = Callable[[str], FlaskClient]
Actors = Mapping[str, Any]
BASE = "/api/v1/collection"


@pytest.fixture(autouse=True)
def own_context(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", OwnContext)


@pytest.mark.parametrize("path", ["arrivals/", "arrivals/1", "deliveries/", "deliveries/1", "entry/", "entry/1", "extraction/1", "discs/1"])
def test_nobody_reads_without_being_known(app: Flask, client_for: Login, path: str) -> None:
    """401 for strangers, 403 for positions that have no business there, whether there is such a one or not."""
    assert OwnContext(app).get(f"{BASE}/{path}").status_code == 401
    assert client_for("cashier").get(f"{BASE}/{path}").status_code == 403


@pytest.mark.parametrize(("who", "path"), [
    ("collector", "arrivals/999999"), ("provider_operator", "deliveries/999999"), ("collector", "entry/999999"),
    ("data_manager", "extraction/999999"), ("safe_keeper", "discs/999999"), ("collector", "arrivals/99999999999"),
])
def test_what_there_is_not(client_for: Login, who: str, path: str) -> None:
    assert client_for(who).get(f"{BASE}/{path}").status_code == 404


@pytest.mark.article("16.1.1")
def test_arrivals_are_listed_and_fetched(app: Flask, session: Session, drop: Path, client_for: Login) -> None:
    plain = NAME.removesuffix(".zip")
    put(drop / "TG001", plain, packed(session, STRUCTURE, plain))
    put(drop / "TG004", "other.csv")
    arrived(app, session, drop)
    run_waiting(session)
    client = client_for("collector")
    rows = ok(client.get(f"{BASE}/arrivals/?provider=TG001&size=1"))["rows"]
    assert [(one["name"], one["provider"], one["state"]) for one in rows] == [(plain, "TG001", "waiting")]
    true = int(announced(session, STRUCTURE, plain)["records"])
    assert ok(client.get(f"{BASE}/arrivals/{rows[0]['id']}"))["records"] == true
    page = ok(client.get(f"{BASE}/arrivals/?size=1"))
    assert ok(client.get(f"{BASE}/arrivals/?size=1&after={page['next']}"))["rows"][0]["id"] == rows[0]["id"]
    for wrong in ("?provider=TG001&x=1", "?after=x", "?size=0"):
        assert client.get(f"{BASE}/arrivals/{wrong}").status_code == 422
    other = page["rows"][0]["id"]
    assert client.post(f"{BASE}/arrivals/fetch", json={"arrivals": [rows[0]["id"], other]}).status_code == 403
    assert client_for("data_manager").post(f"{BASE}/arrivals/fetch", json={"arrivals": [other]}).status_code == 403
    assert client.post(f"{BASE}/arrivals/fetch", json={"arrivals": [999999]}).status_code == 404
    assert fields_refused(client.post(f"{BASE}/arrivals/fetch", json={})) == {"arrivals": "必填"}
    assert fields_refused(client.post(f"{BASE}/arrivals/fetch", json={"arrivals": []})) == {"arrivals": "一次取 1 至 100 个文件"}
    assert set(fields_refused(client.post(f"{BASE}/arrivals/fetch", json={"arrivals": ["1"]}))) == {"arrivals.0"}
    key = {"Idempotency-Key": f"fetch-{rows[0]['id']}"}
    made = ok(client.post(f"{BASE}/arrivals/fetch", json={"arrivals": [rows[0]["id"]]}, headers=key), 201)
    assert ok(client.post(f"{BASE}/arrivals/fetch", json={"arrivals": [rows[0]["id"]]}, headers=key), 201) == made
    document = ok(client.get(made["links"]["self"]))
    assert (document["state"], document["files"][0]["records"]) == ("draft", true)
    assert ok(client.get(f"{BASE}/arrivals/{rows[0]['id']}"))["register"] == made["number"]
    assert client.post(f"{BASE}/arrivals/fetch", json={"arrivals": [rows[0]["id"]]}).status_code == 403


def test_a_delivery_sent_again_under_its_key_arrives_once(app: Flask, session: Session, client_for: Login) -> None:
    """security 17; what a crash kept from its place is put there by the same file sent again."""
    client, path = client_for("provider_operator"), f"{BASE}/deliveries/"
    headers = {"X-File-Name": "once.csv", "Idempotency-Key": "delivery-1"}
    made = client.post(path, data=b"a,b\n1,2\n", headers=headers)
    again = client.post(path, data=b"a,b\n1,2\n", headers=headers)
    assert (again.status_code, again.json, again.headers["Idempotent-Replay"]) == (201, made.json, "true")
    assert client.post(path, data=b"a,b\n1,3\n", headers=headers).status_code == 422
    assert client.post(path, data=b"x", headers=headers | {"Idempotency-Key": "名"}).status_code == 422
    folder = app.config["DATA_DIR"] / "arrivals"
    kept = [folder / one for one in session.scalars(select(Arrival.stored).where(Arrival.name == "once.csv"))]
    assert [one.read_bytes() for one in kept] == [b"a,b\n1,2\n"]
    kept[0].unlink()
    assert client.post(path, data=b"a,b\n1,2\n", headers=headers).json == made.json
    assert kept[0].read_bytes() == b"a,b\n1,2\n"
    assert list((folder / "incoming").iterdir()) == []
    assert client.post(path, data=b"a,b\n1,2\n", headers={"X-File-Name": "once.csv"}).json["id"] != made.json["id"]


@pytest.mark.article("16.1.1")
def test_an_operator_uploads_and_sees_the_own_files_alone(
    app: Flask, session: Session, drop: Path, client_for: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 7, 15: larger than other bodies, refused above its own limit; others' receipts are not there."""
    client, content = client_for("provider_operator"), b"0123456789" * 6_000_000
    digest = hashlib.sha256(content).hexdigest()
    headers = {"X-File-Name": quote("全量 数据.zip"), "X-File-Sha256": digest}
    assert len(content) > app.config["MAX_CONTENT_LENGTH"]
    made = ok(client.post(f"{BASE}/deliveries/", data=content, headers=headers, content_type="application/octet-stream"), 201)
    assert (made["name"], made["sha256"], made["state"], made["way"]) == ("全量 数据.zip", digest, "waiting", "upload")
    assert ok(client.get(f"{BASE}/deliveries/{made['id']}")) == made
    assert ok(client.get(f"{BASE}/deliveries/?size=1"))["rows"] == [made]
    assert "records" not in made
    wrong = client.post(f"{BASE}/deliveries/", data=b"x", headers=headers | {"X-File-Sha256": "abc"})
    assert "file" in fields_refused(wrong)
    assert client.post(f"{BASE}/deliveries/", data=b"", headers=headers).status_code == 422
    put(drop / "TG004", "foreign.csv")
    foreign = arrived(app, session, drop)[0].id
    assert client.get(f"{BASE}/deliveries/{foreign}").status_code == 404
    assert foreign not in [one["id"] for one in ok(client.get(f"{BASE}/deliveries/"))["rows"]]
    assert client.get(f"{BASE}/arrivals/").status_code == 403
    assert client_for("collector").post(f"{BASE}/deliveries/", data=b"x", headers=headers).status_code == 403
    monkeypatch.setattr(receiving, "most_bytes", lambda session: 1000)
    assert client.post(f"{BASE}/deliveries/", data=b"0" * 2000, headers=headers).status_code == 413
    session.rollback()
    assert session.scalar(select(Arrival.size).where(Arrival.id == made["id"])) == len(content)


@pytest.mark.article("16.1.3")
def test_a_sheet_is_keyed_reviewed_and_completed(session: Session, actors: Actors, client_for: Login) -> None:
    """A difference goes back; who keyed does not review; an old version is refused (security 2)."""
    manual = DataStructure.method == Method.MANUAL
    structure = session.scalars(select(DataStructure).where(manual).order_by(DataStructure.id)).first()
    assert structure is not None
    rows = list(sample_rows(layout_of(session, structure), 2, 23))
    sent = {"structure": structure.code, "original": "electronic", "source": "清单", "period_from": "2026-07-01", "period_to": "2026-09-30"}
    collector, reviewer = client_for("collector"), client_for("collection_reviewer")
    assert set(fields_refused(collector.post(f"{BASE}/entry/", json={"original": "film", "period_to": "x"}))) == {
        "structure", "original", "source", "period_from", "period_to"}
    assert set(fields_refused(collector.post(f"{BASE}/entry/", json=sent | {"period_to": "2026-06-30"}))) == {"period_to"}
    assert reviewer.post(f"{BASE}/entry/", json=sent).status_code == 403
    answer = collector.post(f"{BASE}/entry/", json=sent)
    sheet = ok(answer, 201)
    here = answer.headers["Location"]
    assert [one["name"] for one in sheet["fields"]] == [one.name for one in layout_of(session, structure).fields]
    assert ok(collector.get(f"{BASE}/entry/?size=1"))["rows"][0]["number"] == sheet["number"]
    wrong = [list(rows[0]), list(rows[1])]
    wrong[1][0] = ""
    keyed = ok(collector.post(f"{here}/key", json={"version": sheet["version"], "rows": wrong}))
    assert {(one["row_no"], one["field"]) for one in keyed["faults"]} >= {(2, sheet["fields"][0]["name"])}
    assert collector.post(f"{here}/key", json={"version": sheet["version"], "rows": rows}).status_code == 409
    assert client_for("data_entry").post(f"{here}/key", json={"version": keyed["version"], "rows": rows}).status_code == 403
    refused = fields_refused(collector.post(f"{here}/key", json={"version": keyed["version"], "rows": wrong, "hand_over": True}))
    assert next(iter(refused)).startswith("rows.2")
    for body in ({"rows": rows}, {"version": "1", "rows": rows}, {"version": 1, "rows": "x"}, {"version": 1, "rows": [[1]]}):
        assert collector.post(f"{here}/key", json=body).status_code == 422
    handed = ok(collector.post(f"{here}/key", json={"version": keyed["version"], "rows": rows, "hand_over": True}))
    assert (handed["state"], handed["faults"]) == ("reviewing", [])
    other = [*rows[1][:-1], rows[1][-1] + "x"]
    read = [{"row_no": 1, "same": True}, {"row_no": 2, "values": other}]
    assert collector.post(f"{here}/review", json={"version": handed["version"], "rows": read}).status_code == 403
    assert client_for("data_entry").post(f"{here}/review", json={"version": handed["version"], "rows": read}).status_code == 403
    assert reviewer.post(f"{here}/review", json={"version": handed["version"] - 1, "rows": read}).status_code == 409
    back = ok(reviewer.post(f"{here}/review", json={"version": handed["version"], "rows": read}))
    assert (back["state"], [one["review"] for one in back["rows"]], back["rows"][1]["read"]) == ("keying", ["same", "different"], other)
    assert reviewer.post(f"{here}/complete", json={"version": back["version"]}).status_code == 403
    changed = ok(collector.post(f"{here}/key", json={"version": back["version"], "rows": [rows[0]], "hand_over": True}))
    assert [one["values"] for one in changed["rows"]] == [rows[0]]
    assert reviewer.post(f"{here}/complete", json={"version": changed["version"] - 1}).status_code == 409
    made = ok(reviewer.post(f"{here}/complete", json={"version": changed["version"]}), 201)
    document = ok(reviewer.get(made["links"]["self"]))
    assert (document["files"][0]["records"], document["method"], document["state"]) == (1, "manual", "draft")
    done = ok(collector.get(here))
    assert (done["state"], done["register"]) == ("done", made["number"])
    assert done["not_to_key"]


@pytest.mark.article("16.1.1")
def test_extraction_is_started_watched_and_signed(session: Session, actors: Actors, client_for: Login) -> None:
    document, client = received(session, actors), client_for("data_manager")
    here, witness = f"{BASE}/extraction/{document.id}", staff_no(session, actors["data_manager/2"])
    answer = client.get(here)
    state = ok(answer)
    assert answer.headers["ETag"] == f'"{state["version"]}-{state["digest"]}"'
    assert (state["not_to_extract"], state["job"], state["files"][0]["result"]) == (None, None, None)
    assert witness in [one["staff_no"] for one in state["witnesses"]]
    sent = {**shown(state), "witness": witness, "password": AGREED}
    assert client.post(f"{here}/run", json={"witness": witness}).status_code == 428
    assert client.post(f"{here}/run", json=sent | {"version": 1}).status_code == 409
    alone = sent | {"witness": staff_no(session, actors["data_manager"])}
    assert set(fields_refused(client.post(f"{here}/run", json=alone))) == {"witness"}
    assert set(fields_refused(client.post(f"{here}/run", json=shown(state)))) == {"witness"}
    assert ok(client_for("collector").get(here))["not_to_extract"]
    assert client_for("collector").post(f"{here}/run", json=sent).status_code == 403
    assert client.post(f"{here}/sign", json=shown(state)).status_code == 403
    queued = ok(client.post(f"{here}/run", json=sent | {"password": "Wrong-Secret-1!"}), 202)
    assert queued["job"]["state"] == "queued"
    assert "Wrong-Secret-1!" not in str(queued)
    assert client.post(f"{here}/run", json=sent).status_code == 403
    run_waiting(session)
    state = ok(client.get(here))
    assert [one["name"] for one in state["unopened"]] == [one.name for one in document.files]
    ok(client.post(f"{here}/run", json=sent), 202)
    run_waiting(session)
    state = ok(client.get(here))
    assert (state["unopened"], {one["result"] for one in state["files"]}) == ([], {"good"})
    assert [one["found_records"] for one in state["files"]] == [one["records"] for one in state["files"]]
    name = state["files"][0]["name"]
    assert set(fields_refused(client.post(f"{here}/sign", json={**shown(state), "faults": {"none.csv": "x"}}))) == {"faults.none.csv"}
    assert client.post(f"{here}/sign", json={**shown(state), "version": 1}).status_code == 409
    signed = ok(client.post(f"{here}/sign", json={**shown(state), "faults": {name: "缺字段"}, "opinion": "已核对"}))
    assert (signed["step"], signed["state"]) == ("witness", "pending")
    assert ok(client.get(signed["links"]["self"]))["extraction"] == "faulty"
    assert client.post(f"{here}/sign", json=shown(signed)).status_code == 403


@pytest.mark.article("16.1.1")
def test_open_files_need_a_reason_over_rest_too(session: Session, actors: Actors, client_for: Login) -> None:
    document, client = sent_open(session, actors), client_for("data_manager")
    here = f"{BASE}/extraction/{document.id}"
    sent = {**shown(ok(client.get(here))), "witness": staff_no(session, actors["data_manager/2"])}
    ok(client.post(f"{here}/run", json=sent), 202)
    run_waiting(session)
    state = ok(client.get(here))
    assert all("没有按约定加密" in one["against_agreement"] for one in state["files"])
    assert set(fields_refused(client.post(f"{here}/sign", json=shown(state)))) == {"opinion"}
    assert ok(client.post(f"{here}/sign", json={**shown(state), "opinion": "提供单位已说明"}))["step"] == "witness"


@pytest.mark.article("16.1.1")
def test_a_disc_is_verified_and_moved(app: Flask, session: Session, disc: Any, client_for: Login) -> None:
    """The witness proves identity; a wrong proof is counted before anything changes (security 1)."""
    here, client = f"{BASE}/discs/{disc.id}", client_for("safe_keeper")
    state = ok(client.get(here))
    assert (state["sha256"], state["following"], [one["direction"] for one in state["movements"]]) == (disc.sha256, "out", ["in"])
    assert len(state["files"]) == 2
    assert ok(client.post(f"{here}/verify")) == {"matches": True, "faults": []}
    path = package(app, disc)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert ok(client.post(f"{here}/verify"))["matches"] is False
    path.write_bytes(whole)
    proof = {"user_name": "data_manager", "password": PASSWORD}
    sent = {**shown(state), "direction": "out", "reason": "重新导入", "proof": proof}
    assert client_for("cashier").post(f"{here}/movements", json=sent).status_code == 403
    assert client_for("data_manager").post(f"{here}/movements", json=sent).status_code == 403
    refused = client.post(f"{here}/movements", json=sent | {"proof": proof | {"password": "Wrong-Secret-1!"}})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "unproven")
    assert client.post(f"{here}/movements", json=sent | {"proof": proof | {"user_name": "clerk"}}).status_code == 403
    assert client.post(f"{here}/movements", json=sent | {"version": 1}).status_code == 409
    assert client.post(f"{here}/movements", json={**sent, "direction": "in"}).status_code == 403
    assert set(fields_refused(client.post(f"{here}/movements", json={**shown(state), "direction": "up"}))) == {
        "direction", "reason", "proof"}
    moved = ok(client.post(f"{here}/movements", json=sent), 201)
    assert ([one["direction"] for one in moved["movements"]], moved["following"]) == (["in", "out"], "in")
    assert client.post(f"{here}/movements", json=sent).status_code == 409


def test_the_description_has_them(client_for: Login) -> None:
    paths = ok(client_for("sysadmin").get("/api/v1/_openapi"))["paths"]
    wanted = {
        "arrivals/": {"get"}, "arrivals/{pk}": {"get"}, "arrivals/fetch": {"post"}, "deliveries/": {"get", "post"},
        "deliveries/{pk}": {"get"}, "entry/": {"get", "post"}, "entry/{pk}": {"get"}, "entry/{pk}/key": {"post"},
        "entry/{pk}/review": {"post"}, "entry/{pk}/complete": {"post"}, "extraction/{pk}": {"get"}, "extraction/{pk}/run": {"post"},
        "extraction/{pk}/sign": {"post"}, "discs/{pk}": {"get"}, "discs/{pk}/verify": {"post"}, "discs/{pk}/movements": {"post"},
    }
    assert {one: set(paths[f"{BASE}/{one}"]) for one in wanted} == wanted
