"""数据批次: each import batch with its whole way, from the delivery to the credit database (articles 14, 16–20)."""

from typing import Any

from flask import request, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest

from app.areas.collection.base_store.models import BaseBatch, BatchState
from app.areas.collection.credit.models import LoadState
from app.areas.collection.screens.linking import document_url
from app.areas.collection.sight import batches
from app.areas.collection.sight.batches import Asked, Way
from app.areas.collection.sight.permissions import RESOURCE
from app.areas.collection.sight.wording import field_title, field_titles, rule_title
from app.areas.organisation.registers import ExternalOrganisation
from app.database import db
from app.screens import keyset
from app.screens.exposing import ID, page
from app.screens.keyset import Order

SIZE = 30
NEWEST = (Order(BaseBatch.id, True),)  # type: ignore[arg-type]
MOST_FAULTS = 20
TONES = {
    BatchState.PREPARING: "info", BatchState.PREPARED: "info", BatchState.IMPORTING: "info", BatchState.IMPORTED: "success",
    BatchState.FAILED: "danger", BatchState.CANCELLED: "warning",
    LoadState.MATCHING: "info", LoadState.MATCHED: "warning", LoadState.LOADING: "info", LoadState.LOADED: "success",
    LoadState.FAILED: "danger", LoadState.CANCELLED: "warning",
}
STEPS = (_("登记与提取"), _("预处理"), _("导入基础数据库"), _("装载征信数据库"))


class Batches(BaseView):
    """/collection/batches/"""

    route_base = "/collection/batches"
    default_view = "index"
    class_permission_name = RESOURCE
    method_permission_name = {"index": "list", "show": "list"}

    @page("/")
    def index(self) -> str:
        """The batches, the latest first."""
        asked, args, session = asked_for(), request.args, db.session()
        found = keyset.page(
            session, batches.batches(asked), NEWEST, lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE
        )
        return str(self.render_template(
            "collection/batches.html", title=_("数据批次"), rows=[row[0] for row in found.rows], asked=asked, tones=TONES,
            states=list(BatchState), providers=with_batches(session), previous=turned(asked, before=found.previous),
            next=turned(asked, after=found.next),
        ))

    @page(f"/{ID}")
    def show(self, pk: int) -> str:
        """One batch: documents, files, people, faults and loads."""
        session = db.session()
        way = batches.way(session, pk)
        titles = field_titles(session, [way.batch.structure_id])
        return str(self.render_template(
            "collection/batch.html", title=way.batch.number, it=way, tones=TONES, steps=STEPS, now=step_of(way),
            document_url=document_url, rule_title=rule_title, most=MOST_FAULTS,
            field_title=lambda name: field_title(titles, name),
        ))


def asked_for() -> Asked:
    """What the address asks for; raises BadRequest for what there is not."""
    state, provider = request.args.get("state"), request.args.get("provider")
    if state and state not in [one.value for one in BatchState]:
        raise BadRequest
    if provider and not (provider.isascii() and provider.isdigit() and len(provider) < 10):
        raise BadRequest
    return Asked(int(provider) if provider else None, None, BatchState.of(state) if state else None)


def with_batches(session: Session) -> list[ExternalOrganisation]:
    """The providers that have any batches."""
    known = select(BaseBatch.provider_id).distinct()
    found = select(ExternalOrganisation).where(ExternalOrganisation.id.in_(known)).order_by(ExternalOrganisation.code)
    return list(session.scalars(found))


def turned(asked: Asked, after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    if not (after or before):
        return None
    values: dict[str, Any] = {"state": asked.state.value if asked.state else None, "provider": asked.provider_id}
    return url_for("Batches.index", **values, after=after, before=before)


def step_of(way: Way) -> int:
    """How many of the steps are done."""
    if any(one.state is LoadState.LOADED for one in way.loads):
        return 4
    done = {BatchState.PREPARING: 1, BatchState.PREPARED: 2, BatchState.IMPORTING: 2, BatchState.IMPORTED: 3}
    return done.get(way.batch.state, 1)
