"""到件: what providers have brought, for collectors who fetch it into form 2 (article 16.1.1.3)."""

from collections.abc import Sequence
from typing import Any

from flask import Response, current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.areas.collection.arrival import fetching, permissions, scanning
from app.areas.collection.arrival.models import Arrival, ArrivalState, Way
from app.areas.organisation.registers import ExternalKind, ExternalOrganisation
from app.database import db, transaction
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.screens import faults, paths
from app.screens.exposing import ID, page, the_actor
from app.screens.translating import gettext as _
from app.workflow.errors import Denied, Missing

SHOWN = 100


class Arrivals(BaseView):
    """/arrivals/"""

    route_base = "/arrivals"
    default_view = "index"
    class_permission_name = permissions.RESOURCE
    method_permission_name = {"index": "list", "receipt": "list", "fetch": "fetch", "look": "fetch"}

    @page("/")
    def index(self) -> Response:
        """The latest arrivals, of one provider where one is chosen."""
        return self._page()

    @page("/look", "POST")
    def look(self) -> Any:
        """Looks into the drop folders now."""
        data = current_app.config["DATA_DIR"]
        found = scanning.scan(db.session(), current_app.config["DROP_DIR"], data / "arrivals")
        flash(_("新到 %(count)s 个文件", count=len(found)), "success")
        return redirect(url_for("Arrivals.index"))

    @page("/fetch", "POST")
    def fetch(self) -> Any:
        """Makes the draft of form 2 for the arrivals chosen."""
        ids = [int(one) for one in request.form.getlist("arrival") if one.isdecimal() and len(one) < 10]
        if not ids:
            return self._page(422, [Fault((), _("到件"), _("请先勾选要取的文件"))])
        data = current_app.config["DATA_DIR"]
        try:
            with transaction(db.session()) as session:
                document = fetching.fetch(session, the_actor(), ids, data / "arrivals", data / "attachments")
                key, uncounted = document.id, sum(one.records == 0 for one in document.files)  # type: ignore[attr-defined]
        except Invalid as invalid:
            return self._page(422, invalid.faults)
        except Denied as denied:
            return self._page(422, [Fault((), _("取件"), denied.reason)])
        if uncounted:
            flash(_("已取 %(count)s 个文件，登记表草稿已填好；%(left)s 个文件已加密或不能按数据结构清点，请补填提供单位报送的记录数后提交",
                    count=len(ids), left=uncounted), "success")
        else:
            flash(_("已取 %(count)s 个文件，登记表草稿已填好，记录数已清点，请核对后提交", count=len(ids)), "success")
        return redirect(paths.url(catalogue.form(fetching.FORM), "edit", pk=key))

    @page(f"/receipt/{ID}")
    def receipt(self, pk: int) -> Response:
        """The receipt of one arrival."""
        found = db.session().get(Arrival, pk)
        if found is None:
            raise Missing
        back = url_for("Arrivals.index")
        return make_response(self.render_template("collection/receipt.html", title=_("到件回执"), one=found, back=back))

    def _page(self, status: int = 200, found: Sequence[Fault] = ()) -> Response:
        session, code = db.session(), request.values.get("provider", "")
        spec = catalogue.form(fetching.FORM)
        rows = arrivals(session, code)
        return make_response(self.render_template(
            "collection/arrivals.html", title=_("到件"), rows=rows, states=ArrivalState, ways=Way, code=code,
            providers=providers(session), summary=faults.Summary(_("没有取件"), faults.summary(found).lines) if found else None,
            registers={one.id: paths.url(spec, "show", pk=one.register_id) for one in rows if one.register_id},
            may_fetch=the_actor().may(permissions.FETCH, permissions.RESOURCE),
        ), status)


def arrivals(session: Session, code: str) -> Sequence[Arrival]:
    """The latest hundred."""
    statement = select(Arrival).join(Arrival.provider).options(joinedload(Arrival.register)).order_by(Arrival.id.desc())
    if code:
        statement = statement.where(ExternalOrganisation.code == code)
    return session.scalars(statement.limit(SHOWN)).all()


def providers(session: Session) -> Sequence[ExternalOrganisation]:
    """Those to choose among."""
    kinds = ExternalOrganisation.kind == ExternalKind.PROVIDER
    return session.scalars(select(ExternalOrganisation).where(kinds).order_by(ExternalOrganisation.code)).all()
