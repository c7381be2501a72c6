"""What became of accounts and roles (历次变更), and who had which on a past day; the rows themselves are Flask-AppBuilder's."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any, ClassVar

from flask import request, url_for
from flask_appbuilder import BaseView

from app.clock import today
from app.database import db
from app.engine.spec import RegisterSpec
from app.registers import versions
from app.registers.accounts import ROLES, USERS
from app.registers.wording import VersionWords
from app.screens.exposing import ID, page, the_actor
from app.screens.register_history import MOST, asked_day, entries, under_way
from app.screens.translating import gettext as _
from app.workflow.errors import Missing


class AccountHistory(BaseView):
    """Base of both: who sees the list of the built-in screen sees its history."""

    spec: ClassVar[RegisterSpec]
    default_view = "as_of"
    method_permission_name: ClassVar[dict[str, str]] = {"show": "list", "as_of": "list"}

    @page(f"/show/{ID}")
    def show(self, pk: int) -> str:
        """Every version of an account or role, the latest first, and the form about it that is under way."""
        session, actor, spec = db.session(), the_actor(), self.spec
        history = entries(session, actor, spec, pk)
        if not history:
            raise Missing
        values = history[0].told.version.values
        return self.page("security/history.html", name=values[spec.key], history=history, pending=under_way(session, actor, spec, pk))

    @page("/as-of")
    def as_of(self) -> str:
        """All of them as they stood at the end of a day."""
        session, actor, spec = db.session(), the_actor(), self.spec
        day = asked_day(request.args.get("day", ""))
        found = versions.as_of(session, spec, datetime.combine(day, time.max), MOST + 1)
        return self.page(
            "forms/as_of.html", rows=found[:MOST], more=len(found) > MOST, most=MOST, day=day, today=today(),
            words=VersionWords(session, actor),
        )

    def page(self, template: str, **values: Any) -> str:
        """A page with what its template asks of a spec."""
        return str(self.render_template(template, spec=self.spec, url=self.address(), title=_("历次变更"), **values))

    def address(self) -> Callable[..., str]:
        """Addresses by the names that generated screens have."""
        listed = self.class_permission_name
        return lambda view, **given: url_for(f"{listed}.list" if view == "list" else f"{self.endpoint}.{view}", **given)


class UserHistory(AccountHistory):
    """/users-history/"""

    spec, route_base, class_permission_name = USERS, "/users-history", "UserDBModelView"


class RoleHistory(AccountHistory):
    """/roles-history/"""

    spec, route_base, class_permission_name = ROLES, "/roles-history", "RoleModelView"
