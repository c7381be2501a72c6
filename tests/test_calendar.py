"""Working days, business hours, deadlines and their reminders; the clock stands where each test puts it."""

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app import clock
from app.areas.organisation.operations import load_actor
from app.areas.system.operations import seed_calendar
from app.areas.system.registers import CalendarDay, Parameter
from app.audit.models import AuditEntry
from app.calendar import deadlines, jobs
from app.calendar.days import Calendar, add_working_days, working, working_days_between, years_missing
from app.calendar.heads import heads
from app.calendar.hours import hours, in_business_hours, next_outside
from app.database import db, transaction
from app.demo.walk import make
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.chain import Kind, Maker, Unit
from app.engine.document import Document, State
from app.engine.fields import DeadlineSpec
from app.engine.positions import Position
from app.excel import deciding
from app.excel import jobs as imports
from app.excel.template import template
from app.notices.models import Notice, NoticeReceipt
from app.security.models import User
from app.workflow.holders import Holders
from app.workflow.models import Delegation, SignOff, Task
from app.workflow.tasks import duties_at
from tests.excel_books import bring, content, filled, said, values_of

Actors = Mapping[str, Any]
Clients = Callable[[str], FlaskClient]
CLOSE = timedelta(hours=17, minutes=30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def due(session: Session, number: int, unit: Unit, opened: str, **since: Any) -> datetime | None:
    """When a step is due; `since`: the field that it counts from, with its value."""
    spec = DeadlineSpec(number, unit, next(iter(since), None))
    return deadlines.due(session, spec, at(opened), since.__getitem__)


# ---------- working days ----------


@pytest.mark.article("110.2")
@pytest.mark.parametrize(("day", "works"), [
    ("2026-02-13", True), ("2026-02-14", True), ("2026-02-15", False), ("2026-02-16", False), ("2026-02-23", False),
    ("2026-02-24", True), ("2026-02-28", True), ("2026-03-01", False), ("2026-01-01", False), ("2026-01-04", True),
    ("2026-09-20", True), ("2026-10-10", True), ("2026-10-11", False), ("2025-01-26", True), ("2024-02-18", True),
])
def test_holidays_and_days_worked_instead(session: Session, day: str, works: bool) -> None:
    """security 24"""
    assert working(session, date.fromisoformat(day)) is works


@pytest.mark.article("110.2")
def test_twenty_working_days_over_spring_festival(session: Session) -> None:
    """security 24"""
    assert add_working_days(session, date(2026, 2, 10), 20) == date(2026, 3, 16)
    assert working_days_between(session, date(2026, 2, 10), date(2026, 3, 16)) == 20
    assert working_days_between(session, date(2026, 3, 16), date(2026, 2, 10)) == -20


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dates(date(2025, 1, 1), date(2028, 12, 31)), number=st.integers(0, 60),
    other=st.dates(date(2025, 1, 1), date(2028, 12, 31)),
    days=st.dictionaries(st.dates(date(2025, 1, 1), date(2029, 12, 31)), st.booleans(), max_size=80),
)
def test_working_days_agree_with_counting_them_one_by_one(
    start: date, number: int, other: date, days: dict[date, bool]
) -> None:
    calendar = Calendar(days)

    def counted(first: date, last: date) -> int:
        span = (first + timedelta(days=one) for one in range(1, (last - first).days + 1))
        return sum(days.get(day, day.weekday() < 5) for day in span)

    end = calendar.add(start, number)
    assert counted(start, end) == calendar.between(start, end) == number
    assert number == 0 or calendar.working(end)
    first, last = sorted((start, other))
    assert calendar.between(first, last) == counted(first, last) == -calendar.between(last, first)


def test_a_missing_year_is_counted_by_weekdays_and_warned_about(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert add_working_days(session, date(2026, 12, 30), 3) == date(2027, 1, 4)
        assert add_working_days(session, date(2026, 12, 30), 3) == date(2027, 1, 4)
    assert [one.getMessage() for one in caplog.records if one.name == "app.calendar.days"] == [
        "The calendar has no days of 2027: its working days are counted as Monday to Friday."
    ]
    with clock.at(at("2026-09-30T12:00")):
        assert years_missing(session) == []
    with clock.at(at("2026-10-01T00:00")):
        assert years_missing(session) == [2027]
    with clock.at(at("2027-01-01T00:00")):
        assert years_missing(session) == [2027]


def test_the_calendar_is_read_once_in_a_transaction(session: Session) -> None:
    with statements() as asked:
        for day in range(1, 29):
            working(session, date(2026, 2, day))
    assert len(asked) <= 1
    session.rollback()
    with statements() as asked:
        working(session, date(2026, 2, 1))
    assert len(asked) == 1


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the calendar's table meanwhile."""
    from sqlalchemy import event

    asked: list[str] = []

    def heard(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "FROM calendar_day" in statement:
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", heard)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", heard)


def test_the_calendar_is_filled_once_and_keeps_what_people_changed(session: Session) -> None:
    session.connection(execution_options={"writes": True})
    assert seed_calendar(session) == 0
    with writing(session):
        session.execute(delete(CalendarDay).where(CalendarDay.day < date(2025, 1, 1)))
    assert seed_calendar(session) == 36
    names = dict(session.execute(select(CalendarDay.day, CalendarDay.name)).all())
    assert (names[date(2026, 2, 17)], names[date(2026, 2, 14)]) == ("春节", "春节调休上班")
    session.rollback()


# ---------- deadlines ----------


@pytest.mark.article("113")
@pytest.mark.parametrize(("opened", "number", "until"), [
    ("2026-11-23T09:00", 2, "2026-11-25"), ("2026-11-23T23:59:59", 2, "2026-11-25"),
    ("2026-11-24T00:00", 2, "2026-11-26"), ("2026-11-21T10:00", 2, "2026-11-24"),
    ("2026-02-13T10:00", 1, "2026-02-14"), ("2026-02-13T10:00", 2, "2026-02-24"),
    ("2026-02-14T10:00", 2, "2026-02-25"), ("2026-02-18T10:00", 1, "2026-02-24"),
    ("2025-12-31T16:00", 1, "2026-01-04"), ("2026-12-31T23:00", 2, "2027-01-04"), ("2026-11-21T10:00", 0, "2026-11-23"),
])
def test_working_days_end_with_business(session: Session, opened: str, number: int, until: str) -> None:
    """security 24"""
    assert due(session, number, Unit.WORKING_DAYS, opened) == at(until) + CLOSE


@pytest.mark.article("114")
@pytest.mark.parametrize(("opened", "number", "until"), [
    ("2026-11-23T08:00", 1, "2026-11-23"), ("2026-11-23T17:29:59", 1, "2026-11-23"),
    ("2026-11-23T17:30", 1, "2026-11-24"), ("2026-11-23T23:59", 1, "2026-11-24"), ("2026-11-21T10:00", 1, "2026-11-23"),
    ("2026-02-13T18:00", 1, "2026-02-14"), ("2026-02-14T18:00", 1, "2026-02-24"), ("2026-11-27T10:00", 2, "2026-11-30"),
])
def test_the_end_of_the_working_day(session: Session, opened: str, number: int, until: str) -> None:
    """security 24"""
    assert due(session, number, Unit.DAY_END, opened) == at(until) + CLOSE


@pytest.mark.parametrize(("opened", "number", "until"), [
    ("2026-11-23T09:00", 2, "2026-11-23T11:00"), ("2026-11-23T16:00", 4, "2026-11-24T11:30"),
    ("2026-11-23T09:00", 8, "2026-11-23T17:00"), ("2026-11-20T17:30", 1, "2026-11-23T10:00"),
    ("2026-11-21T12:00", 1, "2026-11-23T10:00"), ("2026-11-23T07:00", 17, "2026-11-24T17:30"),
    ("2026-02-14T16:30", 2, "2026-02-24T10:00"),
])
def test_business_hours_are_counted_within_working_days(session: Session, opened: str, number: int, until: str) -> None:
    """security 24"""
    assert due(session, number, Unit.BUSINESS_HOURS, opened) == at(until)


@pytest.mark.article("115.2")
def test_calendar_days_count_to_their_end(session: Session) -> None:
    opened = "2026-02-10T09:00"
    assert due(session, 10, Unit.DAYS, opened, sent_at=at("2026-02-11T15:20")) == at("2026-02-21T23:59:59")
    assert due(session, 0, Unit.DAYS, opened, planned_at=date(2026, 3, 1)) == at("2026-03-01T23:59:59")
    assert due(session, 7, Unit.WORKING_DAYS, opened, completed_on=date(2026, 2, 13)) == at("2026-03-02T17:30")
    assert due(session, 7, Unit.WORKING_DAYS, opened, completed_on=None) is None


@pytest.mark.article("26.4")
def test_business_hours_and_the_next_moment_outside(session: Session) -> None:
    for moment, inside in (
        ("2026-11-23T08:59:59", False), ("2026-11-23T09:00", True), ("2026-11-23T17:29", True), ("2026-11-23T17:30", False),
        ("2026-11-22T10:00", False), ("2026-02-14T10:00", True), ("2026-02-16T10:00", False),
    ):
        assert in_business_hours(session, at(moment)) is inside, moment
        expected = at(moment[:10]) + CLOSE if inside else at(moment)
        assert next_outside(session, at(moment)) == expected


def test_hours_that_end_before_they_begin_are_refused(session: Session) -> None:
    with transaction(session), writing(session):
        parameter(session, "business_to").value = "08:00"
    with pytest.raises(KeyError):
        hours(session)
    with transaction(session), writing(session):
        parameter(session, "business_to").value = "17:30"
    assert hours(session).closes.hour == 17


def parameter(session: Session, code: str) -> Parameter:
    return session.scalars(select(Parameter).where(Parameter.code == code)).one()


@pytest.mark.parametrize(("until", "now", "words"), [
    ("2026-11-26T17:30", "2026-11-23T10:00", "剩余 3 个工作日"), ("2026-02-24T17:30", "2026-02-13T10:00", "剩余 2 个工作日"),
    ("2026-11-23T17:30", "2026-11-23T10:00", "今天 17:30 到期"), ("2026-11-23T17:30", "2026-11-23T15:15", "剩余 2 小时"),
    ("2026-11-23T17:30", "2026-11-23T17:00", "剩余 30 分钟"), ("2026-11-22T23:59:59", "2026-11-20T18:00", "剩余 2 天"),
    ("2026-11-19T17:30", "2026-11-23T10:00", "已逾期 2 个工作日"), ("2026-11-20T17:30", "2026-11-22T10:00", "已逾期 2 天"),
    ("2026-11-23T17:30", "2026-11-23T19:45", "已逾期 2 小时"), ("2026-11-23T17:30", "2026-11-23T17:31", "已逾期 1 分钟"),
    ("2026-12-31T17:30", "2027-01-04T00:00", "已逾期 2 个工作日"),
])
def test_the_countdown_in_words(app: Flask, session: Session, until: str, now: str, words: str) -> None:
    with app.test_request_context("/"):
        assert str(deadlines.remaining(session, at(until), at(now))) == words


def test_statutory_steps_are_due_as_the_procedure_says(app: Flask) -> None:
    """Articles 32, 113, 114, 115.2, 116 and 18, as declared on forms."""
    declared = {
        f"{spec.code}.{step.name}": (step.deadline.number, step.deadline.unit, step.deadline.since)
        for spec in catalogue.forms for step in spec.chain if step.deadline
    }
    assert declared | {
        "3.answer": (0, Unit.DAYS, "demanded_by"), "6.preprocess": (0, Unit.DAYS, "planned_at"),
        "11.announce": (2, Unit.WORKING_DAYS, "executed_at"), "12.announce": (2, Unit.WORKING_DAYS, "imported_on"),
        "28.review": (2, Unit.WORKING_DAYS, None), "28.inspect": (1, Unit.DAY_END, None),
        "28.explain": (1, Unit.WORKING_DAYS, None), "S3.receive": (1, Unit.DAY_END, None),
        "30.answer": (10, Unit.DAYS, "sent_at"), "31.notify": (0, Unit.WORKING_DAYS, "notify_due"),
    } == declared


# ---------- the register ----------


def test_two_people_change_the_calendar_and_later_deadlines_follow(session: Session, actors: Actors) -> None:
    spec = catalogue.register("calendar_days")
    assert "不同的改为表中的内容" in str(values_of(template(spec)))
    assert due(session, 1, Unit.WORKING_DAYS, "2026-11-24T10:00") == at("2026-11-25T17:30")
    days = [{"day": "2026-11-25", "working": "否", "name": "临时停业"}, {"day": "2026-02-28", "working": "否", "name": "改为休息"}]
    batch = bring(session, actors["sysadmin"], spec, content(filled(spec, days)))
    assert (batch.new, batch.changed, batch.faults, batch.warnings) == (1, 1, 0, 2), said(session, batch)
    assert "原为“春节调休上班”" in said(session, batch)
    assert due(session, 1, Unit.WORKING_DAYS, "2026-11-24T10:00") == at("2026-11-25T17:30")
    with transaction(session):
        deciding.confirm(session, actors["supervisor_admin"], batch.id)
    imports.running.run_import(session, imports.folder(), batch.id)
    assert due(session, 1, Unit.WORKING_DAYS, "2026-11-24T10:00") == at("2026-11-26T17:30")
    assert not working(session, date(2026, 2, 28))
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.resource == spec.resource, AuditEntry.record == "2026-02-28").order_by(AuditEntry.id.desc())
    ).first()
    assert entry is not None
    assert (entry.user_name, json.loads(entry.detail)["changes"]["name"]) == (actors["sysadmin"].name, ["春节调休上班", "改为休息"])
    back = [{"day": "2026-11-25", "working": "是", "name": "照常上班"}, {"day": "2026-02-28", "working": "是", "name": "春节调休上班"}]
    batch = bring(session, actors["sysadmin"], spec, content(filled(spec, back)))
    with transaction(session):
        deciding.confirm(session, actors["supervisor_admin"], batch.id)
    imports.running.run_import(session, imports.folder(), batch.id)
    assert due(session, 1, Unit.WORKING_DAYS, "2026-11-24T10:00") == at("2026-11-25T17:30")
    assert working(session, date(2026, 2, 28))


def test_keepers_of_the_calendar_are_told_of_a_missing_year(client_for: Clients) -> None:
    words = "工作日历中没有 2027 年的节假日和调休"
    for who, told in (("sysadmin", True), ("supervisor_admin", True), ("collector", False)):
        client = client_for(who)
        for page in ("/", "/registers/calendar_days/list"):
            with clock.at(at("2026-11-24T10:00")):
                assert (words in client.get(page).get_data(as_text=True)) is told, (who, page)
            with clock.at(at("2026-09-01T10:00")):
                assert words not in client.get(page).get_data(as_text=True)
    page = client_for("sysadmin").get("/registers/calendar_days/list", query_string={"q": "2026-02-14"})
    assert "春节调休上班" in page.get_data(as_text=True)


def test_the_calendar_is_read_by_day_in_lists_pages_and_rest(client_for: Clients, session: Session) -> None:
    client = client_for("sysadmin")
    answer = client.get("/api/v1/registers/calendar_days/2026-02-14")
    assert (answer.status_code, answer.get_json()["working"], answer.get_json()["name"]) == (200, True, "春节调休上班")
    assert client.get(answer.get_json()["links"]["self"]).get_json() == answer.get_json()
    row = session.scalars(select(CalendarDay).where(CalendarDay.day == date(2026, 2, 14))).one()
    assert client.get(f"/api/v1/registers/calendar_days/{row.id}").get_json()["day"] == "2026-02-14"
    for key in ("2026-02-30", "2026-03-05", "no-day", "99999999"):
        assert client.get(f"/api/v1/registers/calendar_days/{key}").status_code == 404, key
    for query in ({"q": "2026-02"}, {"q": "春节"}, {"sort": "day", "order": "asc"}, {"day": "2026-02-01", "working": "是"}):
        assert client.get("/registers/calendar_days/list", query_string=query).status_code == 200, query
    assert "春节调休上班" in client.get(f"/registers/calendar_days/show/{row.id}").get_data(as_text=True)


# ---------- reminders ----------


@pytest.fixture
def safe(session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> Iterator[Document]:
    """A submitted 介质存放记录 whose task has a deadline; all its tasks are closed afterwards."""
    spec = catalogue.form("S4")
    number = session.scalar(select(func.count()).select_from(Document)) or 0
    document = make(session, actors["data_manager"], spec, example(spec, number + 300))
    yield document
    session.rollback()
    change(session, document, done_at=clock.now())


def change(session: Session, document: Document, **values: Any) -> Task:
    """Sets columns of the document's open task."""
    with transaction(session), writing(session):
        task = session.scalars(select(Task).where(Task.document_id == document.id, Task.done_at.is_(None))).one()
        for name, value in values.items():
            setattr(task, name, value)
    return task


def told(session: Session, document: Document) -> list[tuple[str, set[int]]]:
    """The titles and readers of the notices about a document, in order."""
    notices = session.scalars(select(Notice).where(Notice.document_id == document.id).order_by(Notice.id)).all()
    return [
        (one.title, set(session.scalars(select(NoticeReceipt.user_id).where(NoticeReceipt.notice_id == one.id))))
        for one in notices
    ]


def in_position(session: Session, position: Position) -> set[int]:
    """The active users of a position."""
    return set(session.scalars(select(User.id).where(User.roles.any(name=position.role), User.active)))


def run(session: Session, moment: str) -> None:
    with clock.at(at(moment)):
        jobs.run(session)


def test_a_reminder_comes_once_and_an_escalation_once(session: Session, safe: Any) -> None:
    task = change(session, safe, due_at=at("2026-11-27T17:30"))
    named = task.user_id
    assert named
    before = (safe.state, safe.step, safe.version, session.scalar(select(func.count()).select_from(SignOff)))
    run(session, "2026-11-25T17:00")
    assert told(session, safe) == []
    for moment in ("2026-11-26T17:31", "2026-11-26T17:41", "2026-11-27T17:30"):
        run(session, moment)
    assert [readers for _title, readers in told(session, safe)] == [{named}]
    assert "将于 2026-11-27 17:30 到期" in told(session, safe)[0][0]
    for moment in ("2026-11-27T17:31", "2026-11-30T09:00"):
        run(session, moment)
    assert [readers for _title, readers in told(session, safe)] == [{named}, {named, *in_position(session, Position.IT_HEAD)}]
    assert "已逾期，期限为 2026-11-27 17:30" in told(session, safe)[1][0]
    for moment in ("2026-11-26T18:00", "2026-11-25T09:00", "2026-12-31T23:59:59", "2027-01-01T00:00"):  # the clock jumps
        run(session, moment)
    assert len(told(session, safe)) == 2
    session.refresh(safe)
    assert (safe.state, safe.step, safe.version, session.scalar(select(func.count()).select_from(SignOff))) == before


def test_nothing_is_approved_by_waiting(session: Session, safe: Any) -> None:
    change(session, safe, due_at=at("2026-11-27T17:30"))
    for year in range(2027, 2037):
        run(session, f"{year}-01-04T09:00")
    session.refresh(safe)
    task = session.scalars(select(Task).where(Task.document_id == safe.id, Task.done_at.is_(None))).one()
    assert (safe.state, task.escalated_at, len(told(session, safe))) == (State.PENDING, at("2027-01-04T09:00"), 1)


def test_holders_of_a_duty_are_reminded_unless_one_has_claimed_it(session: Session, actors: Actors, safe: Any) -> None:
    change(session, safe, user_id=None, duty="S4.store", step="store", due_at=at("2026-11-27T10:00"))
    run(session, "2026-11-26T15:00")
    assert [readers for _title, readers in told(session, safe)] == [in_position(session, Position.SAFE_KEEPER)]
    change(session, safe, reminded_at=None, claimed_by_id=actors["safe_keeper"].user_id)
    run(session, "2026-11-26T15:10")
    assert told(session, safe)[1][1] == {actors["safe_keeper"].user_id}


def test_delegates_are_reminded_too(session: Session, actors: Actors, safe: Any) -> None:
    task = change(session, safe, due_at=at("2026-11-27T10:00"))
    assert task.user_id
    stand_in = actors["archivist"]
    with transaction(session):
        session.add(Delegation(
            from_user_id=task.user_id, from_user_name="委托人", to_user_id=stand_in.user_id, to_user_name=stand_in.name,
            starts_at=at("2026-11-26T00:00"), ends_at=at("2026-11-28T00:00"), reason="休假", created_by_id=task.user_id,
            created_by_name="委托人", created_at=at("2026-11-25T09:00"),
        ))
    run(session, "2026-11-26T15:00")
    assert told(session, safe)[0][1] == {task.user_id, stand_in.user_id}
    with transaction(session):
        session.execute(delete(Delegation))


def test_a_task_of_a_disabled_account_goes_to_the_head(session: Session, safe: Any) -> None:
    task = change(session, safe, due_at=None)
    person = session.get_one(User, task.user_id)
    try:
        with transaction(session):
            session.get_one(User, person.id).active = False
        run(session, "2026-11-26T15:00")
        run(session, "2026-11-26T15:10")
        assert [readers for _title, readers in told(session, safe)] == [in_position(session, Position.IT_HEAD)]
        assert "已停用的账号" in told(session, safe)[0][0]
    finally:
        with transaction(session):
            session.get_one(User, person.id).active = True


def test_those_reminded_are_those_who_have_the_duty(session: Session) -> None:
    people = [load_actor(session, user) for user in session.scalars(select(User).where(User.active))]
    holders, asked = Holders(session), 0
    for spec in catalogue.forms:
        for step in spec.chain:
            if not step.waits or step.team or step.person or step.each or step.kind is Kind.AUTHORISE or step.relation is Maker.MAKER:
                continue
            document = Document(form_code=spec.prefix, department_code="XXJS", maker_id=people[0].user_id)
            for seat in [one.code for one in step.positions] if step.kind is Kind.COUNTERSIGN else [None]:
                rest = seat or ("XXJS" if step.relation is Maker.DEPARTMENT_HEAD else "")
                duty = ".".join(filter(None, (spec.prefix, step.name, rest)))
                able = {one.user_id for one in people if duty in duties_at(one, spec, step)} - {document.maker_id}
                assert holders.of(Task(document=document, step=step.name, seat=seat, duty=duty)) == able, duty
                asked += 1
    assert asked > 50


def test_two_runs_at_once_tell_nobody_twice(app: Flask, session: Session, safe: Any) -> None:
    change(session, safe, due_at=at("2026-11-27T17:30"))
    start = threading.Barrier(2)

    def one() -> None:
        with app.app_context():
            start.wait()
            run(db.session(), "2026-11-30T09:00")

    threads = [threading.Thread(target=one) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told(session, safe)) == 1


def test_the_worker_looks_every_ten_minutes(app: Flask, session: Session) -> None:
    celery = app.extensions["celery"]
    celery.loader.import_default_modules()
    entry = celery.conf.beat_schedule["remind-of-deadlines"]
    assert entry == {"task": "app.calendar.jobs.remind", "schedule": 600.0}
    assert entry["task"] in celery.tasks
    jobs.remind()


def test_chunks_are_bounded_and_all_is_done(
    session: Session, safe: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.calendar.reminding.CHUNK", 2)
    with transaction(session), writing(session):
        for _number in range(5):
            session.add(Task(
                document_id=safe.id, step="store", duty="S4.store", opened_at=at("2026-11-20T09:00"),
                due_at=at("2026-11-23T17:30"),
            ))
    with clock.at(at("2026-11-24T09:00")):
        assert jobs.run(session)[1] == 5
        assert jobs.run(session)[1] == 0
    with transaction(session), writing(session):
        session.execute(delete(Task).where(Task.document_id == safe.id, Task.duty == "S4.store"))


def test_above_a_head_is_the_general_manager(safe: Any) -> None:
    for form, step, above in (
        ("6", "approve", Position.GENERAL_MANAGER), ("28", "review", Position.SERVICE_HEAD),
        ("28", "inspect", Position.IT_HEAD), ("6", "import", Position.IT_HEAD),
    ):
        spec = next(one for one in catalogue.forms if one.code == form)
        assert heads(Task(document=Document(form_code=spec.prefix), step=step)) == {above}
