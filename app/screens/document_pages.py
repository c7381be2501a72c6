"""The page of a document (单据): its paper form, and beside it chain, attachments, links and what the person may do."""

from typing import Any

import segno
from flask import Response, abort, flash, redirect, request
from markupsafe import Markup

from app.database import db, transaction
from app.documents import attachments, operations
from app.documents.paper import paper_of
from app.documents.values import Invalid
from app.documents.words import Words, in_plain
from app.engine.document import Document
from app.screens import actions, changes, connections, paths, proofs
from app.screens.exposing import ID, page, the_actor
from app.screens.jobs import of_document
from app.screens.panels import panels
from app.screens.screen import Screen
from app.screens.timelines import timeline
from app.screens.translating import gettext as _
from app.workflow import door, letters
from app.workflow.case import Case
from app.workflow.cases import case_of, open_case
from app.workflow.door import Shown
from app.workflow.errors import Denied, Moved, Stale, Unproven
from app.workflow.letters import Letter
from app.workflow.options import Action, option

DECISIONS = (Action.SUBMIT, Action.WITHDRAW, Action.APPROVE, Action.AUTHORISE, Action.RETURN, Action.TERMINATE)


class DocumentPages(Screen):
    """/show, /act and /delete."""

    @page(f"/show/{ID}")
    def show(self, pk: int) -> Response:
        """A document."""
        return self._show(pk)

    @page(f"/act/{ID}", "POST")
    def act(self, pk: int) -> Any:
        """A decision on the document as it was shown."""
        action = next((one for one in DECISIONS if one == request.form.get("action")), None)
        if action is None:
            abort(400)
        return self._decide(pk, action)

    @page(f"/delete/{ID}", "POST")
    def delete(self, pk: int) -> Any:
        """Removes an own draft."""
        actor = the_actor()
        try:
            with transaction(db.session()) as session:
                operations.delete(session, actor, self.spec, pk, shown_in(request.form))
        except Stale as stale:
            return self._show(pk, 409, problem=str(stale.message), since=stale.changes)
        flash(_("草稿已删除"), "success")
        return redirect(paths.url(self.spec))

    def _show(self, pk: int, status: int = 200, **extra: Any) -> Response:
        """The page; `extra`: `problem` that kept a decision from being taken, what changed `since`, `faults`, what was `typed`."""
        session, actor, spec = db.session(), the_actor(), self.spec
        case = open_case(session, actor, spec, pk)
        paper = paper_of(session, spec, case.document, case, plain=in_plain(actor, spec))
        return self.answer(
            "forms/document.html", status, document=case.document, paper=paper, qr=qr(case.document), case=case,
            changes=changes.comparison(session, spec, case.document, Words(in_plain(actor, spec))),
            desk=actions.desk(session, actor, case), timeline=timeline(session, case),
            attachments=attachments.of(session, pk), links=connections.links(session, actor, case.document),
            jobs=of_document(session, actor, case.document), panels=panels(session, actor, spec, case.document),
            changeable=option(actor, case, Action.EDIT).allowed, accepted=",".join(attachments.ACCEPTED),
            most_bytes=attachments.MOST_BYTES, **extra,
        )

    def _decide(self, pk: int, action: Action) -> Any:
        """Takes the decision, or shows the document again with what stood in its way."""
        actor, form, spec = the_actor(), request.form, self.spec
        shown, session, sealed = shown_in(form), db.session(), []
        try:
            proof = proofs.sent(session, actor, open_case(session, actor, spec, pk), action, form)
            with transaction(session):
                door.act(session, actor, spec, pk, action, shown, opinion=form.get("opinion"), back_to=form.get("back_to"), proof=proof)
            sealed = letters.take(session)
        except Invalid as invalid:
            return self._show(pk, 422, faults=invalid.faults, typed=form)
        except (Denied, Stale) as error:
            case = open_case(session, actor, spec, pk)
            if not actions.done_already(actor, case, action, shown.version):
                return self._refused(case, action, error)
        return self._sealed(pk, sealed) if sealed else self._decided(pk)

    def _sealed(self, pk: int, sealed: list[Letter]) -> Response:
        """The letters that the decision has brought about, in this answer only."""
        document = db.session().get_one(self.spec.model, pk)
        page = self.answer("forms/letter.html", document=document, letters=sealed)
        page.headers["Cache-Control"] = "no-store"
        return page

    def _refused(self, case: Case, action: Action, error: Denied | Stale) -> Response:
        """The document again, with the dialog in which another try makes sense; else the error goes on."""
        pk, form = case.document.id, request.form
        if isinstance(error, Moved):
            return self._show(pk, 409, problem=str(error.message), since=error.changes, moved=True, typed=form)
        if isinstance(error, Stale):
            return self._show(pk, 409, problem=str(error.message), since=error.changes, typed=form)
        if isinstance(error, Unproven):
            return self._show(pk, 422, refused=str(error.reason), typed=form)
        if action is Action.AUTHORISE and option(the_actor(), case, action).allowed:
            return self._show(pk, 403, refused=str(error.reason), typed=form)
        raise error

    def _decided(self, pk: int) -> Any:
        """Back to the document; says who has it now."""
        session = db.session()
        flash(actions.told(case_of(session, self.spec, session.get_one(self.spec.model, pk))), "success")
        return redirect(paths.url(self.spec, "show", pk=pk))


def qr(document: Document) -> Markup:
    """The QR code of number and digest, as SVG."""
    code = segno.make(f"{document.number} {document.digest}", error="m", micro=False)
    return Markup(code.svg_inline(border=0, omitsize=True, svgclass=None, lineclass=None))


def shown_in(form: Any) -> Shown:
    """The version and digest that a page sends back; anything else compares as stale."""
    version = form.get("version", "")
    return Shown(int(version) if version.isdecimal() and len(version) < 10 else -1, form.get("digest", ""))
