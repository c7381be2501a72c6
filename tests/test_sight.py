"""Providers and batches: agreed cycle against deliveries, quality over time, the whole way of a batch."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.registers import Method
from app.areas.collection.sight import batches, jobs, providers
from app.areas.collection.sight.agreed import agreed
from app.areas.collection.sight.cycles import Period
from app.areas.collection.sight.models import OverdueReminder
from app.areas.collection.sight.punctuality import Punctuality
from app.areas.organisation.registers import (
    Agreement,
)
from app.clock import at
from app.database import db, transaction
from app.documents.guard import writing
from app.notices.models import Notice, NoticeReceipt
from app.screens.charts import Bar, stacked, step_of
from app.workflow.errors import Missing
from tests.rest import ok
from tests.sight_town import NOW, Example, Town, put_away, settled

Clients = Callable[[str], FlaskClient]
CODE = "KS900"


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
    """July came in time, August not at all, September late, October is not there yet."""
    if not _kept:
        _kept["it"] = settled(session, actors, example, CODE)
    return _kept["it"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with at(NOW):
        yield


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


@pytest.mark.article("14")
def test_late_and_overdue_periods_are_shown_with_working_days(session: Session, town: Town) -> None:
    found = providers.provider(session, town.provider, NOW)
    stream = found.streams[0]
    assert (stream.agreed.day, stream.agreed.at) == (10, time(17))
    states = [(one.period.start.month, one.state, one.days) for one in stream.reports]
    assert states == [
        (10, Punctuality.OVERDUE, 12), (9, Punctuality.LATE, 3), (8, Punctuality.OVERDUE, 51), (7, Punctuality.ON_TIME, 0)
    ]
    assert len(stream.reports[1].deliveries) == 2
    assert stream.reports[1].due == datetime(2026, 10, 10, 17)
    assert (found.overdue, found.longest, found.in_time) == (2, 51, 25.0)
    assert (found.records, found.rejected) == (1000, 50)


@pytest.mark.article("14")
def test_a_period_waits_until_it_is_due(session: Session, town: Town) -> None:
    found = providers.provider(session, town.provider, datetime(2026, 11, 10, 16, 59))
    assert found.streams[0].reports[0].state is Punctuality.WAITING
    assert found.streams[0].next_due == (found.streams[0].reports[0].period, datetime(2026, 11, 10, 17))
    later = providers.provider(session, town.provider, datetime(2026, 11, 10, 17, 1))
    assert (later.streams[0].reports[0].state, later.streams[0].reports[0].days) == (Punctuality.OVERDUE, 0)
    assert later.streams[0].next_due == (Period(date(2026, 11, 1), date(2026, 11, 30)), datetime(2026, 12, 10, 17))


def test_an_ended_agreement_expects_nothing_more(session: Session, town: Town) -> None:
    agreement = session.scalars(select(Agreement).where(Agreement.agreement_no == "XY-KS900")).one()
    with transaction(session), writing(session):
        agreement.valid_to = date(2026, 9, 15)
    try:
        months = [one.period.start.month for one in providers.provider(session, town.provider, NOW).reports]
        assert months == [8, 7]
    finally:
        with transaction(session), writing(session):
            agreement.valid_to = date(2029, 5, 31)


def test_demo_providers_have_agreed_something(session: Session) -> None:
    found = agreed(session)
    assert found
    assert all(one.structure.method is not Method.PUBLIC for one in found)


@pytest.mark.article("14")
def test_provider_pages(town: Town, client_for: Clients) -> None:
    client = client_for("collector")
    page = text(client.get("/collection/providers/"))
    for words in ("云州市测试供数中心", "逾期 2 期", "最长 51 个工作日", "25.0%", "5.0%"):
        assert words in page, words
    assert "云州市测试供数中心" in text(client.get("/collection/providers/?overdue=1"))
    page = text(client.get(f"/collection/providers/{town.provider}"))
    words = ("期后第 10 日 17:00 前报送", "XY-KS900", "逾期未报", "迟报", "3 个工作日", "重新报送", "950", "整行", "统一社会信用代码")
    assert [one for one in words if one not in page] == []
    shown = client.get(f"/collection/providers/{town.provider}").get_data(as_text=True)
    assert shown.count("<svg class=\"chart\"") == 2
    assert "<title>2026-08 拒收 50</title>" in shown
    assert client.get("/collection/providers/999999").status_code == 404
    assert client_for("clerk").get("/collection/providers/").status_code == 403


def test_what_is_on_the_page_is_in_the_workbook(town: Town, client_for: Clients) -> None:
    answer = client_for("collector").get(f"/collection/providers/{town.provider}/export.xlsx")
    book = load_workbook(BytesIO(answer.data))
    assert book.sheetnames == ["报送情况", "每月数量", "差错分布"]
    rows = list(book["报送情况"].iter_rows(values_only=True))
    assert [row[6] for row in rows[1:]] == ["逾期未报", "迟报", "逾期未报", "按期"]
    assert [row[3] for row in list(book["差错分布"].iter_rows(values_only=True))[1:]] == ["40", "15", "5"]
    whole = load_workbook(BytesIO(client_for("collector").get("/collection/providers/export.xlsx").data)).active
    assert any(row[1] == "云州市测试供数中心KS900" for row in whole.iter_rows(values_only=True))


@pytest.mark.article("14", "18", "19")
def test_the_whole_way_of_a_batch(session: Session, town: Town, client_for: Clients) -> None:
    way = batches.way(session, town.batch)
    assert [one.document.id for one in way.deliveries] == [town.deliveries[0]]
    assert [str(one.step) for one in way.deliveries[0].acts] == ["提交", "签收"]
    assert [one.count for one in way.broken] == [40, 15, 5]
    client = client_for("data_manager")
    page = text(client.get(f"/collection/batches/{town.batch}"))
    words = ("KS900-2026", "已导入", "甲操作", "乙监督", "丙授权", "KS900-ZZ", "2,790", "七月.csv", "其中更正 7", "2026-08-11 14:00")
    assert [one for one in words if one not in page] == []
    assert "KS900-2026" in text(client.get(f"/collection/batches/?provider={town.provider}&state=imported"))
    assert "没有符合条件的批次" in text(client.get(f"/collection/batches/?provider={town.provider}&state=failed"))
    assert client.get("/collection/batches/?state=x").status_code == 400
    with pytest.raises(Missing):
        batches.way(session, 10**6)


def test_rest(town: Town, client_for: Clients) -> None:
    client = client_for("it_head")
    row = next(one for one in ok(client.get("/api/v1/collection/providers/"))["rows"] if one["code"] == "KS900")
    assert (row["due"], row["on_time"], row["late"], row["overdue"], row["longest_overdue"]) == (4, 1, 1, 2, 51)
    one = ok(client.get(f"/api/v1/collection/providers/{town.provider}"))
    assert [each["state"] for each in one["structures"][0]["periods"]] == ["overdue", "late", "overdue", "on_time"]
    assert one["faults"][0] == {"structure": "供数月报", "field": "tyshxydm", "rule": "uscc", "count": 40}
    rows = ok(client.get(f"/api/v1/collection/batches/?provider={town.provider}"))["rows"]
    assert [each["number"] for each in rows] == ["KS900-2026"]
    whole = ok(client.get(f"/api/v1/collection/batches/{town.batch}"))
    assert whole["loads"][0]["authoriser"] == "丙授权"
    assert whole["deliveries"][0]["acts"][0]["at"] == "2026-08-10T09:30:00"
    assert client.get("/api/v1/collection/batches/?provider=x").status_code == 422
    assert client_for("clerk").get("/api/v1/collection/providers/").status_code == 403


@pytest.mark.article("14")
def test_collectors_hear_once_of_an_overdue_period(session: Session, town: Town, actors: Mapping[str, Any]) -> None:
    assert jobs.run(session)
    found = session.scalars(select(Notice).where(Notice.title.contains("测试供数中心"))).all()
    assert [one.title for one in found] == ["云州市测试供数中心KS900逾期未报 1 期，请催报"]
    assert "供数月报 2026-10：应于 2026-11-10 17:00 前报送" in found[0].body
    readers = set(session.scalars(select(NoticeReceipt.user_id).where(NoticeReceipt.notice_id == found[0].id)))
    assert {actors["collector"].user_id, actors["collection_head"].user_id} <= readers
    assert jobs.run(session) == 0
    assert session.scalars(select(OverdueReminder).where(OverdueReminder.family_id == town.structure)).one()


def test_the_reminder_is_scheduled(app: Any) -> None:
    celery = app.extensions["celery"]
    celery.loader.import_default_modules()
    assert celery.conf.beat_schedule["remind-of-deliveries"]["task"] in celery.tasks


def test_charts_have_round_scales() -> None:
    assert [step_of(one) for one in (0, 1, 5, 6, 51, 4_999, 26_000)] == [1, 1, 1, 2, 20, 1000, 10_000]
    chart = stacked("每月", ("甲", "乙"), [Bar("2026-01", (30, 10)), Bar("2026-02", (0, 0))])
    assert [one.text for one in chart.scale] == ["0", "10", "20", "30", "40"]
    assert [one.title for one in chart.blocks] == ["2026-01 甲 30", "2026-01 乙 10"]
    assert [one.text for one in chart.totals] == ["40"]
    assert chart.blocks[1].y == pytest.approx(16)
