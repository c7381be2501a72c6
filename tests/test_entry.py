"""Entry by hand: keyed by one, read against the original by another, row by row (flows.md 16.1.3)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection import originals
from app.areas.collection.entry import handover, operations
from app.areas.collection.entry.models import EntrySheet, OriginalHandover, Review, SheetState
from app.areas.collection.forms.collection_file_register import Original
from app.areas.collection.registers import Carrier, DataStructure, Method
from app.areas.collection.structures import layout_of
from app.clock import at, now
from app.database import transaction
from app.demo.deliveries import sample_rows
from app.demo.walk import draft, submit
from app.documents import operations as documents
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.intake.reading import read
from app.workflow.comparing import Shown
from app.workflow.door import act
from app.workflow.errors import Denied, Stale
from app.workflow.options import Action
from tests.test_extraction import text

DAYS = (date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def structure(session: Session) -> Any:
    manual = DataStructure.method == Method.MANUAL
    return session.scalars(select(DataStructure).where(manual).order_by(DataStructure.id)).first()


@pytest.fixture
def rows(session: Session, structure: Any) -> list[list[str]]:
    return list(sample_rows(layout_of(session, structure), 3, 7))


@pytest.fixture
def opened(session: Session, actors: Mapping[str, Any], structure: Any) -> Callable[..., EntrySheet]:
    def make(original: Original = Original.ELECTRONIC, by: str = "collector") -> EntrySheet:
        with transaction(session):
            return operations.open_sheet(session, actors[by], structure.code, original, "2026 年三季度处罚决定书清单", *DAYS)

    return make


def key(session: Session, actor: Any, sheet: EntrySheet, rows: Any, **more: Any) -> None:
    with transaction(session):
        operations.key(session, actor, sheet.id, sheet.version, rows, **more)


def review(session: Session, actor: Any, sheet: EntrySheet, read: Mapping[int, Any], *same: int) -> None:
    with transaction(session):
        operations.review(session, actor, sheet.id, sheet.version, read, frozenset(same))


def complete(app: Flask, session: Session, actor: Any, sheet: EntrySheet) -> Any:
    with transaction(session):
        return operations.complete(session, actor, sheet.id, sheet.version, app.config["DATA_DIR"] / "attachments")


@pytest.mark.article("16.1.3")
def test_electronic_sources_are_keyed_and_reviewed_into_form_2(
    app: Flask, session: Session, actors: Mapping[str, Any], opened: Callable[..., EntrySheet], rows: list[list[str]]
) -> None:
    """A difference goes back to who keyed; what was right stays right; the reviewer's form 2 carries the file."""
    sheet = opened()
    wrong = [list(row) for row in rows]
    wrong[1][-1] = "否" if rows[1][-1] == "是" else "是"
    assert wrong != rows
    key(session, actors["collector"], sheet, wrong, hand_over=True)
    assert sheet.state is SheetState.REVIEWING
    review(session, actors["collection_reviewer"], sheet, {2: rows[1]}, 1, 3)
    assert sheet.state is SheetState.KEYING
    assert [one.review for one in sheet.rows] == [Review.SAME, Review.DIFFERENT, Review.SAME]
    assert sheet.rows[1].read == rows[1]
    with pytest.raises(Invalid, match="复核不符"):
        key(session, actors["collector"], sheet, wrong, hand_over=True)
    key(session, actors["collector"], sheet, rows, hand_over=True)
    assert [one.review for one in sheet.rows] == [Review.SAME, None, Review.SAME]
    with pytest.raises(Denied, match="第 2 条尚未复核一致"):
        complete(app, session, actors["collection_reviewer"], sheet)
    review(session, actors["collection_reviewer"], sheet, {}, 2)
    document = complete(app, session, actors["collection_reviewer"], sheet)
    assert sheet.state is SheetState.DONE
    assert (document.original, document.method, document.carrier) == (Original.ELECTRONIC, Method.MANUAL, Carrier.MAIL)
    assert document.keyed_by.user_id == actors["collector"].user_id
    assert document.reviewed_by.user_id == document.maker_id == actors["collection_reviewer"].user_id
    spec = catalogue.form("FJ02")
    with transaction(session):
        act(session, actors["collection_reviewer"], spec, document.id, Action.SUBMIT, Shown(document.version, document.digest))
    with transaction(session):
        act(session, actors["data_manager"], spec, document.id, Action.APPROVE, Shown(document.version, document.digest))
    kept = originals.of(session, document.id)[0]
    path = Path(app.config["DATA_DIR"] / "originals" / kept.stored)
    found = [row for chunk in read(path, layout_of(session, sheet.structure)) for row in chunk.rows]
    assert found == rows
    listed = session.scalars(select(OriginalHandover).where(OriginalHandover.document_id == document.id)).one()
    assert (listed.day, listed.taken_at) == (now().date(), None)
    assert "处罚决定书清单" in listed.what


@pytest.mark.article("16.1.3")
def test_paper_is_keyed_by_a_clerk_and_reviewed_by_another_collector(
    app: Flask, session: Session, actors: Mapping[str, Any], opened: Callable[..., EntrySheet], rows: list[list[str]]
) -> None:
    """Three different people; the clerk keys on the day of receipt (security 1)."""
    sheet = opened(Original.PAPER)
    for other in ("collector", "collector/2", "collection_reviewer"):
        with pytest.raises(Denied):
            key(session, actors[other], sheet, rows)
    key(session, actors["data_entry"], sheet, rows[:1])
    key(session, actors["data_entry"], sheet, rows, hand_over=True)
    for other in ("collector", "data_entry", "collection_reviewer"):
        with pytest.raises(Denied):
            review(session, actors[other], sheet, {}, 1, 2, 3)
    review(session, actors["collector/2"], sheet, {}, 1, 2, 3)
    document = complete(app, session, actors["collector/2"], sheet)
    assert (document.original, document.carrier) == (Original.PAPER, Carrier.PAPER)
    people = (document.first_collector.user_id, document.keyed_by.user_id, document.reviewed_by.user_id)
    assert people == (actors["collector"].user_id, actors["data_entry"].user_id, actors["collector/2"].user_id)
    with transaction(session):
        act(session, actors["collector/2"], catalogue.form("FJ02"), document.id, Action.SUBMIT, Shown(document.version, document.digest))
    assert document.state is State.PENDING


@pytest.mark.article("16.1.3")
@pytest.mark.parametrize(("given", "refused"), [
    ({"carrier": "mail"}, "载体应为“纸质”"), ({"carrier": "paper", "original": "electronic"}, "须人工录入纸质资料"), ({}, None),
])
def test_paper_is_registered_as_paper(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]], given: dict[str, str], refused: str | None
) -> None:
    spec = catalogue.form("FJ02")
    raw = example(spec, 8, actors["collector/2"], given={"method": "manual"}) | given
    if refused is not None:
        with pytest.raises(Invalid, match=refused), transaction(session):
            draft(session, actors["collector/2"], spec, raw)
        return
    with transaction(session):
        document = submit(session, actors["collector/2"], spec, draft(session, actors["collector/2"], spec, raw))
    assert (document.state, document.carrier) == (State.PENDING, Carrier.PAPER)


@pytest.mark.article("16.1.3")
def test_paper_of_another_day_is_not_keyed(
    session: Session, actors: Mapping[str, Any], opened: Callable[..., EntrySheet], rows: list[list[str]]
) -> None:
    with at(datetime(2026, 9, 1, 16)):
        sheet = opened(Original.PAPER)
    with at(datetime(2026, 9, 2, 9)), pytest.raises(Denied, match="当日"):
        key(session, actors["data_entry"], sheet, rows)


@pytest.mark.article("16.1.3")
def test_rows_are_held_to_the_structure(
    session: Session, actors: Mapping[str, Any], opened: Callable[..., EntrySheet], rows: list[list[str]]
) -> None:
    """Faults are kept with what was keyed, but not handed over; nor is a key keyed twice, or nothing."""
    sheet = opened()
    with pytest.raises(Invalid, match="没有一条记录"):
        key(session, actors["collector"], sheet, [["", " "]], hand_over=True)
    key(session, actors["collector"], sheet, [["x"], rows[0]])
    assert [one.values[0] for one in sheet.rows] == ["x", rows[0][0]]
    with pytest.raises(Invalid) as caught:
        key(session, actors["collector"], sheet, [["x"], rows[0]], hand_over=True)
    assert all("第 1 条" in fault.where for fault in caught.value.faults)
    with pytest.raises(Invalid, match="重复"):
        key(session, actors["collector"], sheet, [rows[0], rows[0]], hand_over=True)
    with pytest.raises(Stale), transaction(session):
        operations.key(session, actors["collector"], sheet.id, sheet.version - 1, rows)
    with pytest.raises(Invalid, match="不超过"):
        key(session, actors["collector"], sheet, [["x"]] * 2001)


def test_a_deleted_draft_gives_the_sheet_back(
    app: Flask, session: Session, actors: Mapping[str, Any], opened: Callable[..., EntrySheet], rows: list[list[str]]
) -> None:
    sheet, reviewer = opened(), actors["collection_reviewer"]
    key(session, actors["collector"], sheet, rows, hand_over=True)
    review(session, reviewer, sheet, {}, 1, 2, 3)
    document = complete(app, session, reviewer, sheet)
    with pytest.raises(Denied):
        complete(app, session, reviewer, sheet)
    with transaction(session):
        documents.delete(session, reviewer, catalogue.form("FJ02"), document.id, Shown(document.version, document.digest))
    session.refresh(sheet)
    assert complete(app, session, reviewer, sheet).number != document.number


@pytest.mark.article("16.1.3")
def test_the_pages(
    session: Session, actors: Mapping[str, Any], structure: Any, rows: list[list[str]], client_for: Callable[[str], FlaskClient]
) -> None:
    """The grid has the structure's fields; what is typed is checked; differences stand side by side."""
    client = client_for("collector")
    sent = {"structure": structure.code, "original": "electronic", "source": "清单", "period_from": "2026-07-01", "period_to": "2026-09-30"}
    assert client.post("/entry/new", data={**sent, "period_to": "x"}).status_code == 422
    assert client.post("/entry/new", data={**sent, "source": ""}).status_code == 422
    address = client.post("/entry/new", data=sent).location
    page = text(client.get(address))
    assert all(one.title in page for one in layout_of(session, structure).fields)
    faulty = client.post(f"{address}/check", json={"rows": [rows[0], ["x"], []]}).get_json()["faults"]
    assert {one["row"] for one in faulty} == {2}
    assert client.post(f"{address}/check", json={"rows": "x"}).status_code == 400
    grid = {f"rows-{at}-c{place}": value for at, row in enumerate(rows) for place, value in enumerate(row)}
    answer = client.post(f"{address}/key", data={**grid, "rows-0-c0": "", "version": "1", "do": "hand_over"})
    assert answer.status_code == 422
    session.rollback()
    sheet = session.get_one(EntrySheet, int(address.rsplit("/", 1)[1]))
    assert len(sheet.rows) == 3
    assert client.post(f"{address}/key", data={**grid, "version": "1"}).status_code == 409
    assert client.post(f"{address}/key", data={**grid, "version": str(sheet.version), "do": "hand_over"}).status_code == 302
    reviewer = client_for("collection_reviewer")
    session.rollback()
    session.refresh(sheet)
    other = rows[2][0][:-1] + ("1" if rows[2][0][-1] != "1" else "2")
    changed = {**grid, "rows-2-c0": other, "version": str(sheet.version), "same": ["1", "2"]}
    assert client.post(f"{address}/review", data=changed).status_code in (403, 422)
    assert reviewer.post(f"{address}/review", data=changed).status_code == 302
    page = text(client.get(address))
    assert f"<del>{rows[2][0]}</del>" in page
    assert f"<ins>{other}</ins>" in page
    assert client_for("clerk").get(address).status_code == 403
    assert client_for("data_entry").post(f"{address}/review", data=changed).status_code == 403


@pytest.mark.article("16.1.3")
def test_the_archivist_takes_the_days_originals(
    app: Flask, session: Session, actors: Mapping[str, Any], client_for: Callable[[str], FlaskClient]
) -> None:
    from tests.test_extraction import delivery, sign_as

    document = delivery(session, actors, "manual", "collection_reviewer")
    sign_as(session, actors["data_manager"], document)
    day = now().date().isoformat()
    archivist = client_for("archivist")
    assert document.number in text(archivist.get(f"/originals/?day={day}"))
    assert client_for("collector").post("/originals/take", data={"day": day}).status_code == 403
    assert archivist.post("/originals/take", data={"day": day}).status_code == 302
    assert archivist.post("/originals/take", data={"day": day}).status_code == 403
    session.rollback()
    row = session.scalars(select(OriginalHandover).where(OriginalHandover.document_id == document.id)).one()
    assert row.taken_by_id == actors["archivist"].user_id
    assert handover.of_day(session, date(2001, 1, 1)) == []
    assert "没有人工录入" in text(archivist.get("/originals/?day=2001-01-01"))
