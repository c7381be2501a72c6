"""存放与核验 of a disc: what its sealed package holds, whether it still matches, and its movements (article 16.1.1.5)."""

from typing import Any

from flask import Response, current_app, flash, make_response, redirect, request, url_for
from flask_appbuilder import BaseView

from app.areas.collection.discs import movements
from app.areas.collection.discs.packing import places
from app.areas.collection.discs.verifying import verify
from app.areas.collection.forms.media_safe_record import Direction, MediaSafeRecord
from app.database import db, transaction
from app.documents.values import Invalid
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.screens import faults, paths
from app.screens.document_pages import shown_in
from app.screens.exposing import ID, page, the_actor
from app.screens.translating import gettext as _
from app.security.proving import prove
from app.workflow.cases import open_case
from app.workflow.errors import Denied, Stale

RESOURCE = "S4 介质存放记录"


class Discs(BaseView):
    """/discs/"""

    route_base = "/discs"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "read", "check": "read", "move": "read"}

    @page(f"/{ID}")
    def index(self, pk: int) -> Response:
        """The package and the movements."""
        return self._page(pk)

    @page(f"/{ID}/check", "POST")
    def check(self, pk: int) -> Response:
        """Proves that the package still is what was sealed."""
        return self._page(pk, checked=True)

    @page(f"/{ID}/move", "POST")
    def move(self, pk: int) -> Any:
        """Records a movement; the witness proves identity on the spot."""
        actor, form, session = the_actor(), request.form, db.session()
        direction = Direction.IN if form.get("direction") == Direction.IN.value else Direction.OUT
        try:
            if not movements.may_move(actor):
                raise Denied(_("出入由保险柜管理员登记"))
            proof = prove(session, actor, form.get("_authoriser", "").strip(), form.get("_password", ""), form.get("_code", ""))
            with transaction(session):
                movements.move(session, actor, pk, shown_in(form), direction, form.get("reason", ""), proof)
        except Stale as stale:
            return self._page(pk, 409, faults.Summary(str(stale.message)))
        except Denied as denied:
            return self._page(pk, 422, faults.Summary(str(denied.reason)))
        except Invalid as invalid:
            return self._page(pk, 422, faults.summary(invalid.faults))
        flash(_("已登记%(direction)s", direction=direction.title), "success")
        return redirect(url_for("Discs.index", pk=pk))

    def _page(self, pk: int, status: int = 200, summary: faults.Summary | None = None, checked: bool = False) -> Response:
        session, actor, spec = db.session(), the_actor(), catalogue.form("media_safe_record")
        disc = open_case(session, actor, spec, pk).document
        assert isinstance(disc, MediaSafeRecord)
        found = verify(session, disc, current_app.config["DATA_DIR"] / "discs") if checked else None
        return make_response(self.render_template(
            "collection/disc.html", title=_("存放与核验"), disc=disc, summary=summary, checked=found, typed=request.form,
            files=places(session, [line.register for line in disc.registers]), following=movements.following(disc),
            may_move=movements.may_move(actor) and disc.state is State.DONE, directions=Direction,
            show=paths.url(spec, "show", pk=pk), list_url=paths.url(spec), spec=spec,
        ), status)
