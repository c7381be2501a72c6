"""Walks a document through its chain by demo people, each step by somebody who may take it."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.database import transaction
from app.demo.examples import Raw, step_example
from app.documents import operations
from app.engine.document import Document, State
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from app.workflow.door import Shown, act
from app.workflow.options import Action, Case, may_not_sign

OPINIONS = ("同意。", "经核对，情况属实，同意。", "材料齐全，同意办理。", "已核对。")


class NobodyLeft(LookupError):
    """No demo person may take the next step."""


def make(session: Session, actor: Actor, spec: FormSpec, raw: Raw) -> Document:
    """A submitted document, in a transaction of its own."""
    with transaction(session):
        document = operations.create(session, actor, spec, raw)
        session.flush()
        act(session, actor, spec, document.id, Action.SUBMIT, Shown(document.version, document.digest))
    return document


def step_on(session: Session, spec: FormSpec, document: Document, people: Iterable[Actor]) -> bool:
    """Signs the step that the document waits at; False when it waits at none. Raises NobodyLeft."""
    case = case_of(session, spec, document)
    step = case.current
    if step is None:
        return False
    actor = signer(case, people)
    opinion = OPINIONS[(document.id + len(case.trail)) % len(OPINIONS)]
    filled = step_example(session, actor, case, step)
    shown = Shown(document.version, document.digest)
    with transaction(session):
        act(session, actor, spec, document.id, Action.APPROVE, shown, opinion=opinion, filled=filled)
    return True


def signer(case: Case, people: Iterable[Actor]) -> Actor:
    """The first person who may sign the current step."""
    step = case.current
    assert step is not None
    for actor in people:
        if may_not_sign(actor, case, step) is None:
            return actor
    raise NobodyLeft(f"{case.document.number} at {step.name}")


def to_the_end(
    session: Session, spec: FormSpec, document: Document, people: Iterable[Actor], most: int = 50,
    each: Callable[[Document], Any] = lambda document: None,
) -> Document:
    """Signs every step that is left."""
    known = list(people)
    for _number in range(most):
        if not step_on(session, spec, document, known):
            break
        each(document)
    assert document.state is State.DONE, (document.number, document.state, document.step)
    return document
