"""Many new documents at once (批量建单): what `operations.create` does for one, in statements for a thousand.

Same permission, rules, uniqueness, numbers, summary, links, search index and digest; a test compares them row by row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.entries import SEAL
from app.audit.models import AuditAction
from app.audit.recording import record_many
from app.clock import now
from app.documents import search
from app.documents.bulk_rows import Tables, links_of, take_ids
from app.documents.digest import digest_over
from app.documents.guard import writing
from app.documents.models import DocumentLink
from app.documents.numbers import next_numbers
from app.documents.operations import may_make, stand_in_line
from app.documents.proposals import describe_changes
from app.documents.transient import References, Transients, keyer, shower
from app.documents.values import Fault, Invalid, Values, check_rules
from app.engine.document import ArchiveState, Document, State
from app.engine.spec import FormSpec
from app.workflow.actor import Actor

CHUNK = 1_000
FIRST_VERSION = 3
"""The version after `operations.create`, which saves the content, then the summary, then the digest."""


def bulk_create(session: Session, actor: Actor, spec: FormSpec, documents: Iterable[Values]) -> list[str]:
    """New drafts from checked values (`values.read`), with their numbers; raises Denied, Invalid.

    In Invalid, the path of a fault begins with the document's place in `documents`, from 0.
    """
    bulk, numbers, chunk = Bulk(session, actor, spec), [], []
    for number, values in enumerate(documents):
        chunk.append(values)
        if len(chunk) == CHUNK:
            numbers += checked_chunk(bulk, chunk, number - len(chunk) + 1)
            chunk = []
    return numbers + checked_chunk(bulk, chunk, len(numbers))


def checked_chunk(bulk: "Bulk", chunk: Sequence[Values], first: int) -> list[str]:
    """Writes a chunk that has no fault; raises Invalid."""
    drafts = bulk.prepare(chunk)
    wrong = [
        Fault((first + at, *one.path), one.label, one.message, one.value)
        for at, draft in enumerate(drafts) for one in draft.faults
    ]
    if wrong:
        raise Invalid(wrong)
    return bulk.write(drafts)


@dataclass
class Draft:
    """A document that is not written yet: its checked values, itself in passing, and what is wrong with it."""

    values: Values
    document: Any
    faults: list[Fault]


@dataclass
class Bulk:
    """The making of many documents of one form by one person, in the caller's transaction."""

    session: Session
    actor: Actor
    spec: FormSpec
    _seen: dict[str, set[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        may_make(self.actor, self.spec)
        moment = now()
        self._given: dict[str, Any] = {
            "form_code": self.spec.prefix, "state": State.DRAFT, "maker_id": self.actor.user_id,
            "maker_name": self.actor.name, "department_code": self.actor.department_code,
            "department_name": self.actor.department_name, "created_at": moment, "updated_at": moment,
        }
        self._year = moment.year
        self._references = References(self.session)
        self._transients = Transients(self.spec, self._references, self._given)
        self._asks = asks(self.spec)
        self._tables = Tables(self.spec)
        self._keys = [(one.name, one.attribute, keyer(one, self._references)) for one in self.spec.fields]
        self._shows = [shower(one) for one in self.spec.summary]
        self._line_keys = {
            line.name: [(one.name, one.attribute, keyer(one, self._references)) for one in line.fields]
            for line in self.spec.lines
        }

    def prepare(self, documents: Sequence[Values], bases: Sequence[Any] | None = None) -> list[Draft]:
        """Drafts with the faults that rules and unique fields find; `bases` are documents to change instead."""
        drafts = []
        for at, values in enumerate(documents):
            document = self._transients.make(values, bases[at] if bases else None)
            describe_changes(self.session, self.spec, document)
            drafts.append(Draft(values, document, check_rules(self.spec, document) if self._asks else []))
        self.compare(drafts, bases)
        return drafts

    def compare(self, drafts: Sequence[Draft], bases: Sequence[Any] | None) -> None:
        """Adds a fault for each value that must be unique and is another document's, or stands here twice."""
        stand_in_line(self.session, self.spec)
        for one in self.spec.fields:
            if not one.unique:
                continue
            values = [draft.values.fields.get(one.attribute) for draft in drafts]
            column = getattr(self.spec.model, one.attribute)
            taken = {
                value: (number, key) for value, number, key in
                self.session.execute(select(column, self.spec.model.number, self.spec.model.id).where(column.in_(values)))
            }
            seen = self._seen.setdefault(one.name, set())
            for at, (draft, value) in enumerate(zip(drafts, values, strict=True)):
                own = bases[at].id if bases and bases[at] is not None else None
                if value is None:
                    continue
                if value in taken and taken[value][1] != own:
                    number = taken[value][0]
                    draft.faults.append(Fault((one.name,), one.label, _("已用于 %(number)s", number=number), value))
                elif value in seen:
                    draft.faults.append(Fault((one.name,), one.label, _("与前面的一份重复"), value))
                seen.add(value)

    def write(self, drafts: Sequence[Draft]) -> list[str]:
        """Writes drafts without faults and returns their numbers."""
        if not drafts:
            return []
        with writing(self.session):
            numbers = next_numbers(self.session, self.spec, self._year, len(drafts))
        keys = take_ids(self.session, Document.__tablename__, len(drafts))
        rows, links, entries = self._tables.rows(), [], []
        with force_locale("zh"):
            for draft, number, key in zip(drafts, numbers, keys, strict=True):
                draft.document.__dict__["number"] = number
                summary = " · ".join(filter(None, (show(draft.document) for show in self._shows)))[:255]
                system = {
                    **self._given, "id": key, "number": number, "summary": summary, "round": 0,
                    "archive_state": ArchiveState.NONE, "digest": self.digest(draft.document, number),
                    "version": FIRST_VERSION,
                }
                self._tables.add(rows, draft.document, system)
                entries.append((key, summary))
                links += [
                    {"source_id": source, "result_id": key, "field": name}
                    for source, name in sorted(links_of(self.spec, draft.document))
                ]
        for table, content in rows.items():
            if content:
                self.session.execute(insert(table), content)
        if links:
            self.session.execute(insert(DocumentLink.__table__), links)  # type: ignore[arg-type]
        search.put(self.session, entries)
        self.record(rows[Document.__table__])  # type: ignore[index]
        return numbers

    def record(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """Records each document; what it holds is in the digest and, changed later, in the entries of the changes."""
        record_many(self.session, self.actor, AuditAction.IMPORT, self.spec.resource, (
            {"record": one["number"], "document_id": one["id"], "version": FIRST_VERSION, "detail": f'{{"{SEAL}": "{one["digest"]}"}}'}
            for one in documents
        ))

    def digest(self, document: Any, number: str) -> str:
        """The digest that `digest_of` will find for the document once it is written."""
        content = document.__dict__
        return digest_over(
            number,
            {name: "" if (value := content[at]) is None else key(value) for name, at, key in self._keys},
            {
                name: [
                    {one: "" if (value := row.__dict__.get(at)) is None else key(value) for one, at, key in keys}
                    for row in content.get(name) or ()
                ]
                for name, keys in self._line_keys.items()
            },
        )


def asks(spec: FormSpec) -> bool:
    """Whether the form has rules of any kind that look at a whole document."""
    fields = [*spec.fields, *(one for line in spec.lines for one in line.fields)]
    return bool(
        spec.rules or any(line.rules for line in spec.lines) or any(step.person for step in spec.chain)
        or any(one.required_when or one.within for one in fields)
    )
