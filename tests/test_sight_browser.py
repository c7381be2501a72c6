"""Jobs, providers and batches in a real browser: progress that moves by itself, cancelling, charts, the way of a batch, narrow windows."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import lazy_gettext as _
from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import now
from app.database import db, transaction
from app.jobs import kinds, operations
from app.jobs.kinds import job as job_kind
from app.jobs.models import Job, JobState
from app.jobs.running import Run
from tests.browsing import Pages
from tests.sight_town import Example, Town, put_away, settled

pytestmark = pytest.mark.browser

KIND = "test_browser"
CODE = "KS901"


@pytest.fixture(scope="module")
def _kept(app: Flask) -> Iterator[dict[str, Town]]:
    """What the first test that needs it makes; put away in the end."""
    kept: dict[str, Town] = {}
    yield kept
    with app.app_context():
        put_away(db.session(), CODE)
        db.session.remove()


@pytest.fixture
def town(session: Session, actors: Mapping[str, Any], example: Example, _kept: dict[str, Town]) -> Town:
    """A provider with its deliveries and a batch."""
    if not _kept:
        _kept["it"] = settled(session, actors, example, CODE)
    return _kept["it"]


@pytest.fixture
def running(session: Session, actors: Mapping[str, Any]) -> Iterator[int]:
    """A job of the data manager that runs: 4,000 of 10,000 rows."""

    @job_kind(KIND, _("数行"))
    def count(run: Run) -> Mapping[str, Any]:
        return {}

    with transaction(session):
        job = operations.enqueue(session, actors["data_manager"], KIND, title="数一万行", total=10000)
        job.state, job.done, job.attempt = JobState.RUNNING, 4000, 1
        job.started_at, job.heartbeat_at = now() - timedelta(seconds=20), now()
        key = job.id
    yield key
    kinds._KINDS.pop(KIND)
    with transaction(session):
        session.execute(delete(Job).where(Job.kind == KIND))


@pytest.mark.article("18")
def test_progress_moves_by_itself_and_the_job_is_cancelled(session: Session, running: int, page_of: Pages) -> None:
    page = page_of("data_manager")
    page.goto("/jobs/")
    page.get_by_role("link", name="数一万行").click()
    page.wait_for_load_state()
    assert page.inner_text("[data-percent]") == "40%"
    with transaction(session):
        session.get_one(Job, running).done = 7000
    page.locator("[data-percent]", has_text="70%").wait_for()
    assert page.inner_text("[data-done]") == "7,000"
    page.get_by_role("button", name="取消作业").click()
    page.locator("dialog[open] [type=submit], dialog[open] .btn-primary").first.click()
    page.locator(".page-head", has_text="正在取消").wait_for()
    with transaction(session):
        job = session.get_one(Job, running)
        job.state, job.finished_at = JobState.CANCELLED, now()
    page.locator(".page-head .label", has_text="已取消").wait_for()
    assert page.locator("progress").count() == 0


@pytest.mark.article("14")
def test_a_provider_is_looked_at_from_the_overview_to_the_batch(town: Town, page_of: Pages) -> None:
    page = page_of("collection_head")
    page.goto("/collection/providers/")
    assert page.locator("#side [aria-current=page]").inner_text() == "供数单位总览"
    page.get_by_role("link", name="逾期未报").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="云州市测试供数中心KS901").click()
    page.wait_for_load_state()
    assert page.locator("svg.chart").count() == 2
    assert page.locator("tr.overdue").count() >= 1
    with page.expect_download() as download:
        page.get_by_role("link", name="导出 Excel").click()
    assert download.value.suggested_filename.startswith("云州市测试供数中心KS901_")
    page.get_by_role("link", name="查看批次").click()
    page.wait_for_load_state()
    page.locator("tbody tr").filter(has_text="KS901-2026").click()
    page.wait_for_load_state()
    for words in ("KS901-2026", "甲操作", "乙监督", "丙授权"):
        assert page.get_by_text(words).first.is_visible()


@pytest.mark.parametrize("width", [1024, 390])
def test_narrow_windows_do_not_scroll_sideways(town: Town, page_of: Pages, width: int) -> None:
    page = page_of("data_manager", width)
    for path in ("/jobs/", "/collection/providers/", f"/collection/providers/{town.provider}", "/collection/batches/",
                 f"/collection/batches/{town.batch}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
