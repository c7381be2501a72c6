"""Search by words of the summary and by number, in a list and over all forms."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import today
from app.database import transaction
from app.documents import listing, operations, search
from app.documents.guard import writing
from app.documents.listing import Selection
from app.documents.listing.numbers import asked_for, bare, stretch
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec

SUMMARIES = (
    "云州市税务局 · 企业纳税信息 · 联网采集",
    "税务",
    "务税局",
    "云州税务师事务所（特殊普通合伙）",
    "ＡＢＣ科技 2026年第3批",
    "abc-科技",
    "㐂㐄𠮷野家",
    "M-0012/7 光盘",
    "M-98/76/5 光盘",
    'O\'Neil & Söhne: "试" \\ | ! <-> *',
    "市",
    "长江科技有限公司",
    "第十一长江",
    "",
    "·—…",
    "税 务 局",
)


@pytest.fixture
def safe(app: Flask) -> FormSpec:
    return catalogue.form("S4")


@pytest.fixture
def records(
    app: Flask, session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]], safe: FormSpec
) -> dict[int, str]:
    """Summaries by document: submitted ones, so that all staff see them."""
    known: dict[int, str] = app.extensions.setdefault("searched", {})
    if not known:
        with transaction(session), writing(session):
            for number, text in enumerate(SUMMARIES):
                raw = example(safe, number, actors["data_manager"]) | {"medium_no": f"SEEK-{number}"}
                document = operations.create(session, actors["data_manager"], safe, raw)
                document.state, document.summary = State.DONE, text
                search.put(session, [(document.id, text)])
                known[document.id] = text
    return known


def found(session: Session, actor: Any, spec: FormSpec, text: str, among: Mapping[int, str]) -> set[int]:
    """Which of the records a search finds, looked at page by page."""
    rows = [row.id for row in listing.stream(session, actor, spec, Selection(text=text), chunk=4)]
    assert len(rows) == len(set(rows))
    assert rows == sorted(rows, reverse=True)
    assert listing.count(session, actor, spec, Selection(text=text)) == len(rows)
    return set(rows) & set(among)


def holding(text: str, among: Mapping[int, str]) -> set[int]:
    """Which records hold a text, by comparing letters."""
    wanted = search.letters_of(text)
    return {key for key, summary in among.items() if wanted in search.letters_of(summary)}


def test_pairs() -> None:
    assert search.pairs("A 税务局·") == ["a税", "税务", "务局", "局"]
    assert search.pairs("ＡＢ１") == ["ab", "b1", "1"]
    assert search.pairs(" ·-") == []


@pytest.mark.parametrize(
    "text",
    [
        "税务",
        "税务局",
        "务局",
        "税务师事务所",
        "ABC",
        "ａｂｃ科技",
        "abc科",
        "长江科技",
        "局",
        "税",
        "家",
        "𠮷",
        "𠮷野",
        "0012/7",
        "O'Neil",
        "Söhne",
        '"试"',
        "<->",
        "试 \\ |",
        "*",
        "联网采集",
        "税務",
        "第十一",
        "云州市税务局 · 企业",
        "有限公司集团",
        "form",
        "fj02",
        "=S4",
        "s4",
    ],
)
def test_a_stretch_of_the_summary_is_found(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str], text: str
) -> None:
    expected = holding(text, records) if search.letters_of(text) else set()
    if asked_for(text, "S4"):
        return
    assert found(session, actors["data_manager"], safe, text, records) == expected
    assert {row.id for row in listing.find(session, actors["data_manager"], text, size=500).rows} >= expected
    condition = search.matches(session.connection(), text)
    rows = [] if condition is None else session.scalars(select(Document.id).where(condition, Document.id.in_(records)))
    assert set(rows) == expected


@given(text=st.text(st.sampled_from("税务局云州市长江科技AＢ1 ·'\"\\:*&|!<>-()%_=ab家𠮷"), max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_searched_as_letters(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str], text: str
) -> None:
    if not search.letters_of(text) or bare(text, ("S4",), today().year):
        return
    assert found(session, actors["data_manager"], safe, text, records) == holding(text, records)


def test_words_meet_filters_and_orders(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str]
) -> None:
    expected = holding("税务", records)
    for selection in (
        Selection(text="税务", sort="medium_no"),
        Selection(text="税务", sort="due_at", descending=False),
        Selection(text="税务", descending=False),
        Selection({"state": (State.DONE,)}, "税务"),
        Selection({"medium_no": "SEEK-"}, "税务"),
        Selection(text="税务", view="unarchived"),
        Selection({"medium_no": "SEEK-"}, "税务", sort="number"),
        Selection(text="税务", view="mine"),
    ):
        rows = [row.id for row in listing.stream(session, actors["data_manager"], safe, selection, chunk=2)]
        assert set(rows) & set(records) == expected
        assert len(rows) == len(set(rows))


def test_what_is_changed_or_removed_is_found_no_more(
    session: Session, actors: Mapping[str, Any], example: Callable[..., dict[str, Any]], safe: FormSpec
) -> None:
    from app.workflow.door import Shown

    actor = actors["data_manager"]
    raw = example(safe, 5, actor) | {"medium_no": "GONE-1", "content": "鸑鷟初稿"}
    with transaction(session):
        document = operations.create(session, actor, safe, raw)
    assert [row.id for row in listing.page(session, actor, safe, Selection(text="鸑鷟初稿")).rows] == [document.id]
    with transaction(session):
        operations.change(
            session, actor, safe, document.id, raw | {"content": "鸑鷟定稿"}, Shown(document.version, document.digest)
        )
    assert not listing.page(session, actor, safe, Selection(text="鸑鷟初稿")).rows
    assert [row.id for row in listing.page(session, actor, safe, Selection(text="鸑鷟定稿")).rows] == [document.id]
    with transaction(session):
        operations.delete(session, actor, safe, document.id, Shown(document.version, document.digest))
    assert not listing.page(session, actor, safe, Selection(text="鸑鷟")).rows


def test_search_by_number(session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str]) -> None:
    actor = actors["data_manager"]
    document = session.get(Document, min(records))
    assert document is not None
    number, sequence = document.number, document.number.rsplit("-", 1)[1]
    for text in (
        number,
        number.lower(),
        f" {number} ",
        sequence,
        sequence.lstrip("0"),
        f"S4-{today().year}-{int(sequence)}",
    ):
        assert document.id in {row.id for row in listing.stream(session, actor, safe, Selection(text=text))}, text
        assert document.id in {row.id for row in listing.find(session, actor, text, size=200).rows}, text
    assert [row.number for row in listing.page(session, actor, safe, Selection(text=number)).rows] == [number]
    everything = [row.number for row in listing.stream(session, actor, safe, Selection())]
    for beginning in (
        "S4",
        "S4-",
        f"S4-{today().year}",
        f"S4-{str(today().year)[:3]}",
        f"S4-{today().year}-",
        number[:-2],
    ):
        rows = [row.number for row in listing.stream(session, actor, safe, Selection(text=beginning), chunk=3)]
        assert rows == [one for one in everything if one.startswith(beginning)], beginning
    assert not listing.page(session, actor, safe, Selection(text="S4-1999-000001")).rows
    other = catalogue.form("FJ02")
    assert not listing.page(session, actor, other, Selection(text=number)).rows, "another form's number is words here"


def test_a_bare_number_that_is_none_is_searched_as_words(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str]
) -> None:
    assert found(session, actors["data_manager"], safe, "98765", records) == holding("98765", records)
    assert holding("98765", records)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FJ02-2026-000129", ("FJ02-2026-000129", "FJ02-2026-000130", ())),
        ("fj02 - 2026-0001", ("FJ02-2026-0001", "FJ02-2026-0002", ())),
        ("ＦＪ０２-2026-129", ("FJ02-2026-129", "FJ02-2026-130", ("FJ02-2026-000129",))),
        ("FJ02-2026-9", ("FJ02-2026-9", "FJ02-2027-0", ("FJ02-2026-000009",))),
        ("FJ02-2026", ("FJ02-2026", "FJ02-2027", ())),
        ("FJ02-202", ("FJ02-202", "FJ02-203", ())),
        ("FJ02", ("FJ02-1", "FJ02-9", ())),
        ("FJ03-2026", None),
        ("FJ02-20-1", None),
        ("税务", None),
        ("129", None),
        ("FJ02-2026-00012345", None),
    ],
)
def test_numbers_as_people_type_them(text: str, expected: tuple[str, str, tuple[str, ...]] | None) -> None:
    numbers = asked_for(text, "FJ02")
    assert (numbers and (numbers.least, numbers.below, numbers.exactly)) == expected


@given(year=st.integers(1000, 8999), number=st.integers(0, 999_999), length=st.integers(0, 6))
def test_a_stretch_of_numbers_is_what_begins_so(year: int, number: int, length: int) -> None:
    whole = f"{number:06d}"
    least, below = stretch("FJ02", str(year), whole[:length])
    for other in {
        number,
        max(number - 1, 0),
        min(number + 1, 999_999),
        0,
        999_999,
        number // 10,
        number * 10 % 1_000_000,
    }:
        for at in (year - 1, year, year + 1):
            candidate = f"FJ02-{at}-{other:06d}"
            assert (least <= candidate < below) == candidate.startswith(least)


def test_over_all_forms_people_find_what_they_may_read(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str]
) -> None:
    """security 7"""
    actor = actors["data_manager"]
    stranger = replace(actor, permissions=frozenset(one for one in actor.permissions if one[1] != safe.resource))
    for text in ("税务", records and session.get(Document, min(records)).number, "S4"):  # type: ignore[union-attr]
        assert {row.id for row in listing.find(session, actor, text, size=500).rows} & set(records), text
        assert not {row.id for row in listing.find(session, stranger, text, size=500).rows} & set(records), text
    assert not listing.find(session, replace(actor, permissions=frozenset()), "税务").rows
    assert not listing.find(session, actor, "·").rows
    pages = [listing.find(session, actor, "S4", size=7)]
    while pages[-1].next:
        pages.append(listing.find(session, actor, "S4", size=7, after=pages[-1].next))
    rows = [row.number for page in pages for row in page.rows]
    assert rows == sorted(rows, reverse=True)
    assert len(rows) == listing.count(session, actor, safe, Selection())


def test_hits_far_apart_are_found_in_order(
    session: Session, actors: Mapping[str, Any], safe: FormSpec, records: dict[int, str]
) -> None:
    """Ids spread over millions, as after years: the stretches that PostgreSQL asks for leave nothing out, in either order."""
    actor, model = actors["data_manager"], safe.model.__table__
    template, own = (
        dict(session.execute(select(table).where(table.c.id == min(records))).mappings().one())
        for table in (Document.__table__, model)
    )
    made: dict[int, str] = {}
    key = 10_000_000
    for number in range(220):
        key += 1 + (number * number * 37) % (3, 900, 40_000, 3_000_000)[number // 55]
        made[key] = "鼎新" * (number % 2) + "麒麟" * (number % 9 == 0) + "貔貅" * (number in (3, 200)) + "光盘"
    session.rollback()
    try:
        for key, summary in made.items():
            session.execute(
                Document.__table__.insert(), template | {"id": key, "number": f"S4-1998-{key}", "summary": summary}
            )  # type: ignore[attr-defined]
            session.execute(model.insert(), own | {"id": key, "medium_no": f"FAR-{key}"})  # type: ignore[attr-defined]
        search.put(session, made.items())
        for text in ("鼎新", "麒麟", "貔貅", "鼎新麒麟", "光盘", "麟"):
            expected = sorted(one for one, summary in made.items() if text in summary)
            for descending in (True, False):
                selection = Selection({"number": "S4-1998"}, text, descending=descending, sort="number")
                for chosen in (Selection(text=text, descending=descending), selection):
                    found = [row.id for row in listing.stream(session, actor, safe, chosen, chunk=17) if row.id in made]
                    assert found == expected[:: -1 if descending else 1], (text, chosen)
                forth = [listing.page(session, actor, safe, Selection(text=text, descending=descending), size=9)]
                while forth[-1].next:
                    chosen = Selection(text=text, descending=descending)
                    forth.append(listing.page(session, actor, safe, chosen, after=forth[-1].next, size=9))
                back = [forth[-1]]
                while back[-1].previous:
                    back.append(listing.page(session, actor, safe, chosen, before=back[-1].previous, size=9))
                rows = [[row.id for row in page.rows] for page in forth]
                assert [[row.id for row in page.rows] for page in back[::-1]] == rows
                assert set(expected) <= {one for page in rows for one in page}
            assert listing.count(session, actor, safe, Selection(text=text), most=5) == min(6, len(expected))
    finally:
        session.rollback()
