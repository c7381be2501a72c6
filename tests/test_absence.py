"""Absence (委托、交接): what may be arranged, by whom, and that nothing of it joins two hands (security 1, 6)."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.areas.organisation.operations import load_actor
from app.audit.models import AuditAction, AuditEntry
from app.audit.wording import told
from app.clock import now
from app.database import transaction
from app.demo.prerequisites import everybody
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.security.models import User
from app.workflow import door
from app.workflow.claiming import claim
from app.workflow.delegating import delegate, revoke
from app.workflow.errors import Denied, Missing
from app.workflow.handing_over import HandedOver, hand_over
from app.workflow.models import Decision, Delegation, SignOff, Task
from app.workflow.options import Action
from app.workflow.proof import Proof
from app.workflow.tasks import waiting
from tests.test_desk import user_id, waiting_at

Actors = Mapping[str, Any]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def afresh(session: Session) -> Iterator[None]:
    """No delegation before and after."""
    without(session)
    yield
    without(session)


def without(session: Session) -> None:
    session.rollback()
    session.execute(delete(Delegation))
    session.commit()


def person(session: Session, name: str) -> Any:
    """The person as the next request would load them."""
    session.rollback()
    found = load_actor(session, session.scalars(select(User).where(User.username == name)).one())
    session.rollback()
    return found


def give(
    session: Session, giver: str, taker: str, starts: datetime | None = None, ends: datetime | None = None, *,
    by: str | None = None, reason: str = "出差", confirmed: bool = True,
) -> int:
    """A delegation from now on for a day, arranged by the giver."""
    actor, at = person(session, by or giver), now()
    with transaction(session):
        return delegate(
            session, actor, user_id(session, giver), user_id(session, taker), starts or at, ends or at + DAY, reason,
            confirmed=confirmed,
        ).id


def decide(session: Session, who: Any, spec: FormSpec, pk: int, action: Action = Action.APPROVE, **more: Any) -> None:
    """A decision on the document as it is now."""
    session.rollback()
    with transaction(session):
        document = session.get_one(Document, pk)
        door.act(session, who, spec, pk, action, door.Shown(document.version, document.digest), **more)


@contextmanager
def disabled(session: Session, name: str) -> Iterator[None]:
    """An account that is out of use for a while."""
    def put(active: bool) -> None:
        session.rollback()
        session.execute(update(User).where(User.username == name).values(active=active))
        session.commit()

    put(False)
    yield
    put(True)


# ---------- 委托: what may be arranged ----------


@pytest.mark.parametrize(("starts", "ends", "words"), [
    (0, 0, "须晚于开始时间"), (1, -1, "须晚于开始时间"), (-3, -1, "已经过去"), (0, 93, "委托期不超过 92 天"),
])
def test_periods_that_are_none(session: Session, starts: int, ends: int, words: str) -> None:
    at = now()
    with pytest.raises(Invalid) as refused:
        give(session, "archivist", "archivist2", at + starts * DAY, at + ends * DAY)
    assert [str(one.message) for one in refused.value.faults] == [words]


@pytest.mark.parametrize(("taker", "words"), [
    ("archivist", "不能委托给本人"), ("member_operator", "须为在职且可登录的员工"), ("provider_operator", "须为在职且可登录的员工"),
])
def test_who_cannot_stand_in(session: Session, taker: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        give(session, "archivist", taker)


def test_nobody_stands_in_who_cannot_log_in(session: Session) -> None:
    with disabled(session, "archivist2"), pytest.raises(Invalid, match="须为在职且可登录的员工"):
        give(session, "archivist", "archivist2")


def test_a_reason_is_given_and_a_double_click_gives_once(session: Session) -> None:
    """security 17"""
    with pytest.raises(Invalid, match="必填"):
        give(session, "archivist", "archivist2", reason=" ")
    give(session, "archivist", "archivist2")
    with pytest.raises(Invalid, match="这段时间已经委托给此人"):
        give(session, "archivist", "archivist2")
    assert session.scalar(select(func.count()).select_from(Delegation)) == 1


def test_conflicts_are_refused_whoever_confirms_and_gaps_are_confirmed(session: Session) -> None:
    """security 6, 11"""
    with pytest.raises(Invalid, match="职责冲突"):
        give(session, "sysadmin", "supervisor_admin")
    with pytest.raises(Invalid, match="确需委托请勾选确认"):
        give(session, "it_head", "it_head2", confirmed=False)
    give(session, "it_head", "it_head2")


def test_who_arranges(session: Session) -> None:
    """Oneself or one's head; the general manager for a head; nobody else. Either side, and the head, ends it."""
    for other in ("archivist2", "service_head", "general_manager", "sysadmin"):
        with pytest.raises(Denied):
            give(session, "archivist", "archivist2", by=other)
    key = give(session, "archivist", "archivist2", by="admin_head")
    with pytest.raises(Denied), transaction(session):
        revoke(session, person(session, "clerk"), key)
    taker = person(session, "archivist2")
    for _twice in range(2):
        with transaction(session):
            revoke(session, taker, key)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == AuditAction.DELEGATE).order_by(AuditEntry.id.desc()).limit(2))
    said = [told(one).phrases for one in entries]
    names = {name: person(session, name).name for name in ("archivist", "archivist2")}
    assert said[1][0] == f"由{names['archivist']}交给{names['archivist2']}"
    assert ("提前终止" in said[0], "提前终止" in said[1], "事由：出差" in said[1]) == (True, False, True)
    give(session, "service_head", "service_head2", by="general_manager")
    with pytest.raises(Missing), transaction(session):
        revoke(session, taker, 10**8)


# ---------- 委托: one hand ----------


def test_a_delegates_delegate_is_all_three(session: Session) -> None:
    """security 1: A stands in for nobody, B for A, C for B; C signs for B only, and nothing that A or B made."""
    give(session, "data_manager", "it_staff")
    give(session, "it_staff", "it_staff2")
    last = person(session, "it_staff2")
    assert last.hands == {user_id(session, name) for name in ("data_manager", "it_staff", "it_staff2")}
    assert [one.user_id for one in last.principals] == [user_id(session, "it_staff")]


def test_what_a_delegate_signed_the_principal_has_signed(session: Session, actors: Actors) -> None:
    """security 1: the head's delegate approves the register; then the head cannot authorise its reload."""
    spec = catalogue.form("FJ07")
    pk = waiting_at(session, spec, "approve", disposal="reload")
    maker = person(session, session.scalars(select(User.username).where(User.id == session.get_one(Document, pk).maker_id)).one())
    give(session, "it_head", "it_staff")
    decide(session, person(session, "it_staff"), spec, pk, opinion="同意")
    signed = session.scalars(select(SignOff).where(SignOff.document_id == pk).order_by(SignOff.sequence.desc()).limit(1)).one()
    assert (signed.user_id, signed.for_user_id) == (user_id(session, "it_staff"), user_id(session, "it_head"))
    for name, words in (("it_head", "本步骤须由他人办理"), ("it_staff", "本步骤")):
        with pytest.raises(Denied, match=words):
            decide(session, maker, spec, pk, Action.AUTHORISE, proof=Proof(person(session, name), now()))
    decide(session, maker, spec, pk, Action.AUTHORISE, proof=Proof(person(session, "it_head2"), now()))


def test_a_delegation_counts_within_its_period_only(session: Session) -> None:
    spec = catalogue.form("FJ02")
    pk, at = waiting_at(session, spec, "receive"), now()
    key = give(session, "data_manager", "it_staff", at + DAY, at + 2 * DAY)
    for starts, ends, counts in ((1, 2, False), (-2, -1, False), (-1, 1, True)):
        session.rollback()
        session.execute(update(Delegation).where(Delegation.id == key).values(starts_at=at + starts * DAY, ends_at=at + ends * DAY))
        session.commit()
        taker = person(session, "it_staff")
        assert (pk in [document.id for _task, document in session.execute(waiting(taker))]) is counts
        if not counts:
            with pytest.raises((Denied, Missing)):
                decide(session, taker, spec, pk)
    decide(session, taker, spec, pk)


def test_who_cannot_log_in_gives_no_rights_away(session: Session) -> None:
    """security 10: with the principal's account the delegate's rights end; what the principal made stays barred."""
    spec = catalogue.form("FJ02")
    pk = waiting_at(session, spec, "receive")
    give(session, "data_manager", "it_staff")
    with disabled(session, "data_manager"):
        taker = person(session, "it_staff")
        assert pk not in [document.id for _task, document in session.execute(waiting(taker))]
        with pytest.raises((Denied, Missing)):
            decide(session, taker, spec, pk)
        assert user_id(session, "data_manager") in taker.hands


# ---------- 交接 ----------


def hand(session: Session, giver: str, taker: str, by: str | None = None, reason: str = "离职") -> HandedOver:
    """Everything of one goes to another."""
    actor = person(session, by or giver)
    with transaction(session):
        return hand_over(session, actor, user_id(session, giver), user_id(session, taker), reason)


def why(result: HandedOver, pk: int) -> list[str]:
    """Why a document, or a task on it, was not handed over."""
    return [str(reason) for document, reason in result.refused if document.id == pk]


def deposit(session: Session, step: str) -> tuple[FormSpec, int, str, str]:
    """介质存放记录 waiting at a step: form, key, its maker's and its witness's user names."""
    spec = catalogue.form("S4")
    pk = waiting_at(session, spec, step)
    found: Any = session.get_one(spec.model, pk)
    names = session.execute(select(User.id, User.username).where(User.id.in_((found.maker_id, found.witness.user_id)))).all()
    known: dict[int, str] = dict(names)  # type: ignore[arg-type]
    return spec, pk, known[found.maker_id], known[found.witness.user_id]


def test_who_signed_does_not_become_the_maker(session: Session) -> None:
    """security 1: not by hand-over either."""
    _spec, pk, maker, witness = deposit(session, "store")
    result = hand(session, maker, witness)
    assert why(result, pk) == ["接收人已签批本单据，不能成为制表人"]
    assert session.get_one(Document, pk).maker_id == user_id(session, maker)


def test_a_task_by_name_goes_to_no_maker_and_to_nobody_without_the_duty(session: Session) -> None:
    """security 1"""
    _spec, pk, maker, witness = deposit(session, "witness")
    assert "不能办理审核" in why(hand(session, witness, maker, by="it_head"), pk)[0]
    assert why(hand(session, witness, "it_head2", by="it_head"), pk) == ["接收人的岗位不能办理“监督人签字”"]
    session.rollback()
    task = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None))).one()
    assert task.user_id == user_id(session, witness)


def test_who_had_it_before_stays_its_maker(session: Session, example: Callable[..., dict[str, Any]]) -> None:
    """security 1: who made the draft, of the checking position too, cannot check it once a colleague has handed it in."""
    from app.demo.walk import step_on
    from app.documents import operations

    spec, maker = catalogue.form("FJ01"), person(session, "data_manager")
    waiting_at(session, spec, "review")  # what such a form needs beforehand
    raw = example(spec, 90_002, maker)
    session.rollback()
    with transaction(session):
        pk = operations.create(session, maker, spec, raw).id
    assert pk in [one.id for one in hand(session, "data_manager", "data_manager2").documents]
    signed = session.scalars(select(SignOff).where(SignOff.document_id == pk)).one()
    assert (signed.decision, signed.for_user_id) == (Decision.HAND_OVER, maker.user_id)
    decide(session, person(session, "data_manager2"), spec, pk, Action.SUBMIT)
    step_on(session, spec, session.get_one(spec.model, pk), everybody(session))
    assert session.get_one(Document, pk).step == "review"
    with pytest.raises(Denied, match="视同制表人"):
        decide(session, person(session, "data_manager"), spec, pk)


@pytest.mark.article("26.3.2")
def test_a_seat_goes_to_a_colleague_who_then_signs_it(session: Session) -> None:
    spec = catalogue.form("FJ10")
    pk = waiting_at(session, spec, "countersign")
    tasks = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None)).order_by(Task.id)).all()
    seat, leaver = tasks[-1].seat, session.scalars(select(User.username).where(User.id == tasks[-1].user_id)).one()
    seated = {task.user_id for task in tasks}
    free = [name for name in ("committee_director", "committee_director2", "committee_member", "committee_member2")
            if user_id(session, name) not in seated]
    if not free:
        pytest.skip("all sit on the committee already")
    result = hand(session, leaver, free[0])
    assert pk in [task.document_id for task in result.tasks], result.refused
    with pytest.raises(Denied):
        decide(session, person(session, leaver), spec, pk)
    decide(session, person(session, free[0]), spec, pk, opinion="同意")
    signed = session.scalars(select(SignOff).where(SignOff.document_id == pk).order_by(SignOff.sequence.desc()).limit(1)).one()
    assert (signed.seat, signed.user_id) == (seat, user_id(session, free[0]))


def test_claims_are_released_and_drafts_go_over(session: Session, example: Callable[..., dict[str, Any]]) -> None:
    from app.documents import operations

    spec = catalogue.form("FJ02")
    pk = waiting_at(session, spec, "receive")
    task = session.scalars(select(Task).where(Task.document_id == pk, Task.done_at.is_(None))).one().id
    claimer, maker = person(session, "data_manager"), person(session, "collector")
    with transaction(session):
        claim(session, claimer, task)
    hand(session, "data_manager", "data_manager2")
    assert session.get_one(Task, task).claimed_by_id is None
    words = [told(one).phrases for one in session.scalars(select(AuditEntry).where(AuditEntry.document_id == pk))]
    assert ("签收：认领",) in words
    raw = example(spec, 90_001)
    session.rollback()
    with transaction(session):
        draft = operations.create(session, maker, spec, raw).id
    assert draft in [one.id for one in hand(session, "collector", "collector2").documents]
    found = session.get_one(Document, draft)
    assert (found.state, found.maker_id) == (State.DRAFT, user_id(session, "collector2"))
    decide(session, person(session, "collector2"), spec, draft, Action.SUBMIT)


def test_hand_over_is_the_persons_or_the_heads_with_a_reason(session: Session) -> None:
    for other in ("collector2", "it_head", "sysadmin"):
        with pytest.raises(Denied):
            hand(session, "collector", "collector2", by=other)
    for taker, words in (("collector", "须为另一名在职"), ("member_operator", "须为另一名在职")):
        with pytest.raises(Invalid, match=words):
            hand(session, "collector", taker)
    with pytest.raises(Invalid, match="必填"):
        hand(session, "collector", "collector2", reason="")
