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
from app.screens import actions, changes, connections, paths
from app.screens.exposing import ID, page, the_actor
from app.screens.screen import Screen
from app.screens.timelines import timeline
from app.screens.translating import gettext as _
from app.workflow import door
from app.workflow.cases import case_of, open_case
from app.workflow.door import Shown
from app.workflow.errors import Denied, Stale
from app.workflow.options import Action, option

DECISIONS = (Action.SUBMIT, Action.WITHDRAW, Action.APPROVE, Action.RETURN)


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
            return self._show(pk, 409, problem=str(stale.message))
        flash(_("草稿已删除"), "success")
        return redirect(paths.url(self.spec))

    def _show(self, pk: int, status: int = 200, **extra: Any) -> Response:
        """The page; `extra`: `problem` that kept a decision from being taken, `faults`, and what was `typed` for it."""
        session, actor, spec = db.session(), the_actor(), self.spec
        case = open_case(session, actor, spec, pk)
        paper = paper_of(session, spec, case.document, case, plain=in_plain(actor, spec))
        return self.answer(
            "forms/document.html", status, document=case.document, paper=paper, qr=qr(case.document), case=case,
            changes=changes.comparison(session, spec, case.document, Words(in_plain(actor, spec))),
            desk=actions.desk(session, actor, case), timeline=timeline(session, case),
            attachments=attachments.of(session, pk), links=connections.links(session, actor, case.document),
            changeable=option(actor, case, Action.EDIT).allowed, accepted=",".join(attachments.ACCEPTED),
            most_bytes=attachments.MOST_BYTES, **extra,
        )

    def _decide(self, pk: int, action: Action) -> Any:
        """Takes the decision, or shows the document again with what stood in its way."""
        actor, form = the_actor(), request.form
        shown = shown_in(form)
        try:
            with transaction(db.session()) as session:
                door.act(session, actor, self.spec, pk, action, shown, opinion=form.get("opinion"), back_to=form.get("back_to"))
        except Invalid as invalid:
            return self._show(pk, 422, faults=invalid.faults, typed=form)
        except (Denied, Stale) as error:
            case = open_case(db.session(), actor, self.spec, pk)
            if not actions.done_already(actor, case, action, shown.version):
                if isinstance(error, Denied):
                    raise
                return self._show(pk, 409, problem=str(error.message), typed=form)
        return self._decided(pk)

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
