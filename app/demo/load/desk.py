"""How the demo people bring a delivery in: every act through the one door, in a transaction of its own, at its moment."""

import io
import time
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import at, now
from app.database import transaction
from app.demo import walk
from app.demo.documents.hours import later
from app.documents import attachments, operations
from app.engine.catalogue import catalogue
from app.engine.chain import Kind
from app.engine.document import Document, State
from app.jobs.models import Job, JobState
from app.jobs.running import run_waiting
from app.workflow.actor import Actor
from app.workflow.cases import case_of
from app.workflow.door import act
from app.workflow.options import Action
from app.workflow.proof import Proof

BETWEEN = 20
"""Working minutes from one act to the next."""
PATIENCE = 600
"""Seconds that a job may take which a worker has taken up."""


class Over(Exception):
    """The story ends here: what is not done by now is still to be done."""


class Desk:
    """The people at work. `moment`: what time it is for them; nothing is done after `until`."""

    def __init__(self, session: Session, people: Iterable[Actor], data: Path, until: datetime) -> None:
        self.session, self.data, self.until = session, data, until
        self.people = {one.username: one for one in people}
        self.moment = datetime.min

    @contextmanager
    def act(self) -> Any:
        """A transaction at the moment; the next is a while later. Raises Over."""
        if self.moment > self.until:
            raise Over
        with at(self.moment), transaction(self.session) as session:
            yield session
        self.moment = later(self.moment, BETWEEN)

    def file(self, slug: str, maker: str, raw: Mapping[str, Any], files: Mapping[str, bytes] | None = None) -> Document:
        """A form with its attachments, handed in."""
        spec, actor = catalogue.form(slug), self.people[maker]
        with self.act() as session:
            document = operations.create(session, actor, spec, raw)
            for name, content in (files or {}).items():
                attachments.add(
                    session, actor, spec, document.id, walk.shown(document), self.data / "attachments", name, io.BytesIO(content)
                )
        self.submit(document, maker)
        return document

    def submit(self, document: Document, maker: str, changed: Mapping[str, Any] | None = None) -> None:
        """Hands a draft in; `changed`: what is filled in before."""
        spec, actor = catalogue.form(document.form_code), self.people[maker]
        with self.act() as session:
            if changed:
                operations.change(session, actor, spec, document.id, changed, walk.shown(document))
            act(session, actor, spec, document.id, Action.SUBMIT, walk.shown(document))

    def sign(self, document: Document, step: str, filled: Mapping[str, Any] | None = None, by: Actor | None = None) -> Actor:
        """Signs the step that the document waits at, which is that one; whoever may, or that person."""
        spec = catalogue.form(document.form_code)
        with self.act() as session:
            case = case_of(session, spec, document)
            assert case.current is not None
            assert case.current.name == step, (document.number, case.current.name, step)
            signer = by or walk.signer(case, self.people.values())
            operator, action, proof = signer, Action.APPROVE, None
            if case.current.kind is Kind.AUTHORISE:
                operator = next(one for one in self.people.values() if one.user_id == document.maker_id)
                action, proof = Action.AUTHORISE, Proof(signer, now())
            act(session, operator, spec, document.id, action, walk.shown(document), filled=filled or {}, proof=proof)
        return signer

    def to_the_end(self, slug: str, maker: str, raw: Mapping[str, Any]) -> Document:
        """A form whose steps need nothing in particular."""
        spec = catalogue.form(slug)
        with at(self.moment):
            document = walk.make(self.session, self.people[maker], spec, raw)
            walk.to_the_end(self.session, spec, document, self.people.values())
        self.moment = later(self.moment, BETWEEN)
        return document

    def jobs(self) -> None:
        """Runs what waits; what a worker has taken up is waited for."""
        until = time.monotonic() + PATIENCE
        with at(self.moment, going=True):
            run_waiting(self.session)
            while self.session.scalar(select(Job.id).where(Job.state == JobState.RUNNING).limit(1)) and time.monotonic() < until:
                self.session.rollback()
                time.sleep(0.2)
            self.session.rollback()
        self.moment = max(later(self.moment, BETWEEN), self.moment + timedelta(minutes=1))

    def drafts(self, slug: str, source: Document) -> list[Any]:
        """The drafts of a form that refer to a document, as signatures have made them."""
        model: Any = catalogue.form(slug).model
        found = select(model).where(model.source_id == source.id, Document.state == State.DRAFT).order_by(model.id)
        return list(self.session.scalars(found))

    def maker_of(self, document: Document) -> str:
        """The user name of who has it."""
        return next(name for name, one in self.people.items() if one.user_id == document.maker_id)
