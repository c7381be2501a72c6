"""The screen of a register (台账): a list and a page of each row, read-only; rows change as the effect of forms."""

from typing import Any

from flask import Response

from app.database import db
from app.documents.words import Words, in_plain
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.screens import navigation, paths, record_links
from app.screens.connections import connection
from app.screens.exposing import ID, page, the_actor
from app.screens.list_pages import ListPages
from app.screens.register_history import PastPages, entries, proposals, under_way
from app.screens.sheet_views import cells
from app.screens.sources import LookUp
from app.screens.translating import gettext as _
from app.workflow.errors import Missing


class RegisterScreen(ListPages, PastPages, LookUp):
    """Base of every generated register screen."""

    method_permission_name = {"list": "read", "counts": "read", "show": "read", "lookup": "read", "as_of": "read"}
    include_route_methods = frozenset(method_permission_name)

    @page(f"/show/{ID}")
    def show(self, pk: int) -> Response:
        """A row, the documents that made it what it is, and the change that is under way."""
        actor, spec, session = the_actor(), self.spec, db.session()
        row: Any = self.datamodel.get(pk)
        if row is None:
            raise Missing
        words = Words(plain=in_plain(actor, spec))
        words.learn(session, spec.fields, [row])
        made_by = session.get(Document, row.made_by_id) if row.made_by_id else None
        pending = under_way(session, actor, spec, pk)
        forms = [form for code in spec.forms if navigation.makes(actor, form := catalogue.form(code))]
        return self.answer(
            "forms/record.html", row=row, words=words, cells=cells(spec.fields),
            made_by=connection(actor, made_by) if made_by else None, forms=forms,
            titles=[_("《%(title)s》", title=catalogue.form(code).title) for code in spec.forms],
            form_url=lambda form: paths.url(form, "add"), history=entries(session, actor, spec, pk), pending=pending,
            proposals=[] if pending else proposals(session, actor, spec, row), also=record_links.of(actor, spec, pk),
        )
