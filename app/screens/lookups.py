"""Choosing by typing: the rows that a reference may take, found by the beginning of the code or a part of the name."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from app.documents.resolver import DatabaseResolver, eligible
from app.engine.catalogue import catalogue
from app.engine.codecs import CodeTableCodec, Refused
from app.engine.document import Document
from app.engine.fields import FieldSpec, TargetSpec
from app.engine.spec import AnySpec
from app.engine.text import clean, half_width, masked
from app.screens.status import form_of, status
from app.workflow.actor import Actor
from app.workflow.errors import Missing

MOST = 20


@dataclass(frozen=True)
class Found:
    """A row that may be chosen: `key` and `title` go into the field, `detail` helps to tell rows apart."""

    key: str
    title: str
    detail: str


def field_at(spec: AnySpec, path: str) -> FieldSpec:
    """The field of a path, `provider` or `movements.who`; raises Missing."""
    first, _dot, column = path.partition(".")
    try:
        if not column:
            return spec.field(first)
        return next(line for line in spec.lines if line.name == first).field(column)
    except (KeyError, StopIteration):
        raise Missing from None


def look_up(session: Session, actor: Actor, spec: AnySpec, path: str, text: str, within: str) -> list[dict[str, str]]:
    """At most twenty rows for what was typed so far; `within` is the key of the row chosen in the owning field."""
    one = field_at(spec, path)
    text = clean(half_width(text))[:60].split(" ", 1)[0]
    if isinstance(one.codec, CodeTableCodec):
        found = codes(session, one.codec.table, text)
    elif one.target is None:
        raise Missing
    else:
        found = rows(session, actor, spec, one, one.target, text, within)
    return [asdict(each) for each in found]


def rows(
    session: Session, actor: Actor, spec: AnySpec, one: FieldSpec, target: TargetSpec, text: str, within: str
) -> list[Found]:
    """Rows of a register, or documents."""
    key, name = getattr(target.model, target.key), getattr(target.model, target.name)
    statement = eligible(target, actor)
    if text:
        starts = key.startswith(text, autoescape=True)
        named = Document.summary if target.model is Document else name
        statement = statement.where(or_(starts, named.contains(text, autoescape=True))).order_by(case((starts, 0), else_=1))
    if one.within and one.within_key and within:
        owner = spec.field(one.within).target
        assert owner is not None
        try:
            chosen = DatabaseResolver(session, actor).find(owner, clean(within))
        except Refused:
            return []
        belongs = getattr(target.model, one.within_key)
        statement = statement.where(or_(belongs == chosen, belongs.is_(None)))
    newest_first = target.model is Document
    statement = statement.order_by(target.model.id.desc() if newest_first else key).limit(MOST)
    return [found(target, row) for row in session.scalars(statement)]


def found(target: TargetSpec, row: Any) -> Found:
    """A row as the list of choices shows it."""
    key = str(getattr(row, target.key))
    if isinstance(row, Document):
        form = form_of(row.form_code)
        return Found(key, "", " · ".join(filter(None, [str(form.title) if form else "", row.summary, str(status(row).words)])))
    register = catalogue.register(target.slug)
    rest = [one for one in register.columns if one.name not in (target.key, target.name, "status")]
    rest = [one for one in rest if not isinstance(one.codec, CodeTableCodec)]
    details = [masked(words) if one.sensitive else words for one in rest if (words := one.show(row))]
    name = str(getattr(row, target.name))
    return Found(key, "" if name == key else name, " · ".join(details[:2]))


def codes(session: Session, table: str, text: str) -> list[Found]:
    """Active values of a code table."""
    value: Any = catalogue.register("code_values").model
    statement = select(value.code, value.title).where(value.full_code.startswith(f"{table}:"), value.status == "active")
    if text:
        starts = value.full_code.startswith(f"{table}:{text}", autoescape=True)
        statement = statement.where(or_(starts, value.title.contains(text, autoescape=True)))
        statement = statement.order_by(case((starts, 0), else_=1))
    return [Found(code, title, "") for code, title in session.execute(statement.order_by(value.code).limit(MOST))]
