"""What the registers know, shown: versions, past days, the nightly check, parameters valid from a day (chapters 8, 10)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from app import models
from app.areas.organisation.registers import ExternalOrganisation
from app.clock import at, now
from app.database import db, transaction
from app.demo.prerequisites import everybody
from app.documents.parameters import parameter_text
from app.documents.proposals import CHANGES
from app.engine.catalogue import catalogue
from app.notices.models import Notice
from app.registers import jobs
from app.workflow.actor import Actor
from tests.test_registers import Maintaining, created

models.load(("app.areas",))


@pytest.fixture
def people(app: Flask, session: Session) -> dict[str, Actor]:
    """Everybody by user name."""
    return {one.username: one for one in everybody(session)}


@pytest.fixture
def organisations(session: Session, people: dict[str, Actor]) -> Maintaining:
    return Maintaining(session, people, "FJ19", "organisations", "admin_head")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    found: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        found.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def page(client: FlaskClient, url: str, **query: Any) -> str:
    """The page at an address."""
    answer = client.get(url, query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return answer.get_data(as_text=True)


@pytest.mark.article("76-79", "93")
def test_a_row_tells_its_versions(organisations: Maintaining, client_for: Callable[[str], FlaskClient], app: Flask) -> None:
    code = created(organisations)
    changed = organisations.done(action="change", record=code, phone="027-88880021")
    number, key = changed.number, organisations.row(code).id
    client = client_for("admin_head")
    with counted(app) as few:
        shown = page(client, f"/registers/organisations/show/{key}")
    for words in (number, "027-88880021", "历次变更", "系统管理员录入", "主管管理员确认", "提出变更"):
        assert words in shown
    organisations.done(action="stop", record=code)
    organisations.done(action="start", record=code)
    with counted(app) as more:
        shown = page(client, f"/registers/organisations/show/{key}")
    assert "<del>启用</del> → <ins>停用</ins>" in shown
    assert len(more) <= len(few)
    assert "提出变更" not in page(client_for("collector"), f"/registers/organisations/show/{key}")


def test_an_open_change_is_shown_in_place_of_the_button(
    organisations: Maintaining, client_for: Callable[[str], FlaskClient]
) -> None:
    code = created(organisations)
    form = organisations.file(action="change", record=code, phone="027-88880022")
    number, key = form.number, organisations.row(code).id
    shown = page(client_for("admin_head"), f"/registers/organisations/show/{key}")
    assert "有未办结的变更" in shown
    assert number in shown
    assert "提出变更" not in shown


def test_the_button_opens_the_form_with_the_record(
    organisations: Maintaining, client_for: Callable[[str], FlaskClient]
) -> None:
    code = created(organisations)
    key, client = organisations.row(code).id, client_for("admin_head")
    shown = page(client, f"/registers/organisations/show/{key}")
    url = shown.split(">提出变更<", 1)[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    sheet = client.get(url).get_data(as_text=True)
    assert f'value="{code} {code}网点"' in sheet
    assert "checked" in sheet.split('value="change"')[1][:60]


def test_sensitive_values_of_versions_are_masked(session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    """Security 24: an account number is whole for those who maintain it, and for nobody else."""
    spec = catalogue.register("employees")
    row: Any = session.scalars(select(spec.model).where(spec.model.resident_id.is_not(None)).limit(1)).one()  # type: ignore[attr-defined]
    key, secret, staff_no = row.id, row.resident_id, row.staff_no
    assert secret in page(client_for("admin_head"), f"/registers/employees/show/{key}")
    assert secret not in page(client_for("collector"), f"/registers/employees/show/{key}")
    assert secret not in page(client_for("collector"), "/registers/employees/as-of")
    answer = client_for("collector").get(f"/api/v1/registers/employees/{staff_no}/history")
    assert answer.status_code == 200
    assert secret not in answer.get_data(as_text=True)
    assert secret not in client_for("collector").get(f"/api/v1/registers/employees/as-of?day={now():%Y-%m-%d}").get_data(as_text=True)


def test_outsiders_see_nothing_of_it(organisations: Maintaining, client_for: Callable[[str], FlaskClient]) -> None:
    code = created(organisations)
    key, client = organisations.row(code).id, client_for("member_supervisor")
    assert client.get(f"/registers/organisations/show/{key}").status_code in (302, 403, 404)
    assert client.get("/registers/organisations/as-of").status_code in (302, 403, 404)
    assert client.get(f"/api/v1/registers/organisations/{code}/history").status_code in (403, 404)
    assert client.get("/registers-check/").status_code in (302, 403, 404)


def test_a_register_as_of_a_past_day(organisations: Maintaining, client_for: Callable[[str], FlaskClient]) -> None:
    code = created(organisations)
    before = now()
    client, api = client_for("admin_head"), "/api/v1/registers/organisations/as-of"
    with at(before + timedelta(days=2)):
        organisations.done(action="change", record=code, name=f"{code}改名")
    assert f"{code}网点" in page(client, "/registers/organisations/as-of", day=f"{before:%Y-%m-%d}")
    told = client.get(api, query_string={"day": f"{before:%Y-%m-%d}"}).get_json()
    assert next(one["name"] for one in told["rows"] if one["code"] == code) == f"{code}网点"
    told = client.get(api, query_string={"day": f"{before + timedelta(days=2):%Y-%m-%d}"}).get_json()
    assert next(one["name"] for one in told["rows"] if one["code"] == code) == f"{code}改名"
    assert code not in page(client, "/registers/organisations/as-of", day="2020-01-01")
    assert client.get(api, query_string={"day": "gestern"}).status_code == 400
    page(client, "/registers/organisations/as-of", day="x")


def test_history_over_the_api(organisations: Maintaining, client_for: Callable[[str], FlaskClient]) -> None:
    code = created(organisations)
    number = organisations.done(action="change", record=code, head="王新").number
    client = client_for("admin_head")
    told = client.get(f"/api/v1/registers/organisations/{code}/history").get_json()["rows"]
    assert [one["kind"] for one in told] == ["changed", "new"]
    assert (told[0]["made_by"], told[0]["changes"]) == (number, [{"field": "head", "old": "", "new": "王新"}])
    assert [one["step"] for one in told[0]["signed"]] == [None, "approve", "enter", "confirm"]
    assert client.get("/api/v1/registers/organisations/nobody/history").status_code == 404


def test_deleted_rows_are_listed_where_asked_for(
    organisations: Maintaining, client_for: Callable[[str], FlaskClient]
) -> None:
    code = created(organisations)
    form = organisations.done(action="delete", record=code)
    pk, client = form.id, client_for("admin_head")
    assert [(one.field, one.old, one.new) for one in getattr(form, CHANGES)] == [("状态", "启用", "已删除")]
    assert f"{code}网点" not in page(client, "/registers/organisations/list", q=code)
    assert f"{code}网点" in page(client, "/registers/organisations/list", q=code, status="deleted")
    assert client.get(f"{'/forms/' + organisations.spec.slug}/lookup/record?q={code}").get_json() == []
    assert f"{code}" in page(client, f"/forms/{organisations.spec.slug}/show/{pk}")


def test_present_values_need_the_right_to_read(session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    code = session.scalars(select(ExternalOrganisation.code).where(ExternalOrganisation.code == "TG001")).one()
    url = f"/forms/{catalogue.form('FJ23').slug}/present"
    assert client_for("marketer").get(url, query_string={"record": code}).status_code in (200, 403)
    assert client_for("general_manager").get(url, query_string={"record": code}).status_code == 403


def test_the_check_tells_once_a_day(session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    with transaction(session):
        session.execute(text("UPDATE organisation SET phone = '027-66660000' WHERE code = 'WD01'"))
    try:
        before = notices(session)
        assert jobs.run(session) >= 1
        assert jobs.run(session) >= 1
        assert notices(session) == before + 1
        with at(now() + timedelta(days=1)):
            jobs.run(session)
        assert notices(session) == before + 2
        assert "027-66660000" in page(client_for("inspector"), "/registers-check/")
        assert client_for("collector").get("/registers-check/").status_code in (302, 403)
    finally:
        with transaction(session):
            session.execute(text("UPDATE organisation SET phone = NULL WHERE code = 'WD01'"))


def notices(session: Session) -> int:
    """How many notices of the check there are."""
    session.rollback()
    return session.scalar(select(func.count()).select_from(Notice).where(Notice.title.startswith("账实核对"))) or 0


@pytest.mark.article("93.3")
def test_a_parameter_counts_from_its_day(session: Session, people: dict[str, Actor]) -> None:
    parameters = Maintaining(session, people, "FJ25", "parameters", "sysadmin")
    code, start = "password_remind_days", now()
    before = parameter_text(session, code)
    day = start + timedelta(days=10)
    parameters.done(action="change", record=code, value="7", valid_from=f"{day:%Y-%m-%d}")
    session.rollback()
    assert parameter_text(session, code) == before
    with at(day - timedelta(days=1)):
        assert parameter_text(session, code) == before
    with at(day):
        assert parameter_text(session, code) == "7"
