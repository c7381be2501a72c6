"""One's own notices over REST (通知, article 106): listed, and opened, which is recorded."""

from collections.abc import Iterator
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.answers import MAYBE, TEXT, WHOLE, YES_NO, json_content, named, table, values
from app.api.arguments import in_path, once, query
from app.api.calling import caller
from app.api.lists import MOST_ROWS, USUAL_ROWS, size_asked
from app.api.paths import operation as described
from app.api.reading import Json
from app.api.replay import changing
from app.api.replies import reply
from app.api.resource import ID, LARGEST, Resource, operation
from app.database import db
from app.documents.values import Fault, Invalid
from app.notices import lists, operations, publishing
from app.notices.models import Notice, NoticeKind, NoticeReceipt
from app.notices.permissions import RESOURCE

FAILING = ("400", "404", "422")
ARGUMENTS = frozenset({"unread", "after", "size", "_l_"})


class NoticeApi(Resource):
    """通知."""

    resource_name = "notices"
    class_permission_name = RESOURCE
    openapi_spec_tag = RESOURCE

    @operation("/")
    def get_list(self) -> Response:
        """One's own notices, the latest first; `unread` only those not opened, `after` the page behind."""
        unread, after, size = asked()
        statement = lists.inbox(caller(), read=None if unread is None else not unread)
        if after is not None:
            statement = statement.where(NoticeReceipt.notice_id < after)
        found = db.session().execute(statement.order_by(NoticeReceipt.notice_id.desc()).limit(size + 1)).all()
        rows = [notice_json(copy, notice) for copy, notice in found[:size]]
        return reply({"rows": rows, "next": str(rows[-1]["id"]) if len(found) > size else None})

    @operation(f"/{ID}/read", methods=("POST",))
    def post_read(self, pk: int) -> Response:
        """Opens a notice: its text, and it is read from now on."""
        return changing(lambda session: self._read(session, pk))

    def _read(self, session: Session, pk: int) -> Response:
        operations.read(session, caller(), pk)
        session.flush()
        copy = operations.own(session, caller(), pk)
        return reply(notice_json(copy, copy.notice))

    def operations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What the API's description says of notices."""
        one = named(
            id=WHOLE, kind=values(NoticeKind), title=TEXT, body=MAYBE, audience=TEXT, sent_by=TEXT, sent_at=TEXT,
            recalled_at=MAYBE, read_at=MAYBE, document_id={"type": "integer", "nullable": True},
        )
        arguments = [
            query("unread", gettext("true 只列未读，false 只列已读"), YES_NO),
            query("after", gettext("上一次回答中的 next：其后的一页"), TEXT),
            query("size", gettext("每页行数"), {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}),
        ]
        listed = json_content(table(one, next=MAYBE))
        yield "/", {"get": described(gettext("本人的通知；未打开的没有正文"), "200", listed, arguments, None, ["422"])}
        yield "/{pk}/read", {
            "post": described(gettext("打开通知，记录阅读时间"), "200", json_content(one), [in_path("pk"), once()], None, FAILING)
        }


def notice_json(copy: NoticeReceipt, notice: Notice) -> Json:
    """One's own copy of a notice."""
    return {
        "id": notice.id, "kind": notice.kind.value, "title": notice.title, "body": publishing.text(caller(), notice, copy),
        "audience": notice.audience, "sent_by": notice.sent_by_name, "sent_at": notice.sent_at.isoformat(),
        "recalled_at": notice.recalled_at.isoformat() if notice.recalled_at else None,
        "read_at": copy.read_at.isoformat() if copy.read_at else None, "document_id": notice.document_id,
    }


def asked() -> tuple[bool | None, int | None, int]:
    """`unread`, `after` and `size` of the request; raises Invalid with each argument that cannot be taken."""
    unread, after = request.args.get("unread"), request.args.get("after")
    wrong = [Fault((name,), name, _("没有这个查询参数")) for name in request.args if name not in ARGUMENTS]
    if unread not in (None, "true", "false"):
        wrong.append(Fault(("unread",), "unread", _("应为 true 或 false"), unread))
    if after is not None and not (after.isascii() and after.isdigit() and len(after) < 11 and int(after) <= LARGEST):
        wrong.append(Fault(("after",), "after", _("不是这个列表给出的"), after))
    if wrong:
        raise Invalid(wrong)
    return None if unread is None else unread == "true", int(after) if after else None, size_asked()
