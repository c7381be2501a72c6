"""What lists of chapter 3's resources share: pages by key, the newest first, and moments."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import TEXT
from app.api.arguments import Argument, query
from app.api.lists import MOST_ROWS, USUAL_ROWS, size_asked
from app.api.reading import Json
from app.api.replies import reply
from app.documents.values import Fault, Invalid

OWN = frozenset({"after", "size", "_l_"})


def newest_first(session: Session, statement: Select[Any], key: Any, to_json: Callable[[Any], Json]) -> Response:
    """A page of rows by descending key; `next` asks for the one behind it."""
    after, size = after_asked(), size_asked()
    chosen = statement if after is None else statement.where(key < after)
    found: Sequence[Any] = session.scalars(chosen.order_by(key.desc()).limit(size + 1)).all()
    rows = [to_json(one) for one in found[:size]]
    return reply({"rows": rows, "next": str(rows[-1]["id"]) if len(found) > size else None})


def known_only(*names: str) -> None:
    """Refuses arguments that mean nothing here; raises Invalid."""
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in request.args if name not in OWN | {*names}]
    if wrong:
        raise Invalid(wrong)


def paging() -> list[Argument]:
    """The arguments of a page, in the description's words."""
    size = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}
    return [query("after", gettext("上一次回答中的 next：其后的一页"), TEXT), query("size", gettext("每页行数"), size)]


def after_asked() -> int | None:
    """The key after which the page begins; raises Invalid."""
    after = request.args.get("after")
    if after is None:
        return None
    if not (after.isascii() and after.isdigit() and len(after) < 20 and int(after) <= 2**63 - 1):
        raise Invalid([Fault(("after",), "after", _("不是这个列表给出的"), after)])
    return int(after)


def moment(at: datetime | None) -> str | None:
    """A moment to the second."""
    return at.isoformat(timespec="seconds") if at else None
