"""What the scripts of a sheet ask for: rows to choose from, and the keeping of what is typed."""

from typing import Any

from flask import flash, jsonify, redirect, request

from app.database import db, transaction
from app.documents import typing
from app.screens import changes, lookups, paths
from app.screens.exposing import data, page, the_actor
from app.screens.screen import Screen
from app.screens.sheets import sheet_class
from app.screens.translating import gettext as _
from app.workflow.cases import open_case
from app.workflow.errors import Denied
from app.workflow.options import Action, option


class LookUp(Screen):
    """/lookup and /present."""

    @data("/lookup/<field>")
    def lookup(self, field: str) -> Any:
        """Rows that a reference may take, for what was typed so far."""
        args = request.args
        found = lookups.look_up(db.session(), the_actor(), self.spec, field, args.get("q", ""), args.get("within", ""))
        return jsonify(found)


    @data("/present")
    def present(self) -> Any:
        """The present values of the record that a register change is about."""
        return jsonify(changes.present(db.session(), the_actor(), self.spec, request.args.get("record", "")))


class Typing(Screen):
    """/autosave and /discard."""

    @data("/autosave", "POST")
    def autosave(self) -> Any:
        """Keeps what is typed so far; it changes no document."""
        actor, spec = the_actor(), self.spec
        document_id = self._document_id()
        with transaction(db.session()) as session:
            if document_id != typing.NEW:
                answer = option(actor, open_case(session, actor, spec, document_id), Action.EDIT)
                if answer.reason is not None:
                    raise Denied(answer.reason)
            saved = typing.keep(session, actor, spec, document_id, sheet_class(spec)().raw())
            at = saved.saved_at
        return jsonify(message=_("已自动保存 %(time)s", time=f"{at:%H:%M:%S}"))

    @page("/discard", "POST")
    def discard(self) -> Any:
        """Lets kept typing go, and shows the empty or saved sheet."""
        document_id = self._document_id()
        with transaction(db.session()) as session:
            typing.forget(session, the_actor(), self.spec, document_id)
        flash(_("未保存的录入已放弃"), "info")
        if document_id == typing.NEW:
            return redirect(paths.url(self.spec, "add"))
        return redirect(paths.url(self.spec, "edit", pk=document_id))

    def _document_id(self) -> int:
        """The document that the typing is for."""
        text = request.form.get("_document", "")
        return int(text) if text.isdecimal() and len(text) < 10 else typing.NEW
