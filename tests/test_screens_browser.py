"""The generated screens in a real browser: what their scripts do for people who type all day."""

from typing import Any

import pytest

from tests.browsing import PASTE, Pages

pytestmark = pytest.mark.browser

ADD = "/forms/collection_file_register/add"


def fresh(page: Any, url: str = ADD) -> Any:
    """An empty sheet, whatever was typed before."""
    page.goto(url)
    if page.query_selector("[data-offer]"):
        page.click("[data-offer] [type=submit]")
        page.wait_for_load_state()
    return page


def test_rows_are_pasted_from_excel_and_summed(page_of: Pages) -> None:
    page = fresh(page_of("collector"))
    table = "甲.csv\t1200\t10\n乙.csv\t34,000\t5\n\"丙\n丁.csv\"\t3O\t1\n"
    page.evaluate(PASTE, ["f-files-0-name", table])
    assert page.locator("[data-lines=files] tbody tr").count() == 4
    assert page.input_value("#f-files-0-bytes") == "1,200"
    assert page.inner_text("[data-total=records]") == "16"
    assert page.inner_text("[data-total=bytes]") == "改正后合计"
    page.fill("#f-files-2-bytes", "30")
    assert page.inner_text("[data-total=bytes]") == "35,230"
    page.focus("#f-files-1-name")
    page.keyboard.press("Control+Delete")
    assert page.inner_text("[data-total=bytes]") == "1,230"
    assert page.input_value("#f-files-1-bytes") == "30"


def test_keys_move_in_the_table_and_open_new_rows(page_of: Pages) -> None:
    page = fresh(page_of("collector"))
    page.click("[data-add-row=files]")
    for text, key in (("甲.csv", "Tab"), ("12", "Enter"), ("34", "ArrowUp")):
        page.keyboard.type(text)
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "f-files-0-bytes"
    assert page.inner_text("[data-total=bytes]") == "46"


def test_a_reference_is_chosen_by_typing_and_limits_the_next(page_of: Pages) -> None:
    page = fresh(page_of("collector"))
    page.click("#f-provider")
    page.wait_for_selector("#lookup-list [role=option]")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#f-provider", "aria-activedescendant") == "lookup-0"
    page.keyboard.press("Enter")
    chosen = page.input_value("#f-provider")
    assert " " in chosen
    assert page.is_hidden("#lookup-list")
    page.click("#f-agreement")
    page.wait_for_selector("#lookup-list [role=option]")
    everything = page.locator("#lookup-list [role=option]").count()
    page.keyboard.press("Escape")
    page.fill("#f-provider", "")
    page.click("#f-agreement")
    page.wait_for_selector("#lookup-list [role=option]")
    assert page.locator("#lookup-list [role=option]").count() > everything


def test_what_is_required_follows_what_is_chosen(page_of: Pages) -> None:
    page = fresh(page_of("collector"))
    label = "label[for=f-second_collector].req"
    assert page.locator(label).count() == 0
    page.check("[name=method][value=bulk_copy]")
    assert page.locator(label).count() == 1
    page.check("[name=method][value=network]")
    assert page.locator(label).count() == 0


def test_check_characters_are_verified_while_typing(page_of: Pages) -> None:
    page = fresh(page_of("clerk"), "/forms/brief_report_application/add")
    page.locator("#f-customer_uscc").press_sequentially("91420100MA4K00001U")
    assert page.locator("#f-customer_uscc-err").count() == 0
    page.fill("#f-customer_uscc", "91420100MA4K00001T")
    assert "有误" in page.inner_text("#f-customer_uscc-err")
    page.fill("#f-handler_resident_id", "110105194912310021")
    assert "有误" in page.inner_text("#f-handler_resident_id-err")
    page.fill("#f-handler_resident_id", "11010519491231002x")
    assert page.locator("#f-handler_resident_id-err").count() == 0


def test_typing_is_kept_and_restored(page_of: Pages) -> None:
    """security 18."""
    page = fresh(page_of("collector2"))
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#f-remarks").press_sequentially("当面清点")
    page.evaluate(PASTE, ["f-files-0-name", "甲.csv\t1\t1\n乙.csv\t2\t2"])
    page.locator("[data-autosaved]", has_text="已自动保存").wait_for(timeout=15000)
    page.goto("/forms/collection_file_register/list")
    assert asked == ["beforeunload"]
    page.goto(ADD)
    page.click("[data-offer] a")
    page.wait_for_load_state()
    assert page.input_value("#f-remarks") == "当面清点"
    assert page.input_value("#f-files-1-name") == "乙.csv"
    fresh(page)
    assert page.input_value("#f-remarks") == ""


def test_columns_and_filters_stay_as_the_person_left_them(page_of: Pages) -> None:
    page = page_of("collector")
    url = "/forms/collection_file_register/list"
    page.goto(url)
    page.click("[data-fold]")
    page.click(".columns-pop summary")
    page.uncheck(".columns-pop [data-column=carrier]")
    page.goto(url)
    assert page.is_visible("#more-filters .form-group >> nth=0")
    assert page.is_hidden("th[data-column=carrier]")


def test_a_narrow_window_shows_the_columns_that_were_chosen(page_of: Pages) -> None:
    page = page_of("sysadmin")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/registers/external_organisations/list")
    lesser = page.locator("th.extra")
    assert lesser.count() > 1
    assert lesser.first.is_hidden()
    page.click(".columns-pop summary")
    page.locator(".columns-pop input").last.uncheck()
    assert lesser.first.is_visible()
    assert page.locator("th[data-column]").last.is_hidden()
