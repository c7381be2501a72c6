"""Lists over REST: the same filters, views and order as on screen, paged by key."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.api.errors import Refusal
from app.api.reading import Json
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import transaction
from app.documents import listing
from app.documents.listing import BadSelection
from app.documents.resolver import DatabaseResolver
from app.documents.values import Fault, Invalid
from app.engine.spec import AnySpec
from app.workflow.actor import Actor

MOST_ROWS = 200
USUAL_ROWS = 50
COUNTED = 1000
"""Rows are counted no further than this."""
OWN = frozenset({"after", "before", "size", "_l_"})
"""Arguments beside those of the selection."""


def list_json(session: Session, actor: Actor, spec: AnySpec, rows_json: Callable[[Sequence[Any]], list[Json]]) -> Json:
    """The page of a list that the address asks for; raises Invalid, Refusal."""
    selection = selection_asked(session, actor, spec)
    after, before = request.args.get("after"), request.args.get("before")
    if after and before:
        raise Refusal(422, _("after 与 before 只能给出一个"))
    try:
        page = listing.page(session, actor, spec, selection, after=after, before=before, size=size_asked())
    except BadSelection:
        raise Refusal(400, _("after 或 before 不是这个列表给出的")) from None
    count = listing.count(session, actor, spec, selection, COUNTED)
    rows = rows_json(page.rows)
    if len(rows) > USUAL_ROWS:
        taken_out(session, actor, spec, len(rows))
    return {
        "rows": rows,
        "next": page.next,
        "previous": page.previous,
        "count": min(count, COUNTED),
        "more": count > COUNTED,
    }


def taken_out(session: Session, actor: Actor, spec: AnySpec, rows: int) -> None:
    """Records that much was read at once, before it leaves."""
    query = request.query_string.decode("utf-8", "replace")[:500]
    with transaction(session):
        record(session, actor, AuditAction.EXPORT, spec.resource, detail={"format": "json", "rows": rows, "query": query})


def selection_asked(session: Session, actor: Actor, spec: AnySpec) -> Any:
    """What the arguments select; raises Invalid, naming each argument that cannot be taken."""
    selection, faults = listing.read_selection(spec, request.args, DatabaseResolver(session, actor))
    named = {fault.path[0] for fault in faults}
    for name in request.args:
        if name not in listing.arguments(spec) | OWN | named:
            faults.append(Fault((name,), name, _("没有这个查询参数")))
    if faults:
        raise Invalid(faults)
    return selection


def size_asked() -> int:
    """Rows of a page; raises Invalid."""
    given = request.args.get("size") or str(USUAL_ROWS)
    if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= MOST_ROWS):
        raise Invalid([Fault(("size",), "size", _("应为 1 至 %(most)s 的整数", most=MOST_ROWS), given)])
    return int(given)
