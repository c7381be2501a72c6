"""Accounts, roles and permissions change by forms 22 and 26 alone, once first set-up is over."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from app import models
from app.areas.organisation.registers import AccountLink, Department, Employee, EmployeeStatus
from app.audit.models import AuditEntry
from app.clock import now
from app.database import db, transaction
from app.demo.examples import example
from app.demo.prerequisites import everybody
from app.demo.walk import draft, make, shown, sign
from app.documents.guard import writing
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.positions import Position
from app.engine.text import msgid
from app.excel.document import document_book
from app.notices.models import Notice
from app.printing.documents import print_document
from app.registers.accounts import USERS, keep_changed
from app.registers.reconciling import reconcile
from app.registers.versions import history
from app.security import codes
from app.security.initialised import GOVERNING, initialised
from app.security.models import (
    AccountSecurity,
    Permission,
    PermissionView,
    Role,
    User,
    ViewMenu,
    assoc_permissionview_role,
    assoc_user_role,
)
from app.security.words import pair_title, stored_words
from app.standards.resident_id import make_resident_id
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Stale
from app.workflow.letters import take
from app.workflow.models import Task
from app.workflow.options import Action
from app.workflow.permissions import permissions_of
from app.workflow.permissions import sign as sign_permission

models.load(("app.areas",))


class Desk:
    """Files forms 22 and 26 and has them signed."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.people = {one.username: one for one in everybody(session)}
        self.password = ""

    def number(self) -> int:
        """A number that no document has had."""
        return self.session.scalar(select(func.count()).select_from(Document)) or 0

    def file(self, code: str, maker: str, **given: Any) -> Any:
        """A submitted form."""
        spec, actor = catalogue.form(f"FJ{code}"), self.people[maker]
        plain = {name: one for name, one in given.items() if name != "permissions"}
        raw = {**example(self.session, actor, spec, self.number(), given=plain), **given}
        return make(self.session, actor, spec, {name: one for name, one in raw.items() if one is not None})

    def walk(self, form: Any, until: str | None = None) -> Any:
        """Signs on, to the end or to a step."""
        spec = catalogue.form(form.form_code)
        while form.state is State.PENDING and form.step != until:
            with transaction(self.session):
                sign(self.session, case_of(self.session, spec, form), self.people.values())
            for letter in take(self.session):
                self.password = {str(label): text for label, text in letter.rows}["初始密码"]
        return form

    def user(self, name: str) -> User | None:
        """The account as it is now."""
        self.session.rollback()
        return self.session.scalar(select(User).where(User.username == name))

    def known(self, name: str) -> User:
        """An account that there is."""
        found = self.user(name)
        assert found is not None
        return found

    def newcomer(self, **values: Any) -> Employee:
        """Somebody new in the archives, without an account."""
        employee: Any = Employee
        number = (self.session.scalar(select(func.max(employee.id))) or 0) + 1
        like = self.session.scalars(select(Employee).where(employee.staff_no == "1905")).one()
        given = {
            "staff_no": f"T{number:04d}", "name": f"新来{number}", "department": like.department, "positions": "档案管理员",
            "joined": like.joined, "status": EmployeeStatus.ACTIVE, "resident_id": like.resident_id,
        }
        with transaction(self.session), writing(self.session):
            row = Employee(**{**given, **values})
            self.session.add(row)
        return row

    def staff(self, employee: Employee, action: str, name: str, **given: Any) -> Any:
        """A form about an employee of the administration, submitted."""
        create = action == "create"
        about = {
            "user_kind": "staff", "action": action, "employee": employee.staff_no, "person_name": employee.name,
            "resident_id": employee.resident_id, "roles": employee.positions if create else None, "user_name": name,
        }
        return self.file("22", "admin_head", **{**about, **given})


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


def names(user: User) -> list[str]:
    """The roles of an account."""
    return sorted(role.name for role in user.roles)


def logs_in(app: Flask, name: str, password: str) -> FlaskClient | None:
    """A client that the name and password let in."""
    client = app.test_client()
    answer = client.post("/login/", data={"username": name, "password": password})
    return client if answer.status_code == 302 else None


@pytest.mark.article("79.1", "79.2", "79.3", "76-79")
def test_every_kind_of_staff_form(app: Flask, desk: Desk) -> None:
    person = desk.newcomer()
    name = f"dang{person.id}"
    form = desk.staff(person, "create", name)
    for step in ("approve_staff", "enter", "confirm"):
        assert form.step == step
        assert desk.user(name) is None, "nothing is effective before the confirmation"
        desk.walk(form, {"approve_staff": "enter", "enter": "confirm"}.get(step))
    user = desk.known(name)
    assert (user.last_name + user.first_name, names(user), user.active) == (person.name, ["档案管理员"], True)
    assert person.user_id == user.id
    assert check_password_hash(user.password, desk.password)
    assert logs_in(app, name, desk.password)
    assert desk.session.get_one(AccountSecurity, user.id).must_change

    first = desk.password
    desk.walk(desk.staff(person, "reset", name))
    assert first != desk.password
    assert logs_in(app, name, desk.password)
    assert not logs_in(app, name, first)

    desk.walk(desk.staff(person, "stop", name))
    assert not desk.known(name).active
    assert not logs_in(app, name, desk.password)
    desk.walk(desk.staff(person, "start", name))
    assert (desk.known(name).active, names(desk.known(name))) == (True, ["档案管理员"])

    with transaction(desk.session), writing(desk.session):
        person.positions = "档案管理员、业务管理员"
    form = desk.walk(desk.staff(person, "change", name, roles=person.positions))
    assert names(desk.known(name)) == ["业务管理员", "档案管理员"]
    assert [(one.field, one.old, one.new) for one in form.changes] == [("角色", "档案管理员", "业务管理员、档案管理员")]

    desk.walk(desk.staff(person, "cancel", name))
    assert (desk.known(name).active, names(desk.known(name)), person.user_id) == (False, [], user.id)
    with pytest.raises(Invalid, match="已注销"):
        desk.staff(person, "start", name)
    desk.walk(desk.staff(person, "delete", name))
    assert desk.known(name).id == user.id
    assert person.user_id is None
    desk.walk(desk.staff(person, "create", f"{name}b"))
    assert person.user_id == desk.known(f"{name}b").id


@pytest.mark.article("82.1", "82.2", "81-83")
def test_users_of_members(app: Flask, desk: Desk) -> None:
    name = f"cha{desk.number()}"
    about = {"user_kind": "member", "party": "HY001", "employee": None, "roles": None}
    form = desk.walk(desk.file("22", "marketer", action="create", user_name=name, person_name="程一诺", **about), "hand_over")
    user = desk.known(name)
    assert names(user) == [Position.MEMBER_OPERATOR.role]
    assert desk.session.get_one(AccountLink, user.id).organisation.code == "HY001"
    assert logs_in(app, name, desk.password)
    desk.walk(form)
    with pytest.raises(Invalid, match="已有主管用户"):
        desk.file("22", "marketer", action="create", user_name=f"{name}x", member_role="member_supervisor", **about)
    first = desk.password
    changed = {"person_name": "程二诺", "member_role": None, "resident_id": None}
    desk.walk(desk.file("22", "marketer", action="change", user_name=name, **changed, **about))
    user = desk.known(name)
    assert user.last_name + user.first_name == "程二诺"
    assert first != desk.password, "a member's change resets the password"
    assert logs_in(app, name, desk.password)
    with pytest.raises(Invalid, match="不是该单位"):
        desk.file("22", "marketer", action="stop", user_name=name, **about | {"party": "HY002"})
    token_of_form_22(desk, name, about)
    desk.walk(desk.file("22", "marketer", action="stop", user_name=name, **about))
    assert not desk.known(name).active
    desk.walk(desk.file("22", "marketer", action="start", user_name=name, **about))
    assert desk.known(name).active


def token_of_form_22(desk: Desk, name: str, about: dict[str, Any]) -> None:
    """The token's number is the account's, shown old and new; nobody else gets it."""
    kept = desk.session.get_one(AccountSecurity, desk.known(name).id)
    first, second = kept.token_no, f"LP-{desk.number() + 700000}"
    assert first
    with transaction(desk.session):
        kept.totp_secret = codes.sealed(kept.user_id, "A" * 32)
    change = {"person_name": "程二诺", "member_role": None, "resident_id": None, **about}
    form = desk.walk(desk.file("22", "marketer", action="change", user_name=name, token_no=second, **change))
    assert ("动态令牌编号", first, second) in [(one.field, one.old, one.new) for one in form.changes]
    desk.session.expire_all()
    assert (kept.token_no, kept.totp_secret) == (second, None)
    with pytest.raises(Invalid, match="已发给用户"):
        desk.file("22", "marketer", action="create", user_name=f"{name}y", token_no=second, **about)
    with pytest.raises(Invalid, match="发放令牌"):
        desk.file("22", "marketer", action="stop", user_name=name, token_no="LP-1", **about)


def test_operators_of_providers(desk: Desk) -> None:
    name = f"cao{desk.number()}"
    desk.walk(desk.file("22", "collector", user_kind="provider", action="create", party="TG001", user_name=name))
    user = desk.known(name)
    assert names(user) == [Position.PROVIDER_OPERATOR.role]
    assert desk.session.get_one(AccountLink, user.id).organisation.code == "TG001"


def test_what_the_confirmation_would_refuse_is_said_at_submission(desk: Desk) -> None:
    person = desk.newcomer()
    with pytest.raises(Invalid, match="已被使用"):
        desk.staff(person, "create", "ARCHIVIST")
    with pytest.raises(Invalid, match="未核准岗位"):
        desk.staff(person, "create", "dang_x", roles="业务管理员")
    with pytest.raises(Invalid, match="没有用户"):
        desk.staff(person, "stop", "nobody_at_all")
    with pytest.raises(Invalid, match="不是该员工"):
        desk.staff(person, "stop", "archivist")
    known = desk.session.scalars(select(Employee).where(Employee.positions == "档案管理员", Employee.user_id.is_not(None))).first()
    assert known is not None
    with pytest.raises(Invalid, match="已有用户"):
        desk.staff(known, "create", "dang_y")
    with pytest.raises(Invalid, match="部门负责人"):
        desk.file("22", "service_head", **{
            "user_kind": "staff", "action": "create", "employee": person.staff_no, "person_name": person.name,
            "resident_id": person.resident_id, "roles": person.positions, "user_name": "dang_z",
        })


def test_separated_duties_are_refused(desk: Desk) -> None:
    """security 11"""
    person = desk.newcomer(positions="系统管理员、稽核员")
    with pytest.raises(Invalid, match="不能由同一人担任"):
        desk.staff(person, "create", "san_yuan")
    with transaction(desk.session), writing(desk.session):
        person.positions = "系统管理员"


def test_the_last_governing_account_stays(desk: Desk) -> None:
    """security 6"""
    with transaction(desk.session):
        desk.known("admin_head2").active = False
    head = desk.session.scalars(select(Employee).join(User, User.id == Employee.user_id).where(User.username == "admin_head")).one()
    try:
        with pytest.raises(Invalid, match="先安排接任者"):
            desk.staff(head, "stop", "admin_head")
    finally:
        with transaction(desk.session):
            desk.known("admin_head2").active = True


def test_the_password_is_shown_once_and_kept_nowhere(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """security 25: only the answer to the confirmation has it, and no other page, entry or address."""
    person = desk.newcomer()
    name = f"mi{person.id}"
    form = desk.walk(desk.staff(person, "create", name), "confirm")
    key, seen = form.id, shown(form)
    desk.session.rollback()
    client = client_for("supervisor_admin")
    data = {"action": "approve", "version": seen.version, "digest": seen.digest}
    answer = client.post(f"/forms/user_maintenance/act/{key}", data=data)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    found = re.findall(r"<code>([^<]+)</code>", answer.get_data(as_text=True))
    user = desk.known(name)
    assert found[0] == name
    assert check_password_hash(user.password, found[1].replace("&#43;", "+"))
    again = client.post(f"/forms/user_maintenance/act/{key}", data=data, follow_redirects=True)
    assert found[1] not in again.get_data(as_text=True)
    details = desk.session.scalars(select(AuditEntry.detail).order_by(AuditEntry.id.desc()).limit(20))
    assert not any(found[1] in str(one) or "scrypt" in str(one) for one in details)


def test_over_rest_it_is_not_given_again(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """security 17, 25"""
    person = desk.newcomer()
    form = desk.walk(desk.staff(person, "create", f"jk{person.id}"), "confirm")
    body = {"version": form.version, "digest": form.digest}
    path, headers = f"/api/v1/forms/user_maintenance/{form.id}/actions/approve", {"Idempotency-Key": f"once-{form.id}"}
    desk.session.rollback()
    client = client_for("supervisor_admin")
    first = client.post(path, json=body, headers=headers)
    assert first.status_code == 200, first.get_data(as_text=True)
    assert first.json is not None
    assert first.json["shown_once"][0]["用户名"] == f"jk{person.id}"
    second = client.post(path, json=body, headers=headers)
    assert second.status_code == 200
    assert second.json is not None
    assert "shown_once" not in second.json


@pytest.mark.article("76-83")
def test_a_stopped_account_is_out_at_once_and_leaves_its_work(desk: Desk, app: Flask) -> None:
    """security 9: the next request of an open session ends it; what waited for the person is named, and told the heads."""
    person = desk.newcomer(positions="档案管理员")
    name = f"ting{person.id}"
    desk.walk(desk.staff(person, "create", name))
    client = logs_in(app, name, desk.password)
    assert client is not None
    user, other = desk.known(name), desk.newcomer()
    waiting = desk.staff(other, "create", f"deng{other.id}")
    with transaction(desk.session), writing(desk.session):
        task = desk.session.scalars(select(Task).where(Task.document_id == waiting.id)).one()
        task.claimed_by_id = user.id
    number = waiting.number
    form = desk.staff(person, "stop", name)
    assert ("未办结、须重新分配的任务", number) in [(one.field, one.new) for one in form.changes]
    assert client.get("/account/sessions").headers.get("Location", "").startswith("/resetmypassword")
    desk.walk(form)
    assert "/login/" in client.get("/account/sessions").headers["Location"]
    title = f"{person.name}的账号已停用，未办结的任务须重新分配"
    told = desk.session.scalars(select(Notice).where(Notice.title == title)).one()
    assert number in told.body
    with transaction(desk.session), writing(desk.session):
        task.claimed_by_id = None
    desk.walk(waiting)


def test_a_position_that_goes_takes_its_role_along(desk: Desk) -> None:
    person = desk.newcomer(positions="档案管理员、业务管理员")
    name = f"gang{person.id}"
    desk.walk(desk.staff(person, "create", name))
    spec = catalogue.form("FJ21")
    raw = {"action": "change", "record": person.staff_no, "positions": "业务管理员", "reason": "岗位调整"}
    form = desk.walk(make(desk.session, desk.people["admin_head"], spec, raw))
    assert names(desk.known(name)) == ["业务管理员"]
    version = history(desk.session, USERS, desk.known(name).id)[0]
    assert (version.values["roles"], version.document_id) == ("业务管理员", form.id)


# --- roles and permissions ---------------------------------------------------------------------------------------


def permission(role: str, function: str, name: str, grant: str) -> dict[str, Any]:
    """One line of form 26."""
    return {"role": role, "function": catalogue.form(function).resource, "permission": name, "grant": grant}


def held(session: Session, role: str) -> set[tuple[str, str]]:
    """What a role allows now."""
    session.rollback()
    found = session.scalars(select(Role).where(Role.name == role)).one()
    return {(one.permission.name, one.view_menu.name) for one in found.permissions}


@pytest.mark.article("93.1", "93.2", "93.3")
def test_a_permission_is_given_and_taken(desk: Desk) -> None:
    pair = ("can_read", catalogue.form("FJ08").resource)
    role = "收款员"
    before = held(desk.session, role)
    assert pair not in before
    form = desk.file("26", "sysadmin", action="change", role=role, permissions=[permission(role, "FJ08", "can_read", "add")])
    assert [one.held for one in form.permissions] == [False]
    desk.walk(form, "confirm")
    assert held(desk.session, role) == before
    desk.walk(form)
    assert held(desk.session, role) == before | {pair}
    taken = [permission(role, "FJ08", "can_read", "remove")]
    form = desk.walk(desk.file("26", "sysadmin", action="change", role=role, permissions=taken))
    assert [one.held for one in form.permissions] == [True]
    assert held(desk.session, role) == before


def test_permissions_are_read_in_words(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """Keyed as codes or in words they are the same, and people see words on the page, on paper and in workbooks."""
    spec, actor = catalogue.form("FJ26"), desk.people["sysadmin"]
    step = next(one for one in catalogue.form("FJ05").chain if one.waits)
    lines = [permission("收款员", "FJ05", sign_permission(step), "add"), permission("收款员", "FJ08", "查看", "add")]
    lines.append({"role": "收款员", "function": "用户", "permission": "can_list", "grant": "add"})
    raw = {**example(desk.session, actor, spec, desk.number()), "action": "change", "role": "收款员", "permissions": lines}
    with transaction(desk.session):
        form: Any = draft(desk.session, actor, spec, raw)
    words = [f"签批“{msgid(step.label)}”", "查看", "查看列表"]
    assert [one.permission for one in form.permissions] == words
    assert form.permissions[2].function == "UserDBModelView"
    page = client_for("sysadmin").get(f"/forms/role_permission_maintenance/show/{form.id}").get_data(as_text=True)
    cells = load_workbook(BytesIO(document_book(desk.session, actor, spec, form.id)[1])).active
    assert cells is not None
    book = "".join(str(cell) for row in cells.iter_rows(values_only=True) for cell in row if cell)
    for shown_words in (page.partition("<main")[2], book):
        assert all(one in shown_words for one in (*words, "用户"))
        assert "can_" not in shown_words
        assert "UserDBModelView" not in shown_words


def compared(page: str) -> dict[str, tuple[str, str]]:
    """The panel 变更内容 of a document's page: old and new by what they are of."""
    part = page.partition("comparison")[2].partition("</section>")[0]
    cells = re.findall(r'<td class="(?:f|old|new)"[^>]*>(.*?)</td>', part, flags=re.DOTALL)
    plain = [unescape(re.sub(r"<[^>]+>", "", one)) for one in cells]
    return {label: (old, new) for label, old, new in zip(plain[::3], plain[1::3], plain[2::3], strict=True)}


def printed(desk: Desk, form: Any) -> str:
    """What stands on the PDF of a form, without blanks."""
    spec = catalogue.form(form.form_code)
    pages = PdfReader(BytesIO(print_document(desk.session, spec, form))).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


@pytest.mark.article("79.1", "76-79")
def test_an_account_is_shown_old_and_new(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """Form 22 on the page, on paper and over REST; what the page tells beforehand is what the form then makes."""
    person = desk.newcomer()
    name, owner = f"xin{person.id}", f"{person.staff_no} {person.name}"
    page = lambda form: compared(client_for("admin_head").get(f"/forms/user_maintenance/show/{form.id}").get_data(as_text=True))  # noqa: E731
    form = desk.staff(person, "create", name)
    new = {"用户名": name, "使用人姓名": person.name, "员工或单位": owner, "角色": "档案管理员", "状态": "启用"}
    assert page(form) == {label: ("—", one) for label, one in new.items()} | {"动态令牌编号": ("—", "—")}
    desk.session.rollback()
    told = client_for("admin_head").get(f"/api/v1/forms/user_maintenance/{form.id}").get_json()
    assert {one["field"]: (one["old"], one["new"]) for one in told["changes"]} == {label: (None, one) for label, one in new.items()}
    desk.session.rollback()
    assert all(one.replace(" ", "") in printed(desk, form) for one in new.values())
    desk.walk(form)
    with transaction(desk.session), writing(desk.session):
        person.positions = "档案管理员、业务管理员"
    for action, more in (("change", {"roles": "业务管理员"}), ("stop", {}), ("start", {}), ("reset", {}), ("cancel", {}), ("delete", {})):
        form = desk.staff(person, action, name, **more)
        before = page(form)
        assert before["用户名"] == (name, name)
        desk.session.rollback()
        noted = {one.field: (one.old or "—", one.new or "（空）") for one in form.changes if one.field in before}
        assert {label: both for label, both in before.items() if both[0] != both[1]} == noted, action
        desk.walk(form)
        assert {label: both for label, both in page(form).items() if label in before} == noted, action


def test_an_account_that_moved_on_says_so(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    person = desk.newcomer()
    name = f"dong{person.id}"
    desk.walk(desk.staff(person, "create", name))
    form = desk.staff(person, "stop", name)
    with transaction(desk.session):
        desk.known(name).active = False
    page = client_for("admin_head").get(f"/forms/user_maintenance/show/{form.id}").get_data(as_text=True)
    assert "填制时为“启用”，现已变化" in page
    desk.session.rollback()
    with transaction(desk.session):
        desk.known(name).active = True
    desk.walk(form)


@pytest.mark.article("93", "93.1")
def test_permissions_are_shown_old_and_new(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """Form 26 on the page, on paper, in its workbook and over REST: what a role may do with each function, in words."""
    step = next(one for one in catalogue.form("FJ05").chain if one.waits)
    lines = [permission("收款员", "FJ05", sign_permission(step), "add"), permission("收款员", "FJ08", "can_read", "add")]
    form = desk.file("26", "sysadmin", action="change", role="收款员", permissions=lines)
    first, second = (f"收款员 {catalogue.form(code).resource}" for code in ("FJ05", "FJ08"))
    signing = f"签批“{msgid(step.label)}”"
    shown_url = f"/forms/role_permission_maintenance/show/{form.id}"
    page = client_for("sysadmin").get(shown_url).get_data(as_text=True)
    told = compared(page)
    held_already = told[first][0].replace("—", "")
    assert signing not in held_already
    assert told[first][1] == "、".join(sorted([*filter(None, held_already.split("、")), signing]))
    assert told[second] == ("—", "查看")
    assert any(old == new != "—" for old, new in told.values()), "what stays is shown too"
    assert "can_" not in page.partition("<main")[2]
    desk.session.rollback()
    answer = client_for("sysadmin").get(f"/api/v1/forms/role_permission_maintenance/{form.id}").get_json()
    assert {one["field"]: (one["old"], one["new"]) for one in answer["changes"]} == {
        first: (held_already or None, told[first][1]), second: (None, "查看"),
    }
    assert answer["titles"]["permissions"][0]["permission"] == signing
    desk.session.rollback()
    paper = printed(desk, form)
    assert all(one.replace(" ", "") in paper for one in (first, second, signing, "变更对照"))
    cells = load_workbook(BytesIO(document_book(desk.session, desk.people["sysadmin"], catalogue.form("FJ26"), form.id)[1])).active
    assert cells is not None
    assert second in [cell for row in cells.iter_rows(values_only=True) for cell in row]
    desk.walk(form)
    page = client_for("sysadmin").get(shown_url).get_data(as_text=True)
    assert compared(page) == {first: (held_already or "—", told[first][1]), second: ("—", "查看")}
    desk.session.rollback()
    back = desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=[one | {"grant": "remove"} for one in lines]))
    assert (second, "查看", None) in [(one.field, one.old, one.new) for one in back.changes]


def test_a_form_of_an_earlier_release_is_shown_in_words(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """It keeps codes and no comparison; neither its lines nor its digest are touched."""
    step = next(one for one in catalogue.form("FJ05").chain if one.waits)
    lines = [permission("收款员", "FJ05", sign_permission(step), "add")]
    form = desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=lines))
    desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=[lines[0] | {"grant": "remove"}]))
    code = sign_permission(step)
    with transaction(desk.session):
        desk.session.execute(text("DELETE FROM holding_change WHERE parent_id = :id"), {"id": form.id})
        desk.session.execute(text("UPDATE permission_change SET permission = :code WHERE parent_id = :id"), {"id": form.id, "code": code})
    desk.session.expire_all()
    page = client_for("sysadmin").get(f"/forms/role_permission_maintenance/show/{form.id}").get_data(as_text=True)
    words = f"签批“{msgid(step.label)}”"
    assert compared(page) == {f"收款员 {catalogue.form('FJ05').resource}": ("—", words)}
    assert "can_" not in page.partition("<main")[2]
    desk.session.rollback()
    assert words in printed(desk, form)
    assert "can_" not in printed(desk, form)
    answer = client_for("sysadmin").get(f"/api/v1/forms/role_permission_maintenance/{form.id}").get_json()
    assert (answer["permissions"][0]["permission"], answer["titles"]["permissions"][0]["permission"]) == (code, words)


def test_words_and_permissions_are_one_to_one(app: Flask) -> None:
    for spec in catalogue:
        names = permissions_of(spec)
        assert len({stored_words(one, spec) for one in names}) == len(names), spec.slug
        assert not [one for one in names if "can_" in stored_words(one, spec)]


def test_a_role_is_made_and_deleted(desk: Desk) -> None:
    role = f"见习{desk.number()}"
    lines = [permission(role, "FJ08", "can_read", "add")]
    desk.walk(desk.file("26", "sysadmin", action="create", role=role, permissions=lines))
    assert held(desk.session, role) == {("can_read", catalogue.form("FJ08").resource)}
    with pytest.raises(Invalid, match="已存在"):
        desk.file("26", "sysadmin", action="create", role=role, permissions=lines)
    desk.walk(desk.file("26", "sysadmin", action="delete", role=role, permissions=[]))
    desk.session.rollback()
    assert desk.session.scalar(select(Role).where(Role.name == role)) is None


def test_making_and_checking_in_one_hand_is_refused_and_named(desk: Desk) -> None:
    """security 1"""
    lines = [permission("市场营销员", "FJ24", "can_sign_approve", "add")]
    with pytest.raises(Invalid, match="既能制作“外部机构协议信息维护申请单”"):
        desk.file("26", "sysadmin", action="change", role="市场营销员", permissions=lines)


def test_a_step_keeps_its_last_person(desk: Desk) -> None:
    """security 6"""
    lines = [permission("保险柜管理员", "S4", "can_sign_store", "remove")]
    with pytest.raises(Invalid, match="将无人办理"):
        desk.file("26", "sysadmin", action="change", role="保险柜管理员", permissions=lines)


def test_unknown_names_are_refused_with_the_nearest(desk: Desk) -> None:
    line = permission("收款员", "FJ08", "can_red", "add")
    with pytest.raises(Invalid, match="相近的有：查看"):
        desk.file("26", "sysadmin", action="change", role="收款员", permissions=[line])
    with pytest.raises(Invalid, match="FJ08"):
        desk.file("26", "sysadmin", action="change", role="收款员", permissions=[line | {"function": "FJ08"}])
    taken = permission("收款员", "FJ08", "can_read", "remove")
    with pytest.raises(Invalid, match="没有此权限"):
        desk.file("26", "sysadmin", action="change", role="收款员", permissions=[taken])


# --- versions of accounts and roles ------------------------------------------------------------------------------


def planted(session: Session, *statements: str) -> list[tuple[str, str, str]]:
    """What the check finds more once statements are executed, which are taken back afterwards."""
    before = set(reconcile(session, catalogue))
    session.rollback()
    session.connection(execution_options={"writes": True})
    for one in statements:
        session.execute(text(one))
    session.expire_all()
    found = [(one.key, one.explained, one.found) for one in reconcile(session, catalogue) if one not in before]
    session.rollback()
    return found


@pytest.mark.article("93", "76-79")
def test_accounts_and_roles_tell_their_versions(app: Flask, desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    person = desk.newcomer()
    name = f"ban{person.id}"
    made = desk.walk(desk.staff(person, "create", name)).number
    stopped = desk.walk(desk.staff(person, "stop", name)).number
    user_id = desk.known(name).id
    told = app.test_cli_runner().invoke(args=["registers", "explain", "users", name]).output
    assert made in told
    assert stopped in told
    lines = [permission("收款员", "FJ08", "can_read", "add")]
    given = desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=lines)).number
    desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=[lines[0] | {"grant": "remove"}]))
    role_id = desk.session.scalars(select(Role.id).where(Role.name == "收款员")).one()
    assert given in app.test_cli_runner().invoke(args=["registers", "explain", "roles", "收款员"]).output
    desk.session.rollback()
    client = client_for("inspector")
    page = client.get(f"/users-history/show/{user_id}").get_data(as_text=True)
    assert stopped in page
    assert "<del>启用</del> → <ins>停用</ins>" in page
    assert f"/users-history/show/{user_id}" in client.get(f"/users/show/{user_id}").get_data(as_text=True)
    page = client.get(f"/roles-history/show/{role_id}").get_data(as_text=True)
    assert f"<ins>{catalogue.form('FJ08').resource}：查看</ins>" in page
    assert "can_" not in page.partition("<main")[2]
    assert name in client.get("/users-history/as-of").get_data(as_text=True)
    assert name not in client.get("/users-history/as-of?day=2026-01-01").get_data(as_text=True)
    assert client_for("clerk").get(f"/users-history/show/{user_id}").status_code in (302, 403)
    assert client.get("/users-history/show/999999").status_code == 404


def test_rights_planted_with_sql_are_found(desk: Desk) -> None:
    """security 6: a role given, an account opened and a permission granted past the application are nobody's forms."""
    session = desk.session
    clerk, role = desk.known("clerk").id, session.scalars(select(Role.id).where(Role.name == "总经理")).one()
    pair = session.scalars(select(PermissionView).join(ViewMenu).where(ViewMenu.name == catalogue.form("FJ22").resource)).first()
    cashier = session.scalars(select(Role).where(Role.name == "收款员")).one()
    assert pair is not None
    assert pair not in cashier.permissions
    what = str(pair_title(pair.permission.name, pair.view_menu.name, catalogue.form("FJ22")))
    next_id = (session.scalar(select(func.max(assoc_user_role.c.id))) or 0) + 1
    given = f"INSERT INTO ab_user_role (id, user_id, role_id) VALUES ({next_id}, {clerk}, {role})"
    assert planted(session, given) == [("clerk", "", "总经理")]
    assert planted(session, f"UPDATE ab_user SET first_name = '某某' WHERE id = {clerk}")[0][0] == "clerk"
    next_id = (session.scalar(select(func.max(assoc_permissionview_role.c.id))) or 0) + 1
    granted = f"INSERT INTO ab_permission_view_role (id, permission_view_id, role_id) VALUES ({next_id}, {pair.id}, {cashier.id})"
    assert planted(session, granted) == [("收款员", "", what)]
    lent = f"UPDATE employee SET user_id = NULL WHERE user_id = {clerk}"
    assert [(key, found) for key, _explained, found in planted(session, lent)] == [("clerk", "")]


def test_one_open_change_of_an_account_and_of_a_role(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    person = desk.newcomer()
    name = f"yi{person.id}"
    desk.walk(desk.staff(person, "create", name))
    form = desk.staff(person, "reset", name)
    with pytest.raises(Invalid, match=form.number):
        desk.staff(person, "stop", name)
    user_id, number = desk.known(name).id, form.number
    assert number in client_for("sysadmin").get(f"/users-history/show/{user_id}").get_data(as_text=True)
    desk.walk(form)
    lines = [permission("收款员", "FJ08", "can_read", "add")]
    form = desk.file("26", "sysadmin", action="change", role="收款员", permissions=lines)
    other = [permission("收款员", "FJ09", "can_read", "add"), permission("档案管理员", "FJ05", "can_export", "add")]
    with pytest.raises(Invalid, match=form.number):
        desk.file("26", "sysadmin2", action="change", role="档案管理员", permissions=other)
    role_id = desk.session.scalars(select(Role.id).where(Role.name == "收款员")).one()
    assert form.number in client_for("sysadmin").get(f"/roles-history/show/{role_id}").get_data(as_text=True)
    desk.walk(form)
    desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=[lines[0] | {"grant": "remove"}]))


def test_an_account_that_moved_on_is_refused_and_proposed_again(desk: Desk) -> None:
    person = desk.newcomer()
    name = f"bian{person.id}"
    desk.walk(desk.staff(person, "create", name))
    form = desk.walk(desk.staff(person, "reset", name), "confirm")
    with transaction(desk.session):
        user = desk.known(name)
        user.first_name = "改名"
        keep_changed(desk.session, USERS, [user])
    with pytest.raises(Stale, match="使用人姓名") as refused:
        desk.walk(form)
    assert [new for _label, _old, new in refused.value.changes] == [f"{person.name[:1]}改名"]
    again(desk, form, "supervisor_admin", "admin_head")
    desk.walk(form)
    assert form.state is State.DONE


def test_a_permission_that_moved_on_is_refused(desk: Desk) -> None:
    lines = [permission("收款员", "FJ08", "can_read", "add")]
    form = desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=lines), "confirm")
    role = desk.session.scalars(select(Role).where(Role.name == "收款员")).one()
    pair = desk.session.scalars(select(PermissionView).join(ViewMenu).join(Permission).where(
        ViewMenu.name == catalogue.form("FJ08").resource, Permission.name == "can_read")).one()
    with transaction(desk.session):
        role.permissions = [*role.permissions, pair]
    with pytest.raises(Stale, match="收款员 查看 FJ08"):
        desk.walk(form)
    with transaction(desk.session):
        role.permissions = [one for one in role.permissions if one is not pair]
    desk.walk(form)
    desk.walk(desk.file("26", "sysadmin", action="change", role="收款员", permissions=[lines[0] | {"grant": "remove"}]))


def again(desk: Desk, form: Any, checker: str, maker: str) -> None:
    """The checker returns a form, and its maker hands it in again as it is."""
    spec = catalogue.form(form.form_code)
    with transaction(desk.session):
        act(desk.session, desk.people[checker], spec, form.id, Action.RETURN, shown(form), opinion="登记已变动，请重新提出")
    with transaction(desk.session):
        act(desk.session, desk.people[maker], spec, form.id, Action.SUBMIT, shown(form))


@pytest.mark.article("93", "76-79")
def test_the_history_of_accounts_and_roles_over_rest(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """Who sees the list may read it, by name or id; nobody writes; a role that is gone has its history still."""
    person, role = desk.newcomer(), f"临时{desk.number()}"
    name = f"shi{person.id}"
    made = desk.walk(desk.staff(person, "create", name)).number
    stopped = desk.walk(desk.staff(person, "stop", name)).number
    lines = [permission(role, "FJ08", "can_read", "add")]
    created = desk.walk(desk.file("26", "sysadmin", action="create", role=role, permissions=lines)).number
    deleted = desk.walk(desk.file("26", "sysadmin", action="delete", role=role, permissions=[])).number
    user_id = desk.known(name).id
    desk.session.rollback()
    client = client_for("inspector")
    rows = client.get(f"/api/v1/users/{name}/history").get_json()["rows"]
    assert [(one["version"], one["kind"], one["made_by"]) for one in rows] == [(2, "changed", stopped), (1, "new", made)]
    assert rows[0]["changes"] == [{"field": "status", "old": "启用", "new": "停用"}]
    assert {one["step"] for one in rows[0]["signed"]} >= {"enter", "confirm"}
    assert client.get(f"/api/v1/users/{user_id}/history").get_json()["rows"] == rows
    rows = client.get(f"/api/v1/roles/{role}/history").get_json()["rows"]
    assert [(one["kind"], one["made_by"]) for one in rows] == [("deleted", deleted), ("new", created)]
    assert {one["field"]: one["new"] for one in rows[1]["changes"]} == {
        "name": role, "permissions": f"{catalogue.form('FJ08').resource}：查看",
    }
    day = client.get(f"/api/v1/users/as-of?day={now():%Y-%m-%d}").get_json()
    assert {one["username"]: (one["status"], one["roles"]) for one in day["rows"]}[name] == ("stopped", "档案管理员")
    assert name not in [one["username"] for one in client.get("/api/v1/users/as-of?day=2026-01-01").get_json()["rows"]]
    assert role not in [one["name"] for one in client.get(f"/api/v1/roles/as-of?day={now():%Y-%m-%d}").get_json()["rows"]]
    for path, status in (("users/nobody/history", 404), ("roles/999999/history", 404), ("users/as-of", 400), ("roles/as-of?day=x", 400)):
        assert client.get(f"/api/v1/{path}").status_code == status, path
    for path in ("users/", f"users/{name}", "roles/收款员"):
        assert client_for("sysadmin").post(f"/api/v1/{path}", json={}).status_code == 405
    for who in ("collector", "member_supervisor"):
        for path in (f"users/{name}/history", "users/as-of?day=2026-01-01", f"roles/{role}/history"):
            assert client_for(who).get(f"/api/v1/{path}").status_code == 403, (who, path)
    description = client_for("inspector").get("/api/v1/_openapi").get_json()["paths"]
    assert {"/api/v1/users/{key}/history", "/api/v1/roles/as-of"} <= set(description)


# --- first set-up ------------------------------------------------------------------------------------------------


def test_the_security_screens_only_show_once_set_up(desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    assert initialised(desk.session)
    user, role = desk.known("archivist").id, desk.session.scalars(select(Role.id).where(Role.name == "档案管理员")).one()
    desk.session.rollback()
    client = client_for("sysadmin")
    for path in ("/users/add", f"/users/edit/{user}", "/roles/add", f"/roles/edit/{role}", f"/resetpassword/form?pk={user}"):
        assert client.get(path).status_code == 403, path
        assert client.post(path, data={"name": "x", "username": "x"}).status_code == 403, path
    assert client.post(f"/roles/delete/{role}").status_code == 403
    for path in ("/users/list/", f"/users/show/{user}", "/roles/list/", f"/roles/show/{role}"):
        page = client.get(path)
        assert page.status_code == 200
        assert not re.search(r"/(users|roles)/(add|edit|delete)|/resetpassword|resetpasswords", page.get_data(as_text=True)), path


def test_init_makes_the_first_people(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    options = [
        "--company", "江城征信有限公司", "--sysadmin", "甲一", "--supervisor-admin", "乙二", "--inspector", "丙三",
        "--general-manager", "丁四", "--admin-head", "戊五",
    ]
    same = runner.invoke(args=["init", *options[:-1], "甲一"])
    assert same.exit_code
    done = runner.invoke(args=["init", *options], catch_exceptions=False)
    told = dict(re.findall(r"^(\w+)　\S+　\S+　(\S+)$", done.output, re.MULTILINE))
    assert set(told) == {one.code for one in GOVERNING}
    with empty.app_context():
        session = db.session()
        assert initialised(session)
        for name, password in told.items():
            user = session.scalars(select(User).where(User.username == name)).one()
            assert check_password_hash(user.password, password)
            assert session.get_one(AccountSecurity, user.id).must_change
        db.session.remove()
    again = runner.invoke(args=["init", *options])
    assert again.exit_code
    assert not runner.invoke(args=["setup"], catch_exceptions=False).exit_code
    assert not (empty.config["DATA_DIR"] / "demo").exists()
    with empty.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == len(GOVERNING)
        db.session.remove()


@pytest.mark.article("78", "79")
def test_after_init_the_first_people_take_on_another(empty: Flask) -> None:
    """Forms 21 and 22 are seen through by the five whom init has made, without any demo data."""
    who = ("--sysadmin", "甲一", "--supervisor-admin", "乙二", "--inspector", "丙三", "--general-manager", "丁四", "--admin-head", "戊五")
    empty.test_cli_runner().invoke(args=["init", "--company", "江城征信有限公司", *who], catch_exceptions=False)
    resident_id = make_resident_id("420106", date(1990, 5, 6), 17)
    with empty.app_context():
        desk = Desk(db.session())
        department = desk.session.scalars(select(Department).where(Department.name == "信息采集部")).one().code
        person: dict[str, Any] = {
            "action": "create", "staff_no": "0101", "name": "庚六", "resident_id": resident_id, "sex": "1", "department": department,
            "positions": "信息采集部负责人", "joined": "2026-01-05", "reason": "任命",
        }
        desk.walk(make(desk.session, desk.people["admin_head"], catalogue.form("FJ21"), person))
        account = {
            "user_kind": "staff", "action": "create", "employee": "0101", "person_name": "庚六", "resident_id": resident_id,
            "user_name": "gengliu", "roles": "信息采集部负责人", "reason": "新任",
        }
        desk.walk(make(desk.session, desk.people["admin_head"], catalogue.form("FJ22"), account))
        assert names(desk.known("gengliu")) == ["信息采集部负责人"]
        client = logs_in(empty, "gengliu", desk.password)
        assert client is not None
        assert "resetmypassword" in client.get("/").headers["Location"], "the password is changed before anything else"
        assert list(reconcile(desk.session, catalogue)) == []


def test_the_first_people_can_file_for_others(desk: Desk) -> None:
    """Bodies without a head are the administration's."""
    person = desk.newcomer(department=desk.session.scalars(
        select(Employee).where(Employee.positions == "信息安全总监")).first().department, positions="信息安全总监")  # type: ignore[union-attr]
    form = desk.staff(person, "create", f"aq{person.id}")
    assert form.step == "approve_staff"



def test_no_demo_data_where_nobody_asked(empty: Flask) -> None:
    """A server's set-up makes no account at all, and says how to go on."""
    empty.config["DEMO_DATA"] = False
    done = empty.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
    assert "init" in done.output
    assert not (empty.config["DATA_DIR"] / "demo").exists()
    with empty.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
        db.session.remove()
