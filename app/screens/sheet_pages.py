"""Filling in (填制): the pages that make and change a document. What was typed is never lost, whatever goes wrong."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request
from werkzeug.exceptions import HTTPException

from app.database import db
from app.documents import attachments, operations, typing
from app.documents.resolver import DatabaseResolver
from app.documents.values import Invalid
from app.documents.words import Words
from app.engine.document import State
from app.engine.spec import FormSpec
from app.screens import actions, paths, saving, stale
from app.screens.exposing import ID, page, the_actor
from app.screens.faults import Summary, summary
from app.screens.prefills import first_values
from app.screens.saving import Submission, files_sent
from app.screens.screen import Screen
from app.screens.sheet_views import SheetView
from app.screens.sheets import Sheet, blank, sheet_class
from app.screens.translating import gettext as _
from app.screens.typed import typed_values
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import case_of, open_case
from app.workflow.door import Shown
from app.workflow.errors import Denied, Missing, Stale
from app.workflow.models import Decision
from app.workflow.options import Action, option

log = logging.getLogger(__name__)


class SheetPages(Screen):
    """/add and /edit."""

    @page("/add", "GET", "POST")
    def add(self) -> Any:
        """A new document."""
        actor, spec = the_actor(), self.spec
        operations.may_make(actor, spec)
        if request.method == "POST":
            sheet = sheet_class(spec)()
            key = sheet.page_key.data or secrets.token_urlsafe(16)
            sent = submission(sheet)
            return self._save(sheet, sent, None, lambda: saving.make(actor, spec, sent, key))
        if (amends := number(request.args.get("amends"))) is not None:
            return self._amending(amends)
        session = db.session()
        kept = typing.kept(session, actor, spec, typing.NEW)
        restoring = kept is not None and "restore" in request.args
        values = kept.values if kept and restoring else first_values(session, actor, spec, request.args)
        sheet = blank(sheet_class(spec), spec, values, page_key=secrets.token_urlsafe(16))
        return self._sheet(SheetView(spec, sheet, offer=None if restoring else kept, restored=restoring))

    def _amending(self, amends: int) -> Response:
        """A correction (更正): the sheet with what the finished document says."""
        session, actor, spec = db.session(), the_actor(), self.spec
        document = operations.amendable(session, actor, spec, amends)
        values = typed_values(spec, document, DatabaseResolver(session, actor))
        sheet = blank(sheet_class(spec), spec, values, page_key=secrets.token_urlsafe(16), amends=str(amends))
        return self._sheet(SheetView(spec, sheet))

    @page(f"/edit/{ID}", "GET", "POST")
    def edit(self, pk: int) -> Any:
        """A document that is with its maker."""
        actor, spec = the_actor(), self.spec
        if request.method == "POST":
            sheet = sheet_class(spec)()
            sent, shown = submission(sheet), shown_of(sheet)

            def save() -> int:
                saving.change(actor, spec, pk, sent, shown)
                return pk

            return self._save(sheet, sent, pk, save)
        session = db.session()
        case = changeable(actor, spec, pk)
        kept = typing.kept(session, actor, spec, pk)
        restoring = kept is not None and "restore" in request.args
        resolver = DatabaseResolver(session, actor)
        values = kept.values if kept and restoring else typed_values(spec, case.document, resolver)
        sheet = blank(
            sheet_class(spec), spec, values, version=case.document.version, digest=case.document.digest
        )
        view = SheetView(spec, sheet, case.document, offer=None if restoring else kept, restored=restoring)
        if case.document.state is State.RETURNED:
            view.returned = next((one for one in reversed(case.trail) if one.decision is Decision.RETURN), None)
        return self._sheet(view)

    def _save(self, sheet: Sheet, sent: Submission, pk: int | None, save: Callable[[], int]) -> Any:
        """Saves, and goes on to the document; or shows the sheet again with what was typed and what was wrong."""
        try:
            saved = save()
        except (Missing, HTTPException):
            raise
        except Exception as error:
            said, status = failure(error, sheet, sent.submitting)
            return self._again(sheet, pk, error, said, status)
        flash(self._told(saved) if sent.submitting else _("草稿已保存，尚未提交"), "success")
        return redirect(paths.url(self.spec, "show", pk=saved))

    def _told(self, pk: int) -> str:
        """Who has the document now that it is handed in."""
        session = db.session()
        return actions.told(case_of(session, self.spec, session.get_one(self.spec.model, pk)))

    def _again(self, sheet: Sheet, pk: int | None, error: Exception, said: Summary, status: int) -> Response:
        """The sheet after an error; where the document has moved on, with the differences."""
        session, actor = db.session(), the_actor()
        session.rollback()
        view = SheetView(self.spec, sheet, summary=said)
        if pk is not None:
            view.document = open_case(session, actor, self.spec, pk).document
            if isinstance(error, Stale):
                now = typed_values(self.spec, view.document, DatabaseResolver(session, actor))
                view.differences = tuple(stale.differences(self.spec, now, sheet.raw()))
                sheet.version.data, sheet.digest.data = view.document.version, view.document.digest
        return self._sheet(view, status)

    def _sheet(self, view: SheetView, status: int = 200) -> Response:
        """The page of a sheet."""
        session = db.session()
        amends = view.document.amends_id if view.document else number(view.sheet.amends.data)
        view.amends = open_case(session, the_actor(), self.spec, amends).document if amends is not None else None
        view.words = Words(plain=True)
        if view.document is not None:
            view.words.learn(session, self.spec.fields, [view.document])
            for line in self.spec.lines:
                view.words.learn(session, line.fields, getattr(view.document, line.name))
            view.attachments = tuple(attachments.of(session, view.document.id))
        return self.answer("forms/sheet.html", status, view=view, most_bytes=attachments.MOST_BYTES,
                           accepted=",".join(attachments.ACCEPTED))


def submission(sheet: Sheet) -> Submission:
    """What this request sends."""
    return Submission(sheet.raw(), files_sent(request.files), request.form.get("_do") == "submit", number(sheet.amends.data))


def number(text: str | None) -> int | None:
    """The key of a document as a page sends it; None where it sends none."""
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def shown_of(sheet: Sheet) -> Shown:
    """The version and digest that the sheet was made from; anything else compares as stale."""
    version = sheet.version.data or ""
    return Shown(int(version) if version.isdecimal() and len(version) < 10 else -1, sheet.digest.data or "")


def changeable(actor: Actor, spec: FormSpec, pk: int) -> Case:
    """The case of a document that the person may edit; raises Missing, Denied."""
    case = open_case(db.session(), actor, spec, pk)
    answer = option(actor, case, Action.EDIT)
    if answer.reason is not None:
        raise Denied(answer.reason)
    return case


def failure(error: Exception, sheet: Sheet, submitting: bool) -> tuple[Summary, int]:
    """What went wrong in the person's words, and the status that says it to machines."""
    match error:
        case Invalid():
            sheet.mark(error.faults)
            return summary(error.faults, submitting=submitting), 422
        case Denied():
            return Summary(str(error.reason)), 403
        case Stale():
            return Summary(str(error.message), tone="warning"), 409
    reference = secrets.token_hex(4)
    log.error("error %s at %s %s", reference, request.method, request.path, exc_info=error)
    return Summary(_("系统出错，没有保存。您录入的内容都在下面，请稍后再试；如仍不行，请把编号 %(reference)s 告诉系统管理员。",
                     reference=reference)), 500
