"""Deciding in a real browser, clicked through as different people: countersign, authorise, return, delegate, in bulk."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.demo.people import PASSWORD
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.workflow.models import Delegation, Task
from tests.browsing import Pages
from tests.test_desk import document, receiver, trail, urgent, url, user_id, user_name, waiting_at

pytestmark = pytest.mark.browser

STATUS = ".page-head .label >> nth=0"


def sign(page: Any, button: str, confirm: str, opinion: str = "") -> None:
    """Opens the dialog of a decision, writes the opinion and confirms."""
    page.wait_for_load_state()  # its scripts listen only then
    page.locator(".page-actions").get_by_role("button", name=button, exact=True).click()
    if opinion:
        page.locator("dialog[open] textarea").fill(opinion)
    page.locator("dialog[open]").get_by_role("button", name=confirm, exact=True).click()
    page.wait_for_load_state()


@pytest.mark.article("26.3.2")
def test_everybody_countersigns(session: Session, page_of: Pages) -> None:
    spec = catalogue.form("FJ10")
    pk = waiting_at(session, spec, "countersign")
    tasks = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None))).all()
    names = [user_name(session, int(task.user_id or 0)) for task in tasks]
    for left, name in zip(reversed(range(len(names))), names, strict=True):
        page = page_of(name)
        page.goto("/tasks/?whose=named")
        page.get_by_role("link", name=document(session, pk).number, exact=True).first.click()
        sign(page, "会签", "确认会签", "同意。")
        assert page.locator(".chain li", has_text="尚未会签").count() == left
    assert page.inner_text(STATUS) == "已办结"
    assert page.locator(".boxes .by", has_text="20").count() >= len(names)


@pytest.mark.article("19.2")
def test_a_head_authorises_on_the_spot(session: Session, page_of: Pages) -> None:
    spec = catalogue.form("FJ07")
    pk = waiting_at(session, spec, "reload", disposal="reload")
    approved = {one.user_id for one in trail(session, pk)}
    head = next(name for name in ("it_head", "it_head2") if user_id(session, name) not in approved)
    page = page_of(user_name(session, document(session, pk).maker_id))
    page.goto(url(spec, "show", pk))
    page.locator(".page-actions [data-dialog=authorise]").click()
    page.fill("dialog[open] [name=_authoriser]", user_name(session, document(session, pk).maker_id))
    page.fill("dialog[open] [name=_password]", PASSWORD)
    page.fill("dialog[open] textarea", "差错已排除")
    page.click("dialog[open] [type=submit]")
    page.wait_for_load_state()
    assert "不能是操作人本人" in page.inner_text("dialog[open] [role=alert]")
    assert page.input_value("dialog[open] [name=_password]") == ""
    assert page.input_value("dialog[open] textarea") == "差错已排除"
    page.fill("dialog[open] [name=_authoriser]", head)
    page.fill("dialog[open] [name=_password]", PASSWORD)
    page.click("dialog[open] [type=submit]")
    page.wait_for_load_state()
    assert page.inner_text(STATUS) == "已办结"
    assert "（现场授权，操作人：" in page.inner_text(".chain")
    assert "（现场授权，操作人：" in page.inner_text(".paper")


def test_returned_corrected_and_handed_in_again(session: Session, page_of: Pages) -> None:
    spec = catalogue.form("FJ02")
    pk = waiting_at(session, spec, spec.chain[0].name)
    checker, maker = page_of(receiver(session, spec, pk)), page_of(user_name(session, document(session, pk).maker_id))
    checker.goto(url(spec, "show", pk))
    checker.locator(".page-actions").get_by_role("button", name="退回", exact=True).click()
    assert checker.locator("dialog[open] textarea").evaluate("one => one.required")
    checker.fill("dialog[open] textarea", "文件名与清单不符")
    checker.get_by_role("button", name="确认退回").click()
    checker.wait_for_load_state()
    maker.goto(url(spec, "edit", pk))
    assert "文件名与清单不符" in maker.inner_text(".alert-warning")
    maker.fill("#f-remarks", "已按清单改正")
    maker.get_by_role("button", name="提交", exact=True).click()
    maker.wait_for_load_state()
    assert "待" in maker.inner_text(STATUS)
    checker.goto(url(spec, "show", pk))
    verb = str(spec.chain[0].verb)
    sign(checker, verb, f"确认{verb}", "已核对")
    assert "已按清单改正" in checker.inner_text(".paper")
    assert "已核对" in checker.inner_text(".chain")
    assert document(session, pk).step != spec.chain[0].name


def test_a_delegate_is_named_signs_and_is_released(session: Session, page_of: Pages) -> None:
    spec = catalogue.form("FJ02")
    pk = waiting_at(session, spec, spec.chain[0].name)
    urgent(session, pk)
    giver, taker = page_of(receiver(session, spec, pk)), page_of("it_staff")
    giver.goto("/")
    giver.click(".who")
    giver.get_by_role("link", name="委托", exact=True).click()
    giver.get_by_role("link", name="新增委托").click()
    name = taker.inner_text(".who").split(" ")[0]
    giver.locator("#f-to_user").press_sequentially(name)
    giver.locator("[role=option]").first.click()
    giver.fill("#f-starts_at", f"{now() - timedelta(minutes=2):%Y-%m-%dT%H:%M}")
    giver.fill("#f-ends_at", f"{now() + timedelta(days=1):%Y-%m-%dT%H:%M}")
    giver.fill("#f-reason", "出差")
    giver.locator(".page-actions").get_by_role("button", name="委托", exact=True).click()
    giver.wait_for_load_state()
    if giver.locator("#f-confirmed").count():
        giver.check("#f-confirmed")
        giver.locator(".page-actions").get_by_role("button", name="委托", exact=True).click()
        giver.wait_for_load_state()
    assert "生效中" in giver.inner_text(".content")
    taker.goto("/tasks/?whose=delegate")
    taker.get_by_role("link", name=document(session, pk).number, exact=True).first.click()
    verb = str(spec.chain[0].verb)
    sign(taker, verb, f"确认{verb}")
    assert "委托）" in taker.inner_text(".chain")
    giver.get_by_role("button", name="提前终止").click()
    giver.locator("dialog[open] [data-confirmed]").click()
    giver.get_by_text("已提前终止").first.wait_for()
    session.rollback()
    session.execute(delete(Delegation))
    session.commit()


def test_several_are_decided_at_once(session: Session, page_of: Pages) -> None:
    """security 3: what changed between ticking and deciding is left alone, and said."""
    spec = catalogue.form("FJ02")
    keys = [waiting_at(session, spec, spec.chain[0].name, number) for number in range(3)]
    urgent(session, *keys)
    page = page_of(receiver(session, spec, keys[0]))
    page.goto("/tasks/?form=FJ02")
    for key in keys:
        page.get_by_label(f"选择 {document(session, key).number}").check()
    page.get_by_role("button", name="批量办理勾选的").click()
    page.get_by_role("heading", name="可以一起办理的 3 件").wait_for()
    maker = page_of(user_name(session, document(session, keys[2]).maker_id))
    maker.goto(url(spec, "show", keys[2]))
    sign(maker, "撤回", "确认撤回")
    page.fill("#opinion", "一并核对")
    page.get_by_role("button", name="确认同意 3 件").click()
    page.get_by_text("共 3 件，办成 2 件").wait_for()
    assert page.locator(".label-danger").count() == 1
    assert document(session, keys[0]).step != spec.chain[0].name
    assert document(session, keys[2]).state is State.WITHDRAWN
