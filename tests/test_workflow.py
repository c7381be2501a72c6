"""The one door: who may, in what order, on what was shown; and that nobody gets round it."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import transaction
from app.demo.walk import make
from app.documents import guard, operations
from app.documents.digest import digest_of, digest_over, intact
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.workflow.door import Shown, act
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.models import Decision, SignOff, Task
from app.workflow.options import Action
from app.workflow.tasks import count_waiting
from tests.threads import in_threads

Actors = Mapping[str, Any]
Example = Callable[..., dict[str, Any]]


@pytest.fixture
def safe(session: Session, actors: Actors, example: Example) -> Document:
    """A submitted 介质存放记录, made by the first data manager."""
    spec = catalogue.form("S4")
    number = session.scalar(select(func.count()).select_from(Document)) or 0
    return make(session, actors["data_manager"], spec, example(spec, number + 100))


def shown(document: Document) -> Shown:
    return Shown(document.version, document.digest)


def do(session: Session, actor: Any, document: Document, action: Action, **more: Any) -> Document:
    spec = catalogue.form(document.form_code)
    with transaction(session):
        return act(session, actor, spec, document.id, action, more.pop("shown", None) or shown(document), **more)


def witness_of(actors: Actors, document: Any) -> Any:
    return next(one for one in (actors["data_manager"], actors["data_manager/2"]) if one.employee_id == document.witness_id)


@pytest.mark.article("ARC")
def test_the_whole_chain(session: Session, actors: Actors, safe: Any) -> None:
    assert (safe.state, safe.step) == (State.PENDING, "witness")
    do(session, witness_of(actors, safe), safe, Action.APPROVE, opinion="属实")
    do(session, actors["safe_keeper"], safe, Action.APPROVE, filled={"slot": "B-2"})
    assert (safe.state, safe.step, safe.slot) == (State.DONE, None, "B-2")
    trail = session.scalars(select(SignOff).where(SignOff.document_id == safe.id).order_by(SignOff.sequence)).all()
    assert [one.decision for one in trail] == [Decision.SUBMIT, Decision.APPROVE, Decision.APPROVE]
    assert [one.sequence for one in trail] == [1, 2, 3]


@pytest.mark.parametrize("action", [Action.APPROVE, Action.RETURN])
def test_the_maker_never_checks(session: Session, actors: Actors, safe: Any, action: Action) -> None:
    """security 1"""
    with pytest.raises(Denied):
        do(session, actors["data_manager"], safe, action, opinion="自审")


def test_only_the_person_named_signs(session: Session, actors: Actors, safe: Any) -> None:
    with pytest.raises(Denied):
        do(session, actors["safe_keeper"], safe, Action.APPROVE)


def test_a_step_is_neither_skipped_nor_repeated(session: Session, actors: Actors, safe: Any) -> None:
    """security 5"""
    witness = witness_of(actors, safe)
    do(session, witness, safe, Action.APPROVE)
    with pytest.raises(Denied):
        do(session, witness, safe, Action.APPROVE)


def test_what_was_shown_counts(session: Session, actors: Actors, safe: Any) -> None:
    """security 3"""
    witness = witness_of(actors, safe)
    with pytest.raises(Stale):
        do(session, witness, safe, Action.APPROVE, shown=Shown(safe.version - 1, safe.digest))
    with pytest.raises(Stale):
        do(session, witness, safe, Action.APPROVE, shown=Shown(safe.version, "0" * 64))


def test_a_value_changed_in_the_database_is_noticed(session: Session, actors: Actors, safe: Any) -> None:
    """security 3"""
    table = type(safe).__table__
    session.execute(table.update().where(table.c.id == safe.id).values(content="篡改"))
    session.commit()
    with pytest.raises(Stale):
        do(session, witness_of(actors, safe), safe, Action.APPROVE)


def test_a_field_that_a_release_adds_leaves_digests_as_they_are(session: Session, safe: Any) -> None:
    """security 23: empty fields are not in the digest; those of earlier releases, over empty fields too, still hold."""
    row = {"no": "1", "note": ""}
    assert digest_over("S4-1", {"a": "1"}, {}) == digest_over("S4-1", {"a": "1", "added": ""}, {"added_lines": []})
    assert digest_over("S4-1", {}, {"rows": [row]}) == digest_over("S4-1", {}, {"rows": [{"no": "1"}]})
    assert digest_over("S4-1", {}, {"rows": [row]}) != digest_over("S4-1", {}, {"rows": [{"no": "1", "note": "x"}]})
    assert digest_over("S4-1", {}, {"rows": [row, {}]}) != digest_over("S4-1", {}, {"rows": [row]})
    spec = catalogue.form("S4")
    table: Any = Document.__table__
    session.execute(table.update().where(table.c.id == safe.id).values(digest=digest_of(session, spec, safe, whole=True)))
    session.refresh(safe)
    assert safe.digest != digest_of(session, spec, safe)
    assert intact(session, spec, safe)
    session.rollback()


def test_returning_needs_an_opinion_and_voids_later_signatures(session: Session, actors: Actors, safe: Any) -> None:
    witness, keeper = witness_of(actors, safe), actors["safe_keeper"]
    do(session, witness, safe, Action.APPROVE)
    with pytest.raises(Invalid):
        do(session, keeper, safe, Action.RETURN)
    do(session, keeper, safe, Action.RETURN, opinion="封签不完整", back_to="witness")
    assert (safe.state, safe.step) == (State.PENDING, "witness")
    signed = session.scalars(select(SignOff).where(SignOff.document_id == safe.id, SignOff.step == "witness")).all()
    assert [one.voided for one in signed] == [True]
    number = safe.number
    do(session, witness, safe, Action.RETURN, opinion="重新封存")
    assert (safe.state, safe.number) == (State.RETURNED, number)
    do(session, actors["data_manager"], safe, Action.SUBMIT)
    assert safe.round == 2


def test_withdrawing_until_somebody_has_signed(session: Session, actors: Actors, safe: Any) -> None:
    maker = actors["data_manager"]
    do(session, maker, safe, Action.WITHDRAW)
    assert safe.state is State.WITHDRAWN
    do(session, maker, safe, Action.SUBMIT)
    do(session, witness_of(actors, safe), safe, Action.APPROVE)
    with pytest.raises(Denied):
        do(session, maker, safe, Action.WITHDRAW)


def test_after_submission_nothing_changes(session: Session, actors: Actors, safe: Any, example: Example) -> None:
    """security 4"""
    spec, maker = catalogue.form("S4"), actors["data_manager"]
    with pytest.raises(Denied), transaction(session):
        operations.change(session, maker, spec, safe.id, example(spec, 7), shown(safe))
    with pytest.raises(Denied), transaction(session):
        operations.delete(session, maker, spec, safe.id, shown(safe))


def test_rows_are_written_by_operations_alone(session: Session, safe: Any) -> None:
    """security 4"""
    safe.state = State.DONE
    with pytest.raises(guard.NotByTheDoor):
        session.flush()
    session.rollback()


def test_another_persons_draft_is_unknown(session: Session, actors: Actors, example: Example) -> None:
    spec = catalogue.form("S4")
    with transaction(session):
        draft = operations.create(session, actors["data_manager"], spec, example(spec, 5000))
    with pytest.raises(Missing):
        do(session, actors["data_manager/2"], draft, Action.APPROVE)


def test_a_step_completes_its_own_fields_only(session: Session, actors: Actors, safe: Any) -> None:
    do(session, witness_of(actors, safe), safe, Action.APPROVE)
    with pytest.raises(Invalid):
        do(session, actors["safe_keeper"], safe, Action.APPROVE, filled={"content": "换掉"})
    with pytest.raises(Invalid) as refused:
        do(session, actors["safe_keeper"], safe, Action.APPROVE, filled={"slot": ""})
    assert refused.value.faults[0].path == ("slot",)


@pytest.mark.article("107")
def test_tasks_follow_the_document(session: Session, actors: Actors, safe: Any) -> None:
    witness, keeper = witness_of(actors, safe), actors["safe_keeper"]
    before = count_waiting(session, keeper)
    mine = count_waiting(session, witness)
    do(session, witness, safe, Action.APPROVE)
    assert count_waiting(session, witness) == mine - 1
    assert count_waiting(session, keeper) == before + 1
    open_tasks = session.scalars(select(Task).where(Task.document_id == safe.id, Task.done_at.is_(None))).all()
    assert [(one.step, one.duty) for one in open_tasks] == [("store", "S4.store")]


def test_twenty_approve_at_once(app: Flask, session: Session, actors: Actors, safe: Any) -> None:
    """security 2"""
    do(session, witness_of(actors, safe), safe, Action.APPROVE)
    keeper, key, seen = actors["safe_keeper"], safe.id, shown(safe)
    session.close()

    def approve(own: Session, _index: int) -> None:
        with transaction(own):
            act(own, keeper, catalogue.form("S4"), key, Action.APPROVE, seen, filled={"slot": "C-1"})

    outcome = in_threads(app, 20, approve)
    assert sum(one is None for one in outcome) == 1
    assert all(isinstance(one, Stale | Denied) for one in outcome if one is not None)
    signed = select(func.count()).where(SignOff.document_id == key, SignOff.step == "store")
    assert session.scalar(signed) == 1


def test_fifty_writers_number_without_gaps(
    app: Flask, session: Session, actors: Actors, example: Example
) -> None:
    """security 22"""
    spec, maker = catalogue.form("FJ26"), actors["sysadmin"]
    raws = [example(spec, 200 + index) for index in range(50)]
    before = session.scalar(select(func.count()).where(Document.form_code == spec.prefix))
    session.close()

    def create(own: Session, index: int) -> None:
        with transaction(own):
            operations.create(own, maker, spec, raws[index])

    assert [one for one in in_threads(app, 50, create) if one] == []
    numbers = sorted(session.scalars(select(Document.number).where(Document.form_code == spec.prefix)))
    assert len(numbers) == before + 50
    first = int(numbers[-50][-6:])  # drafts deleted by other tests keep their numbers
    assert [int(one[-6:]) for one in numbers[-50:]] == list(range(first, first + 50))


def test_random_people_doing_random_things(session: Session, actors: Actors, example: Example) -> None:
    """security 1, 5: after any sequence the trail tells one story, and no maker has signed."""
    chance = random.Random(20261123)
    people = [actors[key] for key in ("data_manager", "data_manager/2", "safe_keeper", "safe_keeper/2", "it_head", "inspector")]
    spec = catalogue.form("S4")
    for number in range(4):
        with transaction(session):
            document = operations.create(session, actors["data_manager"], spec, example(spec, 7000 + number))
        for _turn in range(25):
            who, what = chance.choice(people), chance.choice(list(Action))
            before = (document.state, document.step)
            try:
                do(session, who, document, what, opinion="随机", filled={"slot": "D-1"} if document.step == "store" else None)
            except (Denied, Missing, Invalid):
                assert (document.state, document.step) == before
        trail = session.scalars(select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)).all()
        assert [one.sequence for one in trail] == list(range(1, len(trail) + 1))
        assert all(one.user_id != document.maker_id for one in trail if one.decision in (Decision.APPROVE, Decision.RETURN))
        if document.state is State.DONE:
            assert [one.step for one in trail if one.decision is Decision.APPROVE and not one.voided] == ["witness", "store"]


