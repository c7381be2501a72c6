"""Titles of the codes in a page's rows, in one query."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.documents.listing.columns import list_columns
from app.engine.catalogue import catalogue
from app.engine.codecs import CodeTableCodec
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec

Titles = Mapping[tuple[str, str], str]


def code_titles(
    session: Session, spec: AnySpec, rows: Sequence[Any], fields: Iterable[FieldSpec] | None = None
) -> dict[tuple[str, str], str]:
    """Titles by (code table, code) of the codes in some fields of rows: those a list shows, unless others are named."""
    wanted = {
        (one.codec.table, code)
        for one in (list_columns(spec) if fields is None else fields)
        if isinstance(one.codec, CodeTableCodec)
        for row in rows
        if (code := getattr(row, one.attribute)) is not None
    }
    if not wanted:
        return {}
    model: Any = catalogue.register("code_values").model
    names = [f"{table}:{code}" for table, code in wanted]
    statement = select(model.full_code, model.title).where(model.full_code.in_(names))
    found: dict[str, str] = dict(session.execute(statement).all())
    return {one: found[name] for one in wanted if (name := ":".join(one)) in found}


def shown(one: FieldSpec, row: Any, titles: Titles) -> str:
    """The row's value as people read it, codes by their title; empty for none."""
    if isinstance(one.codec, CodeTableCodec) and (code := one.read(row)) is not None:
        return titles.get((one.codec.table, code), code)
    return one.show(row)
