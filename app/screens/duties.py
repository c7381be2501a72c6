"""The screen of duties (岗位权限): the picture, the matrix of forms, and the conflicts and gaps that both mark."""

from typing import Any

from flask import request, send_file, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.clock import now
from app.database import db
from app.engine.catalogue import catalogue
from app.engine.positions import HomeDepartment
from app.engine.text import Text
from app.screens.duty_book import book
from app.screens.duty_matrix import matrices
from app.screens.duty_picture import OTHERS, Asked, department_names, picture
from app.screens.exposing import page
from app.screens.translating import gettext
from app.workflow.duties import Severity, findings, load_holdings
from app.workflow.duties.permissions import RESOURCE

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

VIEWS: dict[str, Text] = {"picture": _("岗位与权限"), "forms": _("单据与环节"), "findings": _("冲突与缺口")}


class Duties(BaseView):
    """/duties/"""

    route_base = "/duties"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list", "export": "list"}

    @page("/")
    def index(self) -> str:
        """One of the views, of everything or of a department, person or form."""
        view = request.args.get("view", "picture")
        if view not in VIEWS:
            raise BadRequest
        asked, session = asked_for(), db.session()
        holdings = load_holdings(session)
        found = findings(catalogue, holdings)
        return str(self.render_template(
            f"duties/{view}.html", title=_("岗位权限"), view=view, views=VIEWS, asked=asked, turned=turned,
            found=found, errors=[one for one in found if one.error],
            warnings=sum(one.severity is Severity.WARNING for one in found), people=len(holdings.active),
            blocks=picture(session, holdings, found, asked) if view == "picture" else [],
            matrices=matrices(holdings, found, asked) if view == "forms" else [],
            departments=departments(), forms=[spec for spec in catalogue.forms if not spec.generated],
        ))

    @page("/export.xlsx")
    def export(self) -> Response:
        """The part that is asked for, as a workbook."""
        asked, session = asked_for(), db.session()
        holdings = load_holdings(session)
        found = findings(catalogue, holdings)
        content = book(picture(session, holdings, found, asked), matrices(holdings, found, asked), found)
        name = f"{gettext('岗位权限')}_{now():%Y%m%d_%H%M}.xlsx"
        return send_file(content, mimetype=XLSX, as_attachment=True, download_name=name)


def asked_for() -> Asked:
    """The part that the request asks for: `department`, `person`, `form`."""
    form, department = request.args.get("form", ""), request.args.get("department", "")
    if form and form not in {spec.slug for spec in catalogue.forms}:
        raise BadRequest
    if department and department not in {OTHERS, *(home.code for home in HomeDepartment)}:
        raise BadRequest
    person = request.args.get("person", "").strip()[:64]
    return Asked(department, person, catalogue.form(form) if form else None)


def turned(**changes: Any) -> str:
    """The address of this page with other conditions."""
    kept = {name: request.args.get(name) or None for name in ("view", "department", "person", "form")}
    return url_for("Duties.index", **{**kept, **changes})


def departments() -> list[tuple[str, str]]:
    """Codes and names to choose a department from."""
    names = department_names(db.session())
    found = [(home.code, names.get(home.code, (str(home.title), ""))[0]) for home in HomeDepartment]
    return [*found, (OTHERS, gettext("其他角色"))]


__all__ = ["Duties"]
