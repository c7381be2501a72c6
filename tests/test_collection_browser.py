"""Chapter 3 in a real browser: extraction under a witness, entry by hand, a provider's upload."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.registers import DataStructure, Method
from app.areas.collection.structures import layout_of
from app.demo.deliveries import sample_rows
from app.demo.packages import AGREED
from app.jobs.running import run_waiting
from tests.browsing import PASTE, Pages
from tests.test_extraction import received, staff_no

pytestmark = pytest.mark.browser


@pytest.mark.article("16.1.1")
def test_a_data_manager_extracts(session: Session, actors: Mapping[str, Any], page_of: Pages) -> None:
    document = received(session, actors)
    page = page_of("data_manager")
    page.goto(f"/forms/collection_file_register/show/{document.id}")
    page.get_by_role("link", name="填写并签字").click()
    page.get_by_label("提取监督人").select_option(staff_no(session, actors["data_manager/2"]))
    page.get_by_label("约定口令", exact=True).fill(AGREED)
    page.get_by_role("button", name="提取", exact=True).click()
    page.get_by_role("heading", name="正在提取").wait_for()
    run_waiting(session)
    page.locator(".label-success", has_text="正常").first.wait_for()
    assert page.locator(".label-success", has_text="正常").count() >= len(document.files)
    page.get_by_label("意见").fill("与登记一致")
    page.get_by_role("button", name="填写并签字").click()
    page.wait_for_url("**/show/*")
    session.rollback()
    session.refresh(document)
    assert document.step == "witness"


@pytest.mark.article("16.1.3")
def test_a_collector_keys_and_another_reviews(session: Session, page_of: Pages) -> None:
    """Rows pasted from Excel; a fault is told as soon as the row is left, without saving."""
    manual = DataStructure.method == Method.MANUAL
    structure = session.scalars(select(DataStructure).where(manual).order_by(DataStructure.id)).first()
    assert structure is not None
    rows = list(sample_rows(layout_of(session, structure), 2, 11))
    page = page_of("collector")
    page.goto("/entry/")
    page.get_by_label("数据结构").select_option(structure.code)
    page.get_by_label("原始资料名称").fill("处罚决定书清单")
    page.get_by_label("所属期间起").fill("2026-07-01")
    page.get_by_label("所属期间止").fill("2026-09-30")
    page.get_by_role("button", name="新建录入表").click()
    page.locator("#f-rows-0-c0").wait_for()
    page.wait_for_load_state()  # its scripts listen only then
    page.evaluate(PASTE, ["f-rows-0-c0", "\n".join("\t".join(row) for row in [["x"], *rows])])
    page.locator("tbody tr:first-child .error-text").first.wait_for()
    page.locator("#f-rows-0-c0").focus()
    page.keyboard.press("Control+Delete")
    page.locator("#f-rows-0-c0").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "f-rows-1-c0"
    page.get_by_role("button", name="交复核").click()
    page.get_by_text("待复核").first.wait_for()
    sheet = page.url
    reviewer = page_of("collection_reviewer")
    reviewer.goto(sheet)
    for box in reviewer.get_by_role("checkbox").all():
        box.check()
    reviewer.get_by_role("button", name="登记复核结果").click()
    reviewer.get_by_role("button", name="复核通过，生成登记表").click()
    reviewer.wait_for_url("**/edit/*")
    assert reviewer.locator("[name='files-0-records']").input_value() == "2"


@pytest.mark.article("16.1.1")
def test_an_operator_uploads(session: Session, page_of: Pages, tmp_path: Path) -> None:
    file = tmp_path / "报送 数据.zip"
    file.write_bytes(b"PK\x05\x06" + b"\0" * 18 + b"0" * 3_000_000)
    page = page_of("provider_operator")
    page.goto("/deliveries/")
    page.get_by_label("加密、压缩后的数据文件").set_input_files(file)
    page.get_by_role("button", name="上传").click()
    page.wait_for_url("**/deliveries/receipt/*")
    assert "报送 数据.zip" in page.content()
    assert "3,000,022" in page.content()
