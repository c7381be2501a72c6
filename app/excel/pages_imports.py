"""Import pages: choose a file, read the dry run, confirm, watch, find again."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from flask import current_app, jsonify, redirect, request
from flask_appbuilder import BaseView
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from app.database import db, transaction
from app.documents.values import Invalid
from app.engine.spec import AnySpec
from app.excel import beats, deciding, jobs
from app.excel.faults import BadWorkbook
from app.excel.faulty import faulty_rows
from app.excel.layout import layout_of
from app.excel.models import ImportBatch, ImportFault, ImportState
from app.excel.pages import form_of, home, page, register_of, send, the_actor
from app.excel.receiving import may_import, receive
from app.excel.running import spec_of
from app.excel.showing import described, running
from app.excel.surroundings import extract
from app.workflow.errors import Missing

LISTED = 50
"""Batches, and faults, on a page."""
ID = "<int(max=2147483647):key>"


class Imports(BaseView):
    """Imports of every form and register."""

    route_base = ""

    @page("/forms/<slug>/import", methods=("GET", "POST"))
    def form(self, slug: str) -> Any:
        return self.choose(form_of(slug))

    @page("/registers/<slug>/import", methods=("GET", "POST"))
    def register(self, slug: str) -> Any:
        return self.choose(register_of(slug))

    @page("/imports/")
    def list(self) -> Any:
        number = request.args.get("page", 1, type=int)
        statement = select(ImportBatch).where(deciding.visible(the_actor())).order_by(ImportBatch.id.desc())
        found = paged(statement, max(number or 1, 1))
        batches = [described(one, the_actor()) for one in found[:LISTED]]
        return self.render_template("excel/imports.html", batches=batches, number=number, more=len(found) > LISTED)

    @page(f"/imports/{ID}")
    def show(self, key: int) -> Any:
        batch = deciding.find(db.session(), the_actor(), key)
        number = max(request.args.get("page", 1, type=int) or 1, 1)
        statement = select(ImportFault).where(ImportFault.batch_id == key).order_by(ImportFault.id)
        faults = paged(statement, number)
        upload = jobs.folder() / batch.stored
        rows = None
        if batch.state is ImportState.CHECKED and batch.faulty and batch.size <= jobs.SMALL * 4:
            rows = extract(upload, layout_of(spec_of(batch)), faults)
        return self.render_template(
            "excel/batch.html", it=described(batch, the_actor()), spec=spec_of(batch), home=home(spec_of(batch)),
            faults=faults[:LISTED], more=len(faults) > LISTED, number=number, extract=rows, kept=kept(key),
            downloadable=batch.state is ImportState.CHECKED and bool(batch.faulty) and upload.is_file(),
            others=[described(one, the_actor()) for one in running(db.session(), the_actor(), batch)],
        )

    @page(f"/imports/{ID}/progress")
    def progress(self, key: int) -> Response:
        batch = deciding.find(db.session(), the_actor(), key)
        pulse = beats.pulse(jobs.folder() / batch.stored) if batch.state.running else None
        return jsonify(
            state=batch.state.value, title=str(batch.state.title), running=batch.state.running,
            done=pulse.done if pulse else batch.done, total=pulse.total if pulse else batch.total,
            rate=round(pulse.rate) if pulse else None, left=pulse.left if pulse else None,
        )

    @page(f"/imports/{ID}/confirm", methods=("POST",))
    def confirm(self, key: int) -> Response:
        with transaction(db.session()) as session:
            batch = deciding.confirm(session, the_actor(), key)
        if batch.state is ImportState.IMPORTING:
            jobs.start_import(batch)
        return redirect(f"/imports/{key}")

    @page(f"/imports/{ID}/cancel", methods=("POST",))
    def cancel(self, key: int) -> Response:
        with transaction(db.session()) as session:
            deciding.cancel(session, the_actor(), jobs.folder(), key)
        return redirect(f"/imports/{key}")

    @page(f"/imports/{ID}/faults.xlsx")
    def faulty(self, key: int) -> Response:
        batch = deciding.find(db.session(), the_actor(), key)
        upload = jobs.folder() / batch.stored
        if batch.state is not ImportState.CHECKED or not upload.is_file():
            raise Missing
        name = batch.file_name.rsplit(".", 1)[0]
        try:
            return send(BytesIO(faulty_rows(db.session(), batch, upload)), f"{name}_差错")
        except BadWorkbook:
            raise Missing from None

    def choose(self, spec: AnySpec) -> Any:
        """The page that takes a file; what it holds is shown by its batch's page."""
        actor = the_actor()
        may_import(actor, spec)
        problem: Sequence[str] = ()
        if request.method == "POST":
            file = request.files.get("file")
            if file is None or not file.filename:
                problem = [gettext("请选择要导入的 Excel 文件")]
            else:
                try:
                    with transaction(db.session()) as session:
                        batch = receive(session, actor, spec, jobs.folder(), file.filename, file.stream)
                    jobs.start_check(batch)
                    return redirect(f"/imports/{batch.id}")
                except BadWorkbook as bad:
                    problem = [f"{one.reason}。{one.mend}" for one in bad.faults]
                except Invalid as invalid:
                    problem = [str(one.message) for one in invalid.faults]
        latest = select(ImportBatch).where(ImportBatch.slug == spec.slug, deciding.visible(actor))
        batches = db.session.scalars(latest.order_by(ImportBatch.id.desc()).limit(5)).all()
        most = (current_app.config["MAX_CONTENT_LENGTH"] or 0) >> 20
        content = self.render_template(
            "excel/choose.html", spec=spec, home=home(spec), layout=layout_of(spec), problem=problem, most=most,
            batches=[described(one, actor) for one in batches],
        )
        return content, 422 if problem else 200


def paged(statement: Any, number: int) -> list[Any]:
    """A page of rows and one more, which tells whether there is another page."""
    return list(db.session.scalars(statement.offset((number - 1) * LISTED).limit(LISTED + 1)))


def kept(key: int) -> int:
    """How many faults of a batch are kept."""
    return db.session.scalar(select(func.count()).select_from(ImportFault).where(ImportFault.batch_id == key)) or 0


