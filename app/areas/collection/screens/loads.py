"""数据装载: batches that can be loaded, a load from matching to its result, and the authorisation in the operator's page."""

from typing import Any

from flask import flash, make_response, redirect, request, send_file, url_for
from flask_appbuilder import BaseView
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.areas.collection.base_store.models import BaseBatch
from app.areas.collection.credit import error_file, error_register, lists, operations
from app.areas.collection.credit.models import LoadBatch, LoadState
from app.areas.collection.credit.people import authorisers
from app.areas.collection.credit.permissions import LOAD, LOADING
from app.areas.collection.forms.load_error_register import Cause
from app.audit.models import AuditAction
from app.database import db, transaction
from app.engine.document import Document, State
from app.jobs.models import Job
from app.screens import keyset, paths, saving
from app.screens.connections import connection
from app.screens.exposing import ID, page, the_actor
from app.screens.jobs import row_of
from app.screens.keyset import Order
from app.screens.proofs import AUTHORISER, CODE, PASSWORD
from app.screens.translating import gettext
from app.security.proving import prove
from app.workflow.errors import Denied, Missing, Unproven

SIZE = 30
FAULTS = 50
ENTERPRISES = 20
VIEWS = {"waiting": _("待装载批次"), "batches": _("全部批次"), "loads": _("装载记录")}
TONES = {
    LoadState.MATCHING: "info", LoadState.MATCHED: "info", LoadState.LOADING: "info", LoadState.LOADED: "success",
    LoadState.FAILED: "danger", LoadState.CANCELLED: "default",
}


class Loads(BaseView):
    """/collection/loads/"""

    route_base = "/collection/loads"
    default_view = "index"
    class_permission_name = LOADING
    method_permission_name = {
        "index": "list", "show": "list", "start": "load", "authorise": "load", "cancel": "load", "register": "load",
        "errors": "list",
    }

    @page("/")
    def index(self) -> str:
        """Batches that wait to be loaded, all batches, or the loads."""
        view, args = request.args.get("view", "waiting"), request.args
        if view not in VIEWS:
            raise BadRequest
        statement = lists.loads() if view == "loads" else lists.batches(waiting=view == "waiting")
        newest: Any = LoadBatch.id if view == "loads" else BaseBatch.id
        found = keyset.page(
            db.session(), statement, (Order(newest, True),), lambda row: [row[0].id], args.get("after"), args.get("before"), SIZE
        )
        return str(self.render_template(
            "collection/loads.html", title=_("数据装载"), view=view, views=VIEWS, rows=found.rows, tones=TONES,
            may_load=the_actor().may(LOAD, LOADING), previous=turned(view, before=found.previous),
            next=turned(view, after=found.next),
        ))

    @page(f"/{ID}")
    def show(self, pk: int) -> Response:
        """A load: its figures, what is found, who did what, and what comes next."""
        return self._show(pk)

    @page("/start", "POST")
    def start(self) -> Response:
        """Begins the load of a batch."""
        batch_id = request.form.get("batch_id", type=int) or 0
        with transaction(db.session()) as session:
            load_id = operations.start(session, the_actor(), batch_id).id
        flash(gettext("已开始装载预处理"), "success")
        return redirect(url_for("Loads.show", pk=load_id))

    @page(f"/{ID}/authorise", "POST")
    def authorise(self, pk: int) -> Response:
        """现场授权: the authoriser proves identity in the operator's page; wrong proofs count towards the lock."""
        actor, form, session = the_actor(), request.form, db.session()
        try:
            if reason := operations.not_to_authorise(operations.find(session, pk), actor):
                raise Denied(reason)
            proof = prove(session, actor, form.get(AUTHORISER, "").strip(), form.get(PASSWORD, ""), form.get(CODE, ""))
            with transaction(session):
                operations.authorise(session, actor, pk, proof)
        except (Unproven, Denied) as error:
            return self._show(pk, 422 if isinstance(error, Unproven) else 403, refused=error.reason, typed=form)
        flash(gettext("%(name)s已现场授权，装载开始", name=proof.actor.name), "success")
        return redirect(url_for("Loads.show", pk=pk))

    @page(f"/{ID}/cancel", "POST")
    def cancel(self, pk: int) -> Response:
        """Gives a load up."""
        with transaction(db.session()) as session:
            waits = operations.cancel(session, the_actor(), pk).state.value != "cancelled"
        flash(gettext("已要求取消，当前一批处理完后停止") if waits else gettext("已取消，没有装载任何数据"), "success")
        return redirect(url_for("Loads.show", pk=pk))

    @page(f"/{ID}/register", "POST")
    def register(self, pk: int) -> Response:
        """One click: the form 7 of a load's errors, with what is known of them and their file."""
        with transaction(db.session()) as session:
            document = error_register.draft(session, the_actor(), pk, saving.folder())
            address = paths.document_url(document)
        flash(gettext("已生成《装载差错文件登记表》草稿，请查明原因后提交"), "success")
        return redirect(address)

    @page(f"/{ID}/errors")
    def errors(self, pk: int) -> Response:
        """The error file of a load."""
        with transaction(db.session()) as session:
            load = operations.find(session, pk)
            path = error_file.folder() / (load.error_file or "")
            if load.error_file is None or not path.is_file():
                raise Missing
            operations.note(session, the_actor(), AuditAction.EXPORT, load, file=load.error_file)
            name = load.error_file
        response = send_file(path, mimetype="text/csv", as_attachment=True, download_name=f"{gettext('装载差错')}_{name}", max_age=0)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def _show(self, pk: int, status: int = 200, **more: Any) -> Response:
        """The page, with the dialog open again where an authorisation was refused."""
        actor, session = the_actor(), db.session()
        load = operations.find(session, pk)
        after = request.args.get("after", type=int) or 0
        found = lists.faults(session, pk, after, FAULTS)
        job = session.get(Job, load.job_id) if load.job_id else None
        register = error_register.registered(session, load)
        own = load.operator_id == actor.user_id and actor.may(LOAD, LOADING)
        content = self.render_template(
            "collection/load.html", title=_("装载批次 %(number)s", number=load.number), load=load, tone=TONES[load.state],
            job=row_of(actor, job, None) if job else None, faults=found[:FAULTS], causes=Cause, after=after,
            next=url_for("Loads.show", pk=pk, after=found[FAULTS - 1].fault.id) if len(found) > FAULTS else None,
            enterprises=lists.enterprises(session, pk, ENTERPRISES), reloads=lists.reloads(session, load),
            import_form=connection(actor, session.get_one(Document, load.batch.register_id)),
            register=connection(actor, register) if register else None,
            asked_by=connection(actor, session.get_one(Document, load.register_id)) if load.reload_of_id else None,
            own=own, may_load=actor.may(LOAD, LOADING), registrable=registrable(session, load, register),
            authorisers=_("、").join(authorisers(session, actor)),
            **{"typed": {}, "refused": None, **more},
        )
        return make_response(content, status)


def registrable(session: Session, load: LoadBatch, register: Document | None) -> bool:
    """Whether a form 7 can be made of the load's errors: none is under way, and no reload has dealt with them."""
    finished = register is None or register.state is State.DONE
    return load.state is LoadState.LOADED and load.rejected > 0 and finished and operations.last_reload(session, load) is load


def turned(view: str, after: str | None = None, before: str | None = None) -> str | None:
    """The URL of a neighbouring page, or None."""
    return url_for("Loads.index", view=view, after=after, before=before) if after or before else None
