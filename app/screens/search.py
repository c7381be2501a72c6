"""Search over all forms, by number or by a stretch of the summary: only what the person may read is found."""

from flask import redirect, request, url_for
from flask_appbuilder import BaseView, expose
from flask_babel import lazy_gettext as _
from flask_login import login_required
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.clock import today
from app.database import db
from app.documents.listing.numbers import asked_for, bare
from app.documents.listing.visibility import readable_documents
from app.documents.search import matches
from app.engine.catalogue import catalogue
from app.engine.document import Document
from app.engine.text import half_width
from app.screens import keyset
from app.screens.keyset import Order, Statement
from app.screens.status import form_of
from app.security.manager import current_actor
from app.workflow.actor import Actor
from app.workflow.permissions import READ

SIZE = 20
LONGEST = 100
"""Characters that are searched by; nobody types more."""


class Search(BaseView):
    """/search"""

    route_base = "/search"
    default_view = "index"

    @expose("")
    @login_required
    def index(self) -> Response | str:
        """What was found; the document itself where its whole number was typed."""
        actor = current_actor()
        assert actor is not None
        session, wanted = db.session(), half_width(request.args.get("q", ""))[:LONGEST]
        hit = exact(session, actor, wanted)
        if hit is not None:
            return redirect(f"/forms/{hit[0]}/show/{hit[1]}")
        condition = found_by(session, actor, wanted)
        page = keyset.Page([], None, None) if condition is None else keyset.page(
            session, readable(actor).where(condition), (Order(Document.id, True),),  # type: ignore[arg-type]
            lambda row: [row.id], request.args.get("after"), request.args.get("before"), SIZE,
        )
        return str(self.render_template(
            "search.html", title=_("搜索"), wanted=wanted, page=page, form_of=form_of,
            previous=page.previous and url_for("Search.index", q=wanted, before=page.previous),
            next=page.next and url_for("Search.index", q=wanted, after=page.next),
        ))


def forms_of(actor: Actor) -> tuple[str, ...]:
    """The forms that the actor may read."""
    return tuple(spec.prefix for spec in catalogue.forms if actor.may(READ, spec.resource))


def readable(actor: Actor) -> Statement:
    """The documents that the actor may read."""
    columns = (Document.id, Document.number, Document.form_code, Document.summary, Document.state, Document.step,
               Document.maker_name, Document.created_at)
    return select(*columns).where(Document.form_code.in_(forms_of(actor)), readable_documents(actor).where)


def exact(session: Session, actor: Actor, wanted: str) -> tuple[str, int] | None:
    """The slug and id of the one readable document with this number."""
    row = session.execute(readable(actor).where(Document.number == wanted.upper().replace(" ", ""))).first()
    spec = form_of(row.form_code) if row else None
    return (spec.slug, row.id) if row and spec else None


def found_by(session: Session, actor: Actor, wanted: str) -> ColumnElement[bool] | None:
    """The condition for what was typed: a number that names its form, a bare number, or words; None for nothing."""
    forms = forms_of(actor)
    for form in forms:
        if named := asked_for(wanted, form):
            return and_(Document.form_code == form, named.where)
    by_words = matches(session.connection(), wanted)
    by_number = bare(wanted, forms, today().year)
    if by_number is None or by_words is None:
        return by_words
    return or_(by_number.where, by_words)
