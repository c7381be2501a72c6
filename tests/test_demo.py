"""The examples and the demo company: valid for every form, walked by different people, a year in order."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from app import clock, models
from app.areas.collection.arrival.models import Arrival, ArrivalState, Way
from app.areas.collection.entry.models import EntrySheet, SheetState
from app.areas.collection.forms.collection_file_register import Original
from app.areas.system.operations import seed_calendar, seed_code_tables, seed_parameters
from app.clock import now
from app.database import prepare as prepare_engine
from app.database import transaction
from app.demo.documents import UNTIL, fill_documents
from app.demo.examples import example
from app.demo.fill import fill_registers
from app.demo.prerequisites import NEEDS, everybody, finish, first_maker, prepare, prerequisites
from app.demo.walk import draft, make, shown, step_on
from app.documents import guard, search
from app.documents.models import Attachment, DocumentLink
from app.engine.base import Model
from app.engine.catalogue import catalogue
from app.engine.chain import Kind, Maker
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.security.sync import sync
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.errors import Denied
from app.workflow.models import Decision, SignOff
from app.workflow.options import Action
from app.workflow.proof import Proof

models.load(("app.areas",))
FORMS = [spec.slug for spec in catalogue.forms]


@pytest.fixture
def people(session: Session) -> list[Any]:
    return everybody(session)


@pytest.fixture
def spec(request: pytest.FixtureRequest, session: Session, people: list[Any]) -> FormSpec:
    """A form whose prerequisites are there."""
    found = catalogue.form(request.param)
    prepare(session, found, people)
    return found


def trail_of(session: Session, document: Document) -> list[SignOff]:
    return list(session.scalars(select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)))


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Document)) or 0


@pytest.mark.parametrize("spec", FORMS, indirect=True)
def test_the_example_is_valid_for_every_maker(session: Session, people: list[Any], spec: FormSpec) -> None:
    for position in spec.makers:
        maker = next(one for one in people if position in one.positions)
        for number in range(3):
            with transaction(session):
                document = draft(session, maker, spec, example(session, maker, spec, count(session) + number))
            assert document.state is State.DRAFT


@pytest.mark.parametrize("spec", FORMS, indirect=True)
def test_the_chain_is_walked_to_its_end(session: Session, people: list[Any], spec: FormSpec) -> None:
    """security 1: every step that is not the maker's own by somebody else, and nobody where they must differ."""
    document = finish(session, spec, people, count(session))
    case, trail = case_of(session, spec, document), trail_of(session, document)
    assert (document.state, document.step) == (State.DONE, None)
    assert [one.sequence for one in trail] == list(range(1, len(trail) + 1))
    assert (trail[0].decision, trail[0].user_id) == (Decision.SUBMIT, document.maker_id)
    assert list(dict.fromkeys(one.step for one in trail[1:])) == [step.name for step in case.steps]
    assert {one.decision for one in trail[1:]} <= {Decision.APPROVE}
    signed = {one.step: one.user_id for one in trail[1:]}
    for step in case.steps:
        seats = [one.key for one in case.seats(step)] or [None]
        assert sorted(map(str, seats)) == sorted(str(one.seat) for one in trail if one.step == step.name)
        assert (signed[step.name] == document.maker_id) is (step.relation is Maker.MAKER), step.name
        assert signed[step.name] not in {signed.get(other) for other in step.differs}, step.name


@pytest.mark.parametrize("spec", FORMS, indirect=True)
def test_the_maker_signs_nothing_but_the_own_steps(session: Session, people: list[Any], spec: FormSpec) -> None:
    """security 1"""
    maker = first_maker(spec, people)
    document = make(session, maker, spec, example(session, maker, spec, count(session)))
    while (step := case_of(session, spec, document).current) is not None:
        if step.kind is Kind.AUTHORISE:
            with pytest.raises(Denied), transaction(session):
                act(session, maker, spec, document.id, Action.AUTHORISE, shown(document), proof=Proof(maker, now()))
        elif step.relation is not Maker.MAKER:
            with pytest.raises(Denied), transaction(session):
                act(session, maker, spec, document.id, Action.APPROVE, shown(document))
        step_on(session, spec, document, people)


def test_lines_as_many_as_asked_for(session: Session, people: list[Any]) -> None:
    for prefix in ("FJ01", "FJ02", "FJ04", "FJ26"):
        spec = catalogue.form(prefix)
        maker = first_maker(spec, people)
        raw = example(session, maker, spec, count(session), lines=60)
        with transaction(session):
            document = draft(session, maker, spec, raw)
        assert len(getattr(document, spec.lines[0].name)) == 60


def test_prerequisites_come_in_order() -> None:
    assert set(NEEDS) | {needed for one in NEEDS.values() for needed in one} <= set(FORMS)
    assert prerequisites("product_maintenance_notice") == (
        "product_proposal",
        "product_test_report",
        "product_review_opinion",
    )
    for slug in FORMS:
        order = prerequisites(slug)
        for at, one in enumerate(order):
            assert set(prerequisites(one)) <= set(order[:at])


def test_the_clock_can_be_stopped() -> None:
    """security 24"""
    moment = datetime(2026, 2, 16, 23, 59, 59, 999)
    with clock.at(moment):
        assert clock.now() == datetime(2026, 2, 16, 23, 59, 59)
        with clock.at(datetime(2027, 1, 1)):
            assert clock.today().year == 2027
        assert clock.today().day == 16
    assert clock.now() != moment


def test_nothing_is_filled_twice(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "fill"])
    assert result.exit_code == 1
    assert "not empty" in result.output


def test_walk_prints_the_trail(app: Flask) -> None:
    runner = app.test_cli_runner()
    result = runner.invoke(args=["demo", "walk", "S4"], catch_exceptions=False)
    lines = result.output.splitlines()
    assert lines[0].startswith("S4-")
    assert [line.split("　")[1] for line in lines[1:]] == ["制表", "监督人签字", "入柜"]
    assert runner.invoke(args=["demo", "walk", "FJ99"]).exit_code == 1


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The demo year, in a database of its own; its files lie in the folder beside."""
    folder = tmp_path_factory.mktemp("year")
    (folder / "attachments").mkdir()
    flask = Flask("year")
    keys = {"AUDIT_KEY": "the key of this year's record alone", "SECRETS_KEY": "the key of this year's secrets"}
    flask.config |= {"BABEL_DEFAULT_LOCALE": "zh", **keys, "DATA_DIR": folder}
    Babel(flask)
    engine = create_engine(f"sqlite:///{folder / 'year.db'}")
    prepare_engine(engine)
    guard.install()
    Model.metadata.create_all(engine)
    with flask.app_context(), Session(engine, info={"folder": folder / "attachments"}) as session:
        with transaction(session):
            for statement in search.CREATE["sqlite"]:
                session.execute(text(statement))
            sync(session, catalogue, [])
            seed_code_tables(session)
            seed_parameters(session)
            seed_calendar(session)
            fill_registers(session)
            fill_documents(session, session.info["folder"])
        yield session
    engine.dispose()


def test_the_year_has_every_form_in_every_state(year: Session) -> None:
    documents = list(year.scalars(select(Document)))
    assert 180 <= len(documents) <= 260
    assert {one.form_code for one in documents} == {spec.prefix for spec in catalogue.forms}
    assert {one.state for one in documents} == set(State)
    assert len({one.maker_id for one in documents if one.state is State.DRAFT}) > 5
    assert len({(one.form_code, one.step) for one in documents if one.step}) > 15
    assert max(len(one.items) for one in year.scalars(select(catalogue.form("FJ04").model))) == 60  # type: ignore[attr-defined]
    assert year.scalar(select(func.count()).select_from(DocumentLink)) > 80  # type: ignore[operator]


def test_the_year_is_in_order(year: Session) -> None:
    """Numbers follow time within a form and year, trails follow each other, and nothing happens after the end."""
    for spec in catalogue.forms:
        rows = list(year.scalars(select(Document).where(Document.form_code == spec.prefix).order_by(Document.number)))
        for _year, group in groupby(rows, key=lambda one: one.number[:-6]):
            numbers = [int(one.number[-6:]) for one in group]
            assert numbers == list(range(1, len(numbers) + 1))
        assert all(one.created_at <= other.created_at for one, other in pairwise(rows)), spec.slug
        assert all(one.updated_at <= UNTIL for one in rows)
    for document in year.scalars(select(Document)):
        moments = [document.created_at, *(one.at for one in trail_of(year, document))]
        assert moments == sorted(moments)
        assert all(one.user_id != document.maker_id for one in trail_of(year, document) if one.decision is Decision.RETURN)


def test_the_years_files_are_there(year: Session) -> None:
    kept = list(year.scalars(select(Attachment)))
    folder: Path = year.info["folder"]
    assert len(kept) > 40
    assert {one.stored for one in kept} == {path.name for path in folder.iterdir()}
    assert any((folder / one.stored).read_bytes().startswith(b"%PDF") for one in kept)


def test_the_front_desk_is_not_empty(year: Session) -> None:
    """Arrivals in every state with their files, sheets done and waiting for review; made by the verbs."""
    arrivals = list(year.scalars(select(Arrival).order_by(Arrival.id)))
    assert {one.state for one in arrivals} == set(ArrivalState)
    assert {one.way for one in arrivals} == set(Way)
    folder = year.info["folder"].parent / "arrivals"
    assert {path.name for path in folder.iterdir()} == {one.stored for one in arrivals}
    assert all(hashlib.sha256((folder / one.stored).read_bytes()).hexdigest() == one.sha256 for one in arrivals)
    sheets = list(year.scalars(select(EntrySheet)))
    assert {(one.original, one.state) for one in sheets} == {
        (Original.ELECTRONIC, SheetState.DONE), (Original.PAPER, SheetState.REVIEWING)}
    assert all(one.rows for one in sheets)
    done = next(one for one in sheets if one.register is not None)
    assert done.register is not None
    assert (done.register.state, done.register.step) == (State.PENDING, "receive")


def test_what_people_see_carries_no_placeholder(year: Session) -> None:
    """Every text was written for its field: none reads “维护原因1” or “示例”."""
    bad = set()
    for spec in catalogue.forms:
        for document in year.scalars(select(spec.model)):
            rows: list[tuple[Any, Any]] = [(document, spec.fields)]
            rows += [(row, line.fields) for line in spec.lines for row in getattr(document, line.name)]
            for row, fields in rows:
                for one in fields:
                    shown_text = one.show(row)
                    if shown_text == "示例" or shown_text.rstrip("0123456789") == str(one.label) != shown_text:
                        bad.add(f"{spec.slug}.{one.name}")
    assert not bad


def test_examples_keep_their_values(session: Session, people: list[Any]) -> None:
    """`given` stands, and what follows from it is left to it."""
    spec = catalogue.form("FJ19")
    maker = first_maker(spec, people)
    given: Mapping[str, Any] = {"action": "change", "record": "WD01", "phone": "027-82110045"}
    raw = example(session, maker, spec, given=given)
    assert {name: raw[name] for name in given} == dict(given)
    assert "name" not in raw
