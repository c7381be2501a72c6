"""Public channels: the uniform workbook, form 4, the month's form 5 and S1, the channel book (flows.md 16.2)."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import Workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.public import jobs, operations
from app.areas.collection.public.totals import lists_of
from app.areas.collection.public.workbook import LAYOUT
from app.clock import at
from app.database import transaction
from app.demo.prerequisites import everybody
from app.demo.registers import uscc
from app.demo.walk import shown, step_on
from app.documents import attachments
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.options import Action
from tests.test_extraction import text

HEAD = [one.name for one in LAYOUT.fields]
GOOD = ["行政处罚公示", "信用信息公开专栏", "2026-01-05", "QD001", "https://yz-gov.example/gs/1", "", uscc("91", 1001), "罚款 2 万元"]


def row(**changes: str) -> list[str]:
    return [changes.get(name, value) for name, value in zip(HEAD, GOOD, strict=True)]


def book(*rows: list[Any], head: list[str] | None = None) -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for one in (head or HEAD, *rows):
        sheet.append(one)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def send(client: FlaskClient, content: bytes, name: str = "今日.xlsx") -> Any:
    return client.post("/public-channels/collect", data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def last(session: Session, code: str) -> Any:
    session.rollback()
    return session.scalars(select(catalogue.form(code).model).order_by(catalogue.form(code).model.id.desc())).first()


@contextmanager
def month(name: str) -> Iterator[None]:
    with at(datetime.fromisoformat(f"{name}-10 10:00")):
        yield


@pytest.fixture
def listed(app: Flask, session: Session, actors: Mapping[str, Any]) -> Callable[..., Any]:
    """Finished lists of a month, each from a workbook."""
    from app.areas.collection.public.workbook import examine

    def make(name: str, day: int, *rows: list[Any], by: str = "collector") -> Any:
        path = Path(app.config["DATA_DIR"]) / "one.xlsx"
        path.write_bytes(book(*rows))
        with at(datetime.fromisoformat(f"{name}-{day:02d} 16:00")), transaction(session):
            found = examine(session, path, date(2030, 1, 1))
            document = operations.list_of_the_day(
                session, actors[by], found, "采集.xlsx", path.read_bytes(), app.config["DATA_DIR"] / "attachments"
            )
            return act(session, actors[by], catalogue.form("FJ04"), document.id, Action.SUBMIT, shown(document))

    return make


@pytest.mark.article("16.2")
def test_the_days_workbook_becomes_form_4(session: Session, client_for: Callable[[str], FlaskClient]) -> None:
    """A line for each item, channel and day of publication; the workbook attached; counts computed when handed in."""
    client = client_for("collector")
    assert "生成清单" in text(client.get("/public-channels/"))
    known = session.scalars(select(TargetEnterprise.name).order_by(TargetEnterprise.id)).first()
    press = row(企业名称=known or "", 统一社会信用代码="", 渠道代码="QD003", 地址="第 3 版")
    answer = send(client, book(row(), row(), row(信息项名称="纳税信用 A 级名单"), press))
    assert answer.status_code == 302, text(answer)
    document = last(session, "FJ04")
    assert [(one.item, one.records, one.channel.code) for one in document.items] == [
        ("行政处罚公示", 2, "QD001"), ("纳税信用 A 级名单", 1, "QD001"), ("行政处罚公示", 1, "QD003")]
    assert attachments.of(session, document.id)[0].name == "今日.xlsx"
    assert all(one.file == "今日.xlsx" and one.permitted and one.identified for one in document.items)
    collector = next(one for one in everybody(session) if one.username == "collector")
    with transaction(session):
        act(session, collector, catalogue.form("FJ04"), document.id, Action.SUBMIT, shown(document))
    assert (document.state, document.item_count, document.record_count) == (State.DONE, 2, 4)


@pytest.mark.article("16.2")
@pytest.mark.parametrize(("changes", "said"), [
    ({"信息项名称": "法定代表人疾病信息"}, "“疾病”属于法律法规禁止采集的信息"),
    ({"统一社会信用代码": "", "企业名称": "某公司"}, "无法确认企业"),
    ({"统一社会信用代码": "", "企业名称": ""}, "无法确认企业"),
    ({"统一社会信用代码": "91420102MA4K0000XX"}, "统一社会信用代码"),
    ({"渠道代码": "QD999"}, "采集渠道册中没有这个渠道"),
    ({"地址": "第 3 版"}, "网站渠道应填写网址"),
    ({"发布时间": "2099-01-01"}, "不能晚于今天"),
    ({"发布时间": "2026-02-30"}, "发布时间"),
    ({"信息来源": ""}, "信息来源"),
])
def test_rows_that_may_not_be_collected(
    session: Session, client_for: Callable[[str], FlaskClient], changes: dict[str, str], said: str
) -> None:
    """Refused with row, column and reason; nothing is made of the good rows either."""
    before = session.scalar(select(func.count()).select_from(Document))
    answer = send(client_for("collector"), book(row(), row(**changes)))
    assert answer.status_code == 422
    assert "第 3 行" in text(answer)
    assert said in text(answer)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Document)) == before


@pytest.mark.parametrize(("content", "name", "said"), [
    (book(row(), head=["项目", *HEAD[1:]]), "a.xlsx", "信息项名称"),
    (book(row(), head=HEAD[:-1]), "a.xlsx", "信息内容"),
    (book(), "a.xlsx", "没有一条记录"),
    (book(["=1+1", *GOOD[1:]]), "a.xlsx", "公式"),
    (b"PK\x03\x04 no workbook", "a.xlsx", "工作簿"),
    (b"a,b\n", "a.xlsx", "工作簿"),
    (b"a,b\n", "a.csv", "请选择统一格式的 .xlsx 工作簿"),
])
def test_workbooks_that_are_not_uniform(client_for: Callable[[str], FlaskClient], content: bytes, name: str, said: str) -> None:
    """security 12"""
    answer = send(client_for("collector"), content, name)
    assert answer.status_code == 422
    assert said in text(answer)


@pytest.mark.article("16.2")
def test_a_months_report_is_generated_and_handed_over(
    app: Flask, session: Session, listed: Callable[..., Any], client_for: Callable[[str], FlaskClient], actors: Mapping[str, Any]
) -> None:
    """Totals by channel and item of the month's lists alone; reviewed item by item; then S1 with the files, their bytes and digests."""
    name = "2027-03"
    listed(name, 2, row(), row(), row(信息项名称="表彰通报", 渠道代码="QD003", 地址="要闻版"))
    listed(name, 9, row(信息来源="双公示专栏"), by="collector/2")
    listed("2027-04", 1, row())
    people = everybody(session)
    with month(name):
        client = client_for("collector")
        assert client.post("/public-channels/report", data={"month": "2027-01"}).status_code in (404, 422)
        assert client.post("/public-channels/report", data={"month": name}).status_code == 302
        report = last(session, "FJ05")
        found = [(one.channel.code, one.item, one.times, one.records, one.first_on.day, one.last_on.day) for one in report.items]
        assert found == [("QD001", "行政处罚公示", 2, 3, 2, 9), ("QD003", "表彰通报", 1, 1, 2, 2)]
        assert (report.list_count, report.channel_count, report.item_count, report.record_count) == (2, 2, 2, 4)
        assert client.post("/public-channels/report", data={"month": name}).status_code == 422
    listed(name, 20, row())
    with at(datetime(2027, 3, 31, 16)):
        spec = catalogue.form("FJ05")
        with transaction(session):
            act(session, actors["collector"], spec, report.id, Action.SUBMIT, shown(report))
        assert report.record_count == 5
        filled = {"items": {str(one.id): {"checked": "1" if number == 0 else "0"} for number, one in enumerate(report.items)}}
        with pytest.raises(Invalid, match="尚未复核"), transaction(session):
            act(session, actors["collection_reviewer"], spec, report.id, Action.APPROVE, shown(report), filled=filled)
        for _step in ("review", "sign"):
            step_on(session, spec, report, people)
        assert report.step == "receive"
        client = client_for("collector")
        assert client.post("/public-channels/hand-over", data={"month": name}).status_code == 302
        handover = last(session, "S1")
        assert handover.report.number == report.number
        assert [one.records for one in handover.files] == [3, 1, 1]
        assert len({one.name for one in handover.files}) == 3
        with transaction(session):
            act(session, actors["collector"], catalogue.form("S1"), handover.id, Action.SUBMIT, shown(handover))
        kept = {one.name: one for one in attachments.of(session, handover.id)}
        for one in handover.files:
            assert (one.bytes, one.sha256) == (kept[one.name].size, kept[one.name].sha256)


@pytest.mark.article("16.2")
def test_the_report_is_drafted_at_month_end(session: Session, listed: Callable[..., Any], actors: Mapping[str, Any]) -> None:
    """On the last working day, for who listed most, once; the draft is the collector's to hand in."""
    listed("2027-06", 3, row(), by="collector/2")
    listed("2027-06", 4, row(), by="collector/2")
    listed("2027-06", 7, row())
    assert jobs.run(session, date(2027, 6, 29)) is None
    with at(datetime(2027, 6, 30, 17)):
        number = jobs.run(session, date(2027, 6, 30))
        assert jobs.run(session, date(2027, 6, 30)) is None
    report = session.scalars(select(catalogue.form("FJ05").model).where(catalogue.form("FJ05").model.number == number)).one()
    assert (report.state, report.maker_id, report.month) == (State.DRAFT, actors["collector/2"].user_id, "2027-06")
    with at(datetime(2027, 7, 30, 17)):
        assert jobs.run(session, date(2027, 7, 30)) is None  # nothing was collected


def test_a_month_without_lists_has_no_report(session: Session, actors: Mapping[str, Any]) -> None:
    with pytest.raises(Denied), transaction(session):
        operations.report_of(session, actors["collector"], "2028-02")
    assert lists_of(session, "2028-02") == []


@pytest.mark.article("16.2")
def test_the_channel_book_changes_by_two_people(actors: Mapping[str, Any]) -> None:
    """The collector brings rows in, the head of the department lets them in."""
    book_ = catalogue.register("channels")
    assert book_.amendable
    assert actors["collector"].may("can_import", book_.resource)
    assert not actors["collector"].may("can_confirm_import", book_.resource)
    assert actors["collection_head"].may("can_confirm_import", book_.resource)
    assert not actors["sysadmin"].may("can_import", book_.resource)


def test_who_sees_and_who_makes(client_for: Callable[[str], FlaskClient]) -> None:
    reviewer = client_for("collection_reviewer")
    assert "生成清单" not in text(reviewer.get("/public-channels/"))
    assert send(reviewer, book(row())).status_code == 403
    assert client_for("clerk").get("/public-channels/").status_code == 403
    assert client_for("collector").get("/public-channels/template.xlsx").data[:2] == b"PK"
