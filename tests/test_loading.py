"""Loading (数据装载, article 19): matching, mapping, authorisation on the spot, facts that count all at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.credit import operations, superseding
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadState
from app.areas.organisation.registers import Status
from app.audit.models import AuditAction, AuditEntry
from app.clock import now
from app.database import transaction
from app.demo.people import PASSWORD
from app.documents.guard import writing
from app.jobs.running import run_waiting
from app.security.models import User
from app.security.proving import prove
from app.workflow.errors import Denied, Unproven
from app.workflow.models import Delegation
from app.workflow.proof import Proof
from tests.credit_data import Store, again, code, facts, faults, fresh, loaded, matched, registration, store
from tests.threads import in_threads

Actors = Mapping[str, Any]


@pytest.fixture
def base(session: Session, actors: Actors) -> Store:
    return store(session, actors["data_manager"])


def row(number: int, **more: str) -> dict[str, str]:
    """A record of a new enterprise with two facts."""
    return {"tyshxydm": code(number), "qymc": f"云州第{number}有限公司", "ssq": "2026-10-01", "qsys": "3", "qsje": "1200.5", **more}


def enterprise(session: Session, number: int) -> TargetEnterprise | None:
    session.rollback()
    return session.scalar(select(TargetEnterprise).where(TargetEnterprise.uscc == code(number)))


@pytest.mark.article("19", "100")
def test_a_batch_is_matched_authorised_and_loaded(session: Session, actors: Actors, base: Store) -> None:
    """flows.md row 19; security 25: nothing counts before the authorisation, everything after, both people on record."""
    first, second = fresh(), fresh()
    batch_id = base.batch([row(first), row(second, sdqf="1", nsdj="A")])
    operator, head = actors["data_manager"], actors["it_head"]
    load = matched(session, operator, batch_id)
    assert (load.state, load.records, load.matched, load.rejected) == (LoadState.MATCHED, 2, 2, 0)
    assert (load.new_enterprises, load.facts) == (2, 6)
    assert enterprise(session, first) is None
    assert facts(session, load.id) == []
    with transaction(session):
        operations.authorise(session, operator, load.id, Proof(head, now()))
    run_waiting(session)
    load = again(session, load.id)
    assert (load.state, load.facts, load.rejected, load.new_enterprises) == (LoadState.LOADED, 6, 0, 2)
    assert (load.operator_id, load.authoriser_id, load.error_file) == (operator.user_id, head.user_id, None)
    values = [(indicator, value) for _record, indicator, value, current in facts(session, load.id) if current]
    assert values == [("ZB0001", "3"), ("ZB0002", "1200.50"), ("ZB0001", "3"), ("ZB0002", "1200.50"), ("ZB0005", "A"), ("ZB0006", "1")]
    made = enterprise(session, first)
    assert made is not None
    assert (made.name, made.region, made.organisation_code, made.status) == (
        f"云州第{first}有限公司", "420106", code(first)[8:17], Status.ACTIVE)
    assert made.code.startswith("QY")
    assert made.made_by_id == load.batch.register_id
    entries = session.scalars(select(AuditEntry).where(AuditEntry.resource == "数据装载", AuditEntry.record == load.number))
    acts = {(one.action, one.user_name) for one in entries}
    assert {(AuditAction.DECIDE, head.name), (AuditAction.IMPORT, operator.name)} <= acts
    registered = select(AuditEntry).where(AuditEntry.record == made.code, AuditEntry.action == AuditAction.REGISTER)
    assert len(session.scalars(registered).all()) == 1


@pytest.mark.article("19")
def test_a_known_enterprise_is_found_by_each_of_its_codes(session: Session, actors: Actors, base: Store) -> None:
    """By the unified code whatever the name; by organisation code or registration number with the name as written anyhow."""
    number = fresh()
    with transaction(session), writing(session):
        known = TargetEnterprise(
            code=f"T{number}", name=f"云州第{number}（集团）有限公司", uscc=code(number), organisation_code=code(number)[8:17],
            registration_no=registration(number), status=Status.ACTIVE,
        )
        session.add(known)
    rows = [
        {"tyshxydm": code(number).lower(), "qymc": "旧名称", "ssq": "2026-01-01", "qsys": "1"},
        {"jgdm": code(number)[8:17], "qymc": f"云州第{number}(集团)有限责任公司", "ssq": "2026-02-01", "qsys": "2"},
        {"zch": registration(number), "qymc": f"云州 第{number}〔集团〕有限公司", "ssq": "2026-03-01", "qsys": "3"},
    ]
    load = loaded(session, actors["data_manager"], actors["it_head"], base.batch(rows))
    assert (load.rejected, load.new_enterprises) == (0, 0)
    assert set(session.scalars(select(CreditFact.enterprise_id).where(CreditFact.load_id == load.id))) == {known.id}


WRONG = {
    "no code": ({"qymc": "某公司"}, "unmatched"),
    "unknown registration number": ({"zch": "{free}", "qymc": "某公司"}, "unmatched"),
    "no name": ({"zch": "{reg}"}, "unmatched"),
    "unknown unified code without a name": ({"tyshxydm": "{other}"}, "unmatched"),
    "another name": ({"zch": "{reg}", "qymc": "别的公司"}, "conflict"),
    "somebody else's number": ({"tyshxydm": "{uscc}", "zch": "{free}"}, "conflict"),
    "unified and organisation code differ": ({"tyshxydm": "{other}", "jgdm": "{org}", "qymc": "某公司"}, "conflict"),
    "a new code with a known number": ({"tyshxydm": "{other}", "zch": "{reg}", "qymc": "某公司"}, "conflict"),
    "not a unified code": ({"tyshxydm": "91420106MA00000000", "qymc": "某公司"}, "value"),
    "several of one name": ({"zch": "{twins}", "qymc": "孪生有限公司"}, "unmatched"),
}


@pytest.mark.article("19")
def test_what_fits_none_or_several_goes_to_the_errors(session: Session, actors: Actors, base: Store) -> None:
    """Ambiguous and contradictory identifiers are not guessed."""
    number = fresh()
    codes = {"uscc": code(number), "reg": registration(number), "org": code(number)[8:17], "other": code(fresh()),
             "free": registration(fresh()), "twins": registration(fresh())}
    with transaction(session), writing(session):
        session.add(TargetEnterprise(code=f"T{number}", name="甲公司", uscc=codes["uscc"], organisation_code=codes["org"],
                                     registration_no=codes["reg"], status=Status.ACTIVE))
        for twin in "ab":
            session.add(TargetEnterprise(code=f"T{number}{twin}", name="孪生有限责任公司", registration_no=codes["twins"],
                                         status=Status.ACTIVE))
    rows = [{name: text.format(**codes) for name, text in one.items()} | {"ssq": f"2026-{at:02}-01", "qsys": "1"}
            for at, (one, _cause) in enumerate(WRONG.values(), 1)]
    load = matched(session, actors["data_manager"], base.batch(rows))
    assert faults(session, load.id) == [(None, cause) for _row, cause in WRONG.values()]
    assert (load.matched, load.rejected, load.new_enterprises) == (0, len(rows), 0)


@pytest.mark.article("19")
def test_values_that_do_not_fit_their_indicators_reject_the_record(session: Session, actors: Actors, base: Store) -> None:
    """A record is loaded whole or not at all; every fault says its field and cause."""
    good, bad, dates = fresh(), fresh(), fresh()
    rows = [row(good), row(bad, qsys="三", qsje="1.005", sdqf="x"), row(dates, jzrq="2026-09-30", nsdj="A B")]
    load = loaded(session, actors["data_manager"], actors["it_head"], base.batch(rows))
    assert faults(session, load.id) == [
        ("qsys", "value"), ("qsje", "value"), ("sdqf", "value"), ("jzrq", "value"), ("nsdj", "value")]
    assert (load.matched, load.rejected, load.facts, load.new_enterprises) == (1, 2, 2, 1)
    assert enterprise(session, bad) is None
    assert load.error_file is not None


@pytest.mark.article("19")
def test_only_somebody_else_with_the_right_authorises(session: Session, actors: Actors, base: Store) -> None:
    """security 1; flows.md row 19: not the operator, not an operator's delegate, nobody without the position; no replay."""
    operator, head = actors["data_manager"], actors["it_head"]
    load = matched(session, operator, base.batch([row(fresh())]))

    def attempt(who: Any, by: Any = operator) -> None:
        with transaction(session):
            operations.authorise(session, by, load.id, Proof(who, now()))

    for who, by in ((operator, operator), (actors["data_manager/2"], operator), (head, actors["data_manager/2"]), (head, head)):
        with pytest.raises(Denied):
            attempt(who, by)
    with transaction(session):
        delegation = Delegation(
            from_user_id=operator.user_id, from_user_name=operator.name, to_user_id=head.user_id, to_user_name=head.name,
            starts_at=now() - timedelta(hours=1), ends_at=now() + timedelta(hours=1), reason="测试",
            created_by_id=operator.user_id, created_by_name=operator.name, created_at=now(),
        )
        session.add(delegation)
    try:
        with pytest.raises(Denied):
            attempt(prove(session, operator, "it_head", PASSWORD).actor)
    finally:
        with transaction(session):
            session.delete(session.merge(delegation))
    assert again(session, load.id).state is LoadState.MATCHED
    attempt(prove(session, operator, "it_head", PASSWORD).actor)
    with pytest.raises(Denied):
        attempt(head)
    run_waiting(session)
    with pytest.raises(Denied):
        attempt(head)
    assert len(facts(session, load.id)) == 2


def test_a_wrong_password_counts_to_the_lock(session: Session, actors: Actors, base: Store) -> None:
    """security 9."""
    load = matched(session, actors["data_manager"], base.batch([row(fresh())]))
    with pytest.raises(Unproven):
        prove(session, actors["data_manager"], "it_head", "Wrong-2026!")
    user = session.scalars(select(User).where(User.username == "it_head")).one()
    assert user.fail_login_count == 1
    assert again(session, load.id).state is LoadState.MATCHED
    prove(session, actors["data_manager"], "it_head", PASSWORD)


@pytest.mark.article("19")
def test_a_batch_is_loaded_once(app: Flask, session: Session, actors: Actors, base: Store) -> None:
    """security 17, 22: of several beginnings at once one counts; a cancelled load may be begun again."""
    operator = actors["data_manager"]
    batch_id = base.batch([row(fresh())])

    def begin(own: Session, _index: int) -> None:
        with transaction(own):
            operations.start(own, operator, batch_id)

    outcome = in_threads(app, 4, begin)
    assert sorted(type(one).__name__ for one in outcome) == ["Denied", "Denied", "Denied", "NoneType"]
    run_waiting(session)
    load = session.scalars(select(LoadBatch).where(LoadBatch.batch_id == batch_id)).one()
    with transaction(session):
        operations.cancel(session, operator, load.id)
    loaded(session, operator, actors["it_head"], batch_id)
    with pytest.raises(Denied):
        begin(session, 0)
    with pytest.raises(Denied):
        operations.start(session, actors["collector"], base.batch([row(fresh())]))


@pytest.mark.article("19")
def test_corrections_supersede_and_earlier_facts_stay(session: Session, actors: Actors, base: Store) -> None:
    """Whichever batch is loaded first, the latest version counts; a correction that was never loaded is passed over."""
    people = actors["data_manager"], actors["it_head"]
    one, other = fresh(), fresh()
    first = base.batch([row(one, qsys="1"), row(other, qsys="1")])
    second = base.batch([row(one, qsys="2"), row(other, qsys="x")])
    third = base.batch([row(other, qsys="3")])
    latest = loaded(session, *people, third)
    assert latest.superseded == 0
    earliest = loaded(session, *people, first)
    assert earliest.superseded == 2
    current = [(indicator, value, now_) for _record, indicator, value, now_ in facts(session, earliest.id)]
    assert current == [("ZB0001", "1", True), ("ZB0002", "1200.50", True), ("ZB0001", "1", False), ("ZB0002", "1200.50", False)]
    middle = loaded(session, *people, second)
    assert (middle.rejected, middle.superseded) == (1, 2)
    assert [current for *_rest, current in facts(session, earliest.id)] == [False] * 4
    assert {value for _r, indicator, value, current in facts(session, middle.id) if current and indicator == "ZB0001"} == {"2"}
    assert {one.superseded_by_id for one in session.scalars(select(CreditFact).where(CreditFact.load_id == earliest.id))} == {
        middle.id, latest.id}


@pytest.mark.article("19")
def test_two_loads_at_once_register_an_enterprise_once(app: Flask, session: Session, actors: Actors, base: Store) -> None:
    """security 22."""
    numbers = [fresh() for _ in range(30)]
    people = (actors["data_manager"], actors["data_manager/2"])
    batches = [base.batch([row(one, ssq=f"2026-0{at}-01") for one in numbers]) for at in (1, 2)]
    loads = [matched(session, operator, batch_id).id for operator, batch_id in zip(people, batches, strict=True)]
    with transaction(session):
        for operator, load_id in zip(people, loads, strict=True):
            operations.authorise(session, operator, load_id, Proof(actors["it_head"], now()))
    outcome = in_threads(app, 2, lambda own, index: run_waiting(own))
    assert outcome == [None, None]
    session.rollback()
    codes = [code(one) for one in numbers]
    assert session.scalar(select(func.count()).select_from(TargetEnterprise).where(TargetEnterprise.uscc.in_(codes))) == 30
    assert [again(session, one).state for one in loads] == [LoadState.LOADED] * 2
    assert sum(again(session, one).new_enterprises for one in loads) == 30


def test_a_load_that_is_cancelled_or_fails_leaves_nothing_that_counts(
    session: Session, actors: Actors, base: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """security 19: nothing half in; the batch may be loaded anew."""
    operator = actors["data_manager"]
    batch_id = base.batch([row(fresh()) for _ in range(3)])
    load = matched(session, operator, batch_id)
    with transaction(session):
        operations.authorise(session, operator, load.id, Proof(actors["it_head"], now()))
    monkeypatch.setattr("app.areas.collection.credit.loading_job.finish", lambda *rest: 1 / 0)
    run_waiting(session)
    monkeypatch.undo()
    assert again(session, load.id).state is LoadState.FAILED
    assert facts(session, load.id) == []
    anew = loaded(session, operator, actors["it_head"], batch_id)
    assert (anew.facts, anew.new_enterprises) == (6, 0)
    batch_id = base.batch([row(fresh())])
    load = matched(session, operator, batch_id)
    with transaction(session):
        operations.authorise(session, operator, load.id, Proof(actors["it_head"], now()))
    with pytest.raises(Denied), transaction(session):
        operations.cancel(session, actors["data_manager/2"], load.id)
    with transaction(session):
        operations.cancel(session, operator, load.id)
    run_waiting(session)
    assert again(session, load.id).state is LoadState.CANCELLED
    assert facts(session, load.id) == []


def test_what_a_load_corrects_is_found_without_reading_all_current_records(session: Session, actors: Actors, base: Store) -> None:
    """The base store's current records have no index but their key: a search by number would read all of them for each record."""
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("plans of PostgreSQL depend on how full the tables are")
    load = loaded(session, actors["data_manager"], actors["it_head"], base.batch([row(fresh())]))
    statement = superseding.outdated(load, 1)
    compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [line[3] for line in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    assert any(line.startswith("SEARCH base_current") for line in plan), plan
