"""A real browser on the application under test."""

import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from app.demo.people import PASSWORD
from tests.conftest import lacking

Pages = Callable[..., Any]
"""A page of somebody who has logged in, by user name; of a width in pixels."""

PASTE = """([id, text]) => {
  const cell = document.getElementById(id);
  cell.focus();
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The application, served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, wherever the machine keeps it."""
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        lacking("chromium", "no chromium on this machine")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page_of(browser: Any, address: str) -> Iterator[Pages]:
    """A page of a person who is logged in; a fault in a script, or of the content policy, fails the test."""
    faults: list[str] = []
    contexts = []

    def login(name: str, width: int = 1440) -> Any:
        context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": width, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if "Content Security" in message.text else None)
        page.goto("/login/")
        page.fill("[name=username]", name)
        page.fill("[name=password]", PASSWORD)
        page.click("[type=submit]")
        page.wait_for_load_state()
        return page

    yield login
    for context in contexts:
        context.close()
    assert not faults
