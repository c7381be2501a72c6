"""原始资料移交: the day's list of originals for the archivist (article 16.1.3.4)."""

from datetime import date
from typing import Any

from flask import Response, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView

from app.areas.collection.entry import handover, permissions
from app.clock import today
from app.database import db, transaction
from app.screens.exposing import page, the_actor
from app.screens.translating import gettext as _


class Originals(BaseView):
    """/originals/"""

    route_base = "/originals"
    default_view = "index"
    class_permission_name = permissions.HANDOVER
    method_permission_name = {"index": "list", "take": "take"}

    @page("/")
    def index(self) -> Response:
        """The list of a day, to read and to print."""
        day = asked(request.args.get("day", ""))
        return make_response(self.render_template(
            "collection/originals.html", title=_("原始资料移交清单"), day=day, rows=handover.of_day(db.session(), day),
            may_take=the_actor().may(permissions.TAKE, permissions.HANDOVER),
        ))

    @page("/take", "POST")
    def take(self) -> Any:
        """The archivist takes over what the list names."""
        day = asked(request.form.get("day", ""))
        with transaction(db.session()) as session:
            count = handover.take_over(session, the_actor(), day)
        flash(_("已接收 %(count)s 份原始资料", count=count), "success")
        return redirect(url_for("Originals.index", day=day.isoformat()))


def asked(text: str) -> date:
    """The day asked for; today for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
