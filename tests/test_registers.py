"""Registers change by confirmed forms and by nothing else (forms 19–21, 23–25, 27)."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.orm import Session

from app import models
from app.areas.organisation.registers import (
    AccountLink,
    Department,
    Employee,
    EmployeeStatus,
    ExternalOrganisation,
    Organisation,
)
from app.clock import at, now
from app.database import db, transaction
from app.demo.examples import example
from app.demo.prerequisites import everybody, finish, prepare
from app.demo.walk import make, shown, sign
from app.documents.guard import NotByTheDoor, writing
from app.documents.parameters import parameter_text
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.text import msgid
from app.registers.accounts import USERS
from app.registers.proposing import open_change
from app.registers.reconciling import reconcile
from app.registers.versions import CHANGED, NEW, as_of, digest_of, history, keep
from app.security.models import User
from app.standards.resident_id import make_resident_id
from app.standards.uscc import make_uscc
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Stale
from app.workflow.options import Action

models.load(("app.areas",))


@pytest.fixture
def people(app: Flask, session: Session) -> dict[str, Actor]:
    """Everybody by user name."""
    return {one.username: one for one in everybody(session)}


def code_of(session: Session) -> str:
    """A code that nothing has yet."""
    return f"T{session.scalar(select(func.count()).select_from(Document)) or 0:05d}"


class Maintaining:
    """Files forms about one register and walks them."""

    def __init__(self, session: Session, people: Mapping[str, Actor], form: str, register: str, maker: str) -> None:
        self.session, self.people, self.maker = session, people, people[maker]
        self.spec, self.register = catalogue.form(form), catalogue.register(register)

    def file(self, **given: Any) -> Any:
        """A submitted form."""
        number = self.session.scalar(select(func.count()).select_from(Document)) or 0
        blank = {one.name: None for one in self.spec.writable if not one.required and one.name not in given}
        raw = {**example(self.session, self.maker, self.spec, number, given={**blank, **given}), **blank, **given}
        return make(self.session, self.maker, self.spec, raw)

    def walk(self, document: Any, until: str | None = None) -> Any:
        """Signs on, to the end or to a step."""
        while document.state is State.PENDING and document.step != until:
            with transaction(self.session):
                sign(self.session, case_of(self.session, self.spec, document), self.people.values())
        return document

    def done(self, **given: Any) -> Any:
        """A form walked to its effect."""
        return self.walk(self.file(**given))

    def row(self, key: str) -> Any:
        """The row of a key; None where there is none."""
        self.session.rollback()
        column = getattr(self.register.model, self.register.key)
        return self.session.scalar(select(self.register.model).where(column == key))

    def row_in(self, key: str) -> Any:
        """The row of a key, in the transaction at hand."""
        return self.session.scalar(select(self.register.model).where(getattr(self.register.model, self.register.key) == key))


@pytest.fixture
def organisations(session: Session, people: dict[str, Actor]) -> Maintaining:
    return Maintaining(session, people, "FJ19", "organisations", "admin_head")


def created(organisations: Maintaining) -> str:
    """A new outlet's code, confirmed."""
    code = code_of(organisations.session)
    organisations.done(action="create", code=code, name=f"{code}网点", kind="outlet", parent=top(organisations), valid_from="2026-01-01")
    return code


def top(organisations: Maintaining) -> str:
    """The company's own code."""
    model: Any = organisations.register.model
    return str(organisations.session.scalars(select(model.code).where(model.parent_id.is_(None))).first())


@pytest.mark.article("76-79", "76-83")
def test_every_kind_of_change(organisations: Maintaining) -> None:
    session, code = organisations.session, created(organisations)
    row = organisations.row(code)
    assert (row.name, row.status.value) == (f"{code}网点", "active")
    changed = organisations.done(action="change", record=code, name=f"{code}新名", phone="027-88880001")
    row = organisations.row(code)
    assert (row.name, row.phone, row.made_by_id) == (f"{code}新名", "027-88880001", changed.id)
    organisations.done(action="stop", record=code)
    assert organisations.row(code).status.value == "stopped"
    organisations.done(action="start", record=code)
    key = organisations.row(code).id
    versions = history(session, organisations.register, key)
    assert [one.number for one in versions] == [4, 3, 2, 1]
    assert [one.values["status"] for one in versions] == ["active", "stopped", "active", "active"]


@pytest.mark.article("76.1", "76.3")
def test_an_optional_value_is_cleared(organisations: Maintaining, client_for: Callable[[str], FlaskClient]) -> None:
    """Old → empty on the form, on its page and in the register; a blank field that is not named keeps its value."""
    session, code = organisations.session, created(organisations)
    organisations.done(action="change", record=code, phone="027-88880001", head="甲")
    for wrong, why in (({"cleared": ["address"]}, "现在就是空的"), ({"cleared": ["phone"], "phone": "027-88880002"}, "同时清空")):
        with pytest.raises(Invalid, match=why):
            organisations.file(action="change", record=code, **wrong)
    with pytest.raises(Invalid, match="只有修改"):
        organisations.file(action="stop", record=code, cleared=["phone"])
    form = organisations.file(action="change", record=code, cleared="联系电话")
    assert [(one.field, one.old, one.new) for one in form.changes] == [("联系电话", "027-88880001", "（空）")]
    proposed = open_change(session, organisations.register, organisations.row(code).id)
    assert proposed is not None
    assert proposed.patch == {"phone": ["027-88880001", ""]}
    page = client_for("admin_head").get(f"/forms/{organisations.spec.slug}/show/{form.id}").get_data(as_text=True)
    assert "（空）" in page
    organisations.walk(form)
    assert (organisations.row(code).phone, organisations.row(code).head) == (None, "甲")
    assert not [one for one in reconcile(session, catalogue) if one.key == code]
    form = organisations.walk(organisations.file(action="change", record=code, cleared=["head"]), "confirm")
    row = organisations.row(code)
    with transaction(session), writing(session):
        row.head = "乙"
        session.flush()
        keep(session, organisations.register, row, CHANGED)
    with pytest.raises(Stale, match="负责人"):
        organisations.walk(form)


def test_nothing_is_effective_before_the_confirmation(organisations: Maintaining) -> None:
    code = code_of(organisations.session)
    new = {"code": code, "name": f"{code}网点", "kind": "outlet", "parent": top(organisations), "valid_from": "2026-01-01"}
    form = organisations.file(action="create", **new)
    for step in ("approve", "enter", "confirm"):
        assert form.step == step
        assert organisations.row(code) is None
        organisations.walk(form, {"approve": "enter", "enter": "confirm"}.get(step))
    assert organisations.row(code) is not None


def test_what_the_confirmation_would_refuse_is_said_at_submission(organisations: Maintaining) -> None:
    code = created(organisations)
    with pytest.raises(Invalid, match="重复"):
        organisations.file(action="create", code=code, name="又一个", kind="outlet", parent=top(organisations), valid_from="2026-01-01")
    with pytest.raises(Invalid, match="正在使用"):
        organisations.file(action="delete", record=top(organisations))
    assert organisations.row(code) is not None


def test_one_open_change_a_record(organisations: Maintaining) -> None:
    code = created(organisations)
    form = organisations.file(action="change", record=code, phone="027-88880002")
    row = organisations.row(code)
    found = open_change(organisations.session, organisations.register, row.id)
    assert found is not None
    assert found.document_id == form.id
    with pytest.raises(Invalid, match=form.number):
        organisations.file(action="change", record=code, phone="027-88880003")


def test_a_base_that_moved_on_is_refused_and_named(organisations: Maintaining) -> None:
    session, code = organisations.session, created(organisations)
    form = organisations.walk(organisations.file(action="change", record=code, phone="027-88880004"), "confirm")
    row = organisations.row(code)
    with transaction(session), writing(session):
        row.head = "新负责人"
        session.flush()
        keep(session, organisations.register, row, CHANGED)
    with pytest.raises(Stale, match="负责人") as refused:
        organisations.walk(form)
    assert refused.value.changes[0][2] == "新负责人"
    actor = organisations.people["supervisor_admin"]
    with transaction(session):
        act(session, actor, organisations.spec, form.id, Action.RETURN, shown(form), opinion="登记已变动，请重新提出")
    with transaction(session):
        act(session, organisations.maker, organisations.spec, form.id, Action.SUBMIT, shown(form))
    organisations.walk(form)
    assert (organisations.row(code).phone, organisations.row(code).head) == ("027-88880004", "新负责人")


def test_a_deleted_row_can_no_longer_be_chosen_and_its_history_stays(organisations: Maintaining) -> None:
    session, code = organisations.session, created(organisations)
    key, before = organisations.row(code).id, now()
    with at(before + timedelta(days=1)):
        organisations.done(action="delete", record=code)
        after = now()
    assert organisations.row(code).status.value == "deleted"
    assert [one.kind for one in history(session, organisations.register, key)] == ["deleted", "new"]
    assert code in {one.key for one in as_of(session, organisations.register, before)}
    assert code not in {one.key for one in as_of(session, organisations.register, after)}
    with pytest.raises(Invalid):
        organisations.file(action="create", code=code_of(session), name="下级", kind="outlet", parent=code, valid_from="2026-01-01")


def test_a_value_planted_with_sql_is_found(app: Flask, organisations: Maintaining) -> None:
    session, code = organisations.session, created(organisations)
    before = list(reconcile(session, catalogue))
    with transaction(session):
        session.execute(text("UPDATE organisation SET phone = '027-00000000' WHERE code = :code"), {"code": code})
    found = [one for one in reconcile(session, catalogue) if one not in before]
    assert [(one.key, str(one.field), one.found) for one in found] == [(code, "联系电话", "027-00000000")]
    result = app.test_cli_runner().invoke(args=["registers", "reconcile"])
    assert result.exit_code == 1
    assert code in result.output
    with transaction(session):
        session.execute(text("UPDATE organisation SET phone = NULL WHERE code = :code"), {"code": code})
    told = app.test_cli_runner().invoke(args=["registers", "explain", "organisations", code]).output
    assert "FJ19-" in told
    for step in catalogue.form("FJ19").chain:
        assert step.name not in told
        assert msgid(step.label) in told


def found_after(session: Session, *statements: tuple[str, Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The keys and fields that the check finds more once statements are executed, which are taken back afterwards."""
    before = set(reconcile(session, catalogue))
    session.rollback()
    session.connection(execution_options={"writes": True})
    for words, values in statements:
        session.execute(text(words), values)
    session.expire_all()
    found = [(one.key, str(one.field)) for one in reconcile(session, catalogue) if one not in before]
    session.rollback()
    return found


FORGED = """INSERT INTO register_version (register, row_id, number, "key", kind, "at", document_id, source, "values")
    VALUES ('organisations', :row, :number, :key, :kind, :at, :document, :source, :values)"""
PLANTED = """INSERT INTO organisation (id, code, name, kind, parent_id, valid_from, status, made_by_id)
    VALUES (:row, :key, :key, 'outlet', :parent, '2026-01-01', 'active', :document)"""


def forged(row: Any, number: int, values: Mapping[str, str], document: int | None, source: str | None = None) -> dict[str, Any]:
    """A version as somebody would write it past the application."""
    return {
        "row": row.id, "number": number, "key": values["code"], "kind": "new" if number == 1 else "changed", "at": now(),
        "document": document, "source": source, "values": json.dumps(values),
    }


@pytest.mark.parametrize("behind", ["a finished form", "nothing", "an import"])
def test_a_row_planted_with_a_forged_version_is_found(organisations: Maintaining, behind: str) -> None:
    """A version is explained by the entry of the act that kept it alone, whatever document or import it points at."""
    session, code = organisations.session, created(organisations)
    real = history(session, organisations.register, organisations.row(code).id)[0]
    row = SimpleNamespace(id=987_654)
    document = real.document_id if behind == "a finished form" else None
    values = dict(real.values) | {"code": "F0001", "name": "F0001"}
    version = forged(row, 1, values, document, "机构.xlsx" if behind == "an import" else None)
    plant = (PLANTED, {"row": row.id, "key": "F0001", "parent": organisations.row(code).parent_id, "document": document})
    assert found_after(session, plant, (FORGED, version)) == [("F0001", "第 1 版")]
    assert ("F0001", "整条记录") in found_after(session, plant)


@pytest.mark.parametrize("copied", [False, True])
def test_a_value_planted_with_a_forged_version_is_found(organisations: Maintaining, copied: bool) -> None:
    """Also one that takes over the true version of another row."""
    session, code = organisations.session, created(organisations)
    row = organisations.row(code)
    real = history(session, organisations.register, row.id)[0]
    change = ("UPDATE organisation SET phone = '027-85550006' WHERE code = :code", {"code": code})
    version = forged(row, 2, dict(real.values) | {"phone": "027-85550006"}, real.document_id)
    other = created(organisations)
    if copied:
        organisations.done(action="change", record=other, phone="027-85550006")
        take = ("UPDATE register_version SET register = 'organisations', row_id = :row, number = 3 WHERE row_id = :other AND number = 2"
                " AND register = 'organisations'", {"row": row.id, "other": organisations.row(other).id})
        found = found_after(session, change, (FORGED, version), take)
        assert {(code, "第 2 版"), (other, "第 3 版"), (other, "历次变更")} <= set(found)
    else:
        assert found_after(session, change, (FORGED, version)) == [(code, "第 2 版")]
    edit = ("UPDATE register_version SET \"values\" = :values WHERE id = :id",
            {"id": real.id, "values": json.dumps(dict(real.values) | {"phone": "027-85550006"})})
    assert (code, "第 1 版") in found_after(session, change, edit)


def test_a_row_set_back_to_an_earlier_version_is_found(organisations: Maintaining) -> None:
    """The record knows of the later one; also of a row that is gone with all its versions."""
    session, code = organisations.session, created(organisations)
    organisations.done(action="change", record=code, phone="027-85550007")
    row_id = organisations.row(code).id
    where = {"row": row_id}
    back = ("UPDATE organisation SET phone = NULL, made_by_id = NULL WHERE id = :row", where)
    gone = "DELETE FROM register_version WHERE register = 'organisations' AND row_id = :row"
    assert found_after(session, back, (f"{gone} AND number = 2", where)) == [(code, "历次变更")]
    alone = {"row": organisations.row(created(organisations)).id}
    found = found_after(session, (gone, alone), ("DELETE FROM organisation WHERE id = :row", alone))
    assert found == [(f"#{alone['row']}", "整条记录")]


def test_a_forged_entry_explains_nothing(organisations: Maintaining) -> None:
    """An entry counts that was written under the key of the record alone."""
    session, code = organisations.session, created(organisations)
    row = organisations.row(code)
    real = history(session, organisations.register, row.id)[0]
    version = forged(row, 2, dict(real.values) | {"phone": "027-85550006"}, real.document_id)
    kept = SimpleNamespace(
        register="organisations", row_id=row.id, number=2, key=code, kind="changed", document_id=real.document_id, source=None,
        values=dict(real.values) | {"phone": "027-85550006"},
    )
    entry = """INSERT INTO audit_entry
        SELECT id + 1, at, user_id, user_name, position, channel, address, 'register', resource, record, document_id, version, :detail,
            digest, previous FROM audit_entry ORDER BY id DESC LIMIT 1"""
    detail = json.dumps({"kind": "changed", "versions": {"organisations": [[row.id, digest_of(kept)]]}})
    change = ("UPDATE organisation SET phone = '027-85550006' WHERE code = :code", {"code": code})
    assert found_after(session, change, (FORGED, version), (entry, {"detail": detail})) == [(code, "第 2 版")]


def test_set_up_takes_nothing_in_that_was_planted_later(empty: Flask) -> None:
    """A register that has begun has begun, though it is empty and though its versions are."""
    runner = empty.test_cli_runner()
    empty.config["DEMO_DATA"] = False
    runner.invoke(args=["setup"], catch_exceptions=False)
    with empty.app_context():
        session = db.session()
        values = {"row": 1, "key": "F1", "parent": None, "document": None}
        with transaction(session):
            session.execute(text(PLANTED), values)
        runner.invoke(args=["setup"], catch_exceptions=False)
        assert [(one.key, str(one.field)) for one in reconcile(session, catalogue)] == [("F1", "整条记录")]
        with transaction(session):
            session.execute(text(FORGED), forged(SimpleNamespace(id=1), 1, {"code": "F1"}, None))
        runner.invoke(args=["setup"], catch_exceptions=False)
        assert ("F1", "第 1 版") in [(one.key, str(one.field)) for one in reconcile(session, catalogue)]
        session.rollback()


def test_the_record_learns_the_versions_of_an_earlier_release_once(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    empty.config["DEMO_DOCUMENTS"] = False
    runner.invoke(args=["setup"], catch_exceptions=False)
    with empty.app_context():
        session = db.session()
        with transaction(session):
            if session.get_bind().dialect.name == "sqlite":
                session.execute(text("DROP TRIGGER audit_entry_no_delete"))
            else:
                session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
            session.execute(text("DELETE FROM audit_entry"))
        assert list(reconcile(session, catalogue))
        runner.invoke(args=["setup"], catch_exceptions=False)
        assert list(reconcile(session, catalogue)) == []
        session.rollback()


def test_the_check_asks_no_question_for_each_row(empty: Flask) -> None:
    """As many statements for many rows as for few."""
    runner = empty.test_cli_runner()
    empty.config["DEMO_DOCUMENTS"] = False
    runner.invoke(args=["setup"], catch_exceptions=False)
    with empty.app_context():
        session = db.session()

        def statements() -> int:
            session.rollback()
            session.expunge_all()
            asked: list[str] = []
            note = lambda *given: asked.append(given[2])  # noqa: E731
            event.listen(db.engine, "before_cursor_execute", note)
            assert list(reconcile(session, catalogue)) == []
            event.remove(db.engine, "before_cursor_execute", note)
            return len(asked)

        few = statements()
        with transaction(session):
            more(session)
        assert statements() == few
        session.rollback()


def more(session: Session) -> None:
    """Rows of every register that refers to others, beside those that the demo company has, each with its versions."""
    with writing(session):
        owner = session.scalars(select(ExternalOrganisation)).all()[0]
        top = session.scalars(select(Organisation)).all()[0]
        for number in range(40):
            user = User(username=f"more{number}", first_name="甲", last_name="子", email=f"more{number}@x.cn", active=True, password="x")
            outsider = ExternalOrganisation(code=f"M{number:03d}", name=f"M{number}", kind=owner.kind, status=owner.status)
            session.add_all([user, outsider])
            session.flush()
            session.add(AccountLink(user_id=user.id, organisation_id=outsider.id))
            keep(session, catalogue.register("external_organisations"), outsider, NEW)
            keep(session, USERS, user, NEW)
            house = Organisation(code=f"M{number:03d}", name="甲", kind=top.kind, parent=top, valid_from=top.valid_from, status=top.status)
            department = Department(code=f"M{number:03d}", name="甲", organisation=house, status=top.status)
            person = Employee(
                staff_no=f"M{number:03d}", name="甲", department=department, joined=top.valid_from, status=EmployeeStatus.ACTIVE,
            )
            session.add_all([house, department, person])
            session.flush()
            for slug, row in (("organisations", house), ("departments", department), ("employees", person)):
                keep(session, catalogue.register(slug), row, NEW)


def test_set_up_leaves_nothing_unexplained(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    runner.invoke(args=["setup"], catch_exceptions=False)
    told = runner.invoke(args=["registers", "reconcile"])
    assert (told.exit_code, told.output) == (0, "0 unexplained\n")


def test_what_is_below_stops_first(session: Session, people: dict[str, Actor], organisations: Maintaining) -> None:
    code = created(organisations)
    departments = Maintaining(session, people, "FJ20", "departments", "admin_head")
    departments.done(action="create", code=code, name=f"{code}组", organisation=code)
    with pytest.raises(Invalid, match=f"{code}组"):
        organisations.file(action="stop", record=code)
    departments.done(action="stop", record=code)
    organisations.done(action="stop", record=code)
    with pytest.raises(Invalid, match="部门 1 处"):
        organisations.file(action="delete", record=code)


def test_over_rest_a_moved_base_is_a_conflict(
    organisations: Maintaining, client_for: Callable[[str], FlaskClient]
) -> None:
    code = created(organisations)
    form = organisations.walk(organisations.file(action="change", record=code, phone="027-88880005"), "confirm")
    planted(organisations.session, code)
    body, number = {"version": form.version, "digest": form.digest}, form.id
    organisations.session.rollback()
    client = client_for("supervisor_admin")
    answer = client.post(f"/api/v1/forms/organisation_maintenance/{number}/actions/approve", json=body)
    assert answer.status_code == 409
    assert answer.get_json()["changes"] == [{"field": "phone", "label": "联系电话", "then": "", "now": "027-11110000"}]


def test_one_click_returns_it_and_one_proposes_it_again(
    organisations: Maintaining, client_for: Callable[[str], FlaskClient]
) -> None:
    code = created(organisations)
    form = organisations.walk(organisations.file(action="change", record=code, phone="027-88880006"), "confirm")
    planted(organisations.session, code)
    seen, url = shown(form), f"/forms/organisation_maintenance/act/{form.id}"
    organisations.session.rollback()
    checker, data = client_for("supervisor_admin"), {"version": seen.version, "digest": seen.digest}
    answer = checker.post(url, data=data | {"action": "approve"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "提出申请之后登记的改动" in page
    button = page.split(">退回制表人重新提出<")[0].rsplit("<form", 1)[1]
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', button))
    assert hidden["opinion"] == "登记已变动（联系电话），请核对后重新提交"
    assert checker.post(url, data=hidden).status_code == 302
    organisations.session.rollback()
    organisations.session.refresh(form)
    assert form.state is State.RETURNED
    seen = shown(form)
    data = {"version": seen.version, "digest": seen.digest, "action": "submit"}
    organisations.session.rollback()
    assert client_for("admin_head").post(url, data=data).status_code == 302
    organisations.session.refresh(form)
    assert [(one.old, one.new) for one in form.changes] == [("027-11110000", "027-88880006")]
    organisations.walk(form)
    assert organisations.row(code).phone == "027-88880006"


def planted(session: Session, code: str) -> None:
    """A telephone number written past the application."""
    with transaction(session):
        session.execute(text("UPDATE organisation SET phone = '027-11110000' WHERE code = :code"), {"code": code})


def test_versions_are_written_by_operations_alone(organisations: Maintaining) -> None:
    code = created(organisations)
    version = history(organisations.session, organisations.register, organisations.row(code).id)[0]
    with pytest.raises(NotByTheDoor), transaction(organisations.session):
        version.values = {**version.values, "phone": "027-0"}


@pytest.mark.article("77")
def test_departments(session: Session, people: dict[str, Actor], organisations: Maintaining) -> None:
    """Form 20, every kind; what still has people below it cannot be stopped."""
    departments, code = Maintaining(session, people, "FJ20", "departments", "admin_head"), code_of(session)
    departments.done(action="create", code=code, name=f"{code}部", organisation=top(organisations))
    departments.done(action="change", record=code, head="赵主任")
    assert (departments.row(code).name, departments.row(code).head) == (f"{code}部", "赵主任")
    with pytest.raises(Invalid, match="在用"):
        departments.file(action="stop", record=str(people["collector"].department_code))
    for kind, status in (("stop", "stopped"), ("start", "active"), ("delete", "deleted")):
        form = departments.done(action=kind, record=code)
        assert [one.field for one in form.changes] == ["状态"]
        assert departments.row(code).status.value == status
    with pytest.raises(Invalid):
        departments.file(action="start", record=code)


@pytest.mark.article("78")
def test_employees(session: Session, people: dict[str, Actor]) -> None:
    """Form 21: entered, changed, and taken off with the account."""
    employees, number = Maintaining(session, people, "FJ21", "employees", "admin_head"), code_of(session)
    department = session.scalars(select(catalogue.register("departments").model).limit(1)).one()
    employees.done(
        action="create", staff_no=number, name="新同事", resident_id=make_resident_id("420106", date(1999, 5, 6), 17), sex="1",
        department=department.code, positions="数据采集员", joined="2026-01-05",  # type: ignore[attr-defined]
    )
    employees.done(action="change", record=number, phone="027-85550001")
    row = employees.row(number)
    assert (row.name, row.phone, row.status.value) == ("新同事", "027-85550001", "active")
    user = User(username=f"u{number}", first_name="同事", last_name="新", email=f"{number}@example.com", active=True, password="x")
    with transaction(session), writing(session):
        session.add(user)
        session.flush()
        employees.row_in(number).user_id = user.id
    user_id = user.id
    form = employees.done(action="cancel", record=number, left="2026-06-30")
    assert ("状态", "在职", "注销") in [(one.field, one.old, one.new) for one in form.changes]
    row = employees.row(number)
    assert (row.status.value, str(row.left)) == ("left", "2026-06-30")
    assert not session.get_one(User, user_id).active


MEMBER = {"kind": "member", "uscc": make_uscc("91420102000077771")}


@pytest.mark.article("81")
def test_a_new_member_and_its_agreement(session: Session, people: dict[str, Actor]) -> None:
    """Forms 23 and 24: the agreement is entered only after the registration, and belongs to the new member."""
    members = Maintaining(session, people, "FJ23", "external_organisations", "marketer")
    agreements = Maintaining(session, people, "FJ24", "agreements", "marketer")
    code = code_of(session)
    registration = members.file(action="create", code=code, name=f"{code}银行", **MEMBER)
    agreement = agreements.file(
        action="create", registration=registration.number, kind="membership", agreement_no=f"HX-{code}", signed="2026-03-01",
        valid_from="2026-03-02", valid_to="2027-03-01", products="brief",
    )
    assert members.row(code) is None
    members.walk(registration)
    assert members.row(code).status.value == "active"
    agreements.walk(agreement)
    row = agreements.row(f"HX-{code}")
    assert (row.party.code, row.status.value) == (code, "active")
    agreements.done(action="change", record=f"HX-{code}", kind="membership", signed="2026-06-01", quota="800")
    assert agreements.row(f"HX-{code}").quota == 800


@pytest.mark.article("81.2.1", "81-83")
def test_a_member_changes(session: Session, people: dict[str, Actor]) -> None:
    """Form 23: anybody of the department asks, its head agrees; members are not stopped by it."""
    members = Maintaining(session, people, "FJ23", "external_organisations", "auditor_clerk")
    old = members.row("HY003").contact
    new = "卓一帆" if old != "卓一帆" else "谷雨薇"
    form = members.file(action="change", kind="member", record="HY003", contact=new)
    for step in ("approve_member_change", "enter", "confirm_member_change"):
        assert form.step == step
        assert members.row("HY003").contact == old
        members.walk(form, {"approve_member_change": "enter", "enter": "confirm_member_change"}.get(step))
    assert members.row("HY003").contact == new
    assert [(one.field, one.new) for one in form.changes] == [("联系人", new)]
    with pytest.raises(Invalid, match="仅限数据提供单位"):
        members.file(action="stop", kind="member", record="HY003")


@pytest.mark.article("83")
def test_a_provider_changes_with_a_newly_signed_agreement(session: Session, people: dict[str, Actor]) -> None:
    """Form 23: the agreement is all that may change, and without one nothing does."""
    providers, code = Maintaining(session, people, "FJ23", "external_organisations", "collector"), code_of(session)
    signed = {
        "agreement_no": f"CJ-{code}", "agreement_signed": "2026-02-01", "agreement_from": "2026-02-02",
        "agreement_to": "2028-02-01", "data_covered": "纳税信息", "cycle": "month", "agreement_scan": "a.pdf",
    }
    with pytest.raises(Invalid, match="协议"):
        providers.file(action="change", kind="provider", record="TG002", phone="027-80000001", agreement_no=None)
    providers.done(action="change", kind="provider", record="TG002", **signed)
    agreement: Any = catalogue.register("agreements").model
    row = session.scalars(select(agreement).where(agreement.agreement_no == f"CJ-{code}")).one()
    assert row.party.code == "TG002"


@pytest.mark.article("83")
def test_a_provider_with_its_agreement(session: Session, people: dict[str, Actor]) -> None:
    """Form 23: a provider's agreement is registered with it; it is stopped and started."""
    providers, code = Maintaining(session, people, "FJ23", "external_organisations", "marketer"), code_of(session)
    signed = {
        "agreement_no": f"CJ-{code}", "agreement_signed": "2026-02-01", "agreement_from": "2026-02-02",
        "agreement_to": "2028-02-01", "data_covered": "水费", "cycle": "month", "agreement_scan": "a.pdf",
    }
    providers.done(action="create", kind="provider", code=code, name=f"{code}水厂", uscc=make_uscc("12420102000088882"), **signed)
    agreement: Any = catalogue.register("agreements").model
    row = session.scalars(select(agreement).where(agreement.agreement_no == f"CJ-{code}")).one()
    assert (row.party.code, row.kind.value) == (code, "collection")
    for kind, status in (("stop", "stopped"), ("start", "active")):
        providers.done(action=kind, kind="provider", record=code)
        assert providers.row(code).status.value == status


@pytest.mark.article("93.1", "93.2", "93.3")
def test_parameters_are_typed_and_bounded(session: Session, people: dict[str, Actor]) -> None:
    """Form 25: a value outside its bounds is refused; a new parameter counts from its confirmation."""
    parameters, code = Maintaining(session, people, "FJ25", "parameters", "sysadmin"), code_of(session)
    with pytest.raises(Invalid, match="不能大于"):
        parameters.file(action="change", record="session_hours", value="25", valid_from="2026-02-01")
    with pytest.raises(Invalid, match="整数"):
        parameters.file(action="change", record="session_hours", value="2.5", valid_from="2026-02-01")
    parameters.done(action="create", code=code, name="试验", type="integer", value="3", valid_from="2026-01-01")
    assert parameter_text(session, code) == "3"
    parameters.done(action="change", record=code, value="4", valid_from="2026-02-01")
    assert (parameters.row(code).value, parameter_text(session, code)) == ("4", "4")


@pytest.mark.article("93.1", "93.2", "93.3")
def test_a_new_code_table_with_its_first_value(session: Session, people: dict[str, Actor]) -> None:
    """Form 27: the table comes with its first value; values are changed, stopped and started."""
    codes, table = Maintaining(session, people, "FJ27", "code_values", "sysadmin"), code_of(session)
    codes.done(action="create", new_table_code=table, new_table_name="试验表", code="01", title="第一")
    row = codes.row(f"{table}:01")
    assert (row.table.code, row.table.name, row.title, row.status.value) == (table, "试验表", "第一", "active")
    codes.done(action="create", table=table, code="02", title="第二")
    codes.done(action="change", record=f"{table}:02", title="第二项")
    assert codes.row(f"{table}:02").title == "第二项"
    for kind, status in (("stop", "stopped"), ("start", "active")):
        codes.done(action=kind, record=f"{table}:02")
        assert codes.row(f"{table}:02").status.value == status
    assert [one for one in reconcile(session, catalogue) if table in one.key] == []
    codes.done(action="create", table=table, code="0101", title="第一之一", parent_code="01")
    with pytest.raises(Invalid, match="没有在用的上级代码“99”"):
        codes.file(action="create", table=table, code="9901", title="无上级", parent_code="99")


@pytest.mark.article("100")
@pytest.mark.parametrize("form", ["FJ13", "FJ14"])
def test_customers_come_from_applications(session: Session, people: dict[str, Actor], form: str) -> None:
    """An ordinary customer's first application registers it, explained by the form; the second finds it."""
    applications = Maintaining(session, people, form, "external_organisations", "clerk")
    prepare(session, applications.spec, people.values())
    number, rows = session.scalar(select(func.count()).select_from(Document)) or 0, []
    for _turn in range(2):
        application: Any = finish(
            session, applications.spec, people.values(), number, {"channel": "outlet", "customer_kind": "ordinary", "member": None}
        )
        same = ExternalOrganisation.uscc == application.customer_uscc
        rows.append(session.scalars(select(ExternalOrganisation).where(same)).one())
    assert rows[0] is rows[1]
    assert (rows[0].kind.value, rows[0].name) == ("ordinary", application.customer_name)
    version = history(session, applications.register, rows[0].id)[0]
    assert session.get_one(Document, version.document_id).form_code in ("FJ13", "FJ14")
    assert not [one for one in reconcile(session, catalogue) if one.key == rows[0].code]
