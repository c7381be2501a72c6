"""Walks a document through its chain by demo people, each step by somebody who may take it.

The functions with a transaction of their own serve tests; `draft`, `submit` and `sign` run in the caller's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.calendar.hours import next_outside
from app.clock import at, now
from app.database import transaction
from app.demo.examples import NOTHING, step_example
from app.demo.opinions import opinion_of
from app.demo.packages import deliver
from app.documents import operations
from app.engine.chain import Kind
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.jobs.operations import run_queued
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import case_of
from app.workflow.door import Shown, act
from app.workflow.options import Action, may_not_sign
from app.workflow.proof import Proof

MOST_STEPS = 50
OUTSIDE_HOURS = {("product_maintenance_notice", "execute")}
"""Steps that nobody may take in business hours: these people wait for the evening."""


class NobodyLeft(LookupError):
    """No demo person may take the next step."""


def draft(session: Session, actor: Actor, spec: FormSpec, raw: Mapping[str, Any]) -> Document:
    """A new draft; of generated forms too, as the system makes them."""
    return operations.create(session, actor, spec, raw, generated=spec.generated)


def submit(session: Session, actor: Actor, spec: FormSpec, document: Document) -> Document:
    """Hands a document in."""
    return act(session, actor, spec, document.id, Action.SUBMIT, shown(document))


def make(session: Session, actor: Actor, spec: FormSpec, raw: Mapping[str, Any]) -> Document:
    """A submitted document, with the files that it lists, in a transaction of its own."""
    with transaction(session):
        document = draft(session, actor, spec, raw)
        deliver(session, actor, spec, document)
        return submit(session, actor, spec, document)


def sign(
    session: Session,
    case: Case,
    people: Iterable[Actor],
    given: Mapping[str, Any] = NOTHING,
    opinion: str | None = None,
    *,
    work: bool = True,
) -> Actor:
    """Signs the step that the document waits at, by whoever may, and does the work that this queues; raises NobodyLeft."""
    with at(moment_for(session, case)):
        signer = sign_now(session, case, people, given, opinion)
        if work:
            run_queued(session)
        return signer


def moment_for(session: Session, case: Case) -> datetime:
    """When the step is taken: now, or after hours where it has to be."""
    waits = (case.spec.slug, case.document.step) in OUTSIDE_HOURS
    return next_outside(session, now()) if waits else now()


def sign_now(
    session: Session, case: Case, people: Iterable[Actor], given: Mapping[str, Any], opinion: str | None
) -> Actor:
    """Signs at the clock's time."""
    step, document = case.current, case.document
    assert step is not None
    known = list(people)
    actor = signer(case, known)
    filled = step_example(session, actor, case, step, given)
    opinion = opinion or opinion_of(step, document.id + len(case.trail))
    operator, action, proof = actor, Action.APPROVE, None
    if step.kind is Kind.AUTHORISE:
        operator = next(one for one in known if one.user_id == document.maker_id)
        action, proof = Action.AUTHORISE, Proof(actor, now())
    act(session, operator, case.spec, document.id, action, shown(document), opinion=opinion, filled=filled, proof=proof)
    return actor


def step_on(session: Session, spec: FormSpec, document: Document, people: Iterable[Actor]) -> bool:
    """Signs one step in a transaction of its own; False where the document waits at none. Raises NobodyLeft."""
    with transaction(session):
        case = case_of(session, spec, document)
        if case.current is None:
            return False
        sign(session, case, people)
    return True


def signer(case: Case, people: Iterable[Actor]) -> Actor:
    """Somebody who may sign the current step: rather a person who has had no part in the document yet."""
    step = case.current
    assert step is not None
    positions = set(case.spec.signers(step))
    able = [actor for actor in people if actor.positions & positions and may_not_sign(actor, case, step) is None]
    if not able:
        raise NobodyLeft(f"{case.document.number} at {step.name}")
    signed = {one.user_id for one in case.trail}
    fresh = [actor for actor in able if actor.user_id not in signed] or able
    return fresh[case.document.id % len(fresh)]


def to_the_end(session: Session, spec: FormSpec, document: Document, people: Iterable[Actor]) -> Document:
    """Signs every step that is left."""
    known = list(people)
    for _number in range(MOST_STEPS):
        if not step_on(session, spec, document, known):
            break
    assert document.state is State.DONE, (document.number, document.state, document.step)
    return document


def shown(document: Document) -> Shown:
    """What a person sees who looks now."""
    return Shown(document.version, document.digest)
