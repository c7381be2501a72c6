"""From a body to raw values: what may not be sent is refused by name, each field with the reason."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.api.schemas import UNKNOWN
from app.documents.values import Fault, Invalid, line_label
from app.engine.document import Document
from app.engine.fields import FieldSpec, LineSpec
from app.engine.spec import FormSpec
from app.engine.text import Text
from app.security.models import User

Path = tuple[str | int, ...]

WRITABLE_BY_ALL = {"remarks"}
PROTECTED = (
    {column.name for column in Document.__table__.columns} - WRITABLE_BY_ALL
) | {"form", "maker", "titles", "links", "amends", "amended_by", "attachments", "trail", "actions", "version", "digest"}
"""What the system alone writes, under every name that somebody may try."""
PROTECTED_IN_LINES = {"id", "line_no", "parent", "parent_id"}


def taken(spec: FormSpec, schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    """The raw values of a body; raises Invalid with every field that may not be sent or has the wrong shape."""
    try:
        values: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise Invalid(list(faults(spec, error.messages))) from None
    return values


def plainly(schema: Schema, body: dict[str, Any]) -> dict[str, Any]:
    """The values of a body that is no form's; raises Invalid."""
    try:
        values: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise Invalid(list(plain_faults(error.messages))) from None
    return values


def plain_faults(messages: Any, path: Path = ()) -> Iterator[Fault]:
    """marshmallow's nested messages as faults, each by its name."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from plain_faults(inner, path if name == "_schema" else (*path, name))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield Fault(path, ".".join(map(str, path)), message if message is UNKNOWN else str(message))


def account(session: Session, name: str, username: str) -> int:
    """The id of the account of a user name, sent as the member `name`; raises Invalid."""
    found: int | None = session.scalar(select(User.id).where(User.username == username.replace("\0", "")))
    if found is None:
        raise Invalid([Fault((name,), name, _("没有这个用户"), username)])
    return found


def faults(spec: FormSpec, messages: Any, path: Path = ()) -> Iterator[Fault]:
    """marshmallow's nested messages as faults."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from faults(spec, inner, path if name == "_schema" else (*path, name))
        return
    for message in messages if isinstance(messages, list) else [messages]:
        unknown = message is UNKNOWN
        yield Fault(path, label(spec, path), refusal(spec, path) if unknown else str(message))


def label(spec: FormSpec, path: Path) -> Text:
    """The place of a fault in words."""
    if not path:
        return ""
    line = line_at(spec, path)
    if line is None or len(path) == 1:
        found = line or field_at(spec, path)
        return found.label if found else str(path[0])
    one = field_at(spec, path)
    column = "" if len(path) == 2 else one.label if one else str(path[2])
    return f"{line_label(line, int(path[1]))}{column}"


def refusal(spec: FormSpec, path: Path) -> Text:
    """Why a field that a body names may not be sent."""
    line, one = line_at(spec, path), field_at(spec, path)
    protected = PROTECTED if len(path) == 1 else PROTECTED_IN_LINES
    if str(path[-1]) in protected or (one and one.system):
        return _("只能由系统填写")
    if (one and one.computed) or (line and len(path) == 1):
        return _("由系统计算，不能填写")
    if one and one.filled_at:
        return _("在“%(step)s”时由办理人填写", step=spec.step(one.filled_at).label)
    return UNKNOWN


def line_at(spec: FormSpec, path: Path) -> LineSpec | None:
    """The lines that a path begins with."""
    return next((line for line in spec.lines if line.name == path[0]), None)


def field_at(spec: FormSpec, path: Path) -> FieldSpec | None:
    """The field at the end of a path."""
    line = line_at(spec, path)
    fields = line.fields if line else (*spec.fields, *spec.system_fields)
    name = path[0] if line is None else path[2] if len(path) > 2 else None
    return next((one for one in fields if one.name == name), None)
