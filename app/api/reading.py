"""Documents and register rows as JSON: values as they are written again, titles and addresses beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.amending import amendments
from app.api.schemas import schemas
from app.api.titles import titles
from app.documents.links import links_of
from app.documents.words import Words, in_plain
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.fields import FieldSpec
from app.engine.spec import FormSpec, RegisterSpec
from app.workflow.actor import Actor
from app.workflow.options import readable

Json = dict[str, Any]


@dataclass
class DocumentReader:
    """Documents of one form as their reader may see them; `address` is that of the form's resource."""

    session: Session
    actor: Actor
    spec: FormSpec
    address: str

    def __post_init__(self) -> None:
        self.words = Words(plain=in_plain(self.actor, self.spec))
        self.fields = (*self.spec.system_fields, *self.spec.fields)

    def rows(self, documents: Sequence[Any]) -> list[Json]:
        """Documents of a list, without lines."""
        self.words.learn(self.session, self.spec.fields, documents)
        schema = schemas(self.spec).listed
        return [self.finished(schema.dump(one), one) for one in documents]

    def whole(self, document: Any) -> Json:
        """A document with its lines, and those it came from or gave rise to."""
        self.words.learn(self.session, self.spec.fields, [document])
        for line in self.spec.lines:
            self.words.learn(self.session, line.fields, getattr(document, line.name))
        found = self.finished(schemas(self.spec).read.dump(document), document)
        for line in self.spec.lines:
            rows = getattr(document, line.name)
            hide(self.words, line.fields, rows, found[line.name])
            found["titles"][line.name] = [titles(self.words, line.fields, row) for row in rows]
        linked = links_of(self.session, document)
        found |= amendments(self.session, self.actor, self.spec, document)
        found["links"] |= {"sources": self.linked(linked.sources), "results": self.linked(linked.results)}
        return found

    def finished(self, found: Any, document: Any) -> Json:
        """A dumped document with what its reader needs beside the values."""
        hide(self.words, self.spec.fields, [document], [found])
        named = titles(self.words, self.fields, document)
        if document.state is State.PENDING:
            named["step"] = next((str(step.label) for step in self.spec.chain if step.name == document.step), "")
        here = f"{self.address}/{document.id}"
        links = {"self": here} | {name: f"{here}/{name}" for name in ("actions", "trail", "attachments")}
        return {**found, "titles": named, "links": links}

    def linked(self, documents: Iterable[Document]) -> list[Json]:
        """The documents among these that the reader may open."""
        found = []
        for one in documents:
            spec = catalogue.form(one.form_code)
            if readable(self.actor, spec, one):
                address = f"{self.address.rpartition('/')[0]}/{spec.slug}/{one.id}"
                found.append({"number": one.number, "form": spec.prefix, "title": str(spec.title), "self": address})
        return found


def register_rows(session: Session, actor: Actor, spec: RegisterSpec, rows: Sequence[Any], address: str) -> list[Json]:
    """Register rows, with the documents that made them what they are; `address` is that of the resource."""
    words, schema, makers = Words(plain=in_plain(actor, spec)), schemas(spec).read, made_by(session, rows)
    words.learn(session, spec.fields, rows)
    found = []
    for row in rows:
        values: Any = schema.dump(row)
        hide(words, spec.fields, [row], [values])
        here = f"{address}/{quote(str(getattr(row, spec.key)), safe='')}"
        found.append({**values, "made_by": makers.get(row.made_by_id), "titles": titles(words, spec.fields, row),
                      "links": {"self": here}})
    return found


def made_by(session: Session, rows: Iterable[Any]) -> dict[int | None, str]:
    """The numbers of the documents that made rows what they are, by id."""
    wanted = {row.made_by_id for row in rows} - {None}
    if not wanted:
        return {}
    found: dict[int | None, str] = dict(session.execute(select(Document.id, Document.number).where(Document.id.in_(wanted))).all())
    return found


def hide(words: Words, fields: Iterable[FieldSpec], rows: Sequence[Any], found: Sequence[Json]) -> None:
    """Masks sensitive values for readers who do not see them whole."""
    hidden = [] if words.plain else [one for one in fields if one.sensitive]
    for one in hidden:
        for row, values in zip(rows, found, strict=True):
            if values[one.name] is not None:
                values[one.name] = words(one, row)
