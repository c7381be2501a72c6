"""Values in words, as screens and paper show them: codes by their titles, references by code and name, some masked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.engine.catalogue import catalogue
from app.engine.codecs import CodeTableCodec
from app.engine.document import Document
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec
from app.workflow.actor import Actor
from app.workflow.permissions import MAKE, sign

_DIGEST = re.compile(r"[0-9a-f]{64}")
_AT_ONCE = 500


@dataclass
class Words:
    """Shows values; `plain` where the person may see sensitive ones whole."""

    plain: bool = False
    _titles: dict[str, str] = field(default_factory=dict)
    _held: list[Any] = field(default_factory=list)

    def learn(self, session: Session, fields: Iterable[FieldSpec], rows: Sequence[Any]) -> None:
        """Reads what the rows refer to and the titles of their codes, with one query for each register."""
        codes: set[str] = set()
        keys: dict[type[Any], set[int]] = {}
        for one in fields:
            values = {value for row in rows if (value := getattr(row, one.attribute)) is not None}
            if isinstance(one.codec, CodeTableCodec):
                codes |= {f"{one.codec.table}:{value}" for value in values}
            elif one.target:
                keys.setdefault(one.target.model, set()).update(values)
        for model, wanted in keys.items():
            for part in parts(wanted):  # held, so that the relations find them without a query
                self._held += session.scalars(select(model).where(model.id.in_(part)))
        values_of: Any = catalogue.register("code_values").model if codes else None
        for part in parts(codes):
            statement = select(values_of.full_code, values_of.title).where(values_of.full_code.in_(part))
            self._titles.update((code, title) for code, title in session.execute(statement))

    def __call__(self, one: FieldSpec, row: Any) -> str:
        """The row's value in words; empty for none."""
        text = one.show(row)
        if isinstance(one.codec, CodeTableCodec):
            return self._titles.get(f"{one.codec.table}:{text}", text)
        return masked(text) if one.sensitive and not self.plain else text

    def on_paper(self, one: FieldSpec, row: Any) -> str:
        """The row's value in words; what it refers to with its code before its name."""
        if isinstance(one.codec, CodeTableCodec) and (code := one.show(row)):
            return together(code, self(one, row))
        if one.target and (referred := one.read(row)) is not None:
            name = form_title(referred) if one.target.forms else str(getattr(referred, one.target.name))
            return together(one.key(row), name)
        return self(one, row)


def together(code: str, name: str) -> str:
    """Code and name, once where they are the same."""
    return code if name in ("", code) else f"{code} {name}"


def form_title(document: Document) -> str:
    """The title of a document's form, empty where it is declared no more."""
    try:
        return str(catalogue.form(document.form_code).title)
    except KeyError:
        return ""


def parts(wanted: set[Any]) -> Iterator[list[Any]]:
    """Keys in portions that a statement takes."""
    rest = iter(sorted(wanted))
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def masked(text: str) -> str:
    """420***********1234: what tells one from another, no more."""
    if len(text) <= 7:
        return "*" * len(text)
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


def shortened(text: str) -> str | None:
    """The two ends of a SHA-256, or None for any other text."""
    return f"{text[:8]}…{text[-4:]}" if _DIGEST.fullmatch(text) else None


def in_plain(actor: Actor, spec: AnySpec) -> bool:
    """Whether the person sees sensitive values whole: who makes or signs the form; of a register, one of its forms."""
    forms = (spec,) if isinstance(spec, FormSpec) else tuple(catalogue.form(code) for code in spec.forms)
    return any(
        actor.may(MAKE, form.resource) or any(actor.may(sign(step), form.resource) for step in form.chain if step.waits)
        for form in forms
    )
