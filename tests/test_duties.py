"""Duties: conflicts and steps without a distinct person are found, shown, and refused before they take effect."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.demo.people import user_name
from app.engine.catalogue import catalogue
from app.engine.chain import Kind
from app.engine.positions import APART, Position
from app.security.models import PermissionView, Role, User
from app.workflow.duties import (
    AccountChange,
    DelegationAdded,
    Finding,
    Holdings,
    Person,
    RoleChange,
    Severity,
    findings,
    findings_after,
    guard_change,
    introduced,
    load_holdings,
    may_delegate,
)
from app.workflow.duties.excluding import exclude
from app.workflow.duties.guarding import Change, RoleRemoved
from app.workflow.duties.matching import assignable
from app.workflow.errors import Denied
from app.workflow.permissions import MAKE, grants, sign

pytestmark = [pytest.mark.article("74")]

Clients = Callable[[str], FlaskClient]


# --- the model, with people made by hand -------------------------------------------------------------------------


@pytest.fixture
def holdings(app: Flask) -> Holdings:
    """Two people of every position, as the declarations grant permissions; ids 10, 11 of the first position, and so on."""
    roles: dict[str, set[tuple[str, str]]] = {position.role: set() for position in Position}
    for permission, resource, position in grants(catalogue):
        roles[position.role].add((permission, resource))
    people = {}
    for at, position in enumerate(Position, 1):
        for number in (0, 1):
            key, name = at * 10 + number, user_name(position, number)
            people[key] = Person(key, f"{position.role}{number + 1}", name, frozenset({position.role}), department=position.department.code)
    return Holdings(people, {role: frozenset(held) for role, held in roles.items()})


def person(holdings: Holdings, position: Position, number: int = 0) -> Person:
    """The n-th person of a position."""
    return next(one for one in holdings.people.values() if one.username == user_name(position, number))


def found(holdings: Holdings, code: str) -> list[Finding]:
    """The findings of a code."""
    return [one for one in findings(catalogue, holdings) if one.code == code]


def after_change(holdings: Holdings, change: Change) -> list[Finding]:
    """The errors that a change brings about."""
    return introduced(findings(catalogue, holdings), findings_after(catalogue, holdings, change))


def stopped(holdings: Holdings, *people: Person) -> Holdings:
    """As it is when accounts are stopped."""
    for one in people:
        holdings = holdings.with_person(Person(one.id, one.name, one.username, one.roles, False, True, one.department))
    return holdings


def codes(pair: frozenset[Position]) -> str:
    """Two positions by their codes."""
    return "+".join(sorted(one.code for one in pair))


def test_what_the_declarations_grant_has_no_error(holdings: Holdings) -> None:
    assert [str(one) for one in findings(catalogue, holdings) if one.error] == []


PAIRS: list[frozenset[Position]] = sorted(APART, key=codes)


@pytest.mark.parametrize("pair", PAIRS, ids=codes)
def test_separated_duties_in_one_hand_are_found(holdings: Holdings, pair: frozenset[Position]) -> None:
    """security 11"""
    both = Person(1, "甲", "a", frozenset(one.role for one in pair))
    assert [one.who for one in found(holdings.with_person(both), "D010")] == [("甲",)]


def test_separated_duties_by_permission_are_found(holdings: Holdings) -> None:
    """security 11: another name for the role does not help."""
    spec = catalogue.form("FJ19")
    custom = holdings.with_role("录入", {("can_sign_enter", spec.resource)}).with_role("确认", {("can_sign_confirm", spec.resource)})
    assert found(custom, "D011") == []
    both = custom.with_person(Person(1, "甲", "a", frozenset({"录入", "确认"})))
    assert [one.who for one in found(both, "D011")] == [("甲",)]
    assert [one.role for one in found(custom.with_role("都行", custom.roles["录入"] | custom.roles["确认"]), "D012")] == ["都行"]


def test_a_role_that_makes_and_checks_is_an_error(holdings: Holdings) -> None:
    """security 1: form 26 may not give one role both."""
    spec = catalogue.form("FJ24")
    role = Position.MARKETER.role
    wrong = holdings.with_role(role, holdings.roles[role] | {("can_sign_approve", spec.resource)})
    (one,) = found(wrong, "D020")
    assert (one.role, one.form, one.step, one.conflict) == (role, spec.slug, "approve", True)


def test_a_person_with_both_by_two_positions_is_a_warning(holdings: Holdings) -> None:
    roles = frozenset({Position.MARKETER.role, Position.GENERAL_MANAGER.role})
    both = holdings.with_person(Person(1, "甲", "a", roles))
    warnings = [one for one in found(both, "D021") if one.severity is Severity.WARNING and one.form == catalogue.form("FJ24").slug]
    assert [one.who for one in warnings] == [("甲",)]


def test_a_step_without_anybody_is_found_and_named(holdings: Holdings) -> None:
    """security 6"""
    without = stopped(holdings, person(holdings, Position.SAFE_KEEPER), person(holdings, Position.SAFE_KEEPER, 1))
    assert {(one.form, one.step) for one in found(without, "D030")} == {
        (spec.slug, step.name) for spec in catalogue.forms for step in spec.chain
        if step.waits and spec.signers(step) == (Position.SAFE_KEEPER,)
    }


def test_a_form_that_nobody_may_make_is_found(holdings: Holdings) -> None:
    without = stopped(holdings, person(holdings, Position.WEB_CLERK), person(holdings, Position.WEB_CLERK, 1))
    assert catalogue.form("FJ15").slug in {one.form for one in found(without, "D031")}


def test_one_data_manager_is_not_enough_where_a_second_must_witness(holdings: Holdings) -> None:
    """security 6: extract and witness of form 2 are two people's; form 1 is made and checked by two."""
    one_left = stopped(holdings, person(holdings, Position.DATA_MANAGER, 1))
    forms = {one.form for one in found(one_left, "D032")}
    assert {catalogue.form(prefix).slug for prefix in ("FJ01", "FJ02", "S4")} <= forms


def test_a_maker_whose_chain_stops_is_warned_of_while_others_can(holdings: Holdings) -> None:
    """One head left: the own form 22 about a provider would stop, colleagues' would not."""
    one_left = stopped(holdings, person(holdings, Position.COLLECTION_HEAD, 1))
    (one,) = [one for one in found(one_left, "D033") if one.form == catalogue.form("FJ22").slug]
    assert one.who == ("信息采集部负责人1",)
    assert one.step == "approve_provider"
    assert not one.error


def test_delegations_join_separated_duties(holdings: Holdings) -> None:
    """security 1, 11: whoever stands for the other administrator has both duties."""
    change = DelegationAdded(person(holdings, Position.SYSADMIN).id, person(holdings, Position.SUPERVISOR_ADMIN).id)
    assert "D050" in {one.code for one in after_change(holdings, change) if one.conflict}


def test_a_delegation_in_a_chain_joins_them_too(holdings: Holdings) -> None:
    """A delegate's delegate counts as all three."""
    between = person(holdings, Position.ARCHIVIST).id
    first = holdings.with_delegations({(person(holdings, Position.SYSADMIN).id, between)})
    assert found(first, "D050") == []
    assert after_change(first, DelegationAdded(between, person(holdings, Position.INSPECTOR).id))[0].code == "D050"


def test_a_delegation_that_takes_the_second_person_away_is_found(holdings: Holdings) -> None:
    """security 1, 6: principal and delegate count as one."""
    one, other = (person(holdings, Position.DATA_MANAGER, number).id for number in (0, 1))
    left = after_change(holdings, DelegationAdded(one, other))
    assert {each.code for each in left} == {"D051"}
    assert catalogue.form("FJ02").slug in {each.form for each in left}
    third = holdings.with_person(Person(1, "丙", "c", frozenset({Position.DATA_MANAGER.role})))
    assert catalogue.form("FJ02").slug not in {each.form for each in after_change(third, DelegationAdded(one, other))}


def test_what_is_odd_is_said(holdings: Holdings) -> None:
    spec = catalogue.form("FJ19")
    custom = holdings.with_role("空", ()).with_role("旧", {("can_sign_gone", "FJ99 旧单据")})
    outside = custom.with_role("签", {("can_sign_approve", spec.resource)}).with_person(Person(1, "甲", "a", frozenset({"签"})))
    assert "空" in {one.role for one in found(outside, "D040")}
    assert [one.who for one in found(outside, "D041")] == [("甲",)]
    assert [one.role for one in found(outside, "D042")] == ["旧"]


def test_only_new_errors_are_introduced(holdings: Holdings) -> None:
    """A change is not blamed for what was wrong before it, nor for staffing an empty position by one."""
    people = [one for one in holdings.people.values() if Position.DATA_MANAGER in one.positions]
    empty = stopped(holdings, *people)
    assert after_change(empty, AccountChange(people[0].id, active=True)) == []
    assert after_change(empty, RoleRemoved("没有")) == []


def test_steps_that_exclude_each_other(app: Flask) -> None:
    spec = catalogue.form("FJ02")
    assert exclude(spec, spec.step("receive"), spec.step("receive_correction"))
    assert exclude(spec, spec.step("receive_correction"), spec.step("extract"))
    assert not exclude(spec, spec.step("receive"), spec.step("extract"))
    users = catalogue.form("FJ22")
    assert exclude(users, users.step("approve_staff"), users.step("approve_member"))
    review = catalogue.form("FJ11")
    assert exclude(review, review.step("review"), review.step("approve"))


PARTS = ("a", "b", "c", "d", "e")


@given(
    st.dictionaries(st.sampled_from(PARTS), st.frozensets(st.integers(1, 4))),
    st.frozensets(st.tuples(st.sampled_from(PARTS), st.sampled_from(PARTS)).filter(lambda pair: pair[0] != pair[1]).map(frozenset)),
)
@settings(max_examples=400, deadline=None)
def test_matching_agrees_with_trying_everything(domains: dict[str, frozenset[int]], apart: frozenset[frozenset[str]]) -> None:
    names = list(domains)
    relevant = [tuple(pair) for pair in apart if pair <= set(names)]
    everything = (dict(zip(names, people, strict=True)) for people in product(*(domains[name] for name in names)))
    brute = any(all(chosen[one] != chosen[other] for one, other in relevant) for chosen in everything)
    assert assignable(domains, apart) is brute


def test_every_checking_step_is_looked_at(holdings: Holdings) -> None:
    """Taking a checking permission from everybody is found, whichever it is."""
    for spec in catalogue.forms:
        for step in spec.chain:
            if step.kind is Kind.CHECK and not spec.generated:
                pair = (sign(step), spec.resource)
                less = Holdings(holdings.people, {role: held - {pair} for role, held in holdings.roles.items()})
                assert (spec.slug, step.name) in {(one.form, one.step) for one in found(less, "D030")}


# --- the demo company, the guard and the command -----------------------------------------------------------------


def user(session: Session, name: str) -> User:
    """An account by user name."""
    return session.scalars(select(User).where(User.username == name)).one()


def test_the_demo_company_has_no_error(app: Flask, session: Session) -> None:
    assert [str(one) for one in findings(catalogue, load_holdings(session)) if one.error] == []
    result = app.test_cli_runner().invoke(args=["duties", "check", "--all"])
    assert result.exit_code == 0, result.output
    assert "0 errors" in result.output
    shown = app.test_cli_runner().invoke(args=["duties", "show"]).output
    assert "系统管理员 (sysadmin)" in shown
    for name in ("sysadmin", "系统管理员", "safe_keeper2"):
        assert "FJ" in app.test_cli_runner().invoke(args=["duties", "show", name]).output
    assert app.test_cli_runner().invoke(args=["duties", "show", "没有"]).exit_code == 1


def test_the_command_ends_with_1_where_there_is_an_error(app: Flask, session: Session) -> None:
    with with_roles(session, "archivist2", {Position.ARCHIVIST, Position.SYSADMIN, Position.SUPERVISOR_ADMIN}):
        result = app.test_cli_runner().invoke(args=["duties", "check"])
        assert result.exit_code == 1
        assert "D010" in result.output


@contextmanager
def with_roles(session: Session, name: str, positions: set[Position]) -> Iterator[None]:
    """An account with other positions for a while."""
    account = user(session, name)
    before = list(account.roles)
    account.roles = list(session.scalars(select(Role).where(Role.name.in_([one.role for one in positions]))))
    session.commit()
    try:
        yield
    finally:
        session.rollback()
        user(session, name).roles = before
        session.commit()


def test_the_guard_refuses_conflicts_and_returns_gaps(session: Session) -> None:
    """security 6, 11: conflicts are refused by name, gaps returned to be confirmed."""
    wrong = AccountChange(user(session, "archivist").id, frozenset({Position.SYSADMIN.role, Position.INSPECTOR.role}))
    with pytest.raises(Denied) as denied:
        guard_change(session, wrong)
    name = load_holdings(session).people[user(session, "archivist").id].name
    assert name in str(denied.value.reason)
    assert "系统管理员与稽核员" in str(denied.value.reason)
    gaps = guard_change(session, RoleChange(Position.SAFE_KEEPER.role, frozenset()))
    assert {one.code for one in gaps} == {"D030"}


def test_delegations_are_judged_before_they_stand(session: Session) -> None:
    conflict = may_delegate(session, user(session, "supervisor_admin").id, user(session, "sysadmin").id)
    assert any(one.conflict for one in conflict)
    assert may_delegate(session, user(session, "archivist").id, user(session, "archivist2").id) == []


# --- the security screens ----------------------------------------------------------------------------------------


def account_form(session: Session, account: User, roles: set[Position], **changes: Any) -> dict[str, Any]:
    """What the form of an account posts."""
    keys = session.scalars(select(Role.id).where(Role.name.in_([one.role for one in roles]))).all()
    data = {
        "username": account.username, "active": "y", "last_name": account.last_name, "first_name": account.first_name,
        "email": account.email, "roles": [str(key) for key in keys],
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def page_of(answer: TestResponse) -> str:
    """The page's source."""
    return answer.get_data(as_text=True)


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """First set-up, while the security screens still change accounts and roles; after it only forms 22 and 26 do."""
    monkeypatch.setattr("app.security.manager.initialised", lambda _session: False)


@pytest.mark.usefixtures("set_up")
def test_one_person_as_both_administrators_is_refused(client_for: Clients, session: Session) -> None:
    """security 11"""
    account = user(session, "archivist")
    key, data = account.id, account_form(session, account, {Position.SYSADMIN, Position.SUPERVISOR_ADMIN}, still="y")
    answer = client_for("sysadmin").post(f"/users/edit/{key}", data=data)
    assert answer.status_code == 200
    assert "职责冲突，不能这样修改" in page_of(answer)
    assert "兼任系统管理员与主管管理员" in page_of(answer)
    session.rollback()
    assert [role.name for role in user(session, "archivist").roles] == [Position.ARCHIVIST.role]


@pytest.mark.usefixtures("set_up")
def test_a_new_account_with_separated_duties_is_refused(client_for: Clients, session: Session) -> None:
    """security 11"""
    account = User(username="newcomer", last_name="新", first_name="人", email="newcomer@example.com")
    data = account_form(session, account, {Position.IT_HEAD, Position.SYSADMIN}, password="Quite-Long-1!", conf_password="Quite-Long-1!")
    answer = client_for("sysadmin").post("/users/add", data=data)
    assert answer.status_code == 200
    assert "职责冲突" in page_of(answer)
    session.rollback()
    assert session.scalar(select(User).where(User.username == "newcomer")) is None


@pytest.mark.usefixtures("set_up")
def test_stopping_the_last_safe_keeper_must_be_confirmed(client_for: Clients, session: Session) -> None:
    """security 6"""
    client = client_for("sysadmin")
    first, last = user(session, "safe_keeper"), user(session, "safe_keeper2")
    key, roles = last.id, {Position.SAFE_KEEPER}
    first.active = False
    session.commit()
    data = account_form(session, last, roles, active=None)
    try:
        page = page_of(client.post(f"/users/edit/{key}", data=data))
        assert "保存后将无人办理" in page
        assert str(catalogue.form("S4").title) in page
        assert re.search(r'<input[^>]* name="still" type="checkbox"', page)
        session.rollback()
        assert user(session, "safe_keeper2").active
        assert client.post(f"/users/edit/{key}", data=data | {"still": "y"}).status_code == 302
        session.rollback()
        assert not user(session, "safe_keeper2").active
        assert "无人" in page_of(client.get("/duties/?view=forms&form=" + catalogue.form("S4").slug))
        page = page_of(client.get("/duties/"))
        assert "处职责冲突或无人办理" in page
        assert re.search(r'<details class="post bad" open>\s*<summary><strong>保险柜管理员', page)
    finally:
        session.rollback()
        for name in ("safe_keeper", "safe_keeper2"):
            user(session, name).active = True
        session.commit()


@pytest.mark.usefixtures("set_up")
def test_two_changes_at_once_are_judged_one_after_the_other(app: Flask, client_for: Clients, session: Session) -> None:
    """security 6: each of two administrators stops one of the last two; only the first may without confirming."""
    jobs = []
    for who, name in (("sysadmin", "safe_keeper"), ("sysadmin/2", "safe_keeper2")):
        account = user(session, name)
        jobs.append((client_for(who), account.id, account_form(session, account, {Position.SAFE_KEEPER}, active=None)))
    session.rollback()
    start = Barrier(2)

    def stop(job: tuple[FlaskClient, int, dict[str, Any]]) -> int:
        client, key, data = job
        start.wait(10)
        return client.post(f"/users/edit/{key}", data=data).status_code

    try:
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(stop, jobs)) == [200, 302]
    finally:
        for name in ("safe_keeper", "safe_keeper2"):
            user(session, name).active = True
        session.commit()


@pytest.mark.usefixtures("set_up")
def test_an_ordinary_change_asks_nothing(client_for: Clients, session: Session) -> None:
    client, account = client_for("sysadmin"), user(session, "archivist2")
    key, data = account.id, account_form(session, account, {Position.ARCHIVIST}, email="archivist2@example.com")
    assert 'name="still"' not in page_of(client.get(f"/users/edit/{key}"))
    assert client.post(f"/users/edit/{key}", data=data).status_code == 302


@pytest.mark.usefixtures("set_up")
def test_a_role_that_would_make_and_check_is_refused(client_for: Clients, session: Session) -> None:
    """security 1, 6"""
    role = session.scalars(select(Role).where(Role.name == Position.MARKETER.role)).one()
    pairs = list(session.scalars(select(PermissionView)))
    resource = catalogue.form("FJ24").resource
    check = next(one.id for one in pairs if (one.permission.name, one.view_menu.name) == ("can_sign_approve", resource))
    key, held = role.id, [one.id for one in role.permissions]
    answer = client_for("sysadmin").post(f"/roles/edit/{key}", data={"permissions": [*map(str, held), str(check)], "still": "y"})
    assert answer.status_code == 200
    assert "既能制作“外部机构协议信息维护申请单”" in page_of(answer)
    session.rollback()
    assert check not in {one.id for one in session.get_one(Role, key).permissions}
    makes = next(one.id for one in pairs if (one.permission.name, one.view_menu.name) == (MAKE, resource))
    added = client_for("sysadmin").post("/roles/add", data={"name": "新角色", "permissions": [str(check), str(makes)]})
    assert "职责冲突" in page_of(added)
    session.rollback()
    assert session.scalar(select(Role).where(Role.name == "新角色")) is None


@pytest.mark.usefixtures("set_up")
def test_taking_the_last_permission_of_a_step_must_be_confirmed(client_for: Clients, session: Session) -> None:
    """security 6"""
    client = client_for("sysadmin")
    role = session.scalars(select(Role).where(Role.name == Position.SAFE_KEEPER.role)).one()
    key, held = role.id, [str(one.id) for one in role.permissions]
    rest = [str(one.id) for one in role.permissions if not one.permission.name.startswith("can_sign_")]
    page = page_of(client.post(f"/roles/edit/{key}", data={"permissions": rest}))
    assert "保存后将无人办理" in page
    assert 'name="still"' in page
    assert client.post(f"/roles/edit/{key}", data={"permissions": rest, "still": "y"}).status_code == 302
    assert client.post(f"/roles/edit/{key}", data={"permissions": held}).status_code == 302
    session.rollback()
    assert [one for one in findings(catalogue, load_holdings(session)) if one.error] == []


# --- the picture -------------------------------------------------------------------------------------------------


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database."""
    from app.database import db

    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


PAGES = (
    "", "?view=forms", "?view=findings", "?department=XXCJ", "?person=sysadmin", "?view=forms&person=sysadmin",
    "?form=collection_file_register", "?view=forms&form=collection_file_register", "?department=others", "?person=没有",
    "?view=forms&department=XXCJ",
)


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_small_and_ask_little(app: Flask, client_for: Clients, page: str) -> None:
    client = client_for("inspector")
    client.get("/duties/")
    with queries(app) as sent:
        answer = client.get(f"/duties/{page}")
    assert answer.status_code == 200
    assert len(answer.data) < 300_000
    assert len(sent) <= 22, "\n".join(sent)


def test_the_picture_shows_departments_positions_people_and_permissions(client_for: Clients) -> None:
    page = page_of(client_for("general_manager").get("/duties/?department=XXCJ"))
    for words in ("信息采集部", "数据采集员", "采集复核员", "数据采集文件登记表", "制单"):
        assert words in page
    assert "产品研发员" not in page.split("<details class=\"panel duty", 1)[1]


def test_conflicts_are_marked_in_place(client_for: Clients, session: Session) -> None:
    with with_roles(session, "archivist2", {Position.ARCHIVIST, Position.SYSADMIN, Position.SUPERVISOR_ADMIN}):
        page = page_of(client_for("inspector").get("/duties/"))
        assert "chip bad" in page
        assert "错误：兼任系统管理员与主管管理员" in page
        assert "D010" in page_of(client_for("inspector").get("/duties/?view=findings"))


@pytest.mark.parametrize("address", ["/duties/?view=nonsense", "/duties/?form=nonsense", "/duties/?department=nonsense"])
def test_nonsense_is_refused(client_for: Clients, address: str) -> None:
    assert client_for("inspector").get(address).status_code == 400


@pytest.mark.parametrize("who", ["sysadmin", "supervisor_admin", "inspector", "inspection_head", "it_head", "general_manager"])
def test_those_who_oversee_see_it(client_for: Clients, who: str) -> None:
    assert "/duties/" in page_of(client_for(who).get("/duties/"))


@pytest.mark.parametrize("who", ["collector", "member_operator"])
def test_others_do_not(client_for: Clients, who: str) -> None:
    for address in ("/duties/", "/duties/export.xlsx"):
        answer = client_for(who).get(address)
        assert answer.status_code in (302, 403)
        assert "岗位与权限" not in page_of(answer)


def test_the_workbook_holds_the_picture(client_for: Clients, actors: Mapping[str, Any]) -> None:
    answer = client_for("inspector").get("/duties/export.xlsx?department=XXCJ")
    assert answer.status_code == 200
    workbook = load_workbook(BytesIO(answer.data))
    assert workbook.sheetnames == ["岗位与权限", "单据与环节", "冲突与缺口"]
    rows = list(workbook["岗位与权限"].iter_rows(values_only=True))
    assert rows[0] == ("机构", "部门", "岗位", "角色", "姓名", "用户名", "单据", "可以", "问题")
    assert {row[1] for row in rows[1:]} == {"信息采集部"}
    assert actors["collector"].name in {row[4] for row in rows}
