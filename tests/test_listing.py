"""Lists: what is in them, for whom, in which order, page by page; and that they ask the database little."""

import base64
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.clock import now
from app.database import transaction
from app.documents import listing, operations
from app.documents.guard import writing
from app.documents.listing import BadSelection, Range, Selection
from app.documents.listing.asking import Order
from app.documents.resolver import DatabaseResolver
from app.engine.catalogue import catalogue
from app.engine.document import ArchiveState, Document, State
from app.engine.spec import AnySpec, FormSpec
from app.workflow.errors import Denied
from app.workflow.options import readable
from app.workflow.permissions import READ

Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]

STATES = (State.DRAFT, State.PENDING, State.DONE, State.RETURNED, State.DONE, State.WITHDRAWN)


@pytest.fixture
def safe(app: Flask) -> FormSpec:
    return catalogue.form("S4")


@pytest.fixture
def data_manager(app: Flask, session: Session, actors: Actors, example: Example, safe: FormSpec) -> Any:
    """The first data manager; there are some dozen records of both, in every state, with ties and with empty values."""
    if not app.extensions.get("listed"):
        with transaction(session), writing(session):
            for number in range(26):
                actor = actors["data_manager" if number % 3 else "data_manager/2"]
                raw = example(safe, number, actor) | {
                    "medium_no": f"LIST-{number * 7 % 26:02d}",
                    "content": f"列表光盘{number % 4}",
                }
                made = operations.create(session, actor, safe, raw)
                made.state = STATES[number % len(STATES)]
                made.due_at = None if number % 4 == 1 else now() + timedelta(days=number % 5 - 2)
                made.archive_state = ArchiveState.FILED if number % 12 == 2 else ArchiveState.NONE
        app.extensions["listed"] = True
    return actors["data_manager"]


@pytest.fixture
def sent(session: Session) -> Iterator[list[str]]:
    """The statements that the database is sent."""
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "select pg_catalog", "show ")):
            statements.append(statement)

    session.connection()
    event.listen(session.get_bind(), "before_cursor_execute", note)
    yield statements
    event.remove(session.get_bind(), "before_cursor_execute", note)


def all_of(session: Session, actor: Any, spec: FormSpec) -> list[Any]:
    """Every document of the form that the person may read, the newest first."""
    rows = session.scalars(select(spec.model).order_by(Document.id.desc()))
    return [row for row in rows if readable(actor, spec, row)]


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def forth(session: Session, actor: Any, spec: AnySpec, selection: Selection, size: int) -> list[listing.Page]:
    """All pages from the first to the last."""
    pages = [listing.page(session, actor, spec, selection, size=size)]
    while pages[-1].next:
        pages.append(listing.page(session, actor, spec, selection, after=pages[-1].next, size=size))
    return pages


def back(
    session: Session, actor: Any, spec: AnySpec, selection: Selection, size: int, last: listing.Page
) -> list[listing.Page]:
    """All pages from the last to the first."""
    pages = [last]
    while pages[-1].previous:
        pages.append(listing.page(session, actor, spec, selection, before=pages[-1].previous, size=size))
    return pages


def in_order(rows: list[Any], sort: str | None, descending: bool) -> list[int]:
    """The rows sorted as the list promises: by value, then by creation; empty values last either way."""

    def value(row: Any) -> Any:
        found = getattr(row, sort or "id")
        return found.value if isinstance(found, State) else found

    filled = sorted(
        (row for row in rows if value(row) is not None), key=lambda row: (value(row), row.id), reverse=descending
    )
    empty = sorted((row for row in rows if value(row) is None), key=lambda row: row.id, reverse=descending)
    return ids([*filled, *empty])


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", [None, "number", "state", "due_at", "created_at", "maker_name", "medium_no"])
def test_pages_forth_and_back_are_the_sorted_list(
    session: Session, data_manager: Any, safe: FormSpec, sort: str | None, descending: bool
) -> None:
    expected = in_order(all_of(session, data_manager, safe), sort, descending)
    selection = Selection(sort=sort, descending=descending)
    for size in (1, 4, 7, len(expected), len(expected) + 1):
        pages = forth(session, data_manager, safe, selection, size)
        assert [one for page in pages for one in ids(page.rows)] == expected
        assert len(pages) == math.ceil(len(expected) / size)
        assert pages[0].previous is None
        again = back(session, data_manager, safe, selection, size, pages[-1])[::-1]
        assert [ids(page.rows) for page in again] == [ids(page.rows) for page in pages]
    assert ids(listing.stream(session, data_manager, safe, selection, chunk=5)) == expected
    assert listing.count(session, data_manager, safe, selection) == len(expected)
    assert listing.count(session, data_manager, safe, selection, most=3) == 4


def test_rows_that_come_meanwhile_move_nothing(
    session: Session, data_manager: Any, example: Example, safe: FormSpec
) -> None:
    first = listing.page(session, data_manager, safe, Selection(), size=5)
    before = listing.page(session, data_manager, safe, Selection(), after=first.next, size=5)
    with transaction(session):
        operations.create(session, data_manager, safe, example(safe, 77) | {"medium_no": f"LATE-{first.rows[0].id}"})
    second = listing.page(session, data_manager, safe, Selection(), after=first.next, size=5)
    assert ids(second.rows) == ids(before.rows)
    assert not set(ids(second.rows)) & set(ids(first.rows))
    behind = listing.page(session, data_manager, safe, Selection(), before=second.previous, size=5)
    assert ids(behind.rows) == ids(first.rows)
    top = listing.page(session, data_manager, safe, Selection(), before=behind.previous, size=5)
    assert len(top.rows) == 5
    assert top.previous is None, "the first page is whole, whatever stands before it"


@pytest.mark.parametrize("sort", [None, "due_at", "state", "medium_no", "created_at"])
@pytest.mark.parametrize(
    "key",
    [
        "x",
        "é",
        "W10",
        "e30",
        "MTIz",
        "bnVsbA",
        "WyIiLG51bGwsMV0=x!",
        "WyIiLG51bGwsLTFd",
        "WyIiLG51bGwsdHJ1ZV0",
        "W" * 5000,
        "A" * 3,
    ],
)
def test_malformed_keys_are_refused(
    session: Session, data_manager: Any, safe: FormSpec, key: str, sort: str | None
) -> None:
    for which in ("after", "before"):
        with pytest.raises(BadSelection):
            listing.page(session, data_manager, safe, Selection(sort=sort), **{which: key})


@pytest.mark.parametrize(
    "value", ['"no date"', "7", "true", '"2026-13-01"', '["a"]', '"\\u0000"', '"\\ud800"', "1e999"]
)
def test_keys_with_foreign_values_are_refused(session: Session, data_manager: Any, safe: FormSpec, value: str) -> None:
    for sort in ("due_at", "medium_no", "state"):
        if sort == "medium_no" and value in ('"no date"', '"2026-13-01"'):
            continue
        key = base64.urlsafe_b64encode(f'["{sort}", {value}, 1]'.encode()).decode()
        with pytest.raises(BadSelection):
            listing.page(session, data_manager, safe, Selection(sort=sort), after=key)


@pytest.mark.parametrize("value", ['"1e400"', '"1e16"', '"NaN"', '"-Infinity"', '"x"', "1.5", "[]"])
def test_keys_with_amounts_that_no_column_holds_are_refused(session: Session, data_manager: Any, value: str) -> None:
    spec = catalogue.form("product_contract")
    reader = replace(data_manager, permissions=data_manager.permissions | {(READ, spec.resource)})
    key = base64.urlsafe_b64encode(f'["amount", {value}, 1]'.encode()).decode()
    with pytest.raises(BadSelection):
        listing.page(session, reader, spec, Selection(sort="amount"), after=key)
    good = base64.urlsafe_b64encode(b'["amount", "12.50", 1]').decode()
    listing.page(session, reader, spec, Selection(sort="amount"), before=good)


def test_a_key_is_good_for_its_own_order_only(session: Session, data_manager: Any, safe: FormSpec) -> None:
    page = listing.page(session, data_manager, safe, Selection(sort="medium_no"), size=2)
    with pytest.raises(BadSelection):
        listing.page(session, data_manager, safe, Selection(sort="number"), after=page.next)
    with pytest.raises(BadSelection):
        listing.page(session, data_manager, safe, Selection(sort="medium_no"), after=page.next, before=page.next)
    with pytest.raises(BadSelection):
        listing.page(session, data_manager, safe, Selection(sort="content"))
    with pytest.raises(BadSelection):
        listing.page(session, data_manager, safe, Selection(view="other"))


def test_staff_see_all_but_the_drafts_of_others(
    session: Session, actors: Actors, data_manager: Any, safe: FormSpec
) -> None:
    """security 7"""
    other = actors["data_manager/2"]
    mine, theirs = (list(listing.stream(session, one, safe, Selection())) for one in (data_manager, other))
    assert {row.maker_id for row in mine if row.state is State.DRAFT} <= {data_manager.user_id}
    assert {row.maker_id for row in theirs if row.state is State.DRAFT} == {other.user_id}
    assert set(ids(theirs)) ^ set(ids(mine)) == {row.id for row in (*mine, *theirs) if row.state is State.DRAFT}
    hidden = next(row for row in theirs if row.state is State.DRAFT)
    for selection in (
        Selection(text=hidden.number),
        Selection(text=hidden.number.rsplit("-", 1)[1]),
        Selection({"state": (State.DRAFT,)}),
        Selection({"number": hidden.number}),
        Selection(text="列表光盘"),
    ):
        assert hidden.id not in ids(listing.stream(session, data_manager, safe, selection))
        assert hidden.id in ids(listing.stream(session, other, safe, selection))


def test_outsiders_see_their_own_documents_only(
    session: Session, actors: Actors, data_manager: Any, safe: FormSpec
) -> None:
    """security 7"""
    from app.engine.positions import Position

    outside = next(one for one in Position if one.external)
    guest = replace(data_manager, positions=frozenset({outside}))
    expected = [row.id for row in all_of(session, data_manager, safe) if row.maker_id == data_manager.user_id]
    for selection in (Selection(), Selection(text="列表光盘"), Selection(sort="medium_no"), Selection(sort="due_at")):
        found = list(listing.stream(session, guest, safe, selection))
        assert {row.maker_id for row in found} == {data_manager.user_id}
        assert selection.text or set(ids(found)) == set(expected)
    nobody = replace(guest, user_id=2**31 - 1)
    assert listing.count(session, nobody, safe, Selection()) == 0
    assert listing.page(session, nobody, safe, Selection(text="列表光盘")).rows == []
    assert not {"todo", "unarchived"} & {
        view.name for view in listing.views(replace(guest, permissions=frozenset()), safe)
    }


def test_who_may_not_read_gets_nothing(session: Session, actors: Actors, data_manager: Any, safe: FormSpec) -> None:
    """security 7"""
    stranger = replace(data_manager, permissions=frozenset())
    for spec in (safe, catalogue.register("employees")):
        with pytest.raises(Denied):
            listing.page(session, stranger, spec, Selection())
        with pytest.raises(Denied):
            listing.count(session, stranger, spec, Selection())
        with pytest.raises(Denied):
            next(listing.stream(session, stranger, spec, Selection()))


def read(session: Session, actor: Any, spec: AnySpec, *args: tuple[str, str]) -> tuple[Selection, list[Any]]:
    return listing.read_selection(spec, MultiDict(list(args)), DatabaseResolver(session, actor))


def test_filters(session: Session, data_manager: Any, safe: FormSpec) -> None:
    everything = all_of(session, data_manager, safe)
    witness = everything[0].witness
    cases: list[tuple[list[tuple[str, str]], Callable[[Any], bool]]] = [
        ([("state", "done")], lambda row: row.state is State.DONE),
        ([("state", "done"), ("state", "已退回")], lambda row: row.state in (State.DONE, State.RETURNED)),
        ([("state", "pending"), ("state", "returned")], lambda row: row.state in (State.PENDING, State.RETURNED)),
        ([("archive_state", "filed")], lambda row: row.archive_state is ArchiveState.FILED),
        ([("witness", witness.staff_no)], lambda row: row.witness_id == witness.id),
        ([("medium_no", "LIST-1")], lambda row: row.medium_no.startswith("LIST-1")),
        (
            [("medium_no", "LIST-1"), ("state", "done")],
            lambda row: row.medium_no.startswith("LIST-1") and row.state is State.DONE,
        ),
        ([("medium_no", "list-%_")], lambda row: False),
        ([("created_at_from", str(date.today()))], lambda row: row.created_at.date() >= date.today()),
        ([("created_at_to", str(date.today() - timedelta(days=1)))], lambda row: row.created_at.date() < date.today()),
        ([("due_at", str(date.today()))], lambda row: row.due_at is not None and row.due_at.date() == date.today()),
        (
            [("due_at_from", str(date.today())), ("due_at_to", str(date.today() + timedelta(days=1)))],
            lambda row: row.due_at is not None and 0 <= (row.due_at.date() - date.today()).days <= 1,
        ),
        ([("number", everything[0].number)], lambda row: row.number == everything[0].number),
        ([("maker_name", data_manager.name[0])], lambda row: row.maker_name.startswith(data_manager.name[0])),
        (
            [("state", "done"), ("witness", witness.staff_no), ("q", "列表光盘1")],
            lambda row: row.state is State.DONE and row.witness_id == witness.id and "列表光盘1" in row.content,
        ),
    ]
    for args, expected in cases:
        for sort in ((), (("sort", "medium_no"),), (("sort", "due_at"),), (("sort", "number"), ("order", "asc"))):
            selection, faults = read(session, data_manager, safe, *args, *sort)
            assert not faults
            found = [one for page in forth(session, data_manager, safe, selection, 6) for one in page.rows]
            wanted = [row for row in everything if expected(row)]
            assert set(ids(found)) == set(ids(wanted)), args
            assert len(found) == len(wanted)
            assert ids(found) == in_order(wanted, selection.sort, selection.descending), (args, sort)


def test_views(session: Session, actors: Actors, data_manager: Any, safe: FormSpec) -> None:
    everything = all_of(session, data_manager, safe)
    expected = {
        "all": lambda row: True,
        "mine": lambda row: row.maker_id == data_manager.user_id,
        "pending": lambda row: row.state is State.PENDING,
        "overdue": lambda row: row.state is State.PENDING and row.due_at is not None and row.due_at < now(),
        "unarchived": lambda row: row.state is State.DONE and row.archive_state is ArchiveState.NONE,
    }
    assert [view.name for view in listing.views(data_manager, safe)] == ["all", "todo", *list(expected)[1:]]
    assert str(listing.views(data_manager, safe)[1].title) == "待我处理"
    for view, holds in expected.items():
        for sort in (None, "medium_no"):
            selection = Selection(view=view, sort=sort)
            wanted = [row for row in everything if holds(row)]
            assert set(ids(listing.stream(session, data_manager, safe, selection))) == set(ids(wanted)), view
            assert listing.count(session, data_manager, safe, selection) == len(wanted)


def test_what_waits_for_me(
    session: Session, actors: Actors, example: Example, data_manager: Any, safe: FormSpec
) -> None:
    from app.demo.walk import make

    count = {
        key: listing.count(session, actors[key], safe, Selection(view="todo"))
        for key in ("data_manager", "data_manager/2")
    }
    document = make(session, data_manager, safe, example(safe, 88) | {"medium_no": f"TODO-{now():%H%M%S%f}"})
    found = {
        key: list(listing.stream(session, actors[key], safe, Selection(view="todo", sort="medium_no"))) for key in count
    }
    witness = next(key for key in count if actors[key].employee_id == document.witness_id)
    assert {key: document.id in ids(rows) for key, rows in found.items()} == {key: key == witness for key in count}
    assert len(found[witness]) == count[witness] + 1


def test_faults_name_the_argument_and_its_value(session: Session, data_manager: Any, safe: FormSpec) -> None:
    selection, faults = read(
        session,
        data_manager,
        safe,
        ("state", "nix"),
        ("witness", "nobody"),
        ("created_at_from", "31.2.2026"),
        ("view", "x"),
        ("sort", "content"),
        ("order", "up"),
        ("due_at_from", "2026-05-02"),
        ("due_at_to", "2026-05-01"),
    )
    found = {fault.path: fault.value for fault in faults}
    assert set(found) == {("state",), ("witness",), ("created_at",), ("view",), ("sort",), ("order",), ("due_at",)}
    assert found["state",] == "nix"
    assert selection == Selection()


def test_filters_do_not_answer_about_hidden_columns(session: Session, data_manager: Any, safe: FormSpec) -> None:
    """security 7"""
    hidden = [("remarks", "x"), ("content", "x"), ("submitted_at_from", "2026-01-01"), ("page", "1")]
    selection, faults = read(session, data_manager, safe, *hidden)
    assert {fault.path[0] for fault in faults} == {"remarks", "content", "submitted_at_from"}
    assert not selection.filters
    employees = catalogue.register("employees")
    assert "resident_id" not in {one.name for one in listing.filterable(employees)}
    assert "resident_id" not in listing.sortable(employees)
    with pytest.raises(BadSelection):
        listing.page(session, data_manager, safe, Selection({"remarks": "x"}))
    assert {"q", "view", "sort", "order", "state", "created_at_from", "medium_no"} <= listing.arguments(safe)


def test_days_mean_whole_days_and_minutes_whole_minutes(session: Session, data_manager: Any, safe: FormSpec) -> None:
    def read_one(*args: tuple[str, str]) -> Any:
        return read(session, data_manager, safe, *args)[0].filters["created_at"]

    assert read_one(("created_at", "2026-11-23")) == Range(
        datetime(2026, 11, 23), datetime.combine(date(2026, 11, 23), time.max)
    )
    assert read_one(("created_at_to", "2026-11-23 09:30")) == Range(None, datetime(2026, 11, 23, 9, 30, 59, 999999))
    assert read(session, data_manager, safe, ("created_at_to", "2026-11-23"))[0].sort == "created_at"


def test_the_usual_order(session: Session, data_manager: Any, safe: FormSpec) -> None:
    assert read(session, data_manager, safe)[0] == Selection()
    assert read(session, data_manager, safe, ("order", Order.ASCENDING.value))[0] == Selection(descending=False)
    register = catalogue.register("employees")
    assert read(session, data_manager, register)[0] == Selection(sort=register.key, descending=False)


def test_columns(safe: FormSpec) -> None:
    names = [one.name for one in listing.list_columns(safe)]
    assert names[0] == "number"
    assert names[1 : len(safe.columns) + 1] == [one.name for one in safe.columns]
    assert names[-4:] == ["maker_name", "created_at", "state", "due_at"]
    assert listing.sortable(safe) >= {"number", "created_at", "state", "due_at", "medium_no"}
    for spec in catalogue.forms:
        assert len(set(listing.list_columns(spec))) == len(listing.list_columns(spec))
        assert listing.sortable(spec) >= {"number", "created_at", "maker_name", "state", "due_at"}
    for register in catalogue.registers:
        assert register.key in listing.sortable(register)


def test_a_page_takes_few_queries(session: Session, data_manager: Any, safe: FormSpec, sent: list[str]) -> None:
    """Independent of rows: references come with them, titles of codes in one query."""
    forms = [(safe, data_manager), (catalogue.form("FJ02"), data_manager)]
    registers = [
        (catalogue.register("external_organisations"), data_manager),
        (catalogue.register("code_values"), data_manager),
    ]
    for spec, actor in [*forms, *registers]:
        for selection in (Selection(), Selection(text="列表"), Selection(text="12"), Selection(text="没有这个")):
            session.expunge_all()
            sent.clear()
            page = listing.page(session, actor, spec, selection, size=50)
            for row in page.rows:
                for one in listing.list_columns(spec):
                    listing.shown(one, row, page.titles)
            assert len(sent) <= 6, sent


def test_registers(session: Session, data_manager: Any) -> None:
    spec = catalogue.register("code_values")
    rows = list(session.scalars(select(spec.model).order_by(spec.model.full_code)))  # type: ignore[attr-defined]
    selection, faults = read(session, data_manager, spec)
    assert not faults
    pages = forth(session, data_manager, spec, selection, 1000)
    found = [row for page in pages for row in page.rows]
    assert sorted(ids(found)) == sorted(ids(rows))
    assert [row.full_code for row in found] == sorted(row.full_code for row in rows)
    one = rows[len(rows) // 2]
    assert one.id in ids(listing.stream(session, data_manager, spec, Selection(text=one.full_code[:-1])))
    assert one.id in ids(listing.stream(session, data_manager, spec, Selection(text=one.title[1:] or one.title)))
    table, _faults = read(session, data_manager, spec, ("table", one.table.code))
    same = [row for row in rows if row.table_id == one.table_id]
    assert set(ids(listing.stream(session, data_manager, spec, table))) == set(ids(same))
    assert [view.name for view in listing.views(data_manager, spec)] == ["all"]


def test_codes_come_with_their_titles(session: Session, data_manager: Any) -> None:
    spec = catalogue.register("external_organisations")
    page = listing.page(session, data_manager, spec, Selection())
    row = next(row for row in page.rows if row.region)
    title = page.titles["region", row.region]
    assert title != row.region
    assert listing.shown(spec.field("region"), row, page.titles) == title
    assert listing.code_titles(session, spec, [row], [spec.field("region")]) == {("region", row.region): title}
