"""Several people at once with one document: one wins, the others hear why, nothing is lost (security 2, 22)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.database import transaction
from app.demo.prerequisites import everybody, prepare
from app.demo.walk import make, shown, step_on
from app.documents import operations
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.workflow.actor import Actor
from app.workflow.door import Shown, act
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.models import Decision, SignOff, Task
from app.workflow.options import Action
from tests.threads import in_threads

Actors = Mapping[str, Any]
Make = Callable[[int], Any]
Act = Callable[[Session, int, Shown], Any]


@pytest.fixture
def deposit(session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> Make:
    """Makes and submits the n-th 介质存放记录."""
    spec = catalogue.form("S4")

    def submitted(number: int) -> Document:
        return make(session, actors["data_manager"], spec, example(spec, 20_000 + number))

    return submitted


def by(actor: Actor, action: Action, **more: Any) -> Act:
    """One person's attempt at an action."""

    def attempt(own: Session, key: int, seen: Shown) -> None:
        with transaction(own):
            act(own, actor, catalogue.form("S4"), key, action, seen, **more)

    return attempt


def race(app: Flask, session: Session, document: Document, attempts: Sequence[Act]) -> list[BaseException | None]:
    """All at once, all having seen the same."""
    key, seen = document.id, shown(document)
    session.rollback()
    return in_threads(app, len(attempts), lambda own, index: attempts[index](own, key, seen))


def one_won(outcome: list[BaseException | None]) -> None:
    """Exactly one got through; the others were told of a conflict, and no database error came out."""
    assert [type(one).__name__ for one in outcome if not isinstance(one, Stale | Denied | None)] == []
    assert sum(one is None for one in outcome) == 1


def decisions(session: Session, document: Document) -> list[tuple[Decision, str | None]]:
    trail = select(SignOff).where(SignOff.document_id == document.id).order_by(SignOff.sequence)
    return [(one.decision, one.step) for one in session.scalars(trail)]


def open_steps(session: Session, document: Document) -> list[str]:
    waiting = select(Task.step).where(Task.document_id == document.id, Task.done_at.is_(None), Task.reading.is_(False))
    return list(session.scalars(waiting))


def witness_of(actors: Actors, document: Any) -> Any:
    return next(one for one in (actors["data_manager"], actors["data_manager/2"]) if one.employee_id == document.witness_id)


def test_twenty_approve(app: Flask, session: Session, actors: Actors, deposit: Make) -> None:
    """security 2: twelve rounds of twenty signatures at once, by the two who may."""
    for number in range(12):
        document = deposit(number)
        step_on(session, catalogue.form("S4"), document, everybody(session))
        keepers = [actors["safe_keeper"], actors["safe_keeper/2"]] * 10
        one_won(race(app, session, document, [by(one, Action.APPROVE, filled={"slot": "C-1"}) for one in keepers]))
        assert decisions(session, document)[1:] == [(Decision.APPROVE, "witness"), (Decision.APPROVE, "store")]
        assert (document.state, open_steps(session, document)) == (State.DONE, [])
        assert len(document.movements) == 1


def test_approve_against_withdraw_and_return(app: Flask, session: Session, actors: Actors, deposit: Make) -> None:
    """security 2: thirty rounds; whoever comes first, the others find another document than they saw."""
    for number in range(30):
        document = deposit(100 + number)
        maker, witness = actors["data_manager"], witness_of(actors, document)
        attempts = [by(witness, Action.APPROVE), by(maker, Action.WITHDRAW), by(witness, Action.RETURN, opinion="缺一张")]
        one_won(race(app, session, document, attempts))
        last = decisions(session, document)[1:]
        ends = {
            Decision.APPROVE: (State.PENDING, ["store"]), Decision.WITHDRAW: (State.WITHDRAWN, []),
            Decision.RETURN: (State.RETURNED, []),
        }
        assert len(last) == 1
        assert (document.state, open_steps(session, document)) == ends[last[0][0]]


def test_edit_against_submit_and_approve(
    app: Flask, session: Session, actors: Actors, deposit: Make, example: Callable[..., dict[str, Any]]
) -> None:
    """security 2, 3: thirty rounds on documents that came back; what is signed for is what was handed in."""
    spec, maker = catalogue.form("S4"), actors["data_manager"]
    for number in range(30):
        document = deposit(200 + number)
        witness = witness_of(actors, document)
        by(witness, Action.RETURN, opinion="重写")(session, document.id, shown(document))
        raw = {**example(spec, 30_000 + number), "content": f"改过的内容 {number}"}
        before = document.content

        def edit(own: Session, key: int, seen: Shown, raw: Mapping[str, Any] = raw) -> None:
            with transaction(own):
                operations.change(own, maker, spec, key, raw, seen)

        attempts = [edit, by(maker, Action.SUBMIT), by(witness, Action.APPROVE), edit, by(maker, Action.TERMINATE, opinion="不存了")]
        one_won(race(app, session, document, attempts))
        edited = document.content != before
        assert edited == (document.state is State.RETURNED)
        assert (document.state is State.PENDING) == (open_steps(session, document) == ["witness"])
        assert session.scalars(select(SignOff.digest).where(SignOff.document_id == document.id)
                               .order_by(SignOff.sequence.desc())).first() == document.digest or edited


def test_draft_edited_deleted_and_submitted(
    app: Flask, session: Session, actors: Actors, example: Callable[..., dict[str, Any]]
) -> None:
    """security 22: ten rounds on drafts; a deleted one is gone altogether."""
    spec, maker = catalogue.form("S4"), actors["data_manager"]
    for number in range(10):
        with transaction(session):
            document = operations.create(session, maker, spec, example(spec, 40_000 + number))
        key = document.id

        def delete(own: Session, key: int, seen: Shown) -> None:
            with transaction(own):
                operations.delete(own, maker, spec, key, seen)

        outcome = race(app, session, document, [delete, by(maker, Action.SUBMIT), delete, by(maker, Action.SUBMIT)])
        assert [one for one in outcome if not isinstance(one, Stale | Denied | Missing | None)] == []
        assert sum(one is None for one in outcome) == 1
        session.expunge_all()
        left = session.get(spec.model, key)
        trail = session.scalar(select(func.count()).where(SignOff.document_id == key))
        assert (left is None, trail) in ((True, 0), (False, 1))


@pytest.mark.article("26.3.2")
def test_seats_in_parallel(app: Flask, session: Session, actors: Actors, example: Callable[..., dict[str, Any]]) -> None:
    """security 2: eighteen rounds of form 10; every member signs the same content at once, each counts once."""
    spec, people = catalogue.form("FJ10"), everybody(session)
    prepare(session, spec, people)
    secretary = actors["committee_secretary"]
    for number in range(18):
        document: Any = make(session, secretary, spec, example(spec, 20_000 + number))
        while document.step != "countersign":
            step_on(session, spec, document, people)
        members = [line.member.user_id for line in document.members]
        assert len(members) >= 2
        seated = [one for one in people if one.user_id in members]

        def sign(one: Actor) -> Act:
            def attempt(own: Session, key: int, seen: Shown) -> None:
                with transaction(own):
                    act(own, one, spec, key, Action.APPROVE, seen, opinion="同意")
            return attempt

        outcome = race(app, session, document, [sign(one) for one in (*seated, *seated)])
        assert [one for one in outcome if not isinstance(one, Stale | Denied | None)] == []
        won = sorted(one.user_id for one, end in zip((*seated, *seated), outcome, strict=True) if end is None)
        assert won == sorted(members)
        assert (document.state, open_steps(session, document)) == (State.DONE, [])
        assert all(line.signed_at for line in document.members)
