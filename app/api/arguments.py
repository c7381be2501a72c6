"""Arguments of operations in the words of OpenAPI: in the path, in headers, and what lists are asked by."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from app.api.describing import choices, example
from app.api.lists import MOST_ROWS, USUAL_ROWS
from app.documents import listing
from app.documents.listing.asking import RANGED, Order, ends
from app.documents.listing.columns import filterable
from app.documents.listing.selection import ViewName
from app.engine.codecs import BoolCodec, ChoiceCodec, ChoiceSetCodec
from app.engine.fields import FieldSpec
from app.engine.spec import AnySpec, FormSpec

Argument = dict[str, Any]
TEXT = {"type": "string"}


def in_path(name: str, schema: dict[str, Any] | None = None) -> Argument:
    """A part of the address."""
    return {"in": "path", "name": name, "required": True, "schema": schema or {"type": "integer", "minimum": 1}}


def header(name: str, description: str, *, required: bool = False) -> Argument:
    """A header of the request."""
    return {"in": "header", "name": name, "required": required, "description": description, "schema": TEXT}


def once() -> Argument:
    """The key that makes a change safe to send again."""
    words = _("1 至 64 个可见的 ASCII 字符。七天内以同一键重复同一请求，只办理一次，答复与第一次相同，并带 Idempotent-Replay: true")
    return header("Idempotency-Key", words)


def query(name: str, description: str, schema: dict[str, Any]) -> Argument:
    """An argument behind the question mark."""
    return {"in": "query", "name": name, "description": description, "schema": schema}


def of_list(spec: AnySpec) -> list[Argument]:
    """Everything that a list may be asked by."""
    found = [query("q", _("按编号或摘要中的文字查找"), TEXT)]
    if isinstance(spec, FormSpec):
        found.append(query("view", _("视图"), choices(ViewName)))
    for one in filterable(spec):
        found += of_field(one)
    return [
        *found,
        query("sort", _("按此项排序"), {"type": "string", "enum": sorted(listing.sortable(spec))}),
        query("order", _("升序或降序"), choices(Order)),
        query("size", _("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        query("after", _("上一次回答中的 next：其后的一页"), TEXT),
        query("before", _("上一次回答中的 previous：其前的一页"), TEXT),
    ]


def of_field(one: FieldSpec) -> Iterator[Argument]:
    """The filter by a field, and by a range of it."""
    label = str(one.label)
    match one.codec:
        case ChoiceCodec(choice=choice) | ChoiceSetCodec(choice=choice):
            several = {"type": "array", "items": {"type": "string"} | choices(choice)}
            yield query(one.name, label, several) | {"explode": True}
        case BoolCodec():
            yield query(one.name, label, {"type": "boolean"})
        case _:
            yield query(one.name, label, TEXT)
    if isinstance(one.codec, RANGED):
        schema = TEXT | {"example": str(example(one))}
        least, most = ends(one)
        yield query(least, _("%(field)s不早于或不小于", field=label), schema)
        yield query(most, _("%(field)s不晚于或不大于", field=label), schema)
