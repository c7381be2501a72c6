"""Products and indicators: forms 8 to 12, both environments, execution after hours, the notice to all departments."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app import models
from app.areas.products.registers import Indicator, Product
from app.calendar.hours import hours, next_outside
from app.clock import at, now
from app.database import transaction
from app.demo.examples import example, step_example
from app.demo.prerequisites import everybody
from app.demo.walk import make, shown, sign, to_the_end
from app.documents.operations import create
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.notices.models import Notice, NoticeReceipt
from app.registers.environments import differences, paired
from app.registers.reconciling import reconcile
from app.registers.versions import history
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.options import Action

models.load(("app.areas",))

PROPOSAL, REPORT, REVIEW, NOTICE, INDICATORS = (catalogue.form(code) for code in ("FJ08", "FJ09", "FJ10", "FJ11", "FJ12"))


class Desk:
    """Files chapter 4's forms and walks them."""

    def __init__(self, session: Session) -> None:
        self.session, self.people = session, everybody(session)

    def number(self) -> int:
        """Tells examples apart."""
        return self.session.scalar(select(func.count()).select_from(Document)) or 0

    def who(self, name: str) -> Actor:
        """Somebody by user name."""
        return next(one for one in self.people if one.username == name)

    def done(self, spec: Any, **given: Any) -> Any:
        """A form walked to its end."""
        return to_the_end(self.session, spec, self.file(spec, **given), self.people)

    def file(self, spec: Any, **given: Any) -> Any:
        """A form handed in."""
        maker = self.who(spec.makers[0].code)
        raw = example(self.session, maker, spec, self.number(), given=deepcopy(given))
        return make(self.session, maker, spec, {**raw, **given})

    def walk(self, spec: Any, document: Any, until: str) -> Any:
        """Signs on to a step."""
        while document.state is State.PENDING and document.step != until:
            with transaction(self.session):
                sign(self.session, case_of(self.session, spec, document), self.people)
        return document

    def reviewed(self, **given: Any) -> Any:
        """A review opinion that passed, of a proposal."""
        report = self.done(REPORT, proposal=self.done(PROPOSAL, **given).number)
        return self.done(REVIEW, test_report=report.number)

    def sold(self, **given: Any) -> Any:
        """A new product in production."""
        review = self.reviewed(action="create", **given)
        notice = self.done(NOTICE, action="create", basis=review.number)
        return self.row(notice.code)

    def row(self, code: str) -> Any:
        """The product of that code."""
        self.session.rollback()
        return self.session.scalar(select(Product).where(Product.code == code))

    def indicator(self, full_code: str) -> Any:
        """The indicator of that full code."""
        self.session.rollback()
        return self.session.scalar(select(Indicator).where(Indicator.full_code == full_code))

    def differing(self) -> list[Any]:
        """What the environments have not the same."""
        self.session.rollback()
        return list(differences(self.session, paired(catalogue)))


@pytest.fixture
def desk(session: Session) -> Desk:
    return Desk(session)


@pytest.fixture
def in_hours(session: Session) -> datetime:
    """A moment within business hours, from now on."""
    own = hours(session)
    return datetime.combine(own.days.add(now().date(), 1), own.opens) + timedelta(hours=1)


@pytest.mark.article("26", "27", "29")
def test_a_product_from_its_proposal_to_production_and_stopped_again(desk: Desk) -> None:
    """flows.md rows 26, 27, 29"""
    session = desk.session
    proposal = desk.done(PROPOSAL, action="create")
    testing = desk.row(f"D:{proposal.product_code}")
    assert proposal.development_code == testing.code
    assert (testing.status.value, testing.made_by_id) == ("testing", proposal.id)
    assert desk.row(proposal.product_code) is None
    assert desk.differing() == []
    report = desk.done(REPORT, proposal=proposal.number)
    review = desk.done(REVIEW, test_report=report.number)
    notice = desk.done(NOTICE, action="create", basis=review.number, price="800.00")
    found = desk.row(proposal.product_code)
    assert (found.status.value, found.made_by_id, found.enabled_on) == ("enabled", notice.id, notice.executed_at.date())
    assert str(found.price) == "800.00"
    desk.done(NOTICE, action="stop", product=found.code)
    assert (desk.row(found.code).status.value, desk.row(f"D:{found.code}").status.value) == ("stopped", "stopped")
    desk.done(NOTICE, action="start", product=found.code)
    assert desk.row(found.code).status.value == "enabled"
    register = catalogue.register("products")
    assert [one.values["status"] for one in history(session, register, found.id)] == ["enabled", "stopped", "enabled"]
    assert desk.differing() == []


@pytest.mark.article("26")
def test_a_change_stops_changes_and_starts_the_product(desk: Desk) -> None:
    """flows.md row 26"""
    found = desk.sold()
    review = desk.reviewed(action="change", product=found.code)
    notice = desk.done(
        NOTICE, action="change", basis=review.number, product=found.code, price="4321.00", content="新的内容",
        changes=[{"field": "指导价格", "old": str(found.price), "new": "4321.00"}],
    )
    after = desk.row(found.code)
    assert (str(after.price), after.content, after.status.value) == ("4321.00", "新的内容", "enabled")
    assert notice.content_old is not None
    versions = history(desk.session, catalogue.register("products"), found.id)
    assert [one.values["status"] for one in versions] == ["enabled", "stopped", "stopped", "enabled"]
    assert {one.document_id for one in versions[:3]} == {notice.id}
    assert desk.differing() == []


@pytest.mark.article("26")
def test_each_form_is_refused_while_the_one_before_is_missing(desk: Desk) -> None:
    """flows.md row 26"""
    proposal = desk.file(PROPOSAL, action="create")
    with pytest.raises(Invalid, match="立项书尚未办结"):
        desk.file(REPORT, proposal=proposal.number)
    to_the_end(desk.session, PROPOSAL, proposal, desk.people)
    report = desk.file(REPORT, proposal=proposal.number)
    with pytest.raises(Invalid, match="测试尚未办结"):
        desk.file(REVIEW, test_report=report.number)
    to_the_end(desk.session, REPORT, report, desk.people)
    review = desk.file(REVIEW, test_report=report.number)
    with pytest.raises(Invalid, match="评审尚未办结"):
        desk.file(NOTICE, action="create", basis=review.number)
    to_the_end(desk.session, REVIEW, review, desk.people)
    with pytest.raises(Invalid, match="不是立项书"):
        desk.file(NOTICE, action="create", basis=review.number, code="OTHER")
    with pytest.raises(Invalid, match="立项类别"):
        desk.file(NOTICE, action="change", basis=review.number, product="JM01", changes=[{"field": "名称", "new": "新"}])
    first = desk.file(NOTICE, action="create", basis=review.number)
    with pytest.raises(Invalid, match=first.number):
        desk.file(NOTICE, action="create", basis=review.number)
    with pytest.raises(Invalid, match="已有该代码"):
        desk.file(PROPOSAL, action="create", product_code="JM01")


@pytest.mark.article("26.4", "27.2")
def test_execution_is_refused_in_business_hours(desk: Desk, in_hours: datetime) -> None:
    """flows.md row 26.4, 27.2"""
    session, found = desk.session, desk.sold()
    notice = desk.walk(NOTICE, desk.file(NOTICE, action="stop", product=found.code), "execute")
    sysadmin = desk.who("sysadmin")

    def execute(when: datetime, executed_at: datetime) -> None:
        with at(when), transaction(session):
            filled = {
                **step_example(session, sysadmin, case_of(session, NOTICE, notice), NOTICE.step("execute")),
                "executed_at": f"{executed_at:%Y-%m-%d %H:%M}",
            }
            act(session, sysadmin, NOTICE, notice.id, Action.APPROVE, shown(notice), filled=filled)

    closes = next_outside(session, in_hours)
    with pytest.raises(Denied, match=f"{closes:%Y-%m-%d %H:%M} 起可以执行"):
        execute(in_hours, in_hours)
    evening = closes + timedelta(hours=2)
    with pytest.raises(Invalid, match="非营业时间"):
        execute(evening, in_hours)
    with pytest.raises(Invalid, match="不能晚于现在"):
        execute(evening, evening + timedelta(hours=1))
    with pytest.raises(Invalid, match="签发时间"):
        execute(evening, now() - timedelta(days=3))
    assert desk.row(found.code).status.value == "enabled"
    execute(evening, evening)
    assert desk.row(found.code).status.value == "stopped"


@pytest.mark.article("32")
def test_all_departments_are_told(desk: Desk) -> None:
    """flows.md row 32"""
    session, found = desk.session, desk.sold()
    notice = desk.walk(NOTICE, desk.file(NOTICE, action="stop", product=found.code), "announce")
    own = hours(session)
    assert notice.due_at == datetime.combine(own.days.add(notice.executed_at.date(), 2), own.closes)
    draft = session.scalars(select(Notice).where(Notice.title.startswith("待您于")).order_by(Notice.id.desc()).limit(1)).one()
    assert draft.document_id == notice.id
    assert f"{notice.due_at:%Y-%m-%d %H:%M}" in draft.title
    assert notice.notice_text == draft.body
    with transaction(session):
        edited = {"notice_title": notice.notice_title, "notice_text": f"{draft.body}\n请各部门转告会员单位。"}
        sign(session, case_of(session, NOTICE, notice), desk.people, edited)
    session.rollback()
    sent = session.scalars(select(Notice).order_by(Notice.id.desc()).limit(1)).one()
    assert sent.title == f"产品维护通知：停用{found.name}（{found.code}）"
    assert f"{notice.executed_at:%Y-%m-%d %H:%M}" in sent.body
    assert notice.number in sent.body
    assert sent.body == notice.notice_text == f"{draft.body}\n请各部门转告会员单位。"
    assert sent.audience == "全体员工"
    assert sent.sent_by_id == notice.maker_id
    told = set(session.scalars(select(NoticeReceipt.user_id).where(NoticeReceipt.notice_id == sent.id)))
    inside = {one.user_id for one in desk.people if not one.external and one.employee_id}
    assert told <= inside - {notice.maker_id}
    assert len(told) > 20


@pytest.mark.article("26", "27")
def test_a_stopped_product_cannot_be_ordered(desk: Desk) -> None:
    found = desk.sold(product_type="brief")
    clerk, spec = desk.who("clerk"), catalogue.form("FJ13")
    raw = example(desk.session, clerk, spec, desk.number(), given={"product": found.code})
    with transaction(desk.session):
        draft = create(desk.session, clerk, spec, raw)
    desk.done(NOTICE, action="stop", product=found.code)
    with pytest.raises(Invalid, match="已停用"), transaction(desk.session):
        act(desk.session, clerk, spec, draft.id, Action.SUBMIT, shown(draft))
    with pytest.raises(Invalid, match="没有可选的"):
        make(desk.session, clerk, spec, raw)


@pytest.mark.article("29", "30")
def test_indicators_are_added_changed_and_deleted_in_both_environments(desk: Desk) -> None:
    """flows.md rows 29, 30"""
    session = desk.session
    made = desk.done(INDICATORS, action="create")
    code = made.indicators[0].code
    assert "试验副本中两个环境均可完成" in made.test_note
    for environment in ("D:", "P:"):
        row = desk.indicator(environment + code)
        assert (row.name, row.status.value, row.made_by_id) == (made.indicators[0].name, "active", made.id)
    line = {"indicator": f"P:{code}", "code": code, "name": "新名称", "type": "number"}
    changed = desk.file(INDICATORS, action="change", indicators=[line])
    desk.walk(INDICATORS, changed, "import_production")
    assert [desk.indicator(one + code).name == "新名称" for one in ("D:", "P:")] == [True, False]
    assert [one.key for one in desk.differing()] == [code]
    to_the_end(session, INDICATORS, changed, desk.people)
    assert desk.differing() == []
    desk.done(INDICATORS, action="delete", indicators=[line | {"name": "新名称"}])
    assert desk.indicator(f"P:{code}").status.value == "deleted"
    assert desk.differing() == []
    assert not [one for one in reconcile(session, catalogue) if code in one.key]
    notices = session.scalars(select(Notice.title).order_by(Notice.id.desc()).limit(1)).one()
    assert notices == "指标维护通知：删除 1 个指标"


@pytest.mark.article("30")
def test_an_indicator_waits_for_the_products_that_use_it(desk: Desk) -> None:
    """flows.md row 30"""
    code = desk.done(INDICATORS, action="create").indicators[0].code
    found = desk.sold(indicators=[{"indicator": f"P:{code}", "name": "所用指标"}])
    line = {"indicator": f"P:{code}", "code": code, "name": "改后名称", "type": "number"}
    with at(now() + timedelta(days=1)):
        notice = desk.walk(INDICATORS, desk.file(INDICATORS, action="change", indicators=[line]), "develop")
        with pytest.raises(Denied, match=found.code):
            to_the_end(desk.session, INDICATORS, notice, desk.people)
    assert desk.indicator(f"D:{code}").name != "改后名称"
    with at(now() + timedelta(days=2)):
        desk.done(NOTICE, action="stop", product=found.code)
    with at(now() + timedelta(days=3)):
        to_the_end(desk.session, INDICATORS, notice, desk.people)
    assert desk.indicator(f"P:{code}").name == "改后名称"


@pytest.mark.article("30")
def test_a_trial_that_fails_cannot_be_called_passed(desk: Desk) -> None:
    code = desk.done(INDICATORS, action="create").indicators[0].code
    line = {"code": code, "name": "又一个", "type": "number"}
    notice = desk.walk(INDICATORS, desk.file(INDICATORS, action="create", indicators=[line]), "test")
    with pytest.raises(Invalid, match="已有该代码的指标"):
        desk.walk(INDICATORS, notice, "request_review")
    with transaction(desk.session):
        given = {"test_result": "failed"}
        sign(desk.session, case_of(desk.session, INDICATORS, notice), desk.people, given)
    assert "已有该代码的指标" in str(notice.test_note)


@pytest.fixture
def tampered(desk: Desk) -> Iterator[str]:
    """The name of a product in production, changed with SQL."""
    before = desk.row("SD01").name
    change = text("UPDATE product SET name = :name WHERE code = 'SD01'")
    with transaction(desk.session):
        desk.session.execute(change, {"name": "改过的名称"})
    yield before
    with transaction(desk.session):
        desk.session.execute(change, {"name": before})


@pytest.mark.article("29")
def test_tampering_is_found(
    app: Flask, desk: Desk, tampered: str, client_for: Callable[[str], FlaskClient]
) -> None:
    """flows.md row 29"""
    found = [(one.key, one.development, one.production) for one in desk.differing()]
    assert found == [("SD01", tampered, "改过的名称")]
    result = app.test_cli_runner().invoke(args=["products", "differences"])
    assert result.exit_code == 1
    assert "SD01" in result.output
    for name in ("product_admin", "product_dev", "sysadmin", "it_head", "inspector"):
        page = client_for(name).get("/environments/").get_data(as_text=True)
        assert "改过的名称" in page
        assert "环境差异" in page
    assert client_for("sysadmin").get("/environments/export.xlsx").data[:2] == b"PK"
    assert client_for("clerk").get("/environments/").status_code in (302, 403)


@pytest.mark.article("29")
def test_in_order_the_report_is_empty(app: Flask, desk: Desk, client_for: Callable[[str], FlaskClient]) -> None:
    """flows.md row 29"""
    assert desk.differing() == []
    result = app.test_cli_runner().invoke(args=["products", "differences"])
    assert (result.exit_code, result.output) == (0, "0 differences\n")
    assert "两个环境的产品和指标一致" in client_for("product_admin").get("/environments/").get_data(as_text=True)
