"""Values of versions in words: they are kept as keyed text, and shown as lists and documents show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.resolver import DatabaseResolver
from app.documents.words import parts
from app.engine.catalogue import catalogue
from app.engine.codecs import CodeTableCodec, Refused
from app.engine.fields import FieldSpec, TargetSpec
from app.engine.text import masked
from app.registers.accounts import apart
from app.workflow.actor import Actor

Values = Mapping[str, Any]


@dataclass
class VersionWords:
    """Shows values of versions; `plain` where the person may see sensitive ones whole."""

    session: Session
    actor: Actor
    plain: bool = False
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def learn(self, fields: Iterable[FieldSpec], rows: Iterable[Values]) -> None:
        """Reads what the versions refer to, with one query for each register."""
        rows = list(rows)
        wanted: dict[str, tuple[TargetSpec, set[str]]] = {}
        codes: set[str] = set()
        for one in fields:
            texts = {text for row in rows if (text := row.get(one.name, ""))}
            if isinstance(one.codec, CodeTableCodec):
                codes |= {f"{one.codec.table}:{text}" for text in texts}
            elif one.target and not one.target.forms:
                wanted.setdefault(one.target.slug, (one.target, set()))[1].update(texts)
        for slug, (target, keys) in wanted.items():
            self._read(slug, target.model, target.key, target.name, keys)
        self._read("code_values", catalogue.register("code_values").model, "full_code", "title", codes)

    def _read(self, slug: str, model: Any, key: str, name: str, keys: set[str]) -> None:
        for part in parts(keys):
            found = session_rows(self.session, getattr(model, key), getattr(model, name), part)
            self._names.update({(slug, str(one)): str(title) for one, title in found})

    def __call__(self, one: FieldSpec, values: Values) -> str:
        """A version's value in words; empty for none."""
        text = str(values.get(one.name, ""))
        if not text:
            return ""
        if one.sensitive and not self.plain:
            return masked(text)
        if isinstance(one.codec, CodeTableCodec):
            return self._names.get(("code_values", f"{one.codec.table}:{text}"), text)
        if one.target:
            return self._names.get((one.target.slug, text), text)
        try:
            return one.codec.show(one.codec.parse(text, DatabaseResolver(self.session, self.actor)))
        except Refused:
            return text

    def apart(self, one: FieldSpec, old: Values, new: Values) -> tuple[str, str]:
        """Old and new in words; of a list only what differs."""
        before, after = apart(one, str(old.get(one.name, "")), str(new.get(one.name, "")))
        return self(one, {one.name: before}), self(one, {one.name: after})


def session_rows(session: Session, key: Any, name: Any, part: list[str]) -> list[Any]:
    """(key, name) of the rows with these keys."""
    return list(session.execute(select(key, name).where(key.in_(part))))
