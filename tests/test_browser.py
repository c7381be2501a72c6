"""The walk of the README in a real browser: make, check, export, print."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from pypdf import PdfReader

from app.demo.people import PASSWORD
from tests.conftest import lacking

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The product as it runs: the real web process on a database of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = tmp_path_factory.mktemp("browser")
    environment = {
        **os.environ, "DATA_DIR": str(data), "PORT": str(port), "DATABASE_URL": "", "REDIS_URL": "", "DEMO_DOCUMENTS": "0",
        "PYTHONPATH": str(ROOT),
    }
    subprocess.run([sys.executable, "-m", "flask", "--app", "app", "setup"], cwd=ROOT, env=environment, check=True)
    log = (data / "serve.log").open("wb")
    server = subprocess.Popen([sys.executable, "-m", "app.serve"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        for _attempt in range(240):
            try:
                urllib.request.urlopen(f"{url}/login/", timeout=5).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.5)
        yield url
    finally:
        server.terminate()
        server.wait(15)
        log.close()
        print((data / "serve.log").read_text(errors="replace")[-5000:])  # shown where a test failed


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, wherever the machine keeps it."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        lacking("chromium", "no chromium on this machine")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
        chromium = playwright.chromium.launch(executable_path=found, args=options)
        yield chromium
        chromium.close()


def log_in(browser: Browser, address: str, user: str) -> tuple[Page, list[str]]:
    """A page of somebody who has logged in, and what its console complains about."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN").new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/login/")
    page.fill("[name=username]", user)
    page.fill("[name=password]", PASSWORD)
    page.click("button[type=submit]")
    expect(page.locator("h1")).to_have_text("工作台")
    return page, complaints


def is_complaint(message: ConsoleMessage) -> bool:
    """Errors of scripts and of the content policy; an answer of 422 is none."""
    return message.type == "error" and "422" not in message.text


def choose(page: Page, field: str, typed: str) -> None:
    """Types into a reference field and takes the first row offered."""
    page.fill(f"#f-{field}", "")
    page.locator(f"#f-{field}").press_sequentially(typed)
    page.locator("[role=option]").first.click()


@pytest.mark.article("16.1.1")
def test_the_walk_of_the_readme(browser: Browser, address: str) -> None:
    page, complaints = log_in(browser, address, "collector")
    page.goto(f"{address}/forms/collection_file_register/add")
    choose(page, "provider", "税务")
    choose(page, "agreement", "CJ")
    choose(page, "structure", "SJ")
    page.fill("#f-period_from", "2026-10-01")
    page.fill("#f-period_to", "2026-10-31")
    page.get_by_label("联网采集").check()
    page.get_by_label("载体", exact=True).select_option(label="专线")
    page.locator("[name=files-0-name]").fill("SW_202610.zip.gpg")
    page.locator("[name=files-0-bytes]").fill("31,204,118")

    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("[role=alert]")).to_contain_text("记录数")
    expect(page.locator("[name=files-0-name]")).to_have_value("SW_202610.zip.gpg")

    page.locator("[name=files-0-records]").fill("42,106")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator(".page-head .label").first).to_have_text("待签收")
    number = page.locator(".page-title .code").inner_text()
    shown = page.url
    assert complaints == []

    checker, complaints = log_in(browser, address, "data_manager")
    checker.goto(f"{address}/tasks/")
    checker.get_by_role("link", name=number).first.click()
    checker.get_by_role("button", name="签收", exact=True).first.click()
    checker.locator("dialog[open] textarea").fill("核对无误。")
    checker.get_by_role("button", name="确认签收").click()
    expect(checker.locator(".chain")).to_contain_text("核对无误。")
    expect(checker.locator(".page-head .label").first).to_have_text("待提取")

    cookies = "; ".join(f"{one['name']}={one['value']}" for one in checker.context.cookies())
    key = shown.rsplit("/", 1)[1]

    def fetched(path: str) -> bytes:
        request = urllib.request.Request(f"{address}{path}", headers={"Cookie": cookies})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return bytes(answer.read())

    workbook = load_workbook(BytesIO(fetched("/forms/collection_file_register/export.xlsx")))
    cells = [str(cell.value) for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert number in cells
    assert "SW_202610.zip.gpg" in cells
    paper = PdfReader(BytesIO(fetched(f"/forms/collection_file_register/{key}/print.pdf")))
    text = "".join(page.extract_text() for page in paper.pages)
    assert "数据采集文件登记表" in text.replace(" ", "")
    assert number in text
    assert complaints == []


def test_typing_survives(browser: Browser, address: str) -> None:
    """security 18: what was typed is offered again after the page was left."""
    page, _complaints = log_in(browser, address, "clerk")
    page.goto(f"{address}/forms/brief_report_application/add")
    page.fill("#f-customer_name", "云州试验有限公司")
    with page.expect_response(lambda answer: "autosave" in answer.url and answer.ok):
        page.locator("#f-customer_name").blur()
    page.goto("about:blank")
    page.goto(f"{address}/forms/brief_report_application/add")
    page.get_by_role("link", name="恢复").click()
    expect(page.locator("#f-customer_name")).to_have_value("云州试验有限公司")
