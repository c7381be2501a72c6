"""The history of a register (历次变更): what made a row what it is, what is under way, and the register as of a past day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from app.clock import today
from app.database import db
from app.documents.resolver import eligible
from app.engine.catalogue import catalogue
from app.engine.codecs import ChoiceCodec
from app.engine.document import Document
from app.engine.spec import FormSpec, RegisterSpec
from app.engine.text import Text
from app.registers import proposing, telling, versions
from app.registers.wording import VersionWords
from app.screens import navigation, paths
from app.screens.connections import Connection, connection
from app.screens.exposing import page, the_actor
from app.screens.screen import Screen
from app.screens.status import form_of
from app.screens.typed import reference_text
from app.workflow.actor import Actor
from app.workflow.errors import Missing
from app.workflow.models import SignOff

MOST = 1000


@dataclass(frozen=True)
class Entry:
    """A version on the row's page."""

    told: telling.Told
    kind: Text
    source: Connection | None
    signed: tuple[tuple[Text, str], ...]


@dataclass(frozen=True)
class Proposal:
    """A button 提出变更: a form, and its address with the record chosen."""

    form: FormSpec
    url: str


def entries(session: Session, actor: Actor, spec: RegisterSpec, row_id: int) -> list[Entry]:
    """Every version of a row, the latest first."""
    return [
        Entry(one, telling.KINDS.get(one.version.kind, one.version.kind), connection(actor, one.document) if one.document else None,
              tuple(signatures(one.document, one.signed)))
        for one in telling.tell(session, actor, spec, row_id)
    ]


def signatures(document: Document | None, signed: Iterable[SignOff]) -> Iterable[tuple[Text, str]]:
    """What each signer did, and the name: 制表, 系统管理员录入, 主管管理员确认."""
    form = form_of(document.form_code) if document else None
    for one in signed:
        yield telling.part_title(form, one), one.user_name


def under_way(session: Session, actor: Actor, spec: RegisterSpec, row_id: int) -> tuple[str, str | None] | None:
    """Number and address of the open change of a row (未办结的变更); None where there is none."""
    found = proposing.under_way(session, spec, row_id)
    document = session.get(Document, found) if found else None
    if document is None:
        return None
    seen = connection(actor, document)
    return str(document.number), seen.url if seen else None


def proposals(session: Session, actor: Actor, spec: RegisterSpec, row: Any) -> list[Proposal]:
    """The forms by which the person may propose to change this row."""
    found = []
    for form in (catalogue.form(code) for code in spec.forms):
        if form.change is None or form.change.register != spec.slug or not navigation.makes(actor, form):
            continue
        target = form.field(form.change.record).target
        if target and session.scalar(eligible(target, actor).where(target.model.id == row.id).limit(1)) is not None:
            found.append(Proposal(form, paths.url(form, "add", **given(form, spec, row))))
    return found


def given(form: FormSpec, spec: RegisterSpec, row: Any) -> dict[str, str]:
    """What the form's sheet starts with: 修改, the record, and what must be said of it and is the same as before."""
    assert form.change is not None
    chosen = {form.change.kind: "change", form.change.record: reference_text(str(getattr(row, spec.key)), str(row))}
    same = {one.name: one for one in spec.fields if isinstance(one.codec, ChoiceCodec)}
    return chosen | {
        one.name: same[one.name].key(row)
        for one in form.writable if one.required and one.name in same and one.name not in chosen
    }


class PastPages(Screen):
    """/as-of."""

    @page("/as-of")
    def as_of(self) -> Response:
        """The register as it stood at the end of a day; raises Missing for registers without versions."""
        session, actor, spec = db.session(), the_actor(), self.spec
        if spec.loaded:
            raise Missing
        day = asked_day(request.args.get("day", ""))
        found = versions.as_of(session, spec, datetime.combine(day, time.max), MOST + 1)
        words = VersionWords(session, actor, plain=False)
        words.learn(spec.columns, [one.values for one in found[:MOST]])
        return self.answer(
            "forms/as_of.html", rows=found[:MOST], more=len(found) > MOST, most=MOST, day=day, words=words, today=today(),
        )


def asked_day(text: str) -> date:
    """The day asked for; today where none was, or one to come."""
    try:
        return min(date.fromisoformat(text), today())
    except ValueError:
        return today()
