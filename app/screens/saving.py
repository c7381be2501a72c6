"""Saving a sheet: the document, its new attachments and, where asked, its submission, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from app.database import db, transaction
from app.documents import attachments, once, operations, typing
from app.engine.document import Document
from app.engine.spec import FormSpec
from app.workflow import door
from app.workflow.actor import Actor
from app.workflow.door import Shown
from app.workflow.options import Action


@dataclass(frozen=True)
class Submission:
    """What a person sent: raw values, files, whether to hand the document in at once, and which one it corrects."""

    raw: dict[str, Any]
    files: Sequence[FileStorage]
    submitting: bool
    amends: int | None = None


def make(actor: Actor, spec: FormSpec, sent: Submission, page_key: str) -> int:
    """Makes a document, or names the one that the same page has made already; raises as the operations do."""
    key = once.key_of(page_key, sent.raw if sent.amends is None else [sent.raw, sent.amends])
    try:
        return _make(actor, spec, sent, key)
    except IntegrityError:  # the same page arrived twice at the same moment, or two people took one unique value
        return _make(actor, spec, sent, key)


def _make(actor: Actor, spec: FormSpec, sent: Submission, key: str) -> int:
    with Kept() as kept, transaction(db.session()) as session:
        made = once.made_before(session, actor, key)
        if made is not None:
            return made
        document = operations.create(session, actor, spec, sent.raw, amends=sent.amends)
        once.remember(session, actor, key, document.id)
        complete(session, actor, spec, document, sent, kept)
        if sent.amends is None:
            typing.forget(session, actor, spec, typing.NEW)
        return document.id


def change(actor: Actor, spec: FormSpec, document_id: int, sent: Submission, shown: Shown) -> None:
    """Changes a document; raises as the operations do."""
    with Kept() as kept, transaction(db.session()) as session:
        document = operations.change(session, actor, spec, document_id, sent.raw, shown)
        complete(session, actor, spec, document, sent, kept)
        typing.forget(session, actor, spec, document_id)


def complete(
    session: Session, actor: Actor, spec: FormSpec, document: Document, sent: Submission, kept: "Kept"
) -> None:
    """Adds the files and submits, within the caller's transaction."""
    attach(session, actor, spec, document, sent.files, kept)
    if sent.submitting:
        door.act(session, actor, spec, document.id, Action.SUBMIT, Shown(document.version, document.digest))


def attach(
    session: Session, actor: Actor, spec: FormSpec, document: Document, files: Sequence[FileStorage], kept: "Kept"
) -> None:
    """Adds files to a document that is already as its sender saw it."""
    for file in files:
        shown = Shown(document.version, document.digest)
        added = attachments.add(
            session, actor, spec, document.id, shown, folder(), file.filename or "", file.stream  # type: ignore[arg-type]
        )
        session.flush()
        kept.add(added.stored)


class Kept:
    """Stored files of a transaction, removed again where it fails."""

    def __init__(self) -> None:
        self.stored: list[str] = []

    def add(self, stored: str) -> None:
        """Notes a file."""
        self.stored.append(stored)

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is not None:
            for stored in self.stored:
                (folder() / stored).unlink(missing_ok=True)


def folder() -> Path:
    """Where attachments are kept."""
    path: Path = current_app.config["DATA_DIR"] / "attachments"
    return path


def files_sent(files: Any, name: str = "attachment") -> list[FileStorage]:
    """The files of a posted form; an empty file field sends one without a name."""
    return [one for one in files.getlist(name) if one.filename]
