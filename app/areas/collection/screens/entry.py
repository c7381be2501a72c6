"""人工录入: a grid by the structure, keyed by one and read against the original by another (article 16.1.3)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, flash, jsonify, make_response, redirect, request, url_for
from flask_appbuilder import BaseView
from sqlalchemy import select

from app.areas.collection.entry import operations, permissions
from app.areas.collection.entry.checking import Faults, faults_of
from app.areas.collection.entry.models import EntrySheet, Review, SheetState
from app.areas.collection.forms.collection_file_register import Original
from app.areas.collection.registers import DataStructure, Method
from app.areas.collection.structures import layout_of
from app.areas.organisation.registers import Status
from app.clock import today
from app.database import db, transaction
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.screens import faults, paths
from app.screens.exposing import ID, data, page, the_actor
from app.screens.translating import gettext as _
from app.workflow.errors import Denied, Missing, Stale

SHOWN = 100
CELL = re.compile(r"rows-([0-9]{1,5})-c([0-9]{1,3})")
Rows = list[tuple[int, list[str]]]


class Entry(BaseView):
    """/entry/"""

    route_base = "/entry"
    default_view = "index"
    class_permission_name = permissions.RESOURCE
    method_permission_name = {
        "index": "list", "new": "key", "sheet": "list", "key": "key", "check": "key", "review": "review", "complete": "review",
    }

    @page("/")
    def index(self) -> Response:
        """The sheets, and a new one."""
        return self._list()

    @page("/new", "POST")
    def new(self) -> Any:
        """Opens a sheet."""
        form = request.form
        original = Original.PAPER if form.get("original") == Original.PAPER.value else Original.ELECTRONIC
        try:
            with transaction(db.session()) as session:
                first, last = day(form, "period_from", _("所属期间起")), day(form, "period_to", _("所属期间止"))
                made = operations.open_sheet(session, the_actor(), form.get("structure", ""), original, form.get("source", ""), first, last)
                key = made.id
        except Invalid as invalid:
            return self._list(422, faults.summary(invalid.faults))
        except Denied as denied:
            return self._list(422, faults.Summary(str(denied.reason)))
        flash(_("录入表已建立"), "success")
        return redirect(url_for("Entry.sheet", pk=key))

    @page(f"/{ID}")
    def sheet(self, pk: int) -> Response:
        """The grid: to key, to review, or to read."""
        return self._sheet(pk)

    @page(f"/{ID}/key", "POST")
    def key(self, pk: int) -> Any:
        """Saves what was keyed, and hands it over to review where asked."""
        handing = request.form.get("do") == "hand_over"

        def act() -> None:
            with transaction(db.session()) as session:
                operations.key(session, the_actor(), pk, version(), [row for _number, row in keyed()], hand_over=handing)

        try:
            return self._done(act, pk, _("已交复核") if handing else _("已保存"), keyed())
        except Invalid as invalid:
            if handing:  # what was keyed is kept all the same
                with transaction(db.session()) as session:
                    operations.key(session, the_actor(), pk, version(), [row for _number, row in keyed()])
            return self._sheet(pk, 422, faults.summary(invalid.faults, submitting=True))

    @data(f"/{ID}/check", "POST")
    def check(self, pk: int) -> Any:
        """What is wrong with the rows typed so far: reasons by row and field."""
        sheet = found(pk)
        layout = layout_of(db.session(), sheet.structure)
        given = request.get_json(silent=True)
        rows = given.get("rows") if isinstance(given, dict) else None
        if not isinstance(rows, list) or len(rows) > operations.MOST_ROWS or not all(isinstance(one, list) for one in rows):
            return jsonify(message=_("请求有误")), 400
        width = len(layout.fields)
        numbered = [
            (at, [str(cell)[:operations.LONGEST] for cell in (*row, *[""] * width)][:width]) for at, row in enumerate(rows, 1) if any(row)
        ]
        answer = [{"row": row, "field": place, "reason": str(reason)} for (row, place), reason in faults_of(layout, numbered).items()]
        return jsonify(faults=answer)

    @page(f"/{ID}/review", "POST")
    def review(self, pk: int) -> Any:
        """Notes what the reviewer reads in the original."""
        same = frozenset(int(one) for one in request.form.getlist("same") if one.isdecimal() and len(one) < 10)

        def act() -> None:
            with transaction(db.session()) as session:
                operations.review(session, the_actor(), pk, version(), dict(keyed()), same)

        return self._done(act, pk, _("复核结果已登记"))

    @page(f"/{ID}/complete", "POST")
    def complete(self, pk: int) -> Any:
        """Makes the file and form 2."""
        made: list[int] = []

        def act() -> None:
            with transaction(db.session()) as session:
                folder = current_app.config["DATA_DIR"] / "attachments"
                made.append(operations.complete(session, the_actor(), pk, version(), folder).id)

        answer = self._done(act, pk, _("数据文件和登记表草稿已生成，请核对后提交"))
        return redirect(paths.url(catalogue.form("collection_file_register"), "edit", pk=made[0])) if made else answer

    def _done(self, act: Callable[[], None], pk: int, words: str, typed: Rows | None = None) -> Any:
        try:
            act()
        except Stale as stale:
            return self._sheet(pk, 409, faults.Summary(str(stale.message)), typed)
        except Denied as denied:
            return self._sheet(pk, 422, faults.Summary(str(denied.reason)), typed)
        flash(words, "success")
        return redirect(url_for("Entry.sheet", pk=pk))

    def _list(self, status: int = 200, summary: faults.Summary | None = None) -> Response:
        session = db.session()
        manual = (DataStructure.method == Method.MANUAL, DataStructure.status == Status.ACTIVE)
        return make_response(self.render_template(
            "collection/entries.html", title=_("人工录入"), summary=summary, typed=request.form, originals=Original,
            sheets=session.scalars(select(EntrySheet).order_by(EntrySheet.id.desc()).limit(SHOWN)).all(),
            structures=session.scalars(select(DataStructure).where(*manual).order_by(DataStructure.code)).all(),
            may_open=the_actor().may(permissions.KEY, permissions.RESOURCE), url=url_for,
        ), status)

    def _sheet(self, pk: int, status: int = 200, summary: faults.Summary | None = None, typed: Rows | None = None) -> Response:
        session, actor, sheet = db.session(), the_actor(), found(pk)
        layout = layout_of(session, sheet.structure)
        rows: Sequence[Any] = sheet.rows
        wrong: Faults = faults_of(layout, [(one.row_no, one.values) for one in rows])
        why_not_key, why_not_review = operations.may_not_key(actor, sheet), operations.may_not_review(actor, sheet)
        spec = catalogue.form("collection_file_register")
        return make_response(self.render_template(
            "collection/entry.html", title=_("录入表"), sheet=sheet, fields=layout.fields, rows=rows, wrong=wrong, summary=summary,
            typed=typed, keying=why_not_key is None, reviewing=why_not_review is None, states=SheetState, reviews=Review,
            reason=why_not_key if sheet.state is SheetState.KEYING else why_not_review,
            register_url=paths.url(spec, "show", pk=sheet.register_id) if sheet.register_id else None,
        ), status)


def found(pk: int) -> EntrySheet:
    """The sheet; raises Missing."""
    sheet = db.session().get(EntrySheet, pk)
    if sheet is None:
        raise Missing
    return sheet


def version() -> int:
    """The version that the page showed."""
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def keyed() -> Rows:
    """The rows of the posted grid, by the numbers that the page gave them."""
    rows: dict[int, dict[int, str]] = {}
    for name, value in request.form.items():
        if cell := CELL.fullmatch(name):
            rows.setdefault(int(cell[1]), {})[int(cell[2])] = value
    return [(number + 1, [cells.get(at, "") for at in range(max(cells) + 1)]) for number, cells in sorted(rows.items())]


def day(form: Mapping[str, str], name: str, label: str) -> date:
    """A day as the browser sends it; raises Invalid."""
    try:
        return date.fromisoformat(form.get(name, ""))
    except ValueError:
        raise Invalid([Fault((name,), label, _("请填写日期，如 %(day)s", day=today().isoformat()))]) from None
