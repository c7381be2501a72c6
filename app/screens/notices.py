"""Notices (通知, article 106): the lists, a notice's page, and who has read it. Opening one is recorded, by POST."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.database import db, transaction
from app.engine.text import Text
from app.notices import lists, operations, publishing
from app.notices.models import Notice, NoticeReceipt
from app.notices.permissions import INSPECT, RESOURCE
from app.screens import keyset, paths
from app.screens.exposing import ID, page, the_actor
from app.screens.keyset import Order, Page, Statement
from app.screens.notice_sending import Sending
from app.screens.translating import gettext
from app.workflow.actor import Actor
from app.workflow.permissions import MAKE

SIZE = 20


@dataclass(frozen=True)
class NoticeView:
    """One of the lists. `received`: of one's own copies; else of notices with the number of their readers."""

    name: str
    title: Text
    statement: Statement
    received: bool = True


def views(actor: Actor) -> list[NoticeView]:
    """The lists of a person: 未读, 已读, 全部, and 我发出的 and 全部公告 for those who have them."""
    found = [
        NoticeView("unread", _("未读"), lists.inbox(actor, read=False)),
        NoticeView("read", _("已读"), lists.inbox(actor, read=True)),
        NoticeView("all", _("全部"), lists.inbox(actor)),
    ]
    if actor.may(MAKE, RESOURCE):
        found.append(NoticeView("sent", _("我发出的"), lists.sent(actor), received=False))
    if actor.may(INSPECT, RESOURCE):
        found.append(NoticeView("announcements", _("全部公告"), lists.announcements(), received=False))
    return found


class Notices(Sending, BaseView):
    """/notices/"""

    route_base = "/notices"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {
        "index": "read", "show": "read", "read": "read", "read_all": "read", "recall": "read", "new": "make",
        "people": "make",
    }

    @page("/")
    def index(self) -> str:
        """One of the lists."""
        actor = the_actor()
        known = views(actor)
        view = next((one for one in known if one.name == request.args.get("view", "unread")), None)
        if view is None:
            raise BadRequest
        found = page_of(view)
        readings = {} if view.received else lists.readings(db.session(), [row[0].id for row in found.rows])
        return str(self.render_template(
            "notices/list.html", title=_("通知"), view=view, views=known, page=found, readings=readings,
            may_send=actor.may(MAKE, RESOURCE), previous=turned(view, before=found.previous),
            next=turned(view, after=found.next),
        ))

    @page(f"/{ID}")
    def show(self, pk: int) -> str:
        """A notice; the text of one's own copy only after it was opened."""
        actor, session = the_actor(), db.session()
        notice = publishing.sight(session, actor, pk)
        copy = publishing.received(session, actor, notice)
        traces = publishing.traces(actor, notice)
        return str(self.render_template(
            "notices/notice.html", title=notice.title, notice=notice, copy=copy,
            text=publishing.text(actor, notice, copy), own=notice.sent_by_id == actor.user_id,
            readers=publishing.receipts(session, actor, pk) if traces else None,
            document_url=paths.document_url(notice.document) if notice.document else None,
        ))

    @page(f"/{ID}/read", "POST")
    def read(self, pk: int) -> Response:
        """Opens one's own copy: read from now on."""
        with transaction(db.session()) as session:
            operations.read(session, the_actor(), pk)
        return redirect(url_for("Notices.show", pk=pk))

    @page("/read", "POST")
    def read_all(self) -> Response:
        """Marks all of one's own as read."""
        with transaction(db.session()) as session:
            operations.read_all(session, the_actor())
        flash(gettext("已全部标为已读"), "success")
        return redirect(url_for("Notices.index"))

    @page(f"/{ID}/recall", "POST")
    def recall(self, pk: int) -> Response:
        """Takes one's own announcement back."""
        with transaction(db.session()) as session:
            publishing.recall(session, the_actor(), pk)
        flash(gettext("已撤回，收到的人不再看到正文"), "success")
        return redirect(url_for("Notices.show", pk=pk))


def page_of(view: NoticeView) -> Page:
    """The page that the request asks for: `after`, `before`."""
    column: Any = NoticeReceipt.notice_id if view.received else Notice.id
    after, before = request.args.get("after"), request.args.get("before")
    statement = view.statement.add_columns(column)
    return keyset.page(db.session(), statement, (Order(column, True),), lambda row: [row[-1]], after, before, SIZE)


def turned(view: NoticeView, after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    return url_for("Notices.index", view=view.name, after=after, before=before) if after or before else None
