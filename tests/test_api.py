"""REST for every form and register: round trips, what may not be sent, rights, decisions, lists."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import transaction
from app.demo.packages import deliver
from app.demo.prerequisites import first_maker, prepare
from app.demo.walk import signer
from app.engine.document import Document
from app.engine.positions import Position
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from tests.conftest import OwnContext
from tests.rest import address, declared, fields_refused, name_of, ok, shown, writable

Login = Callable[[str], FlaskClient]
Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]

UNSENT = ("id", "form", "number", "state", "step", "round", "version", "digest", "maker", "maker_id", "maker_name",
          "department_code", "created_at", "submitted_at", "finished_at", "due_at", "archive_state", "summary",
          "titles", "links", "trail", "attachments")
"""What no request may bring, beside each form's own computed and later-filled fields."""


KEYED = [spec.slug for spec in declared().forms if not spec.generated]


@pytest.fixture(autouse=True)
def own_context(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "test_client_class", OwnContext)


@pytest.fixture
def spec(request: pytest.FixtureRequest) -> FormSpec:
    return declared().form(request.param)


@pytest.fixture
def people(actors: Actors) -> list[Actor]:
    return [actors[f"{one.code}{half}"] for one in Position for half in (("",) if one.external else ("", "/2"))]


@pytest.fixture
def raw(spec: FormSpec, session: Session, people: list[Actor], example: Example) -> dict[str, Any]:
    """Valid values, with the documents that they refer to made first."""
    prepare(session, spec, people)
    return example(spec, 3000 + (session.scalar(select(func.count()).select_from(Document)) or 0))


@pytest.fixture
def maker(spec: FormSpec, client_for: Login) -> FlaskClient:
    return client_for(spec.makers[0].code)


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_round_trip(spec: FormSpec, maker: FlaskClient, raw: dict[str, Any]) -> None:
    """create → get → replace → change → delete → create: what is read can be written again and is the same."""
    answer = maker.post(address(spec), json=raw)
    made = ok(answer, 201)
    assert answer.location.endswith(address(spec, made["id"]))
    got = maker.get(answer.location)
    assert ok(got) == made
    assert got.headers["ETag"] == f'"{made["version"]}-{made["digest"]}"'
    assert made["number"].startswith(f"{spec.prefix}-")
    assert made["state"] == "draft"

    again = ok(maker.put(answer.location, json=writable(spec, made), headers={"If-Match": got.headers["ETag"]}))
    assert writable(spec, again) == writable(spec, made)
    assert again["digest"] == made["digest"]

    some = ok(maker.patch(answer.location, json={"remarks": "改过的备注", **shown(again)}))
    assert writable(spec, some) == {**writable(spec, made), "remarks": "改过的备注"}
    assert some["digest"] != made["digest"]

    rows = ok(maker.get(f"{address(spec)}?number={made['number']}"))["rows"]
    assert [one["id"] for one in rows] == [made["id"]]
    assert rows[0]["digest"] == some["digest"]

    assert maker.delete(answer.location, headers={"If-Match": got.headers["ETag"]}).status_code == 409
    tag = f'"{some["version"]}-{some["digest"]}"'
    assert maker.delete(answer.location, headers={"If-Match": tag}).status_code == 204
    assert maker.get(answer.location).status_code == 404
    copy = ok(maker.post(address(spec), json=writable(spec, some)), 201)
    assert writable(spec, copy) == writable(spec, some)


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_what_the_system_or_others_write_is_refused_by_name(
    spec: FormSpec, maker: FlaskClient, raw: dict[str, Any], session: Session
) -> None:
    """security 4: state, maker, number, trail and times are never accepted from outside; 422 names each field."""
    count = session.scalar(select(func.count()).select_from(Document))
    later = [one.name for one in spec.fields if not one.writable] + [one.name for one in spec.lines if not one.writable]
    forbidden = [*UNSENT, *later, "no_such_field"]
    refused = fields_refused(maker.post(address(spec), json={**raw, **dict.fromkeys(forbidden, "x")}))
    assert set(refused) == set(forbidden)
    assert refused["state"] == "只能由系统填写"
    assert refused["no_such_field"] == "没有这个项目"
    for line in spec.lines:
        if line.writable:
            names = ["id", "line_no", *(one.name for one in line.fields if not one.writable)]
            first = (raw.get(line.name) or [{}])[0]
            rows = [first, {**first, **dict.fromkeys(names, 1)}]
            refused = fields_refused(maker.post(address(spec), json={**raw, line.name: rows}))
            assert set(refused) == {f"{line.name}.1.{name}" for name in names}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Document)) == count

    made = ok(maker.post(address(spec), json=raw), 201)
    for verb in (maker.put, maker.patch):
        given = [one for one in forbidden if one not in ("version", "digest")]
        refused = fields_refused(verb(address(spec, made["id"]), json={**shown(made), **dict.fromkeys(given, "x")}))
        assert set(refused) == set(given)
    whole = fields_refused(maker.put(address(spec, made["id"]), json=made))
    assert {"id", "number", "state", "titles", "links"} <= set(whole)
    assert ok(maker.get(address(spec, made["id"]))) == made


@pytest.mark.parametrize("spec", KEYED, indirect=True)
def test_every_fault_is_named(spec: FormSpec, maker: FlaskClient) -> None:
    """All that is missing at once, in words."""
    answer = maker.post(address(spec), json={"remarks": "长" * 2001})
    refused = fields_refused(answer)
    required = {one.name for one in spec.writable if one.required}
    least = {one.name for one in spec.lines if one.writable and one.least}
    assert set(refused) == required | least | {"remarks"}
    assert all(refused[name] == "必填" for name in required)
    assert "最多 2000 个字" in refused["remarks"]


@pytest.mark.article("74")
@pytest.mark.parametrize("position", list(Position), ids=lambda one: one.code)
def test_rights_of_a_position(position: Position, client_for: Login) -> None:
    """Each form and register: who may list and make is what the declarations say."""
    client = client_for(position.code)
    for spec in declared().forms:
        assert client.get(address(spec)).status_code == (200 if position in spec.reading else 403), spec.slug
        made = client.post(address(spec), json={"no_such_field": 1}).status_code
        assert made == (422 if position in spec.makers else 403), spec.slug
    for register in declared().registers:
        answer = client.get(f"/api/v1/registers/{register.slug}")
        assert answer.status_code == (200 if position in register.readers else 403), register.slug


@pytest.mark.article("ARC")
@pytest.mark.parametrize("spec", ["media_safe_record", "collection_file_register"], indirect=True)
def test_a_chain_by_rest(
    spec: FormSpec, maker: FlaskClient, raw: dict[str, Any], session: Session, people: list[Actor], client_for: Login
) -> None:
    """Submit, approve each step, with the fields that steps complete; nobody else, and nothing stale (security 1, 3)."""
    from app.demo.examples import step_example

    made = ok(maker.post(address(spec), json=raw), 201)
    here = address(spec, made["id"])
    with transaction(session):
        deliver(session, first_maker(spec, people), spec, session.get_one(spec.model, made["id"]))
    made = ok(maker.get(here))
    allowed = {one["action"] for one in ok(maker.get(f"{here}/actions"))["actions"] if one["allowed"]}
    assert allowed == {"submit", "edit", "delete"}
    now = ok(maker.post(f"{here}/actions/submit", json=shown(made)))
    assert now["state"] == "pending"
    assert maker.post(f"{here}/actions/submit", json=shown(made)).status_code == 409
    denied = maker.post(f"{here}/actions/approve", json=shown(now))
    assert denied.status_code == 403
    assert denied.get_json()["message"]
    assert maker.patch(here, json={"remarks": "偷改", **shown(now)}).status_code == 403
    while now["state"] == "pending":
        with transaction(session):  # what a step prepares, such as an extraction, stays
            document = session.get_one(spec.model, made["id"])
            case = case_of(session, spec, document)
            actor = signer(case, people)
            step = case.current
            assert step is not None
            filled = step_example(session, actor, case, step)
        client = client_for(name_of(actor))
        found = next(one for one in ok(client.get(f"{here}/actions"))["actions"] if one["action"] == "approve")
        assert found["allowed"]
        assert found["step"] == step.name
        strange = {**filled, "state": "done"}
        assert "state" in fields_refused(client.post(f"{here}/actions/approve", json={**shown(now), "filled": strange}))
        stale = {"version": now["version"], "digest": "0" * 64}
        assert client.post(f"{here}/actions/approve", json={**stale, "filled": filled}).status_code == 409
        body = {**shown(now), "opinion": "同意。", "filled": filled}
        now = ok(client.post(f"{here}/actions/approve", json=body))
    assert now["state"] == "done"
    trail = ok(maker.get(f"{here}/trail"))["rows"]
    session.rollback()
    steps = case_of(session, spec, session.get_one(spec.model, made["id"])).steps
    assert [one["decision"] for one in trail] == ["submit", *["approve"] * len(steps)]
    assert trail[-1]["opinion"] == "同意。"
